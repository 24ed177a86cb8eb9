# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The index goes with its list: published before it, restored with it, never used for another; explain reads it."""

from __future__ import annotations

import json
import pathlib
import typing as t

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils import _module
from ansible_collections.threatlists.aws.plugins.module_utils._aws import arns
from ansible_collections.threatlists.aws.plugins.module_utils._lists import index as _index
from ansible_collections.threatlists.aws.plugins.module_utils._s3 import publish as _publish
from ansible_collections.threatlists.aws.plugins.module_utils._s3 import why_listed
from ansible_collections.threatlists.aws.plugins.plugin_utils._role import policies
from botocore.exceptions import ClientError
from support import s3_helpers
from support.guardduty_cases import Edge, edge
from support.list_cases import merge
from support.s3_helpers import BUCKET, KEY, OWNER
from threatlists_emulators import control

INDEX = f"{KEY}.index.jsonl.gz"
LOCATION = f"s3://{BUCKET}/{KEY}"
PHISHME = {"value": "45.1.2.3", "source": "PhishMe", "id": "7", "confidence": 95, "tags": ["apt28", "c2"]}
WIDE = {"value": "45.9.0.0/24", "source": "Wide"}


@pytest.fixture
def aws(emulator: control.Aws) -> control.Aws:
    emulator.world({"accounts": {OWNER: {}}, "regions": ["eu-west-1"]})
    client = emulator.client("s3")
    client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    client.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    emulator.clear_calls()
    return emulator


@pytest.fixture
def publish(aws: control.Aws, tmp_path: pathlib.Path) -> t.Callable[..., tuple[dict[str, t.Any], list[str]]]:
    """Merge these indicators into a list with its index, and publish both; the result, and what was warned of."""

    def run(*indicators: dict[str, t.Any], **options: t.Any) -> tuple[dict[str, t.Any], list[str]]:
        source, dest, index = (str(tmp_path / name) for name in ("feed.jsonl", "list.txt", "list.index"))
        if indicators:
            pathlib.Path(source).write_text("".join(f"{json.dumps(one)}\n" for one in indicators))
            merge(src=[source], dest=dest, index=index, max_shrink_percent=100)
        module = s3_helpers.module(**{"src": dest, "index": index, "max_shrink_percent": 100, **options})
        return _publish.converge(module, s3_helpers.place(aws.client("s3"))), module.warnings

    return run


def explain(aws: control.Aws, *indicators: str, **options: t.Any) -> Edge:
    places = [{"name": "threats", "location": LOCATION}]
    module = edge(
        aws, why_listed.ARGUMENT_SPEC, indicators=list(indicators), lists=places, account=KEY_OF_OWNER, **options
    )
    aws.clear_calls()
    _module.run(module, why_listed.why_listed)
    return module


KEY_OF_OWNER = f"AKIA{OWNER}EMUL"


def answer(aws: control.Aws, indicator: str, **options: t.Any) -> dict[str, t.Any]:
    module = explain(aws, indicator, **options)
    assert not module.result["failed"], module.result
    (one,) = module.result["answers"]
    return t.cast(dict[str, t.Any], one)


def puts(aws: control.Aws) -> list[str]:
    return [call["parameters"]["key"] for call in aws.calls(service="s3", operation="PutObject")]


def test_the_index_is_published_before_its_list_and_both_once(aws: control.Aws, publish: t.Any) -> None:
    result, _warnings = publish(PHISHME)
    assert puts(aws) == [INDEX, KEY]
    head = aws.client("s3").head_object(Bucket=BUCKET, Key=INDEX)
    assert head["Metadata"]["list-sha256"] == result["sha256"]
    aws.clear_calls()
    again, _warnings = publish()
    assert (again["changed"], again["written"], puts(aws)) == (False, [], [])
    only_index, _warnings = publish({**PHISHME, "source": "Other"})
    assert (result["written"], only_index["written"]) == (["index", "object"], ["index"])
    assert (only_index["changed"], puts(aws)) == (True, [INDEX])


def test_check_mode_publishes_nothing(aws: control.Aws, publish: t.Any, tmp_path: pathlib.Path) -> None:
    publish(PHISHME)
    aws.clear_calls()
    changed, _warnings = publish(PHISHME, WIDE, check_mode=True)
    missing, _warnings = publish(check_mode=True, index=str(tmp_path / "none"))
    assert (changed["changed"], missing["changed"], puts(aws)) == (True, True, [])


