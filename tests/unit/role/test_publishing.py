# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the steps of a publish ask of modules, and what they make of the answers."""

from __future__ import annotations

import pathlib
import typing as t

import pytest
from ansible_collections.threatlists.aws.plugins.plugin_utils._role import buckets, contents, promoting, publishing
from support import role_cases
from support.publish_steps import Modules, steps


def test_all_of_the_policy_is_handed_on(tmp_path: pathlib.Path) -> None:
    modules = Modules(tmp_path, s3_threatlist={"sha256": "ab"})
    policy = dict.fromkeys(contents.policy_options(), 7)
    made = steps(modules)
    made.plan = {**made.plan, "merged": [{**item, "policy": policy} for item in made.plan["merged"]]}
    publishing.publish(made)
    handed_on = [modules.of(name)[0] for name in ("threatlist_file", "s3_threatlist")]
    assert {name for one in handed_on for name, value in one.items() if value == 7} == set(policy)


def test_a_list_that_was_refused_stops_no_other(tmp_path: pathlib.Path) -> None:
    error = {"code": "ShrunkTooFar", "message": "shrunk", "retryable": False, "remedy": "Look."}
    modules = Modules(tmp_path, s3_threatlist={"failed": True, "msg": "shrunk Look.", "error": error})
    made = steps(modules, role_cases.declared(), role_cases.declared("other"))
    publishing.publish(made)
    assert [(one["name"], one["message"], one["error"]) for one in made.refused] == [
        (name, f"{name}: shrunk Look.", error) for name in ("malware", "other")
    ]
    assert made.published == []
    publishing.look_up_objects(made)
    assert len(modules.of("s3_threatlist_info")) == 2, "what stands there still is looked up"


def test_a_module_that_died_says_which_python_to_set(tmp_path: pathlib.Path) -> None:
    died = {
        "failed": True,
        "msg": "No start of json char found",
        "module_stdout": "",
        "module_stderr": "a\nno python",
        "rc": 127,
    }
    made = steps(Modules(tmp_path, s3_threatlist=died))
    publishing.publish(made)
    (refused,) = made.refused
    assert refused["error"]["code"] == "NoResult" and "(exit 127): No start of json char found no python" in str(
        refused
    )
    assert "ansible_python_interpreter" in refused["error"]["remedy"]


def test_an_object_that_publish_did_not_write_is_said_of_lists_that_it_writes(tmp_path: pathlib.Path) -> None:
    for entry_count, sources, count in ((None, True, 1), (7, True, 0), (None, False, 0)):
        made = steps(Modules(tmp_path, s3_threatlist_info={"exists": True, "entry_count": entry_count, "sha256": "a"}))
        if not sources:
            made.plan = {**made.plan, "merged": []}
        publishing.look_up_objects(made)
        assert [one["lists"][0]["name"] for one in made.overlaps] == ["malware"] * count
        assert all("was not written by publish" in one["message"] for one in made.overlaps)


def test_a_refusal_names_the_list_and_no_file_of_the_run(tmp_path: pathlib.Path) -> None:
    file = f"{tmp_path}/malware-1.txt"
    message = f"{file}: the new list has 11 entries; the old one stays. See {file}."
    error = {"code": "TooFewEntries", "message": message, "retryable": False, "remedy": f"Look at {file}."}
    failed = {"failed": True, "msg": f"{message} {error['remedy']}", "error": error}
    for module in ("threatlist_file", "s3_threatlist"):
        made = steps(Modules(tmp_path, s3_threatlist=failed))
        if module == "threatlist_file":
            made.call = lambda *_asked: failed
        publishing.publish(made)
        (refused,) = made.refused
        assert refused["message"].startswith(
            "malware: the new list has 11 entries; the old one stays. See list malware."
        )
        assert refused["error"]["message"].startswith("the new list has 11") and str(tmp_path) not in str(refused)


@pytest.mark.parametrize(("check_mode", "says"), [(False, "was written"), (True, "would be written")])
def test_a_change_of_the_index_alone_is_said(tmp_path: pathlib.Path, check_mode: bool, says: str) -> None:
    for written, count in ((["index"], 1), (["index", "object"], 0), (["tags"], 0), ([], 0)):
        answer = {"changed": bool(written), "written": written, "sha256": "ab"}
        made = steps(Modules(tmp_path, s3_threatlist=answer), check_mode=check_mode)
        publishing.publish(made)
        messages = [one["message"] for one in made.overlaps]
        assert len(messages) == count and all(f"Its index {says}" in one for one in messages)


def test_what_is_staged_is_judged_against_what_is_published(tmp_path: pathlib.Path) -> None:
    modules = Modules(tmp_path, s3_threatlist={"changed": True, "sha256": "ab", "version_id": "v2"})
    made = steps(modules, staging_prefix="staged/")
    publishing.publish(made)
    (judged, waits) = [(asked["key"], check) for name, asked, check in modules.asked if name == "s3_threatlist"]
    assert (judged, waits) == (("malware.txt", True), ("staged/malware.txt", None))
    (noted,) = made.published
    assert noted["staged"]["key"] == "staged/malware.txt" and noted["staged"]["version_id"] == "v2"


