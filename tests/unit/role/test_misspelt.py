# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A name that nothing knows is told with where it stands, the nearest known one, and what is supported."""

from __future__ import annotations

import re

import pytest
import yaml
from ansible_collections.threatlists.aws.plugins.plugin_utils._role import contents, misspelt
from support.paths import ROOT

ENTRIES = yaml.safe_load((ROOT / "roles/threatlists/meta/argument_specs.yml").read_text())["argument_specs"]
KNOWN = {name for entry in ENTRIES.values() for name in entry.get("options", {})}
LISTS = ENTRIES["main"]["options"]["threatlists_declared"]["options"]


def test_a_key_of_a_list() -> None:
    lists = [{"name": "malware", "kind": "ipset"}, {"name": "analysts", "expected_bucket_ownr": "1"}]
    (said,) = misspelt.options(lists, LISTS, "threatlists_declared")
    assert said.startswith("threatlists_declared[analysts]: expected_bucket_ownr is unsupported.")
    assert "Did you mean expected_bucket_owner? Supported are activate, adopt, bucket, " in said
    assert list(misspelt.options(lists[:1], LISTS, "threatlists_declared")) == []


def test_a_key_deep_in_a_source_and_one_of_a_policy() -> None:
    item = {"name": "ours", "sources": [{"entries": ["45.0.0.1"]}, {"threatstream": {"confidence_mn": 90}}]}
    (said,) = contents.problems(item)
    assert said.startswith("ours: sources[1].threatstream: confidence_mn is unsupported. Did you mean confidence_min?")
    (said,) = contents.problems({"name": "ours", "policy": {"qqq": 3}})
    assert said.startswith("ours: policy: qqq is unsupported. Supported are ")


@pytest.mark.parametrize(
    ("name", "meant"),
    [("serail", "serial"), ("on_membr", "on_member"), ("hosst", "hosts"), ("region", "regions")],
)
def test_a_variable_that_is_nearly_one_of_ours(name: str, meant: str) -> None:
    (said,) = misspelt.variables({f"threatlists_{name}", "ansible_host"}, KNOWN)
    assert f"threatlists_{name}, " in said and f"Did you mean threatlists_{meant}?" in said


def test_what_playbooks_roles_and_awx_themselves_have_is_no_misspelling() -> None:
    texts = [path.read_text() for part in ("playbooks", "roles", "extensions") for path in (ROOT / part).rglob("*.yml")]
    names = {name for text in texts for name in re.findall(r"\bthreatlists_[a-z_]+\b", text) if name[-1] != "_"}
    assert len(names) > len(KNOWN) / 2
    assert list(misspelt.variables(names, KNOWN)) == []
    assert list(misspelt.variables({"threatlists_account", "threatlists_region"}, KNOWN)) == []
    assert list(misspelt.variables({"threatlists_report_dest_dir", "threatlists_bucket_name"}, KNOWN)) == []
