# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whatever dies, and wherever: the next run reaches the declared state, and no tag ever lies."""

from __future__ import annotations

import itertools
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty import waiting
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.guardduty_cases import (
    ACCOUNT,
    BUCKET,
    KINDS,
    ONE,
    REGION,
    SECOND,
    TWO,
    client,
    converge,
    digest_of,
    loaded,
    lst,
    publish,
    world,
)
from threatlists_emulators import control
from threatlists_emulators.control import Aws

# With FLEET_SEEDS=20 every scenario is tried with reads that lag.
IS_FULL = int(os.environ.get("FLEET_SEEDS", "4")) >= 20
LAG = 0.6
AT_ONCE = {"aws_config": {"retries": {"total_max_attempts": 1, "mode": "standard"}}}
SECOND_KEY = f"s3://{BUCKET}/second.txt"


@pytest.fixture(scope="module")
def aws() -> Iterator[Aws]:
    with control.aws() as emulator:
        yield emulator


def start(aws: Aws) -> None:
    """An empty world with both objects and a list of somebody else's."""
    aws.world(world())
    publish(aws)
    publish(aws, key="second.txt")
    guardduty = client(aws, "guardduty")
    (detector,) = guardduty.list_detectors()["DetectorIds"]
    guardduty.create_threat_intel_set(
        DetectorId=detector, Name="theirs", Format="TXT", Location=SECOND_KEY, Activate=False, Tags={"owner": "them"}
    )


def assert_no_tag_lies(aws: Aws) -> None:
    for one in loaded(aws):
        tag = one["tags"].get("threatlists:sha256", "pending").removeprefix("submitted:").partition(":")[0]
        assert tag == "pending" or one["status"] != "ACTIVE" or tag == one["sha256"]


def assert_reached(aws: Aws, declared: list[dict[str, Any]], digests: dict[str, str]) -> None:
    """One more run reaches the declared state, the run after has nothing to do, and the others' list stands."""
    first = converge(aws, *declared)
    assert not first.result["failed"], first.result
    second = converge(aws, *declared)
    assert set(second.actions) == {"none"}, second.result
    assert aws.calls(write=True) == []
    assert_no_tag_lies(aws)
    found = {(one["kind"], one["name"]): one for one in loaded(aws)}
    assert found.pop(("threatintelset", "theirs"))["tags"] == {"owner": "them"}
    for one in declared:
        there = found.pop((one["kind"], one["name"]), None)
        if one.get("state") == "absent":
            assert there is None
            continue
        assert there is not None
        assert (there["format"], there["location"]) == (one["format"], one["location"])
        assert there["status"] == ("ACTIVE" if one.get("activate", True) else "INACTIVE")
        if one.get("activate", True):
            assert there["sha256"] == there["tags"]["threatlists:sha256"] == digests[one["location"]]
    assert found == {}


SCENARIOS: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]], dict[str, Any]]] = {
    "create": ([], [lst()], {}),
    "new content": ([lst(kind="threatentityset")], [lst(kind="threatentityset")], {"content": TWO}),
    "another format": ([lst(tags={"a": "b"})], [lst(format="STIX", trust_content=True)], {}),
    "another format of entities": (
        [lst(kind="threatentityset")],
        [lst(kind="threatentityset", format="STIX", trust_content=True)],
        {"options": {"wait": False}},
    ),
    "another format without room": (
        [lst(kind="ipset")],
        [lst(kind="ipset", format="STIX", trust_content=True, recreate=True)],
        {},
    ),
    "another place": ([lst()], [lst(location=SECOND_KEY, tags={"owner": "me"})], {}),
    "off": ([lst(tags={"a": "b"})], [lst(activate=False, tags={})], {}),
    "swap": ([lst("old", "ipset")], [lst("old", "ipset", state="absent"), lst("new", "ipset")], {}),
    "submitted": ([], [lst(kind="trustedentityset")], {"options": {"wait": False}}),
}


# By scenario, for how long reads show what was, and for how long that is waited for.
LAGS = [
    *((scenario, 0, waiting.UNTIL_SHOWN) for scenario in SCENARIOS),
    *((scenario, LAG, waiting.UNTIL_SHOWN) for scenario in (SCENARIOS if IS_FULL else ("create",))),
    *([("another place", LAG, LAG / 3)] if IS_FULL else []),
]


