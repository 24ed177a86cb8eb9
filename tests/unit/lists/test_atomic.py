# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A list file is replaced whole or not at all, and stays what and where it was."""

from __future__ import annotations

import hashlib
import os
import pathlib
import signal
import subprocess
import sys

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils._errors import ListFileError
from ansible_collections.threatlists.aws.plugins.module_utils._lists import atomic
from support import list_cases

OLD = b"45.0.0.1\n"
NEW = b"45.0.0.1\n45.0.0.2\n"


def write(dest, content=NEW, scratch=False):
    return atomic.write(str(dest), iter([content]), scratch=scratch)


def test_new_changed_and_unchanged(tmp_path):
    dest = tmp_path / "list"
    expected = (str(dest), hashlib.sha256(NEW).hexdigest(), len(NEW))
    assert write(dest) == (True, *expected)
    inode = dest.stat().st_ino
    assert write(dest) == (False, *expected)
    assert dest.stat().st_ino == inode
    assert write(dest, OLD).changed
    assert dest.read_bytes() == OLD
    assert list(tmp_path.iterdir()) == [dest]


def test_mode_is_kept_and_a_new_file_follows_the_umask(tmp_path):
    dest = tmp_path / "list"
    before = os.umask(0o027)
    try:
        write(dest, OLD)
        assert dest.stat().st_mode & 0o777 == 0o640
    finally:
        os.umask(before)
    dest.chmod(0o604)
    write(dest)
    assert dest.stat().st_mode & 0o777 == 0o604


def test_the_target_of_a_link_is_replaced_and_the_link_stays(tmp_path):
    (tmp_path / "real").mkdir()
    link = tmp_path / "link"
    link.symlink_to("real/list")
    for content in (OLD, NEW):
        write(link, content)
        assert link.is_symlink()
        assert (tmp_path / "real/list").read_bytes() == content


def test_scratch_touches_nothing_but_a_temporary_file(tmp_path):
    dest = tmp_path / "list"
    dest.write_bytes(OLD)
    written = write(dest, scratch=True)
    assert written.changed
    assert dest.read_bytes() == OLD
    assert pathlib.Path(written.path).read_bytes() == NEW
    pathlib.Path(written.path).unlink()
    written = write(dest, OLD, scratch=True)
    assert not written.changed
    pathlib.Path(written.path).unlink()


def unwritable(tmp_path):
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to("loop")
    os.mkfifo(tmp_path / "pipe")
    return [
        (tmp_path / "missing" / "list", "does not exist"),
        (tmp_path / "file" / "list", "not a directory|Not a directory"),
        (tmp_path, "not a regular file"),
        (tmp_path / "pipe", "not a regular file"),
        (tmp_path / "loop", "symbolic links"),
    ]


def test_a_place_that_cannot_be_written_is_one_clear_error_before_anything_is_read(tmp_path):
    for dest, message in unwritable(tmp_path):
        for check_mode in (False, True):
            with pytest.raises(ListFileError, match=message) as error:
                list_cases.merge(src=[tmp_path / "not there"], dest=dest, check_mode=check_mode)
            assert str(error.value).startswith(f"dest: {dest} cannot be written: ")


def test_an_error_among_the_chunks_leaves_the_old_file_alone(tmp_path):
    dest = tmp_path / "list"
    dest.write_bytes(OLD)

    def chunks():
        yield NEW
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        atomic.write(str(dest), chunks(), scratch=False)
    assert dest.read_bytes() == OLD
    assert list(tmp_path.iterdir()) == [dest]


FULL_DISK = """
import resource, signal, sys
sys.path[:0] = sys.argv[2:]
from support import list_cases
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
try:
    list_cases.merge(entries=[f"45.0.{n // 256}.{n % 256}" for n in range(2_000)], dest=sys.argv[1])
except Exception as error:
    print(error)
"""


def test_a_full_disk_leaves_the_old_file_and_no_rest(tmp_path):
    dest = tmp_path / "list"
    dest.write_bytes(OLD)
    command = [sys.executable, "-c", FULL_DISK, str(dest), *filter(None, sys.path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert done.stdout == f"dest: {dest} cannot be written: File too large.\n"
    assert dest.read_bytes() == OLD
    assert list(tmp_path.iterdir()) == [dest]


KILLED = """
import os, signal, sys
sys.path[:0] = sys.argv[2:]
from ansible_collections.threatlists.aws.plugins.module_utils._lists import atomic
def chunks():
    yield b"45.0.0.2\\n" * 100_000
    os.kill(os.getpid(), signal.SIGKILL)
    yield b""
atomic.write(sys.argv[1], chunks(), scratch=False)
"""


def test_a_kill_leaves_the_old_file(tmp_path):
    dest = tmp_path / "list"
    dest.write_bytes(OLD)
    command = [sys.executable, "-c", KILLED, str(dest), *filter(None, sys.path)]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    assert dest.read_bytes() == OLD
    write(dest)
    assert dest.read_bytes() == NEW
