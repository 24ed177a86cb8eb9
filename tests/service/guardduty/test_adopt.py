# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A change of format, and lists that something else made: what is kept, and what is deleted only when asked."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.writes import Writer
from support.guardduty_cases import ACCOUNT, KINDS, REGION, calls, client, converge, loaded, lst
from threatlists_emulators.control import Aws

THEIRS = {"team": "theirs", "owner": "them"}
STIX = {"format": "STIX", "trust_content": True}


def made_by_hand(aws: Aws, kind: str, **options: Any) -> None:
    """A list of that name with tags of its own, which entity sets then take too."""
    if kind in KINDS[2:] and options.get("Tags") != {}:
        aws.settings(entity_tags=True)
    create = {"threatintelset": "threat_intel_set", "ipset": "ip_set", "threatentityset": "threat_entity_set"}
    guardduty = client(aws, "guardduty")
    getattr(guardduty, f"create_{create.get(kind, 'trusted_entity_set')}")(
        DetectorId=guardduty.list_detectors()["DetectorIds"][0],
        **{
            "Name": "threats",
            "Format": "TXT",
            "Location": lst()["location"],
            "Activate": True,
            "Tags": THEIRS,
            **options,
        },
        ExpectedBucketOwner=ACCOUNT,
    )


def tags(aws: Aws) -> dict[str, str]:
    return {key: text for one in loaded(aws) for key, text in one["tags"].items() if "threatlists:" not in key}


@pytest.mark.parametrize("kind", KINDS)
def test_a_list_made_by_hand_is_updated_and_deleted_only_when_asked(aws: Aws, kind: str) -> None:
    made_by_hand(aws, kind)
    (before,) = loaded(aws)
    for change in ({"state": "absent"}, STIX):
        for check in (True, False):
            refused = converge(aws, lst(kind=kind, **change), check=check)
            assert refused.only["error"]["code"] == "NotOurs"
            assert "adopt" in refused.only["error"]["remedy"]
            assert calls(aws, write=True) == []
    declared = lst(kind=kind, tags={"owner": "me"})
    assert converge(aws, declared, check=True).actions == ["reloaded"]
    assert converge(aws, declared).actions == ["reloaded"]
    assert converge(aws, declared).actions == ["none"]
    assert calls(aws, write=True) == []
    assert (loaded(aws)[0]["id"], tags(aws)) == (before["id"], {"owner": "me", "team": "theirs"})
    for change in ({"state": "absent"}, STIX):
        refused = converge(aws, lst(kind=kind, **change))
        assert refused.only["error"]["code"] == "NotOurs"
        assert "taken over for updates only" in refused.only["error"]["message"]
    assert converge(aws, {**declared, "adopt": True}).actions == ["updated"]
    assert tags(aws) == {"owner": "me"}
    assert converge(aws, lst(kind=kind, state="absent")).actions == ["deleted"]


@pytest.mark.parametrize("kind", KINDS)
def test_that_a_list_without_tags_was_made_by_hand_is_not_forgotten(aws: Aws, kind: str) -> None:
    made_by_hand(aws, kind, Tags={})
    declared = lst(kind=kind, tags=None)
    assert converge(aws, declared, check=True).actions == ["reloaded"]
    assert converge(aws, declared).actions == ["reloaded"]
    assert converge(aws, declared).actions == ["none"]
    assert calls(aws, write=True) == []
    assert converge(aws, lst(kind=kind, state="absent")).only["error"]["code"] == "NotOurs"
    other = lst("other", "threatintelset" if kind == "ipset" else "ipset")
    purged = converge(aws, other, purge_lists=True)
    assert (purged.actions, [one["name"] for one in purged.result["undeclared"]]) == (["created"], ["threats"])
    assert "adopt" in " ".join(purged.warnings)
    assert converge(aws, {**declared, "adopt": True}, check=True).actions == ["updated"]
    assert converge(aws, {**declared, "adopt": True}).actions == ["updated"]
    assert loaded(aws, kind=kind)[0]["loads"] == 2
    assert converge(aws, {**declared, "adopt": True}).actions == ["none"]
    assert converge(aws, other, purge_lists=True).actions == ["none", "deleted"]


def test_an_entity_set_whose_own_tags_cannot_be_written_is_not_ours_all_the_same(aws: Aws) -> None:
    made_by_hand(aws, "threatentityset")
    aws.settings(entity_tags=False)
    declared = lst(kind="threatentityset", tags=None)
    assert converge(aws, declared).actions == ["reloaded"]
    assert converge(aws, declared).actions == ["none"]
    assert calls(aws, write=True) == []
    assert converge(aws, {**declared, "state": "absent"}).only["error"]["code"] == "NotOurs"
    assert converge(aws, {**declared, "adopt": True}).actions == ["updated"]
    assert converge(aws, {**declared, "state": "absent"}).actions == ["deleted"]


