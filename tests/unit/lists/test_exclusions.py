# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What must never be in a list: networks, domains and files of them; whatever is not understood is an error."""

from __future__ import annotations

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils._errors import ArgumentError
from support import list_cases, paths

FIXTURES = paths.FIXTURES


@pytest.mark.parametrize(
    ("exclude", "message"),
    [
        (["not a network"], "exclude: 'not a network'"),
        (["missing.txt"], "missing.txt is not there"),
        (["corporate.LST"], "corporate.LST is not there"),
        (["/missing/list"], "exclude: '/missing/list'"),
        (["~nobody-here/list"], "exclude: '~nobody-here/list'"),
        (["a" * 300], "exclude: 'aaa"),
        (["/proc/self/status"], "exclude: /proc/self/status cannot be read: Invalid argument"),
        ([str(FIXTURES / "txt/hand_kept.bin")], "'nonsense here'"),
    ],
)
def test_an_exclusion_that_is_not_understood_is_an_error(exclude, message, tmp_path):
    with pytest.raises(ArgumentError, match=message):
        list_cases.merge(entries=["45.0.0.1"], exclude=exclude, dest=tmp_path / "list")


def test_exclusions_come_from_files_too(tmp_path):
    own = tmp_path / "own"
    own.write_text("# ours\n45.0.0.0/24\n2001:db8::/32\nwww.example.com\n")
    dest = tmp_path / "list"
    entries = ["45.0.0.7", "45.0.0.0/23", "www.example.com", "*.example.com", "example.com"]
    result = list_cases.merge(entries=entries, exclude=[str(own), "45.0.1.0"], dest=dest, kind="threatentityset")
    assert dest.read_text().splitlines()[-1] == "example.com"
    assert "45.0.0.7" not in dest.read_text()
    assert result["dropped"] == {"excluded": 3}


@pytest.mark.parametrize(("kind", "warned"), [("ipset", True), ("threatentityset", False)])
def test_an_exclusion_that_excludes_nothing_is_said(kind, warned, tmp_path):
    module = list_cases.module(
        entries=["45.0.0.1"], exclude=["corp.allowed", "45.0.0.0/32"], dest=tmp_path / "list", kind=kind
    )
    list_cases.merge_module(module)
    assert [("corp.allowed" in warning, kind in warning) for warning in module.warnings] == [(True, True)] * warned


@pytest.mark.parametrize("content", ["", "# nothing yet\n", "2001:db8::/32\n::1\n"])
def test_an_exclude_file_that_excludes_nothing_is_an_error(content, tmp_path):
    own = tmp_path / "own"
    own.write_text(content)
    with pytest.raises(ArgumentError, match="own holds no IPv4 network and no domain"):
        list_cases.merge(entries=["45.0.0.1"], exclude=[own], dest=tmp_path / "list")


def test_ipv6_in_an_exclude_file_is_said(tmp_path):
    own = tmp_path / "own"
    own.write_text("2001:db8::/32\n::1\n45.0.0.0/24\n")
    module = list_cases.module(entries=["45.0.1.1"], exclude=[own], dest=tmp_path / "list")
    list_cases.merge_module(module)
    assert module.warnings == [
        f"exclude: {own}: its 2 IPv6 addresses and networks exclude nothing, since no list holds such."
    ]


def test_an_exclusion_that_is_wider_than_it_reads_is_refused(tmp_path):
    path = tmp_path / "office"
    path.write_text("45.1.2.3/8\n")
    for named in ("45.1.2.3/8", str(path)):
        with pytest.raises(ArgumentError, match=r"would exclude all of 45\.0\.0\.0/8"):
            list_cases.merge(entries=["45.1.1.1"], exclude=[named], dest=str(tmp_path / "list"))
    result = list_cases.merge(entries=["45.1.2.9", "45.1.1.1"], exclude=["45.1.2.3/24"], dest=str(tmp_path / "list"))
    assert result["dropped"] == {"excluded": 1}
