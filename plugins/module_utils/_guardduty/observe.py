# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What stands in a Region: its detector, its lists, whose they are. Reads only. Private to the collection."""

from __future__ import annotations

import contextlib
import dataclasses
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._aws.account import Account
from ansible_collections.threatlists.aws.plugins.module_utils._aws.errors import (
    DENIED,
    UNRECOGNIZED,
    code_of,
    denied_by_organization,
    failure,
)
from ansible_collections.threatlists.aws.plugins.module_utils._errors import GuardDutyError, ThreatlistsError
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty import detector_tags
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.replace import temporary_name
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.states import (
    ACCOUNT_TAG,
    GONE,
    NAME_TAG,
    Observed,
)
from ansible_collections.threatlists.aws.plugins.module_utils._kinds import Kind

with contextlib.suppress(ImportError):
    from botocore import exceptions as boto

NO_SUCH = "no such resource found"
# No list has an empty name, so that looking for it reads all lists.
ALL_NAMES = {""}
REGION_DENIED = "RegionDenied"
UNAVAILABLE = ("NotEnabled", "NoDetector", "Suspended", REGION_DENIED)


@dataclasses.dataclass
class RegionState:
    """One Region of an account, as far as it had to be read.

    lists: by the kind's name, those read; unread: ids of others, left unread once every declared name was found;
    dated_error: an error of entity sets alone; none of them was read then.
    """

    name: str
    detector_id: str = ""
    lists: dict[str, list[Observed]] = dataclasses.field(default_factory=dict)
    unread: dict[str, list[str]] = dataclasses.field(default_factory=dict)
    administrator: str = ""
    detector_tags: dict[str, str] = dataclasses.field(default_factory=dict)
    error: ThreatlistsError | None = None
    dated_error: ThreatlistsError | None = None

    def count(self, kind: Kind) -> int:
        """Return how many lists of the kind hold a place."""
        present = [one for one in self.lists.get(kind.name, ()) if one.status not in GONE]
        return len(present) + len(self.unread.get(kind.name, ()))