def test_an_entity_set_that_another_run_tags_meanwhile_is_ours(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    declared = lst(kind="threatentityset")
    converge(aws, declared)
    guardduty, write = client(aws, "guardduty"), Writer.tag
    (detector,) = guardduty.list_detectors()["DetectorIds"]
    arn = f"arn:aws:guardduty:{REGION}:{ACCOUNT}:detector/{detector}"
    held = guardduty.get_detector(DetectorId=detector)["Tags"]
    guardduty.untag_resource(ResourceArn=arn, TagKeys=list(held))

    def write_later(*arguments: Any) -> None:
        guardduty.tag_resource(ResourceArn=arn, Tags=held)
        write(*arguments)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(Writer, "tag", write_later)
        assert converge(aws, declared).actions == ["reloaded"]
    assert converge(aws, {**declared, "state": "absent"}).actions == ["deleted"]


def test_a_list_made_by_hand_is_removed_or_recreated_where_it_is_adopted(aws: Aws) -> None:
    made_by_hand(aws, "threatintelset")
    assert converge(aws, lst(adopt=True, **STIX)).actions == ["recreated"]
    assert tags(aws) == {"team": "theirs", "owner": "them"}
    assert converge(aws, lst(adopt=True, state="absent")).actions == ["deleted"]
    made_by_hand(aws, "ipset")
    assert converge(aws, lst(kind="ipset", adopt=True, state="absent")).actions == ["deleted"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_format_is_in_effect_before_the_old_one_goes(aws: Aws, kind: str) -> None:
    aws.settings(eventual_consistency=0.4)
    converge(aws, lst(kind=kind))
    has_room = kind in ("threatintelset", "threatentityset")
    result = converge(aws, lst(kind=kind, **STIX))
    if not has_room:
        assert result.only["error"]["code"] == "NeedsRecreate"
        assert calls(aws, write=True) == []
        result = converge(aws, lst(kind=kind, recreate=True, **STIX))
    assert result.actions == ["recreated"]
    made = [name for name in calls(aws, write=True) if name.startswith(("Create", "Delete", "Update"))]
    assert [name[:6] for name in made] == (["Create", "Delete", "Update"] if has_room else ["Delete", "Create"])
    assert converge(aws, lst(kind=kind, **STIX)).actions == ["none"]


def test_lists_that_change_their_format_share_the_last_place_and_creates_wait(aws: Aws) -> None:
    names = [f"l{number}" for number in range(5)]
    converge(aws, *(lst(name) for name in names))
    changed = [lst(name, **STIX) for name in names]
    result = converge(aws, lst("another"), *changed)
    assert result.actions == ["created"] + ["recreated"] * 5
    full = converge(aws, lst("another"), *(lst(name) for name in names))
    assert {one["error"]["code"] for one in full.result["results"] if one["error"]} == {"NeedsRecreate"}
    assert converge(aws, lst("another", state="absent"), *(lst(name) for name in names)).actions == (
        ["deleted"] + ["recreated"] * 5
    )


def test_a_smaller_quota_than_is_known_is_told_apart(aws: Aws) -> None:
    converge(aws, lst())
    aws.settings(quotas={"threatintelset": 1, "ipset": 1, "threatentityset": 1, "trustedentityset": 1})
    assert converge(aws, lst(**STIX)).only["error"]["code"] == "NeedsRecreate"
    result = converge(aws, lst(recreate=True, **STIX))
    assert result.actions == ["recreated"], result.result


def test_the_detectors_tags_of_sets_that_are_gone_make_room(aws: Aws) -> None:
    converge(aws, lst(kind="threatentityset"))
    aws.fault(operation="UntagResource", action="error", times=9)
    converge(aws, lst(kind="threatentityset", state="absent"))
    aws.clear_faults()
    guardduty = client(aws, "guardduty")
    (detector,) = guardduty.list_detectors()["DetectorIds"]
    arn = f"arn:aws:guardduty:eu-west-1:111111111111:detector/{detector}"
    guardduty.tag_resource(ResourceArn=arn, Tags={f"theirs{number}": "x" for number in range(49)})
    assert converge(aws, lst(kind="trustedentityset")).only["proof"] == "sha256"
