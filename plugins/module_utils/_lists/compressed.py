# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compressed files, unpacked under a limit. Private to the collection."""

from __future__ import annotations

import bz2
import contextlib
import gzip
import lzma
import tempfile
import typing as t
import zipfile
import zlib

from ansible_collections.threatlists.aws.plugins.module_utils._errors import ParseError, SourceError

CHUNK = 1 << 16
IN_MEMORY = 1 << 23
ENCRYPTED = 1
MAGIC = {
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"PK\x03\x04": "ZIP",
    b"PK\x05\x06": "ZIP",
}
NOT_READ = {
    b"\x28\xb5\x2f\xfd": "zstd",
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"Rar!\x1a\x07": "RAR",
    b"\x04\x22\x4d\x18": "LZ4",
}
LONGEST_MAGIC = max(map(len, [*MAGIC, *NOT_READ]))
# What macOS packs beside each file.
BESIDE = "__MACOSX/"
BROKEN = (OSError, EOFError, ValueError, NotImplementedError, zlib.error, lzma.LZMAError, zipfile.BadZipFile)


def compression(head: bytes) -> str:
    """Return how a file that begins like this is compressed, empty where it is not."""
    return next((found for magic, found in MAGIC.items() if head.startswith(magic)), "")


def unpack(stream: t.BinaryIO, name: str, limit: int) -> t.BinaryIO:
    """Return what the stream holds as a new temporary file; the stream itself where it is not compressed.

    Raises ParseError for a file that is damaged or truncated, for an archive that does not hold exactly one file, and
    SourceError with the code TooLarge for more than C(limit) bytes.
    """
    stream.seek(0)
    head = stream.read(LONGEST_MAGIC)
    found = compression(head)
    stream.seek(0)
    other = next((other for magic, other in NOT_READ.items() if head.startswith(magic)), "")
    if other:
        read = ", ".join(dict.fromkeys(MAGIC.values()))
        raise ParseError(f"{name}: is compressed as {other}, which is not read; {read} are.", code="WrongFormat")
    if not found:
        return stream
    with contextlib.ExitStack() as stack:
        unpacked = stack.enter_context(tempfile.SpooledTemporaryFile(max_size=IN_MEMORY))
        try:
            with contextlib.ExitStack() as packed:
                _copy(_opened(stream, name, found, packed), unpacked, name, limit)
        except BROKEN as error:
            if isinstance(error, OSError) and error.errno:
                raise SourceError(f"{name}: cannot be unpacked here: {error.strerror}.") from error
            what = error or type(error).__name__
            raise ParseError(f"{name}: is {found}, but damaged or truncated: {what}.") from error
        unpacked.seek(0)
        stack.pop_all()  # the caller closes it
    return t.cast("t.BinaryIO", unpacked)


def _opened(stream: t.BinaryIO, name: str, found: str, stack: contextlib.ExitStack) -> t.Any:
    if found == "gzip":
        return stack.enter_context(gzip.open(stream))
    if found == "bzip2":
        return stack.enter_context(bz2.open(stream))
    if found == "xz":
        return stack.enter_context(lzma.open(stream, format=lzma.FORMAT_XZ))
    archive = stack.enter_context(zipfile.ZipFile(stream))
    members = [member for member in archive.infolist() if not (member.is_dir() or member.filename.startswith(BESIDE))]
    if len(members) != 1:
        names = ", ".join(member.filename for member in members[:5]) or "none"
        raise ParseError(
            f"{name}: is a ZIP archive of {len(members)} files ({names}); one is read.", code="WrongFormat"
        )
    if members[0].flag_bits & ENCRYPTED:
        raise ParseError(f"{name}: is a ZIP archive with a password, which is not read.", code="WrongFormat")
    return stack.enter_context(archive.open(members[0]))


def _copy(packed: t.IO[bytes], unpacked: t.IO[bytes], name: str, limit: int) -> None:
    size = 0
    while chunk := packed.read(CHUNK):
        size += len(chunk)
        if size > limit:
            raise SourceError(f"{name}: unpacks to more than {limit} bytes, which are not read.", code="TooLarge")
        unpacked.write(chunk)
