# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why a finding was raised is read from the index of the list that was published then."""

from __future__ import annotations

import pathlib
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils import _module
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty import findings_info
from support.guardduty_cases import (
    ACCOUNT,
    BUCKET,
    OTHER,
    REGION,
    ROLE,
    Edge,
    client,
    converge,
    edge,
    lst,
    world,
)
from support.published import publish_with_index
from threatlists_emulators.control import Aws

INDEX = {"threats": f"s3://{BUCKET}/threats.txt"}
PHISHME = {"value": "45.1.2.3", "source": "PhishMe", "id": "7", "confidence": 95}
WIDE = {"value": "45.9.0.0/24", "source": "Wide"}


@pytest.fixture
def aws(emulator: Aws) -> Aws:
    emulator.world(world())
    return emulator


@pytest.fixture
def load(aws: Aws, tmp_path: pathlib.Path) -> Callable[..., str]:
    """Publish these indicators with their index, and load the list; its digest."""

    def run(*indicators: dict[str, Any], with_index: bool = True, **options: Any) -> str:
        digest = publish_with_index(aws, tmp_path, *indicators, with_index=with_index)
        assert converge(aws, lst(), **options).result["failed"] is False
        return digest

    return run


def find(aws: Aws, **options: Any) -> Edge:
    module = edge(aws, findings_info.INFO_SPEC, **{"index": INDEX, **options})
    aws.clear_calls()
    _module.run(module, findings_info.read_findings)
    return module


def test_source_confidence_and_id_of_what_was_found(aws: Aws, load: Callable[..., str]) -> None:
    digest = load(PHISHME, WIDE)
    aws.traffic(ACCOUNT, REGION, "45.1.2.3")
    aws.traffic(ACCOUNT, REGION, "45.9.0.9", resource="i-2")
    found = {one["indicator"]: one["why"] for one in find(aws).result["findings"]}
    exact, wider = found["45.1.2.3"], found["45.9.0.9"]
    assert (exact["entry"], exact["relation"], exact["indicators"]) == ("45.1.2.3", "exact", [PHISHME])
    assert (wider["entry"], wider["relation"], wider["indicators"]) == ("45.9.0.0/24", "covers", [WIDE])
    assert exact["list_sha256"] == digest
    assert len(aws.calls(service="s3", operation="GetObject")) == 1


def test_what_was_withdrawn_since_is_found_in_an_earlier_version(aws: Aws, load: Callable[..., str]) -> None:
    first = load(PHISHME, WIDE)
    aws.traffic(ACCOUNT, REGION, "45.1.2.3")
    load(WIDE)
    (found,) = find(aws).result["findings"]
    assert (found["why"]["list_sha256"], found["why"]["indicators"]) == (first, [PHISHME])


def test_an_assumed_role_reads_findings_and_the_controller_the_index(aws: Aws, load: Callable[..., str]) -> None:
    load(PHISHME, assume_role_arn=ROLE)
    aws.traffic(OTHER, REGION, "45.1.2.3")
    (found,) = find(aws, assume_role_arn=ROLE).result["findings"]
    assert found["why"]["indicators"] == [PHISHME]
    assert {call["account"] for call in aws.calls(service="s3")} == {ACCOUNT}


@pytest.mark.parametrize("index", [None, {}, {"another": INDEX["threats"]}])
def test_without_an_index_nothing_is_read_from_s3(aws: Aws, load: Callable[..., str], index: Any) -> None:
    load(PHISHME)
    aws.traffic(ACCOUNT, REGION, "45.1.2.3")
    module = find(aws, index=index)
    assert (module.result["findings"][0]["why"], module.warnings) == (None, [])
    assert aws.calls(service="s3") == []


def test_a_missing_index_is_said(aws: Aws, load: Callable[..., str]) -> None:
    load(PHISHME, with_index=False)
    aws.traffic(ACCOUNT, REGION, "45.1.2.3")
    module = find(aws)
    assert module.result["findings"][0]["why"] is None
    assert "no index of s3://acme-threatlists/threats.txt" in module.warnings[0]


@pytest.mark.parametrize("operation", ["ListObjectVersions", "HeadObject", "GetObject"])
def test_an_index_that_may_not_be_read_stops_nothing(aws: Aws, load: Callable[..., str], operation: str) -> None:
    load(PHISHME)
    aws.traffic(ACCOUNT, REGION, "45.1.2.3")
    aws.fault(service="s3", operation=operation, code="AccessDenied", status=403, message="no", times=None)
    module = find(aws)
    assert module.result["findings"][0]["why"] is None
    assert "denied" in module.warnings[0]


def test_an_index_that_is_none_is_said(aws: Aws, load: Callable[..., str]) -> None:
    digest = load(PHISHME)
    s3 = client(aws, "s3")
    s3.put_object(Bucket=BUCKET, Key="threats.txt.index.jsonl.gz", Body=b"x", Metadata={"list-sha256": digest})
    aws.traffic(ACCOUNT, REGION, "45.1.2.3")
    module = find(aws)
    assert "is no index of a list" in module.warnings[0]
    assert module.result["findings"][0]["why"] is None


def test_a_wrong_location_is_refused(aws: Aws) -> None:
    assert find(aws, index={"threats": "nowhere"}).result["error"]["code"] == "InvalidArgument"
