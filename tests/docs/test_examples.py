# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every example of the documentation is run as it stands, against the emulators."""

from __future__ import annotations

import gzip
import json
import pathlib
import re
import shlex
import typing as t

import pytest
import yaml
from support import examples, feeds
from support.paths import FIXTURES
from threatlists_emulators import control

# What examples of filters take from around them.
SURROUNDINGS = {
    "account_id": examples.SECURITY,
    "accounts": [
        {
            "name": "security",
            "account_name": "security",
            "account_id": "111111111111",
            "regions": ["eu-west-1"],
            "groups": ["all"],
            "assume_role_arn": "",
        }
    ],
    "published": [],
    "known": {"refused": [], "published": [], "hosts": []},
    "outcome": {"results": []},
    "outcomes": {},
    "uploads": {"results": []},
    "merged": {"dropped": {}},
    "plan": {"objects": []},
    "record": "{{ lookup('ansible.builtin.file', 'record.json') | from_json }}",
    "vault_threatstream_api_key": "emulator-key",
    "vault_feed_auth_key": "feed-key",
    "vault_taxii_password": feeds.PASSWORD,
    "threatlists_regions": ["eu-west-1", "us-east-1"],
    "threatlists_declared": [
        {
            "name": "trusted",
            "kind": "ipset",
            "format": "TXT",
            "bucket": "acme-threatlists",
            "key": "trusted.txt",
            "groups": ["all"],
        }
    ],
}
# Commands of guides that other tests run, or that only a person can.
ELSEWHERE = re.compile(
    r"make (demo|emulators|docs|test)$|export \w+=|read -rs |ansible-galaxy collection install "
    r"|ansible-rulebook |python3 -m (pip install|venv) |venv/bin/|ansible-playbook (extensions/awx/|-i tests/demo/)"
)


@pytest.fixture(scope="module")
def emulators() -> t.Iterator[tuple[t.Any, t.Any]]:
    with control.aws() as aws, control.threatstream() as threatstream:
        yield aws, threatstream


@pytest.fixture(scope="module")
def published() -> t.Iterator[dict[str, str]]:
    """What the documentation names as others' servers, on loopback."""
    with feeds.files() as files, feeds.taxii([feeds.indicator(1, "[ipv4-addr:value = '45.66.0.1']")]) as taxii:
        for path in (FIXTURES / "feeds").iterdir():
            files.files |= {f"/{path.name}": path.read_bytes(), f"/{path.name}.gz": gzip.compress(path.read_bytes())}
        yield {"https://feeds.example.com": files.url, "https://taxii.example.com/api1/": taxii.url}


@pytest.fixture
def kitchen(emulators: tuple[t.Any, t.Any], published: dict[str, str], tmp_path: pathlib.Path) -> examples.Kitchen:
    kitchen = examples.Kitchen(tmp_path, *emulators)
    kitchen.places |= published
    return kitchen


def documents(text: str) -> list[t.Any]:
    return [document for document in yaml.safe_load_all(text) if document]


@pytest.mark.parametrize("plugin", examples.PLUGINS, ids=lambda path: path.stem)
def test_examples_of_a_plugin(kitchen: examples.Kitchen, plugin: pathlib.Path) -> None:
    found = documents(kitchen.fit(examples.constant(plugin, "EXAMPLES")))
    assert found
    for document in found:
        if isinstance(document, list):
            kitchen.play(document, **SURROUNDINGS)
        else:
            inventory(kitchen, document)


def inventory(kitchen: examples.Kitchen, document: dict[str, t.Any]) -> None:
    path = kitchen.folder / "example.organization.yml"
    path.write_text(yaml.safe_dump(document))
    hosts = json.loads(kitchen.command("ansible-inventory", "-i", str(path), "--list"))["_meta"]["hostvars"]
    assert hosts


@pytest.mark.parametrize("guide", examples.GUIDES, ids=lambda path: path.stem)
def test_examples_of_a_guide(kitchen: examples.Kitchen, guide: pathlib.Path) -> None:
    variables = dict(SURROUNDINGS)
    tasks: list[dict[str, t.Any]] = []
    commands = []
    for block in examples.blocks(guide):
        if block.language == "yaml":
            (document,) = documents(kitchen.fit(block.text))
            if block.name:
                (kitchen.folder / block.name).write_text(yaml.safe_dump(document))
                if "threatlists_declared" in document:
                    variables |= document
                elif "plugin" in document:
                    inventory(kitchen, document)
            else:
                tasks += document
        elif block.language == "console":
            commands += [line.removeprefix("$ ") for line in block.text.splitlines() if line.startswith("$ ")]
        elif block.language == "json":
            assert json.loads(block.text) == json.loads((examples.ROOT / "docs/permissions" / block.name).read_text())
        else:
            assert block.language == "text"
    if tasks:
        kitchen.play(tasks, **variables)
    run_commands(kitchen, commands)


def run_commands(kitchen: examples.Kitchen, commands: list[str]) -> None:
    """Run what can be run here. The same command again changes nothing."""
    first = next(guide for guide in examples.GUIDES if guide.stem == "guide_first_list")
    for block in examples.blocks(first):
        if block.name and not (kitchen.folder / block.name).exists():
            (kitchen.folder / block.name).write_text(block.text)
    seen = set()
    for line in commands:
        if ELSEWHERE.match(line):
            continue
        output = kitchen.command(*shlex.split(kitchen.fit(line)))
        if line in seen:
            assert "changed=0" in output
        seen.add(line)


def test_every_declared_list_of_a_guide_passes_preflight(kitchen: examples.Kitchen) -> None:
    role = {"name": "threatlists.aws.threatlists", "tasks_from": "preflight"}
    declared = [
        yaml.safe_load(block.text)["threatlists_declared"]
        for guide in examples.GUIDES
        for block in examples.blocks(guide)
        if block.language == "yaml" and "threatlists_declared:" in block.text
    ]
    tasks = [{"ansible.builtin.include_role": role, "vars": {"threatlists_declared": lists}} for lists in declared]
    assert tasks
    kitchen.play(tasks, account_id=examples.SECURITY, threatlists_regions=["eu-west-1"])


def test_examples_of_the_readme(kitchen: examples.Kitchen) -> None:
    text = (examples.ROOT / "README.md").read_text(encoding="utf-8")
    found = re.findall(r"^```yaml\n(.*?)^```$", text, re.M | re.S)
    assert found
    for block in found:
        plays = yaml.safe_load(kitchen.fit(block))
        for play in plays:
            play["vars"] = {"ansible_python_interpreter": "{{ ansible_playbook_python }}"}
        kitchen.playbook(plays)
    assert {item["name"] for item in kitchen.aws.loaded()} == {"threatstream-malware"}
    commands = re.findall(r"^\$ (.+)$", text, re.M)
    assert all(ELSEWHERE.match(command) for command in commands)
