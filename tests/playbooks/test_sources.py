# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A list of sources of every kind, from where they are published to where it is loaded."""

from __future__ import annotations

import hashlib
import json
import pathlib
import shutil
import typing as t

import pytest
import yaml
from support import feeds, fleet
from support.evidence import loaded
from support.paths import FIXTURES
from support.plays import Run
from support.worlds import World

REGION = "eu-west-1"
EVERYTHING, OTHER = "everything", "other"
TASKS = [
    {
        "block": [
            {
                "name": "Merge",
                "threatlists.aws.threatlist_file": {
                    "sources": "{{ list.sources }}",
                    "format": "STIX",
                    "dest": "{{ folder }}/{{ list.name }}.xml",
                },
                "register": "merged",
            },
            {
                "name": "Publish",
                "threatlists.aws.s3_threatlist": {
                    "bucket": fleet.BUCKET,
                    "key": "{{ list.name }}.xml",
                    "src": "{{ merged.dest }}",
                    "format": "STIX",
                    "max_shrink_percent": 100,
                },
            },
            {
                "name": "Load",
                "threatlists.aws.guardduty_threatintelset": {
                    "name": "{{ list.name }}",
                    "format": "STIX",
                    "location": f"s3://{fleet.BUCKET}/{{{{ list.name }}}}.xml",
                    "regions": [REGION],
                },
            },
        ],
        "rescue": [
            {
                "name": "Note what was refused",
                "ansible.builtin.set_fact": {
                    "refused": "{{ refused | default({}) | combine({list.name: ansible_failed_result.msg}) }}"
                },
            }
        ],
    }
]


class Sources:
    """What others publish, all of it switched on, and the playbook that makes lists of it."""

    def __init__(self, world: World, folder: pathlib.Path, files: feeds.FileServer, taxii: feeds.Taxii) -> None:
        self.world, self.files, self.taxii = world, files, taxii
        self.bundle = folder / "bundle.json"
        shutil.copy(FIXTURES / "feeds/stix21_bundle.json", self.bundle)
        files.files["/feodo.csv"] = (FIXTURES / "feeds/feodo.csv").read_bytes()
        taxii.hold([feeds.indicator(1, "[ipv4-addr:value = '45.66.0.1']")])
        world.aws.client("s3", fleet.PUBLISHER).create_bucket(
            Bucket=fleet.BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION}
        )
        world.aws.client("s3", fleet.PUBLISHER).put_bucket_versioning(
            Bucket=fleet.BUCKET, VersioningConfiguration={"Status": "Enabled"}
        )
        world.player.env |= {"TAXII_USERNAME": taxii.username, "TAXII_PASSWORD": taxii.password}
        (folder / "list.yml").write_text(yaml.safe_dump(TASKS))
        plays = {
            "hosts": "localhost",
            "gather_facts": False,
            "vars": {"folder": str(folder), "ansible_python_interpreter": "{{ ansible_playbook_python }}"},
            "tasks": [
                {"ansible.builtin.include_tasks": str(folder / "list.yml"), "loop": "{{ lists }}", **LOOP},
                {"ansible.builtin.fail": {"msg": "{{ refused | to_json }}"}, "when": "refused is defined"},
            ],
        }
        self.playbook = folder / "lists.yml"
        self.playbook.write_text(yaml.safe_dump([plays]))

    def declared(self, *entries: str) -> list[dict[str, t.Any]]:
        return [
            {
                "name": EVERYTHING,
                "sources": [
                    {"threatstream": fleet.MISSION, "name": "ThreatStream"},
                    {"url": f"{self.files.url}/feodo.csv", "column": "dst_ip", "name": "Feodo"},
                    {"file": str(self.bundle), "name": "the bundle"},
                    {"taxii": {"url": self.taxii.url, "collection": self.taxii.collection}, "name": "the collection"},
                    {"entries": list(entries)},
                ],
            },
            {"name": OTHER, "sources": [{"entries": ["45.155.203.1", "45.155.203.2", *entries]}]},
        ]

    def run(self, *entries: str) -> Run:
        return self.world.player.run(str(self.playbook), lists=self.declared(*entries))

    def fail_only(self, name: str, source: str, entry: str) -> None:
        """A run refuses this list alone, by this source, and brings the other one to its new entry."""
        run = self.run(entry)
        assert run.status == "failed"
        (message,) = [result["msg"] for result in run.results("ansible.builtin.fail")["localhost"]]
        refused = json.loads(message)
        assert refused.keys() == {name}
        assert source in refused[name]
        assert entry.encode() in self.published(OTHER)
        assert self.loaded(OTHER) == hashlib.sha256(self.published(OTHER)).hexdigest()

    def published(self, name: str) -> bytes:
        s3 = self.world.aws.client("s3", fleet.PUBLISHER)
        body: bytes = s3.get_object(Bucket=fleet.BUCKET, Key=f"{name}.xml")["Body"].read()
        return body

    def loaded(self, name: str) -> str | None:
        return loaded(self.world.aws)[fleet.PUBLISHER, REGION, name]


LOOP = {"loop_control": {"loop_var": "list", "label": "{{ list.name }}"}}


@pytest.fixture
def sources(world: World, tmp_path: pathlib.Path) -> t.Iterator[Sources]:
    with feeds.files() as files, feeds.taxii() as taxii:
        yield Sources(world, tmp_path, files, taxii)


def test_a_list_of_every_kind_of_source(sources: Sources) -> None:
    first = sources.run("45.155.204.1").succeeded()
    assert first.changed
    everything = sources.published(EVERYTHING)
    of_each = [b">198.51.0.", b">45.61.0.30<", b">45.64.0.1<", b">45.66.0.1<", b">45.155.204.1<"]
    assert [part for part in of_each if part not in everything] == []
    assert sources.loaded(EVERYTHING) == hashlib.sha256(everything).hexdigest()
    assert sources.taxii.password not in first.stdout + json.dumps(first.events)

    second = sources.run("45.155.204.1").succeeded()
    assert second.changed == {}
    assert sources.published(EVERYTHING) == everything

    sources.files.faults.append(404)
    sources.fail_only(EVERYTHING, "Feodo", "45.155.204.2")
    sources.taxii.hold([], readable=False)
    sources.fail_only(EVERYTHING, "the collection", "45.155.204.3")
    assert sources.published(EVERYTHING) == everything
    assert sources.loaded(EVERYTHING) == hashlib.sha256(everything).hexdigest()