@pytest.mark.parametrize("count", [2, 1700])
def test_entries_are_shown_once_a_list_however_many_its_places_are(tmp_path: pathlib.Path, count: int) -> None:
    def upload(name: str, arguments: t.Any, _check_mode: bool | None = None) -> dict[str, t.Any]:
        assert name == "threatlists.aws.s3_threatlist"
        location = f"s3://{arguments['bucket']}/{arguments['key']}"
        before = "other\n" if arguments["key"].startswith("0") else ""
        diff = {"before": before, "after": "20.0.0.0/24\n", "before_header": "(absent)", "after_header": location}
        return {"changed": True, "sha256": "ab", "diff": diff}

    made = steps(Modules(tmp_path))
    (item,), (place,) = made.plan["merged"], made.plan["objects"]
    made.call = upload
    made.plan = {**made.plan, "objects": [{**place, "key": f"{number}.txt"} for number in range(count)]}
    publishing.upload(made, item, {"path": "list.txt", "index": None})
    assert made.changed and len(made.published) == count
    assert [(diff["before"], diff["after_header"]) for diff in made.diffs] == [
        ("other\n", "s3://acme/0.txt"),
        ("", "s3://acme/1.txt" + (f" and {count - 2:,} more" if count > 2 else "")),
    ]


def test_what_is_declared_no_longer_is_not_promoted(tmp_path: pathlib.Path) -> None:
    modules = Modules(tmp_path)
    made = steps(modules, staged=[{"name": "gone", "kind": "ipset", "staged": {}}])
    promoting.promote(made)
    assert [one["message"] for one in made.refused] == [
        "gone: It was staged, but is declared no longer, or is on hold."
    ]
    assert modules.asked == []


def test_the_readers_of_a_bucket_are_compared_in_every_mode_and_manage_mends_them(tmp_path: pathlib.Path) -> None:
    for mode in ("create", "manage", "none"):
        modules = Modules(tmp_path, s3_threatlist_info={"bucket_policy": {}}, s3_bucket={"changed": True})
        made = steps(modules, buckets=mode)
        (prepared,) = buckets.prepare(made)
        manages = mode == "manage"
        asked = [name for name, _asked, _check in modules.asked]
        assert asked == ["s3_threatlist_info", "s3_bucket"] if manages else ["s3_threatlist_info"]
        assert made.changed is manages
        everybody = ["000000000001", "000000000002"]
        assert prepared["unread"] == ([] if manages else everybody)
        assert prepared["now_read"] == (everybody if manages else [])
        assert (prepared["action"], prepared["changes"]) == (("updated", ["policy"]) if manages else ("none", []))


@pytest.mark.parametrize("check_mode", [True, False])
def test_what_manage_changes_is_told(tmp_path: pathlib.Path, check_mode: bool) -> None:
    wanted = role_cases.plan(role_cases.declared(), readers=[])["buckets"][0]["policy"]
    deny, allow, *rest = wanted["Statement"]
    gone = {**allow, "Principal": {"AWS": ["arn:aws:iam::000000000001:root", "arn:aws:iam::000000000009:root"]}}
    for policy, has_changed, expected in (
        (wanted, False, ("none", [], [], [])),
        (wanted, True, ("none", [], [], []) if check_mode else ("updated", ["settings"], [], [])),
        (
            {"Statement": [deny, gone, *rest]},
            True,
            ("updated", ["policy"], ["000000000002"], ["000000000009"]),
        ),
    ):
        answers = {"s3_threatlist_info": {"bucket_policy": policy}, "s3_bucket": {"changed": has_changed}}
        if check_mode:
            answers["s3_bucket"] = {"skipped": True}
        made = steps(Modules(tmp_path, **answers), buckets="manage", check_mode=check_mode)
        (prepared,) = buckets.prepare(made)
        parts = ("action", "changes", "now_read", "no_longer_read")
        assert tuple(prepared[part] for part in parts) == expected
        assert made.changed is (expected[0] != "none")


def test_a_plan_to_manage_a_policy_that_it_cannot_read_is_refused_as_the_run_will_be(tmp_path: pathlib.Path) -> None:
    modules = Modules(tmp_path, s3_threatlist_info={"bucket_policy": None}, s3_bucket={"skipped": True})
    made = steps(modules, buckets="manage", check_mode=True)
    assert buckets.prepare(made) == []
    assert {one["error"]["code"] for one in made.refused} == {"AccessDenied"}
    assert "s3:GetBucketPolicy" in made.refused[0]["message"] and not made.changed


def test_a_bucket_of_another_owner_is_not_made_and_its_lists_are_refused(tmp_path: pathlib.Path) -> None:
    missing = {"error": {"code": "NoSuchBucket"}, "failed": True}
    for owner, made_here in ((role_cases.TWO, False), (role_cases.ONE, True)):
        caller = {"account": role_cases.ONE}
        modules = Modules(tmp_path, s3_threatlist_info=missing, aws_caller_info=caller)
        made = steps(modules, role_cases.declared(expected_bucket_owner=owner), check_mode=True)
        assert [one["action"] for one in buckets.prepare(made)] == ["created"] * made_here
        assert [asked["region"] for asked in modules.of("aws_caller_info")] == ["eu-west-1"]
        assert bool(modules.of("s3_bucket")) is made_here and made.changed is made_here, "a check predicts it"
        assert bool(made.refused) is not made_here
