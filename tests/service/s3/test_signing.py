# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What s3_threatlist signs, what it leaves as it is, and what it vouches for when it brings a version back."""

from __future__ import annotations

import pathlib
import typing as t

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils import _errors
from ansible_collections.threatlists.aws.plugins.module_utils._s3 import info, publish, target
from support.guardduty_cases import Edge, edge
from support.s3_helpers import BUCKET, KEY, txt
from support.signing import create_key
from threatlists_emulators import control

OWNER, OTHER = "111111111111", "222222222222"
GOOD, BAD, NEW = txt(0, 10), txt(100, 10), txt(0, 12)


@pytest.fixture
def aws(emulator: control.Aws) -> control.Aws:
    emulator.world({"accounts": {OWNER: {"access_key": "AKIAEMULATED11111111"}, OTHER: {}}, "regions": ["eu-west-1"]})
    s3 = emulator.client("s3", OWNER)
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    return emulator


class Publisher:
    """Runs s3_threatlist with the options' real defaults, signed for C(threats)."""

    def __init__(self, aws: control.Aws, folder: pathlib.Path) -> None:
        self.aws, self.src = aws, folder / "list.txt"
        self.key = create_key(aws, OWNER)
        self.module: Edge

    def __call__(self, content: bytes = GOOD, *, check: bool = False, **options: t.Any) -> dict[str, t.Any]:
        self.src.write_bytes(content)
        given = {"bucket": BUCKET, "key": KEY, "src": str(self.src), "format": "TXT"}
        signed = {"list_name": "threats", "signing_key_id": self.key, "max_shrink_percent": 100}
        options = {name: value for name, value in {**given, **signed, **options}.items() if value is not None}
        self.module = edge(self.aws, publish.ARGUMENT_SPEC, check=check, **options)
        self.aws.clear_calls()
        return publish.converge(self.module, target.connect(self.module))

    def writes(self) -> list[str]:
        return [call["operation"] for call in self.aws.calls(write=True)]

    def by_hand(self, content: bytes, **metadata: str) -> str:
        s3 = self.aws.client("s3", OWNER)
        return str(s3.put_object(Bucket=BUCKET, Key=KEY, Body=content, Metadata=metadata)["VersionId"])

    def metadata(self, version: str | None = None) -> dict[str, str]:
        more = {"VersionId": version} if version else {}
        found: dict[str, str] = self.aws.client("s3", OWNER).head_object(Bucket=BUCKET, Key=KEY, **more)["Metadata"]
        return found


@pytest.fixture
def publisher(aws: control.Aws, tmp_path: pathlib.Path) -> Publisher:
    return Publisher(aws, tmp_path)


def refused(code: str, run: t.Callable[[], t.Any]) -> _errors.ThreatlistsError:
    with pytest.raises(_errors.ThreatlistsError) as caught:
        run()
    assert caught.value.code == code
    return caught.value


def test_what_is_published_is_signed_once_and_then_left(publisher: Publisher) -> None:
    assert publisher(check=True)["changed"]
    assert publisher.writes() == []
    first = publisher()
    metadata = publisher.metadata()
    assert first["changed"]
    assert (metadata["list"], metadata["kind"], metadata["signature-key"]) == (
        "threats",
        "threatintelset",
        publisher.key,
    )
    assert metadata["published"] == first["published"]
    again = publisher()
    assert (again["changed"], again["published"]) == (False, first["published"])
    assert publisher.writes() == []
    changed = publisher(NEW)
    assert changed["changed"]
    assert changed["published"] > first["published"]


@pytest.mark.parametrize("what", ["unsigned", "for another list", "by another key", "copied to other bytes"])
def test_the_right_content_without_a_good_signature_is_written_again(publisher: Publisher, what: str) -> None:
    if what == "unsigned":
        publisher(signing_key_id=None, list_name=None)
    elif what == "for another list":
        publisher(list_name="phishing")
    elif what == "by another key":
        publisher(signing_key_id=create_key(publisher.aws, OWNER))
    else:
        publisher(NEW)
        publisher.by_hand(GOOD, **publisher.metadata())
    assert publisher(check=True)["changed"]
    assert publisher.writes() == []
    result = publisher()
    # Of the last case it is the version that was signed last that is compared with.
    removed = 2 if what == "copied to other bytes" else 0
    assert (result["changed"], result["added"], result["removed"]) == (True, 0, removed)
    assert publisher.writes() == ["PutObject"]
    assert not publisher()["changed"]


def test_info_tells_whether_an_object_is_signed(publisher: Publisher) -> None:
    def look_up(**options: t.Any) -> dict[str, t.Any]:
        given = {"bucket": BUCKET, "key": KEY, "list_name": "threats", "verify_key_id": [publisher.key], **options}
        module = edge(publisher.aws, info.ARGUMENT_SPEC, **given)
        return info.object_info(module, target.connect(module))

    assert look_up()["published"] is None
    first = publisher()
    assert look_up()["published"] == first["published"]
    refused("SignatureMismatch", lambda: look_up(list_name="phishing"))
    refused("SignatureMismatch", lambda: look_up(kind="ipset"))
    refused("InvalidArgument", lambda: look_up(list_name=""))
    publisher.by_hand(BAD)
    refused("Unsigned", look_up)


