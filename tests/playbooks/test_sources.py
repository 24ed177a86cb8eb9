# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A list of sources of every kind, from where they are published to where it is loaded, by the role."""

from __future__ import annotations

import hashlib
import json
import pathlib
import shutil
import typing as t

import pytest
from support import feeds, fleet
from support.evidence import everywhere, loaded
from support.paths import FIXTURES
from support.plays import Run
from support.worlds import World

EVERYTHING, GOOD = "everything", "good"
INLINE = "45.155.204.1"
# Of each list with a dead source: the error's code, and how its cause names that source.
CAUSES = {
    "the-mission": ("InvalidCredentials", "item 1: the mission: ThreatStream at 127.0.0.1 refused"),
    "Feodo": ("NotFound", "item 1: Feodo: 127.0.0.1/feodo.csv: answered 404"),
    "the-bundle": ("NoIndicators", "item 1: the bundle: "),
    "the-collection": ("NotTaxii", "item 1: the collection: TAXII collection"),
    "by-hand": ("SourceUnusable", "item 1: by hand: nothing usable of 2"),
}


class Sources:
    """What others publish, all of it switched on, and lists of it."""

    def __init__(self, world: World, folder: pathlib.Path, files: feeds.FileServer, taxii: feeds.Taxii) -> None:
        self.world, self.files, self.taxii = world, files, taxii
        self.bundle = folder / "bundle.json"
        shutil.copy(FIXTURES / "feeds/stix21_bundle.json", self.bundle)
        files.files["/feodo.csv"] = (FIXTURES / "feeds/feodo.csv").read_bytes()
        taxii.hold([feeds.indicator(1, "[ipv4-addr:value = '45.66.0.1']")])
        world.player.env |= {"TAXII_USERNAME": taxii.username, "TAXII_PASSWORD": taxii.password}
        self.kinds: dict[str, dict[str, t.Any]] = {
            "the mission": {"threatstream": fleet.MISSION},
            "Feodo": {"url": f"{files.url}/feodo.csv", "column": "dst_ip"},
            "the bundle": {"file": str(self.bundle)},
            "the collection": {"taxii": {"url": taxii.url, "collection": taxii.collection}},
            "by hand": {"entries": [INLINE]},
        }

    def switch_off(self) -> None:
        self.world.threatstream.fault(kind="status", status=401, times=None)
        self.files.files.clear()
        self.bundle.write_text('{"type": "bundle", "id": "bundle--00000000-0000-4000-8000-000000000000"}')
        self.taxii.hold([], readable=False)
        self.kinds["by hand"] = {"entries": ["nowhere", "300.1.1.1"]}

    def merged(self) -> dict[str, t.Any]:
        return declared(EVERYTHING, *self._named())

    def one_each(self, *entries: str) -> list[dict[str, t.Any]]:
        """A list for each kind of source, each with inline entries beside it, and one of inline entries alone."""
        beside = {"entries": list(entries), "name": "beside"}
        lists = [declared(source["name"].replace(" ", "-"), source, beside) for source in self._named()]
        return [*lists, declared(GOOD, beside)]

    def _named(self) -> list[dict[str, t.Any]]:
        return [{**source, "name": name} for name, source in self.kinds.items()]

    def run(self, playbook: str, lists: list[dict[str, t.Any]]) -> Run:
        return self.world.player.run(f"threatlists.aws.{playbook}", threatlists_declared=lists)

    def published(self, name: str) -> bytes:
        s3 = self.world.aws.client("s3", fleet.PUBLISHER)
        body: bytes = s3.get_object(Bucket=fleet.BUCKET, Key=f"{name}.xml")["Body"].read()
        return body


def declared(name: str, *sources: dict[str, t.Any]) -> dict[str, t.Any]:
    return {
        "name": name,
        "kind": "threatintelset",
        "format": "STIX",
        "bucket": fleet.BUCKET,
        "key": f"{name}.xml",
        "expected_bucket_owner": fleet.PUBLISHER,
        "sources": list(sources),
    }


@pytest.fixture
def sources(world: World, tmp_path: pathlib.Path) -> t.Iterator[Sources]:
    with feeds.files() as files, feeds.taxii() as taxii:
        yield Sources(world, tmp_path, files, taxii)
        world.threatstream.clear_faults()


def test_sources_of_every_kind_are_loaded_and_a_dead_one_fails_its_list_alone(sources: Sources) -> None:
    first = sources.run("site", [sources.merged()]).succeeded()
    everything = sources.published(EVERYTHING)
    of_each = [b">198.51.0.", b">45.61.0.30<", b">45.64.0.1<", b">45.66.0.1<", f">{INLINE}<".encode()]
    assert [part for part in of_each if part not in everything] == []
    assert loaded(sources.world.aws) == everywhere({EVERYTHING: hashlib.sha256(everything).hexdigest()})
    assert sources.taxii.password not in first.stdout + json.dumps(first.events)
    assert first.changed
    assert sources.run("site", [sources.merged()]).succeeded().changed == {}

    lists = sources.one_each("45.155.205.1")
    sources.run("publish", lists).succeeded()
    before = {item["name"]: sources.published(item["name"]) for item in lists}
    sources.switch_off()
    run = sources.run("publish", sources.one_each("45.155.205.1", "45.155.205.2"))
    assert run.status == "failed"
    after = {item["name"]: sources.published(item["name"]) for item in lists}
    assert [name for name in before if after[name] != before[name]] == [GOOD]
    assert b">45.155.205.2<" in after[GOOD]
    said = " ".join(run.stdout.split())  # where lines end depends on how long the paths are
    for name, cause in CAUSES.items():
        assert f"{name} refused, not published {cause[0]}" in said, run.stdout
        assert cause[1] in said, run.stdout