@pytest.mark.parametrize(("scenario", "lag", "until_shown"), LAGS)
def test_a_death_around_any_single_write_is_healed_by_the_next_run(
    aws: Aws, scenario: str, lag: float, until_shown: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before and after the effect of every write that a run without a death made.

    A death before a read leaves what one after the write before it left.
    """
    before, declared, extra = SCENARIOS[scenario]
    digests = {lst()["location"]: digest_of(extra.get("content", ONE)), SECOND_KEY: digest_of(ONE)}
    monkeypatch.setattr(waiting, "UNTIL_SHOWN", until_shown)
    # What died leaves no proof however long it is looked for, only what lags does.
    monkeypatch.setattr(waiting, "UNTIL_PROVEN", 3 * lag)

    def run(**fault: Any) -> list[dict[str, Any]]:
        aws.settings(eventual_consistency=0)
        start(aws)
        if before:
            converge(aws, *before)
        aws.settings(eventual_consistency=lag)
        if "content" in extra:
            publish(aws, extra["content"])
        if fault:
            aws.fault(action="die", **fault)
        converge(aws, *declared, concurrency=1, **AT_ONCE, **extra.get("options", {}))
        return aws.calls()

    writes = [number for number, call in enumerate(run()) if call["write"]]
    assert writes
    for number, when in itertools.product(writes, ("before", "after")):
        run(skip=number, when=when)
        aws.clear_faults()
        assert_no_tag_lies(aws)
        assert_reached(aws, declared, digests)


declarations = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(KINDS),
        "state": st.sampled_from(["present", "present", "absent"]),
        "format": st.sampled_from(["TXT", "STIX"]),
        "trust_content": st.just(True),
        "recreate": st.just(True),
        "adopt": st.just(True),
        "location": st.sampled_from([lst()["location"], SECOND_KEY]),
        "activate": st.booleans(),
        "tags": st.sampled_from([None, {"owner": "me"}, {}]),
    }
).map(lambda given: lst(**given))
tampering = st.fixed_dictionaries(
    {},
    optional={
        "name": st.just("renamed"),
        "location": st.just(f"s3://{BUCKET}/other.txt"),
        "status": st.sampled_from(["INACTIVE", "ERROR"]),
        "tags": st.just({}),
    },
)
deaths = st.none() | st.tuples(st.integers(0, 14), st.sampled_from(["before", "after"]))


@given(
    st.lists(st.tuples(declarations, st.booleans(), tampering, deaths, st.booleans()), min_size=1, max_size=4),
    declarations,
)
@settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_history_ends_in_the_declared_state(
    aws: Aws, history: list[tuple[dict[str, Any], bool, dict[str, Any], Any, bool]], last: dict[str, Any]
) -> None:
    start(aws)
    last = {**last, "kind": history[0][0]["kind"]}
    digest = ""
    for declared, other_content, tampered, death, wait in history:
        digest = publish(aws, TWO if other_content else ONE)
        if death:
            aws.fault(action="die", skip=death[0], when=death[1])
        converge(aws, {**declared, "kind": last["kind"]}, wait=wait, **AT_ONCE)
        aws.clear_faults()
        assert_no_tag_lies(aws)
        mine = [one for one in loaded(aws) if one["name"] == "threats"]
        if mine and tampered and not {"name", "tags"} <= tampered.keys():
            aws.tamper(mine[0]["id"], **tampered)
    assert_reached(aws, [last], {lst()["location"]: digest, SECOND_KEY: digest_of(ONE)})


@pytest.mark.parametrize("lag", [0, LAG])
def test_runs_at_the_same_time_delete_nothing_and_double_nothing(
    aws: Aws, lag: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "UNTIL_PROVEN", 3 * lag)
    start(aws)
    aws.settings(eventual_consistency=lag)
    lists = [lst(kind=kind) for kind in KINDS]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _number: converge(aws, *lists, lst("old", state="absent")), range(4)))
    digest = publish(aws)
    assert_reached(aws, [*lists, lst("old", state="absent")], {lst()["location"]: digest})
    assert len(loaded(aws)) == 5


def begin(aws: Aws) -> subprocess.Popen[str]:
    """The real module, which has imported everything and waits for its arguments."""
    environment = {**os.environ, **aws.environment(ACCOUNT, REGION), "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.Popen(
        [sys.executable, "-m", "ansible_collections.threatlists.aws.plugins.modules.guardduty_lists"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
        text=True,
    )


def test_kill_9_of_the_real_process_at_20_moments(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "UNTIL_PROVEN", 3 * LAG)
    lists, regions = [lst(), lst(kind="trustedentityset")], [REGION, SECOND]
    arguments = {"lists": lists, "regions": regions, "_ansible_remote_tmp": "/tmp"}
    begun = [begin(aws), begin(aws)]
    for seed in range(20):
        dice = random.Random(seed)
        begun.append(begin(aws))
        process = begun.pop(0)
        aws.settings(eventual_consistency=0)
        start(aws)
        if seed % 2:
            converge(aws, *lists, regions=regions)
        aws.settings(activation_delay=0.05, eventual_consistency=LAG if IS_FULL or seed % 4 == 3 else 0)
        digest = publish(aws, TWO)
        aws.clear_calls()
        process.stdin.write(json.dumps({"ANSIBLE_MODULE_ARGS": arguments}))
        process.stdin.close()
        moment = dice.randint(1, 40)
        while process.poll() is None and len(aws.calls()) < moment:
            time.sleep(dice.uniform(0, 0.02))
        process.kill()
        process.wait()
        assert_no_tag_lies(aws)
        healed = converge(aws, *lists, regions=regions)
        assert not healed.result["failed"], (seed, moment, healed.result)
        assert {one["sha256"] for one in loaded(aws) if one["name"] == "threats"} == {digest}
        assert set(converge(aws, *lists, regions=regions).actions) == {"none"}
    for process in begun:
        process.kill()
        process.wait()
