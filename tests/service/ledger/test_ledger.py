# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What lists found is kept in S3: once, by several at a time, and whatever S3 answers."""

from __future__ import annotations

import concurrent.futures
import pathlib
import typing as t

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils import _module
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty import findings_info
from ansible_collections.threatlists.aws.plugins.module_utils._ledger import hits, keep
from support.guardduty_cases import ACCOUNT, BUCKET, REGION, Edge, client, converge, edge, lst, world
from support.guardduty_cases import publish as put
from support.published import publish_with_index
from threatlists_emulators import control
from threatlists_emulators.control import Aws

KEY = "threats.txt.hits.jsonl"
PLACE = {"name": "threats", "location": f"s3://{BUCKET}/threats.txt"}
PHISHME = {"value": "45.1.2.3", "source": "PhishMe", "id": "7", "confidence": 95}
WIDE = {"value": "45.9.0.0/24", "source": "Wide"}


@pytest.fixture(scope="module")
def emulator() -> t.Iterator[Aws]:
    with control.aws() as aws:
        yield aws


@pytest.fixture
def aws(emulator: Aws, tmp_path: pathlib.Path) -> Aws:
    """An emulator with a list that has an index and is loaded, and found two addresses."""
    emulator.world(world())
    publish_with_index(emulator, tmp_path, PHISHME, WIDE)
    assert converge(emulator, lst()).result["failed"] is False
    emulator.traffic(ACCOUNT, REGION, "45.1.2.3")
    emulator.traffic(ACCOUNT, REGION, "45.9.0.9", resource="i-2")
    return emulator


def findings(aws: Aws) -> list[dict[str, t.Any]]:
    options = {"index": {"threats": PLACE["location"]}, "archived": "include"}
    module = edge(aws, findings_info.INFO_SPEC, **options)
    _module.run(module, findings_info.read_findings)
    return t.cast(list[dict[str, t.Any]], module.result["findings"])


def run(aws: Aws, **options: t.Any) -> Edge:
    module = edge(aws, keep.ARGUMENT_SPEC, **{"lists": [PLACE], **options})
    _module.run(module, keep.keep)
    return module


def stored(aws: Aws) -> hits.Ledger:
    return hits.load(client(aws, "s3").get_object(Bucket=BUCKET, Key=KEY)["Body"].read(), KEY)


def writes(aws: Aws) -> list[str]:
    return [call["operation"] for call in aws.calls(service="s3", write=True)]


def test_what_was_found_is_kept_once_and_judged(aws: Aws) -> None:
    found = findings(aws)
    aws.clear_calls()
    predicted = run(aws, findings=found, check=True).result
    assert (predicted["changed"], writes(aws)) == (True, [])
    first = run(aws, findings=found, since="90d").result
    assert (first["changed"], writes(aws), first["failed"]) == (True, ["PutObject"], False)
    again = run(aws, findings=list(reversed(found)))
    assert (again.result["changed"], writes(aws), again.warnings) == (False, ["PutObject"], [])
    told = again.result["lists"][0]["worth"]
    assert told == first["lists"][0]["worth"] == run(aws).result["lists"][0]["worth"]
    assert (told["findings_7d"], told["entries"], told["matched"], told["never_matched"]) == (2, 2, 2, 0)
    assert {one["name"]: (one["matched"], one["entries"]) for one in told["sources"]} == {
        "PhishMe": (1, 1),
        "Wide": (1, 1),
    }
    assert {hit["entry"] for hit in stored(aws).hits.values()} == {"45.1.2.3", "45.9.0.0/24"}


def test_without_findings_nothing_is_written(aws: Aws) -> None:
    aws.clear_calls()
    told = run(aws).result["lists"][0]["worth"]
    assert (told["since"], told["matched"], told["never_matched"], writes(aws)) == ("", 0, 2, [])


def test_two_at_once_lose_nothing(aws: Aws) -> None:
    sample = findings(aws)[0]
    many = [{**sample, "id": f"{number:032x}"} for number in range(6)]
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        results = list(pool.map(lambda one: run(aws, findings=[one]).result["failed"], many))
    assert results == [False] * 6
    assert {finding for finding, _remote in stored(aws).hits} == {one["id"] for one in many}


def test_a_source_that_left_the_list_is_forgotten(aws: Aws, tmp_path: pathlib.Path) -> None:
    run(aws, findings=findings(aws))
    assert set(stored(aws).sources) == {"PhishMe", "Wide"}
    publish_with_index(aws, tmp_path, WIDE)
    told = run(aws, findings=[]).result["lists"][0]["worth"]
    assert set(stored(aws).sources) == {"Wide"}
    assert {one["name"]: one["entries"] for one in told["sources"]} == {"PhishMe": 0, "Wide": 1}
    assert told["matched"] == 2


def test_an_index_that_is_missing_or_of_another_list_is_said_and_not_used(aws: Aws) -> None:
    put(aws, b"45.5.5.5\n")
    module = run(aws, findings=findings(aws))
    assert "no index belongs to s3://acme-threatlists/threats.txt" in module.warnings[0]
    told = module.result["lists"][0]["worth"]
    assert (told["entries"], told["never_matched"], told["matched"]) == (None, None, 2)


def test_a_list_that_fails_stops_no_other(aws: Aws) -> None:
    put(aws, b"x", key="other.txt.hits.jsonl")
    other = {"name": "other", "location": f"s3://{BUCKET}/other.txt"}
    result = run(aws, lists=[other, PLACE], findings=findings(aws)).result
    assert [(one["changed"], one["error"] and one["error"]["code"]) for one in result["lists"]] == [
        (False, "NotWellFormed"),
        (True, None),
    ]
    assert (result["error"]["code"], "delete it" in result["error"]["remedy"]) == ("NotWellFormed", True)


@pytest.mark.parametrize(
    ("operation", "status", "code"),
    [("GetObject", 403, "AccessDenied"), ("PutObject", 403, "AccessDenied"), ("PutObject", 409, "PublishConflict")],
)
def test_what_s3_refuses_is_said(
    aws: Aws, monkeypatch: pytest.MonkeyPatch, operation: str, status: int, code: str
) -> None:
    monkeypatch.setattr("ansible_collections.threatlists.aws.plugins.module_utils._ledger.store.ATTEMPTS", 2)
    found = findings(aws)
    aws.fault(service="s3", operation=operation, code=code, status=status, message="no", times=None)
    result = run(aws, findings=found).result
    assert (result["failed"], result["error"]["code"], result["changed"]) == (True, code, False)


def test_throttling_is_borne(aws: Aws) -> None:
    found = findings(aws)
    aws.fault(service="s3", operation="PutObject", code="SlowDown", status=503, message="slow down", times=2)
    assert run(aws, findings=found).result["changed"] is True


@pytest.mark.parametrize(
    "options",
    [
        {"findings": [{"id": "x"}]},
        {"review_days": 0},
        {"max_age": "long"},
        {"since": "long"},
        {"lists": [{"name": "threats", "location": "nowhere"}]},
    ],
)
def test_what_cannot_be_meant(aws: Aws, options: dict[str, t.Any]) -> None:
    assert run(aws, **options).result["error"]["code"] == "InvalidArgument"