def test_a_restored_list_has_its_index_again(aws: control.Aws, publish: t.Any) -> None:
    first, _warnings = publish(PHISHME)
    publish(WIDE)
    restored, warnings = publish(state="restored", index=None)
    assert (restored["sha256"], warnings) == (first["sha256"], [])
    head = aws.client("s3").head_object(Bucket=BUCKET, Key=INDEX)
    assert head["Metadata"]["list-sha256"] == first["sha256"]
    assert answer(aws, "45.1.2.3")["listed"] is True
    assert answer(aws, "45.9.0.1")["listed"] is False


def test_a_restored_list_without_an_index_says_so(aws: control.Aws, publish: t.Any) -> None:
    publish(PHISHME, index=None)
    publish(WIDE)
    _restored, warnings = publish(state="restored", index=None)
    assert "no version of the index belongs" in warnings[0]
    assert answer(aws, "45.1.2.3")["listed"] is None


def test_an_absent_list_has_no_index(aws: control.Aws, publish: t.Any) -> None:
    publish(PHISHME)
    publish(state="absent")
    assert "Contents" not in aws.client("s3").list_objects_v2(Bucket=BUCKET)


def test_explain_tells_entry_source_and_since_when(aws: control.Aws, publish: t.Any) -> None:
    publish(WIDE)
    publish(WIDE, PHISHME)
    last, _warnings = publish(WIDE, PHISHME, {"value": "45.8.8.8"})
    found = answer(aws, " 45.1.2.3 ", platform_url="https://platform.example/{id}")
    (entry,) = found["entries"]
    assert (found["list"], found["listed"], found["until"], found["sha256"]) == ("threats", True, None, last["sha256"])
    assert (entry["entry"], entry["relation"]) == ("45.1.2.3", "exact")
    assert entry["indicators"] == [{**PHISHME, "url": "https://platform.example/7"}]
    versions = sorted(aws.client("s3").list_object_versions(Bucket=BUCKET, Prefix=KEY)["Versions"], key=_published)
    published = [_published(one).isoformat() for one in versions if one["Key"] == KEY]
    assert (found["since"], found["since_or_before"]) == (published[1], False)
    assert answer(aws, "45.9.0.77")["entries"][0]["relation"] == "covers"
    assert answer(aws, "45.9.0.77", max_versions=2)["since_or_before"] is True
    inside = answer(aws, "45.0.0.0/8")["entries"]
    assert [one["entry"] for one in inside] == ["45.1.2.3", "45.8.8.8", "45.9.0.0/24"]


def _published(version: dict[str, t.Any]) -> t.Any:
    return version["LastModified"]


def test_explain_tells_why_it_was_dropped_at_the_last_publish(aws: control.Aws, publish: t.Any) -> None:
    publish(PHISHME)
    gone = [
        {"value": f"45.3.0.{number}", "source": "Old", "expires": "2020-01-01T00:00:00.000Z"} for number in range(12)
    ]
    publish(WIDE, *gone)
    found = answer(aws, "45.3.0.1")
    assert (found["listed"], found["dropped_unseen"]) == (False, [])
    assert found["dropped"] == [{"source": "feed.jsonl", "reason": "expired", "value": "45.3.0.1", "line": 3}]
    unseen = answer(aws, "45.3.0.11")
    assert unseen["dropped"] == []
    assert unseen["dropped_unseen"] == [{"source": "feed.jsonl", "reason": "expired", "count": 2}]
    assert (answer(aws, "45.9.0.1")["dropped"], answer(aws, "45.9.0.1")["dropped_unseen"]) == ([], [])


def test_of_a_wide_network_explain_tells_the_first_and_how_many(aws: control.Aws, publish: t.Any) -> None:
    most = _index.MOST_INSIDE
    publish(*({"value": f"45.1.{number // 200}.{number % 200}"} for number in range(2 * most)))
    found = answer(aws, "0.0.0.0/1")
    assert (len(found["entries"]), found["entry_count"]) == (most, 2 * most)
    one = answer(aws, "45.1.0.7")
    assert (len(one["entries"]), one["entry_count"], answer(aws, "46.0.0.0/8")["entry_count"]) == (1, 1, 0)


def test_of_an_entry_explain_tells_the_first_indicators_and_how_many(aws: control.Aws, publish: t.Any) -> None:
    most = why_listed.MAX_INDICATORS
    publish({"value": "45.1.0.0/23"}, *({"value": f"45.1.{number // 200}.{number % 200}"} for number in range(most)))
    (entry,) = answer(aws, "45.1.0.0/23")["entries"]
    assert (len(entry["indicators"]), entry["indicator_count"]) == (most, most + 1)
    (entry,) = answer(aws, "45.1.0.9")["entries"]
    assert (len(entry["indicators"]), entry["indicator_count"]) == (2, 2)