@pytest.mark.parametrize("theirs", [b"203.0.114.9\n", b"<html>no list</html>\n", b""])
def test_what_somebody_else_wrote_is_replaced_and_measures_nothing(publisher: Publisher, theirs: bytes) -> None:
    publisher()
    for content in (b"203.0.114.8\n", theirs):
        publisher.by_hand(content)
    refused("ShrankTooMuch", lambda: publisher(BAD, max_shrink_percent=50))
    assert publisher(NEW, check=True, max_shrink_percent=50)["changed"]
    assert publisher.writes() == []
    result = publisher(NEW, max_shrink_percent=50)
    assert (result["changed"], result["added"], result["removed"]) == (True, 2, 0)
    assert "is not signed" in publisher.module.warnings[0]
    assert not publisher(NEW)["changed"]


def test_what_was_on_hold_when_somebody_else_wrote_over_it_is_not_published_over(publisher: Publisher) -> None:
    first = publisher()
    publisher(BAD)
    publisher(state="restored", version_id=first["version_id"], hold=True)
    publisher.by_hand(b"203.0.114.9\n")
    error = refused("Held", lambda: publisher(NEW))
    assert "restore" in error.remedy.lower()
    held = publisher(state="restored", hold=True)
    assert (held["changed"], held["held"]) == (True, True)
    assert publisher.aws.client("s3", OWNER).get_object(Bucket=BUCKET, Key=KEY)["Body"].read() == GOOD


def test_where_versions_may_not_be_listed_what_stands_measures_as_before(publisher: Publisher) -> None:
    publisher()
    publisher.by_hand(b"203.0.114.9\n")
    publisher.aws.fault(operation="ListObjectVersions", code="AccessDenied", status=403, message="no", times=None)
    refused("ShrankTooMuch", lambda: publisher(NEW, max_shrink_percent=50))
    assert "s3:ListBucketVersions" in publisher.module.warnings[0]
    publisher.aws.clear_faults()


def test_while_keys_change_what_the_old_one_signed_stays(publisher: Publisher) -> None:
    publisher()
    old, publisher.key = publisher.key, create_key(publisher.aws, OWNER)
    assert not publisher(verify_key_id=[publisher.key, old])["changed"]
    assert publisher()["changed"]
    assert publisher.metadata()["signature-key"] == publisher.key


def test_restored_is_the_newest_signed_version_and_it_is_signed_anew(publisher: Publisher) -> None:
    good = publisher()
    bad = publisher(BAD)
    forged = publisher.by_hand(NEW, **{"restored-from": "x"})
    publisher(BAD)
    result = publisher(state="restored", src=None)
    assert (result["restored_from"], result["sha256"]) == (good["version_id"], good["sha256"])
    assert result["published"] > bad["published"]
    assert publisher.metadata()["published"] == result["published"]
    assert not publisher(state="restored", src=None)["changed"]
    error = refused("Unsigned", lambda: publisher(state="restored", src=None, version_id=forged))
    assert "from its sources" in error.remedy
    publisher.by_hand(NEW, **{"restored-from": "x"})
    assert publisher(state="restored", src=None)["changed"]


def test_restored_without_a_key_keeps_the_signature_of_its_time_and_says_so(publisher: Publisher) -> None:
    good = publisher()
    publisher(BAD)
    result = publisher(state="restored", src=None, signing_key_id=None)
    assert (result["published"], publisher.metadata()["published"]) == (good["published"], good["published"])
    assert "forbid_rollback" in publisher.module.warnings[0]
    assert not publisher()["changed"]


@pytest.mark.parametrize("operation", ["GenerateMac", "VerifyMac"])
@pytest.mark.parametrize("check", [True, False])
def test_nothing_is_written_where_kms_gives_no_answer(publisher: Publisher, operation: str, check: bool) -> None:
    publisher(txt(500, 10))
    publisher.aws.fault(service="kms", operation=operation, code="DisabledException", status=400)
    content = txt(600 + check + 10 * (operation == "VerifyMac"), 10)
    publisher.aws.client("s3", OWNER)
    publisher.key = publisher.key if operation == "GenerateMac" else create_key(publisher.aws, OWNER)
    refused("KeyDisabled", lambda: publisher(content, check=check))
    assert publisher.writes() == []


def test_a_denial_names_the_action_and_the_key(publisher: Publisher) -> None:
    publisher.aws.account(OWNER, actions_denied=["kms:GenerateMac"])
    error = refused("AccessDenied", publisher)
    assert "kms:GenerateMac" in error.remedy
    assert publisher.key in str(error)


@pytest.mark.parametrize(
    "options", [{"list_name": None}, {"list_name": "a\nb"}, {"signing_key_id": "my key"}, {"verify_key_id": []}]
)
def test_options_that_cannot_be_meant_are_refused(publisher: Publisher, options: dict[str, t.Any]) -> None:
    refused("InvalidArgument", lambda: publisher(**options))
    assert publisher.aws.calls(service="s3") == []


def test_a_key_by_its_alias_signs_in_the_region_at_work(publisher: Publisher) -> None:
    publisher.aws.client("kms", OWNER).create_alias(AliasName="alias/threatlists", TargetKeyId=publisher.key)
    publisher.key = "alias/threatlists"
    assert publisher()["changed"]
    assert not publisher()["changed"]


def test_an_answer_that_was_lost_is_no_failure_where_the_signature_is_there(publisher: Publisher) -> None:
    publisher(signing_key_id=None, list_name=None)
    publisher.aws.fault(service="s3", operation="PutObject", when="after", action="drop")
    assert publisher()["changed"]
    assert not publisher()["changed"]
