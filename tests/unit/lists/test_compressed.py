# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Compressed lists are read as what they hold, under a limit."""

from __future__ import annotations

import bz2
import errno
import gzip
import io
import lzma
import tarfile
import tempfile
import zipfile

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils._errors import ParseError, SourceError
from ansible_collections.threatlists.aws.plugins.module_utils._lists import compressed, formats
from hypothesis import given
from hypothesis import strategies as st
from support import paths

TEXT = b"45.0.0.1\n45.0.0.2\n"


def gzipped(content):
    return gzip.compress(content, mtime=0)


def zipped(**members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.mkdir("folder")
        for name, content in members.items():
            archive.writestr(name if "/" in name else f"folder/{name}", content)
    return stream.getvalue()


def tarred(*, gzip):
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz" if gzip else "w") as archive:
        member = tarfile.TarInfo("list.txt")
        member.size = len(TEXT)
        archive.addfile(member, io.BytesIO(TEXT))
    return stream.getvalue()


PACKED = {
    "gzip": gzipped(TEXT),
    "gzip of two members": gzipped(TEXT[:9]) + gzipped(TEXT[9:]),
    "bzip2": bz2.compress(TEXT),
    "xz": lzma.compress(TEXT),
    "ZIP": zipped(list=TEXT),
    "ZIP of a Mac": zipped(**{"list": TEXT, "__MACOSX/._list": b"\0\5\26\7"}),
}


def values(content):
    return [each.value for each in formats.read(io.BytesIO(content), "list")]


@pytest.mark.parametrize("packed", PACKED.values(), ids=PACKED)
def test_what_is_in_it_is_read(packed):
    assert formats.identify(io.BytesIO(packed), "list") == "TXT"
    assert values(packed) == ["45.0.0.1", "45.0.0.2"]


@pytest.mark.parametrize("name", ["feeds/feodo.csv", "feeds/stix21_indicator.json", "stix/shapes.xml"])
def test_in_whatever_format(name):
    content = (paths.FIXTURES / name).read_bytes()
    assert values(gzipped(content)) == values(content)


@pytest.mark.parametrize("packed", PACKED.values(), ids=PACKED)
def test_what_is_cut_is_refused(packed):
    with pytest.raises(ParseError, match=r"^list: is (gzip|bzip2|xz|ZIP), but damaged or truncated"):
        values(packed[:-5])


@pytest.mark.parametrize(
    ("packed", "message"),
    [
        (zipped(one=TEXT, two=TEXT), r"ZIP archive of 2 files \(folder/one, folder/two\); one is read"),
        (zipped(), r"ZIP archive of 0 files \(none\)"),
        (gzipped(gzipped(TEXT)), "compressed twice"),
        (gzipped(b"\0\1\2"), "a binary file"),
        (tarred(gzip=True), "is a tar archive, which is not read; unpack it"),
        (tarred(gzip=False), "is a tar archive"),
        (b"\x28\xb5\x2f\xfd\x04X", "is compressed as zstd, which is not read; gzip, bzip2, xz, ZIP are"),
        (b"7z\xbc\xaf\x27\x1c\0\4", "is compressed as 7z"),
        (b"Rar!\x1a\x07\1\0", "is compressed as RAR"),
    ],
    ids=["two", "none", "twice", "binary", "tar.gz", "tar", "zstd", "7z", "rar"],
)
def test_what_is_no_list_says_what_it_is(packed, message):
    with pytest.raises(ParseError, match=message):
        values(packed)


def test_a_zip_with_a_password_is_refused():
    packed = bytearray(zipped(list=TEXT))
    for at in (packed.rfind(b"PK\x03\x04") + 6, packed.rfind(b"PK\x01\x02") + 8):
        packed[at] |= 1
    with pytest.raises(ParseError, match="with a password"):
        values(bytes(packed))


@pytest.mark.parametrize(
    "pack",
    [gzip.compress, bz2.compress, lzma.compress, lambda content: zipped(list=content)],
    ids=["gzip", "bzip2", "xz", "ZIP"],
)
def test_size_is_bounded(pack):
    with pytest.raises(SourceError, match="unpacks to more than 1000000 bytes") as error:
        compressed.unpack(io.BytesIO(pack(bytes(2_000_000))), "list", 1_000_000)
    assert error.value.code == "TooLarge"


@given(st.sampled_from(list(PACKED.values())), st.binary(min_size=1, max_size=8), st.floats(0, 1))
def test_damage_is_an_error_or_harmless(packed, rubbish, place):
    at = int(place * len(packed))
    try:
        values(packed[:at] + rubbish + packed[at + len(rubbish) :])
    except SourceError as error:
        assert str(error).startswith("list: ")


def test_a_disk_that_is_full_is_not_taken_for_damage(monkeypatch):
    def full(self, data):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tempfile.SpooledTemporaryFile, "write", full)
    with pytest.raises(SourceError, match="list: cannot be unpacked here: No space left on device") as error:
        compressed.unpack(io.BytesIO(PACKED["gzip"]), "list", 1_000)
    assert not isinstance(error.value, ParseError)