def test_explain_tells_of_what_no_longer_stands(aws: control.Aws, publish: t.Any) -> None:
    first, _warnings = publish(PHISHME, WIDE)
    publish(WIDE)
    found = answer(aws, "45.1.2.3")
    assert (found["listed"], found["sha256"]) == (False, first["sha256"])
    assert found["until"] >= found["since"]
    never = answer(aws, "45.7.7.7")
    assert (never["listed"], never["entries"], never["since"]) == (False, [], None)


def test_a_thousand_indicators_in_one_read_of_each_index(aws: control.Aws, publish: t.Any) -> None:
    publish(PHISHME)
    publish(PHISHME, WIDE)
    asked = [f"45.1.{number // 250}.{number % 250}" for number in range(1000)]
    found = explain(aws, *asked).result["answers"]
    assert [one["indicator"] for one in found if one["listed"]] == ["45.1.2.3"]
    assert len(aws.calls(service="s3", operation="GetObject")) == 2


def test_an_index_that_belongs_to_another_list_is_never_used(aws: control.Aws, publish: t.Any) -> None:
    publish(PHISHME)
    aws.client("s3").put_object(Bucket=BUCKET, Key=KEY, Body=b"45.5.5.5\n", ChecksumAlgorithm="SHA256")
    module = explain(aws, "45.1.2.3", "45.5.5.5")
    stood, foreign = module.result["answers"]
    assert "1 of its last 2 versions have no index" in module.warnings[0]
    assert (stood["listed"], foreign["listed"], foreign["entries"]) == (None, None, [])


def test_a_list_that_fails_stops_no_other(aws: control.Aws, publish: t.Any) -> None:
    publish(PHISHME)
    lists = [{"name": "gone", "location": f"s3://{BUCKET}/none"}, {"name": "threats", "location": LOCATION}]
    module = edge(aws, why_listed.ARGUMENT_SPEC, account=KEY_OF_OWNER, indicators=["45.1.2.3"], lists=lists)
    _module.run(module, why_listed.why_listed)
    assert (module.result["failed"], module.result["error"]["code"]) == (True, "NoSuchObject")
    (found,) = module.result["answers"]
    assert (found["list"], found["listed"]) == ("threats", True)


def test_an_index_that_is_broken_is_said_and_the_others_are_read(aws: control.Aws, publish: t.Any) -> None:
    publish(PHISHME)
    last, _warnings = publish(PHISHME, WIDE)
    broken = {"list-sha256": last["sha256"]}
    aws.client("s3").put_object(Bucket=BUCKET, Key=INDEX, Body=b"x", Metadata=broken)
    module = explain(aws, "45.1.2.3", "45.9.0.1")
    assert not module.result["failed"], module.result
    stood, unknown = module.result["answers"]
    assert (stood["listed"], stood["entries"][0]["entry"], unknown["listed"]) == (None, "45.1.2.3", None)
    assert "is no index of a list" in module.warnings[0]


def test_a_bucket_without_versioning_has_one_version(aws: control.Aws, publish: t.Any) -> None:
    aws.client("s3").put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Suspended"})
    publish(PHISHME)
    found = answer(aws, "45.1.2.3")
    assert (found["listed"], found["version_id"], found["since_or_before"]) == (True, None, False)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"max_versions": 0}, "InvalidArgument"),
        ({"indicators": ["http://bad"]}, "InvalidArgument"),
        ({"lists": [{"location": "nowhere"}]}, "InvalidArgument"),
        ({"lists": [{"location": f"s3://{BUCKET}/none"}]}, "NoSuchObject"),
    ],
)
def test_what_cannot_be_explained(aws: control.Aws, publish: t.Any, options: dict[str, t.Any], code: str) -> None:
    publish(PHISHME)
    given: dict[str, t.Any] = {"indicators": ["45.1.2.3"], "lists": [{"location": LOCATION}], **options}
    module = edge(aws, why_listed.ARGUMENT_SPEC, account=KEY_OF_OWNER, **given)
    _module.run(module, why_listed.why_listed)
    assert module.result["error"]["code"] == code


def test_the_bucket_policy_of_the_role_keeps_the_index_in_the_account(aws: control.Aws, publish: t.Any) -> None:
    aws.account("222222222222")
    roles = [arns.guardduty_role("aws", account) for account in (OWNER, "222222222222")]
    bucket = {"name": BUCKET, "expected_bucket_owner": OWNER}
    document = policies._bucket_policy(bucket, [*roles, "arn:aws:iam::222222222222:root"], "aws", None)
    aws.client("s3").put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(document))
    publish(PHISHME)
    assert answer(aws, "45.1.2.3")["listed"] is True
    with pytest.raises(ClientError, match="AccessDenied"):
        aws.client("s3", "222222222222").get_object(Bucket=BUCKET, Key=INDEX)
