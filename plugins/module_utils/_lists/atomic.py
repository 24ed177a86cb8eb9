# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A file replaced whole or not at all. Private to the collection."""

from __future__ import annotations

import contextlib
import hashlib
import os
import pathlib
import stat
import tempfile
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._errors import ListFileError

READ_SIZE = 1 << 20


class Written(t.NamedTuple):
    """changed: whether the content differs from what stood there. path: where the content now is."""

    changed: bool
    path: str
    sha256: str
    size: int


def write(dest: str, chunks: t.Iterable[bytes], *, scratch: bool, option: str = "dest") -> Written:
    """Put the content at C(dest) if it differs from what stands there; with C(scratch) into a new temporary file.

    The target of a symlink is replaced, not the link; mode and, where allowed, owner are kept. C(dest) always
    holds the old or the new content, whole. Raises ListFileError that names the option.
    """
    target = pathlib.Path(os.path.realpath(dest))
    standing = check(dest, option)
    try:
        if scratch:
            descriptor, name = tempfile.mkstemp(prefix="threatlist-", suffix=f"-{target.name}")
        else:
            descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent)
        sha256, size = _fill(descriptor, name, chunks, None if scratch else _permissions(standing))
        changed = standing is None or standing.st_size != size or digest(target) != sha256
        if scratch:
            return Written(changed, name, sha256, size)
        _put_in_place(pathlib.Path(name), target, changed)
        return Written(changed, str(target), sha256, size)
    except OSError as error:
        raise ListFileError(f"{option}: {dest} cannot be written: {error.strerror or error}.") from error


def digest(path: str | pathlib.Path) -> str | None:
    """Return the SHA-256 of a file in hex, None where there is no file."""
    try:
        with pathlib.Path(path).open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except FileNotFoundError:
        return None


def check(dest: str, option: str = "dest") -> os.stat_result | None:
    """Return the status of what stands there, None for nothing. Raises ListFileError where no file can be put."""
    try:
        return _standing(pathlib.Path(os.path.realpath(dest)))
    except OSError as error:
        raise ListFileError(f"{option}: {dest} cannot be written: {error.strerror or error}.") from error


def _standing(target: pathlib.Path) -> os.stat_result | None:
    if not os.access(target.parent, os.W_OK | os.X_OK):
        if not target.parent.exists():
            raise FileNotFoundError(f"the folder {target.parent} does not exist")
        if not target.parent.is_dir():
            raise NotADirectoryError(f"{target.parent} is not a directory")
        raise PermissionError(f"{target.parent} is not writable")
    try:
        standing = target.stat()
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(standing.st_mode):
        raise IsADirectoryError("it is not a regular file")
    return standing


class Permissions(t.NamedTuple):
    """Mode and owner that the new file gets."""

    mode: int
    uid: int = -1
    gid: int = -1


def _permissions(standing: os.stat_result | None) -> Permissions:
    if standing is not None:
        return Permissions(stat.S_IMODE(standing.st_mode), standing.st_uid, standing.st_gid)
    umask = os.umask(0)
    os.umask(umask)
    return Permissions(0o666 & ~umask)


def _fill(descriptor: int, name: str, chunks: t.Iterable[bytes], permissions: Permissions | None) -> tuple[str, int]:
    """Return digest and size of what was written; it is synced to the disk where it gets permissions, so as to stay."""
    hashed = hashlib.sha256()
    size = 0
    try:
        with os.fdopen(descriptor, "wb") as stream:
            for chunk in chunks:
                hashed.update(chunk)
                size += stream.write(chunk)
            stream.flush()
            if permissions:
                with contextlib.suppress(PermissionError):
                    os.fchown(stream.fileno(), permissions.uid, permissions.gid)
                os.fchmod(stream.fileno(), permissions.mode)
                os.fsync(stream.fileno())
    except BaseException:
        pathlib.Path(name).unlink(missing_ok=True)
        raise
    return hashed.hexdigest(), size


def _put_in_place(temporary: pathlib.Path, target: pathlib.Path, changed: bool) -> None:
    try:
        if changed:
            temporary.replace(target)
            _sync_directory(target.parent)
    finally:
        temporary.unlink(missing_ok=True)


def _sync_directory(directory: pathlib.Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