class RegionReader:
    """Reads GuardDuty in the Regions of an account."""

    def __init__(self, account: Account) -> None:
        self.account = account

    def read_region(
        self, region: str, wanted: t.Mapping[str, t.Collection[str] | None], kinds: t.Mapping[str, Kind]
    ) -> RegionState:
        """Return the Region with its lists; wanted: by kind, the names to look for (None: all lists).

        Costs one ListDetectors, one GetDetector where entity sets are wanted, per kind one List and a Get per list, and
        GetAdministratorAccount only where no list carries the tag of the account (docs/dev/promises.md#1). What is
        wrong with the Region stands in C(error); a denied GetDetector, which only entity sets need, in C(dated_error)
        where other kinds were wanted too.
        """
        state = RegionState(region)
        try:
            state.detector_id = self.detector(region)
            dated = [name for name in wanted if kinds[name].is_dated]
            if dated:
                self._read_detector_tags(state, others=len(dated) < len(wanted))
            for name, names in wanted.items():
                if state.dated_error and name in dated:
                    continue
                state.unread[name] = self.list_ids(state, kinds[name])
                state.lists[name] = []
                self._read_lists(state, kinds[name], ALL_NAMES if names is None else set(names))
            found = [one for lists in state.lists.values() for one in lists]
            if not any(one.tags.get(ACCOUNT_TAG) == self.account.id for one in found):
                state.administrator = self._administrator(state)
        except Exception as error:
            state.error = failure(error, f"account {self.account.id}, {region}", "the guardduty read actions")
        return state

    def _read_detector_tags(self, state: RegionState, *, others: bool) -> None:
        try:
            state.detector_tags.update(self._tags_of_detector(state))
        except boto.ClientError as error:
            if not others or code_of(error) not in DENIED:
                raise
            where = f"account {self.account.id}, {state.name}"
            state.dated_error = failure(error, where, "guardduty:GetDetector, which entity sets need")

    def _tags_of_detector(self, state: RegionState) -> dict[str, str]:
        return self._call(state, "get_detector").get("Tags") or {}

    def read_rest(self, state: RegionState, kind: Kind) -> None:
        """Read the lists of a kind that have not been read yet."""
        if kind.name not in state.lists:
            state.unread[kind.name], state.lists[kind.name] = self.list_ids(state, kind), []
        self._read_lists(state, kind, ALL_NAMES)

    def read_also(self, state: RegionState, kinds: t.Iterable[Kind]) -> None:
        """Read the lists of kinds that are not wanted there.

        A kind that the caller may not read is left out: this caller never made a list of it.
        """
        for kind in kinds:
            try:
                if kind.is_dated and not state.detector_tags:
                    state.detector_tags.update(self._tags_of_detector(state))
                self.read_rest(state, kind)
            except boto.ClientError:
                state.lists.pop(kind.name, None)

    def list_ids(self, state: RegionState, kind: Kind) -> list[str]:
        """Return the ids of all lists of a kind; DELETED ones are not among them."""
        found: list[str] = []
        more: dict[str, str] = {}
        while True:
            page = self._call(state, f"list_{kind.noun}s", **more)
            found += page[f"{kind.id_key}s"]
            if not page.get("NextToken"):
                return found
            more = {"NextToken": page["NextToken"]}

    def get(self, state: RegionState, kind: Kind, list_id: str) -> Observed | None:
        """Return one list, None where there is none."""
        try:
            answer = self._call(state, f"get_{kind.noun}", **{kind.id_key: list_id})
        except boto.ClientError as error:
            if NO_SUCH in str(error):
                return None
            raise
        return Observed(
            id=list_id,
            name=answer["Name"],
            format=answer["Format"],
            location=answer["Location"],
            status=answer["Status"],
            tags=self._tags(state, kind, list_id, answer),
            owner=answer.get("ExpectedBucketOwner"),
            updated_at=answer.get("UpdatedAt"),
            error_details=answer.get("ErrorDetails") or "",
        )

    def _tags(self, state: RegionState, kind: Kind, list_id: str, answer: dict[str, t.Any]) -> dict[str, str]:
        tags = answer.get("Tags") or {}
        if not kind.is_dated:
            return tags
        held = state.detector_tags.get(detector_tags.key(list_id))
        ours = detector_tags.our_tags(held, answer.get("UpdatedAt"), self.account.id)
        return {**{key: text for key, text in tags.items() if not detector_tags.holds(key, text)}, **ours}

    def read_detector_tag(self, state: RegionState, kind: Kind, list_id: str) -> None:
        """Read anew what the detector says of an entity set; of other lists it says nothing."""
        key = detector_tags.key(list_id)
        if kind.is_dated and (held := self._tags_of_detector(state).get(key)) is not None:
            state.detector_tags[key] = held

    def find_by_name(self, state: RegionState, kind: Kind, name: str) -> Observed | None:
        """Return the list of a kind that has this name, None where there is none."""
        for list_id in self.list_ids(state, kind):
            found = self.get(state, kind, list_id)
            if found and found.name == name and found.status not in GONE:
                return found
        return None

    def check_enabled(self, state: RegionState) -> None:
        """Raise GuardDutyError where the detector is suspended. Whoever may not look at it writes all the same."""
        try:
            detector = self._call(state, "get_detector")
        except boto.ClientError as error:
            if code_of(error) in DENIED:
                return
            raise
        if detector.get("Status") == "DISABLED":
            raise GuardDutyError(
                f"account {self.account.id}, {state.name}: GuardDuty is suspended there.",
                code="Suspended",
                remedy="Enable the detector, leave the Region out, or set on_unavailable to skip.",
            )

    def _call(self, state: RegionState, operation: str, **request: t.Any) -> dict[str, t.Any]:
        return self.account.call("guardduty", state.name, operation, DetectorId=state.detector_id, **request)

    def _read_lists(self, state: RegionState, kind: Kind, names: set[str]) -> None:
        unread, lists = state.unread[kind.name], state.lists[kind.name]
        while unread and names - {one.name for one in lists if one.status not in GONE}:
            found = self.get(state, kind, unread.pop(0))
            if found:
                lists.append(found)

    def detector(self, region: str) -> str:
        """Return the id of the Region's detector; raise GuardDutyError for no detector or a Region that is denied."""
        where = f"account {self.account.id}, {region}"
        try:
            detectors = self.account.call("guardduty", region, "list_detectors")["DetectorIds"]
        except boto.ClientError as error:
            if code_of(error) == UNRECOGNIZED:
                raise GuardDutyError(
                    f"{where}: the Region is not enabled for the account.",
                    code="NotEnabled",
                    remedy=f"{self.account.connection.nearest_region(region)}Enable the Region, leave it out, or set "
                    "on_unavailable to skip.",
                ) from error
            if denied_by_organization(error):
                raise GuardDutyError(
                    f"{where}: a control policy of the organization denies the Region: {error}",
                    code=REGION_DENIED,
                    remedy="Leave the Region out, set on_unavailable to skip, or except GuardDuty from that policy.",
                ) from error
            raise
        if not detectors:
            raise GuardDutyError(
                f"{where}: GuardDuty is not on there.",
                code="NoDetector",
                remedy="Turn GuardDuty on, leave the Region out, or set on_unavailable to skip.",
            )
        return str(detectors[0])

    def _administrator(self, state: RegionState) -> str:
        answer = self._call(state, "get_administrator_account")
        return str((answer.get("Administrator") or {}).get("AccountId") or "")


def match(lists: t.Sequence[Observed], names: t.Sequence[str]) -> dict[str, Observed]:
    """Return by declared name the list that it means: by its name, else by our tag, else by its temporary name.

    One list is never matched twice.
    """
    present = [one for one in lists if one.status != "DELETED"]
    found: dict[str, Observed] = {}
    for one in present:
        if one.name in names and (one.name not in found or found[one.name].status in GONE):
            found[one.name] = one
    taken = {one.id for one in found.values()}
    temporary = {temporary_name(name): name for name in names}
    for one in sorted(present, key=lambda one: one.name in temporary):
        name = one.tags.get(NAME_TAG, "") or temporary.get(one.name, "")
        if name in names and name not in found and one.id not in taken:
            found[name] = one
    return found


def under_temporary_name(lists: t.Sequence[Observed], name: str, matched: Observed | None) -> Observed | None:
    """Return the list that a change of format made beside C(matched), None where there is none."""
    there = (one for one in lists if one.name == temporary_name(name) and one.status not in GONE)
    return next((one for one in there if matched is None or one.id != matched.id), None)
