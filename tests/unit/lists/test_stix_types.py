# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""STIX 1.x: objects that are no address, patterns, and when an indicator begins to be valid."""

from __future__ import annotations

import io

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils._lists import formats, judging, policy, stix_read
from support import list_cases

OBJECT = (
    '<cybox:Observable><cybox:Object><cybox:Properties xsi:type="{type}" xmlns:x="http://cybox.mitre.org/objects#{ns}-2"'
    ' xmlns:c="http://cybox.mitre.org/common-2">{inner}</cybox:Properties></cybox:Object></cybox:Observable>'
)


def objects(*shapes):
    inner = "".join(OBJECT.format(type=kind, ns=kind.removesuffix("Type"), inner=text) for kind, text in shapes)
    content = list_cases.PACKAGE.format(list_cases.observable("45.0.0.1") + inner).encode()
    return [(each.type, each.value) for each in formats.read(io.BytesIO(content), "list")]


def test_what_is_no_address_is_said_by_its_type():
    hashes = "<x:Hashes><c:Hash><c:Simple_Hash_Value>{}</c:Simple_Hash_Value></c:Hash></x:Hashes>"
    assert objects(
        ("FileObjectType", f"<x:File_Name>a.exe</x:File_Name>{hashes.format('aa')}{hashes.format('bb')}"),
        ("LinkObjectType", "<x:Value>http://evil.example.net/</x:Value>"),
        ("MutexObjectType", "<x:Name>Global-1</x:Name>"),
        ("FileObjectType", "<x:File_Name>b.exe</x:File_Name>"),
    ) == [
        ("ip", "45.0.0.1"),
        ("hash", "aa"),
        ("hash", "bb"),
        ("url", "http://evil.example.net/"),
        ("mutex", "MutexObjectType"),
        ("file", "FileObjectType"),
    ]


def test_a_large_object_is_said_once():
    names = "".join(f"<x:Name>{'n' * 100}{number}</x:Name>" for number in range(5_000))
    assert objects(("MutexObjectType", names)) == [("ip", "45.0.0.1"), ("mutex", "MutexObjectType")]


@pytest.mark.parametrize("shift", range(0, 60, 3))
def test_an_object_is_seen_wherever_it_stands(shift):
    """Also where its type stands across two of the chunks in which a document is looked through."""
    mutex = OBJECT.format(type="MutexObjectType", ns="MutexObject", inner="<x:Name>n</x:Name>")
    start = len(list_cases.PACKAGE.partition("{}")[0]) + mutex.index("MutexObjectType")
    content = list_cases.PACKAGE.format(" " * (stix_read.CHUNK - start - shift) + mutex)
    assert [each.type for each in formats.read(io.BytesIO(content.encode()), "list")] == ["mutex"]


@pytest.mark.parametrize("pattern_type", ["Regex", "Binary", "XPath"])
def test_a_pattern_type_makes_no_address(pattern_type):
    content = list_cases.stix("45.0.0.1", pattern_type=pattern_type)
    assert [each.type for each in formats.read(io.BytesIO(content), "list")] == ["pattern"]


INDICATOR = (
    '<stix:STIX_Package xmlns:stix="http://stix.mitre.org/stix-1" xmlns:i="http://stix.mitre.org/Indicator-2"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:cybox="http://cybox.mitre.org/cybox-2"'
    ' xmlns:AddressObj="http://cybox.mitre.org/objects#AddressObject-2" version="1.2"><stix:Indicators>'
    '<stix:Indicator xsi:type="i:IndicatorType">{}<i:Observable>{}</i:Observable></stix:Indicator>'
    "</stix:Indicators></stix:STIX_Package>"
)


@pytest.mark.parametrize(
    ("positions", "valid_from"),
    [
        ([], ""),
        (["2040-01-01T00:00:00Z"], "2040-01-01T00:00:00.000Z"),
        (["2040-01-01T00:00:00Z", "2030-01-01T00:00:00Z"], "2030-01-01T00:00:00.000Z"),
        (["2040-01-01T00:00:00Z", ""], ""),
    ],
)
def test_when_an_indicator_begins_to_be_valid(positions, valid_from):
    times = "".join(
        f"<i:Valid_Time_Position><i:Start_Time>{start}</i:Start_Time></i:Valid_Time_Position>" for start in positions
    )
    inner = list_cases.observable("45.0.0.1").removeprefix("<cybox:Observable>").removesuffix("</cybox:Observable>")
    content = INDICATOR.format(times, inner).encode()
    (indicator,) = formats.read(io.BytesIO(content), "list")
    assert indicator.valid_from == valid_from
    later = judging.Judge(policy.from_params(list_cases.module(dest="x").params, [])).add(indicator)
    assert later == ("not_yet_valid" if valid_from else "")
