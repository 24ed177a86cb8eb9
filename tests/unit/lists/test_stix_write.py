# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""STIX 1.2 as GuardDuty documents it: valid, readable by the stix library, the same bytes everywhere."""

from __future__ import annotations

import io
import os
import pathlib
import subprocess
import sys

import pytest
import sdv
from ansible_collections.threatlists.aws.plugins.module_utils._lists import formats, networks, stix_write
from lxml import etree
from stix.core import STIXPackage
from support import list_cases, paths

NETWORKS = [network for text in ("45.0.0.1", "45.0.1.0/24", "45.0.2.1") for network in networks.parse(text)]
DOMAINS = {"addresses": [], "entities": ["*.evil.example.net", "bad.example.com"]}
NAMES = {
    "stix": "http://stix.mitre.org/stix-1",
    "cybox": "http://cybox.mitre.org/cybox-2",
    "AddressObject": "http://cybox.mitre.org/objects#AddressObject-2",
    "DomainNameObj": "http://cybox.mitre.org/objects#DomainNameObject-1",
    "indicator": "http://stix.mitre.org/Indicator-2",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
}


def written(contents):
    return b"".join(stix_write.chunks(NETWORKS, DOMAINS[contents], contents, stix_write.header()))


@pytest.mark.parametrize("contents", ["addresses", "entities"])
def test_valid_and_readable_by_the_library(contents, tmp_path):
    path = tmp_path / "list.xml"
    path.write_bytes(written(contents))
    validation = sdv.validate_xml(str(path))
    assert validation.is_valid, validation.errors
    package = STIXPackage.from_xml(str(path))
    assert package.version == "1.2"
    assert package.stix_header.information_source.identity.name == "threatlists.aws"
    assert not package.stix_header.handling
    count = len(NETWORKS) + len(DOMAINS[contents])
    assert (len(package.observables or []), len(package.indicators or [])) == (
        (count, 0) if contents == "addresses" else (0, count)
    )


def test_the_documented_form_of_ip_lists():
    tree = etree.fromstring(written("addresses"))
    path = (
        "/stix:STIX_Package[@version='1.2']/stix:Observables/cybox:Observable/cybox:Object/cybox:Properties"
        "[@xsi:type='AddressObject:AddressObjectType'][@category='ipv4-addr']/AddressObject:Address_Value"
    )
    found = tree.xpath(path, namespaces=NAMES)
    assert [(value.text, dict(value.attrib)) for value in found] == [
        ("45.0.0.1", {}),
        ("45.0.1.0##comma##45.0.1.255", {"condition": "InclusiveBetween"}),
        ("45.0.2.1", {}),
    ]


def test_the_documented_form_of_entity_lists():
    tree = etree.fromstring(written("entities"))
    path = "/stix:STIX_Package/stix:Indicators/stix:Indicator/indicator:Observable/cybox:Object/cybox:Properties/{}"
    domains = tree.xpath(path.format("DomainNameObj:Value[@condition='Equals']"), namespaces=NAMES)
    assert [value.text for value in domains] == DOMAINS["entities"]
    assert len(tree.xpath(path.format("AddressObject:Address_Value[@condition]"), namespaces=NAMES)) == len(NETWORKS)


@pytest.mark.parametrize("contents", ["addresses", "entities"])
def test_what_is_written_is_read_and_has_the_size_that_was_foretold(contents):
    content = written(contents)
    read = [indicator.value for indicator in formats.read(io.BytesIO(content), "list", expected="STIX")]
    assert [entry for value in read for entry in (networks.parse(value) or [value])] == [
        *NETWORKS,
        *DOMAINS[contents],
    ]
    entries = [*NETWORKS, *DOMAINS[contents]]
    head = stix_write.header()
    size = sum(stix_write.size(entry, contents) for entry in entries) + stix_write.frame(contents, head)
    assert size == len(content)


def test_other_entries_are_another_package():
    identities = {etree.fromstring(written(contents)).get("id") for contents in DOMAINS}
    assert len(identities) == 2


SCRIPT = """
import hashlib, sys
sys.path[:0] = sys.argv[1:]
from support import list_cases, paths
list_cases.merge(entries=["45.0.1.0/24", "45.0.0.1"], dest="list", format="STIX")
print(hashlib.sha256(open("list", "rb").read()).hexdigest())
"""


def test_same_input_same_bytes_whatever_the_hash_seed_and_the_order(tmp_path):
    digests = set()
    for seed in ("0", "1"):
        environment = os.environ | {"PYTHONHASHSEED": seed, "TZ": f"UTC+{seed}"}
        command = [sys.executable, "-c", SCRIPT, *filter(None, sys.path)]
        digests.add(subprocess.run(command, env=environment, cwd=tmp_path, check=True, capture_output=True).stdout)
    list_cases.merge(entries=["45.0.0.1", "45.0.1.0/24", "45.0.0.1/32"], dest=tmp_path / "other", format="STIX")
    assert len(digests) == 1
    assert (tmp_path / "other").read_bytes() == (tmp_path / "list").read_bytes()
    assert pathlib.Path(tmp_path / "list").read_text("utf-8").count("45.0.") == 3


def test_bytes_are_pinned():
    head = stix_write.header()
    content = b"".join(stix_write.chunks(NETWORKS, DOMAINS["entities"], "entities", head))
    assert content == (paths.FIXTURES / "stix" / "written.xml").read_bytes()
