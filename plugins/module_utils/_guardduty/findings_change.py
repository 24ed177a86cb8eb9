# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Archives, unarchives and judges findings. Private to the collection."""

from __future__ import annotations

import datetime
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._aws.concurrency import in_threads
from ansible_collections.threatlists.aws.plugins.module_utils._errors import (
    ArgumentError,
    GuardDutyError,
    PartialFailure,
    ThreatlistsError,
)
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty import options
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.finding_reader import (
    PAGE,
    FindingReader,
    Match,
)
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.finding_selection import (
    SELECTION_SPEC,
    selection,
)
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.findings_info import (
    account_at_work,
    check_credentials,
    item,
    missing,
    region_item,
)
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.observe import UNAVAILABLE
from ansible_collections.threatlists.aws.plugins.module_utils._kinds import KINDS
from ansible_collections.threatlists.aws.plugins.module_utils._module import Module

FEEDBACK = ("USEFUL", "NOT_USEFUL")
CHANGE_SPEC: dict[str, dict[str, t.Any]] = {
    **SELECTION_SPEC,
    "archived": {"type": "bool"},
    "feedback": {"type": "str", "choices": list(FEEDBACK)},
    "comments": {"type": "str"},
}
REQUIRED_ONE_OF = [("archived", "feedback"), ("ids", "lists", "indicators", "types")]
REQUIRED_BY = {"comments": ("feedback",)}
REFUSED = "BadRequestException"


class Wanted(t.NamedTuple):
    """How findings should be; a field that is None leaves them as they are."""

    archived: bool | None
    feedback: str | None
    comments: str | None

    def differs(self, match: Match) -> bool:
        """Return whether anything of the finding is to be written."""
        return self.archive_differs(match) or self.feedback_differs(match)

    def archive_differs(self, match: Match) -> bool:
        """Return whether the finding is to be archived or unarchived."""
        return self.archived is not None and match.finding.archived is not self.archived

    def feedback_differs(self, match: Match) -> bool:
        """Return whether the finding is to get another judgement."""
        return self.feedback is not None and match.finding.feedback != self.feedback


def change(module: Module) -> dict[str, t.Any]:
    """Return C({changed, account_id, results, unchanged, missing, regions}).

    Raises GuardDutyError with the same as its C(result) where a Region failed; what was done elsewhere stays done.
    """
    params = module.params
    if not any(params.get(name) for name in ("ids", "lists", "indicators", "types")):
        raise ArgumentError("ids, lists, indicators and types are all empty: nothing says which findings are meant.")
    wanted = Wanted(params["archived"], params["feedback"], params["comments"])
    # If archived is all that may differ, findings that are as wanted need not be read.
    narrow = not params["ids"] and wanted.archived is not None and wanted.feedback is None
    chosen = selection(params, datetime.datetime.now(datetime.UTC), not wanted.archived if narrow else None)
    account, names = account_at_work(module)
    reader = FindingReader(account, chosen)
    works = in_threads(lambda name: _Work(reader, name, wanted), names, account.connection.workers)
    check_credentials(account, [work.region for work in works])
    if not module.check_mode:
        in_threads(lambda work: work.apply(), works, account.connection.workers)
    lost = missing(chosen, [work.region for work in works])
    if lost:
        module.warn(f"account {account.id}: no such finding, or it has expired: {', '.join(lost[:10])}.")
    results = [one for work in works for one in work.results(predicted=module.check_mode)]
    result: dict[str, t.Any] = {
        "changed": any(becomes["changed"] for _was, becomes in results),
        "account_id": account.id,
        "results": [{**was, **becomes} for was, becomes in results],
        "unchanged": sum(work.unchanged for work in works),
        "missing": lost,
        "regions": [region_item(account.id, work.region) for work in works],
    }
    if module._diff:
        result["diff"] = _diff(results)
    everywhere = options.ALL in options.regions(params)
    errors = [work.region.error for work in works if work.region.error]
    if failed := [error for error in errors if not (everywhere and error.code in UNAVAILABLE)]:
        raise PartialFailure.of(failed, len(works), "Regions", result)
    return result


class _Work:
    """The findings of one Region.

    due: those to be written. unchanged: how many are as they should be. written: by field, the ids that were written.
    """

    def __init__(self, reader: FindingReader, name: str, wanted: Wanted) -> None:
        self.reader, self.wanted = reader, wanted
        self.region = reader.open(name)
        self.due: list[Match] = []
        self.unchanged = 0
        self.written: dict[str, set[str]] = {"archived": set(), "feedback": set()}
        for match in reader.matches(self.region):
            if wanted.differs(match):
                self.due.append(match)
            else:
                self.unchanged += 1

    def apply(self) -> None:
        """Write what differs, fifty findings a call. An error is kept in the Region, and the rest is not written."""
        wanted = self.wanted
        try:
            if wanted.archived is not None:
                action = "ArchiveFindings" if wanted.archived else "UnarchiveFindings"
                operation = "archive_findings" if wanted.archived else "unarchive_findings"
                different = [one for one in self.due if wanted.archive_differs(one)]
                self._write("archived", (action, operation), different)
            if wanted.feedback is not None:
                said = {"Feedback": wanted.feedback, **({"Comments": wanted.comments} if wanted.comments else {})}
                different = [one for one in self.due if wanted.feedback_differs(one)]
                self._write("feedback", ("UpdateFindingsFeedback", "update_findings_feedback"), different, **said)
        except ThreatlistsError as error:
            self.region.error = self._explained(error)

    def results(self, *, predicted: bool) -> list[tuple[dict[str, t.Any], dict[str, t.Any]]]:
        """Return each finding that was due as it was, and the fields written (predicted: that would be)."""
        found = []
        for match in self.due:
            becomes: dict[str, t.Any] = {}
            if self.wanted.archive_differs(match) and (predicted or match.finding.id in self.written["archived"]):
                becomes["archived"] = self.wanted.archived
            if self.wanted.feedback_differs(match) and (predicted or match.finding.id in self.written["feedback"]):
                becomes["feedback"] = self.wanted.feedback
            found.append((item(match), {**becomes, "changed": bool(becomes)}))
        return found

    def _write(self, name: str, call: tuple[str, str], matches: list[Match], **request: t.Any) -> None:
        ids = [match.finding.id for match in matches]
        for start in range(0, len(ids), PAGE):
            some = ids[start : start + PAGE]
            self.reader.call(self.region, *call, FindingIds=some, **request)
            self.written[name].update(some)

    def _explained(self, error: ThreatlistsError) -> ThreatlistsError:
        """Return the error with its cause where the account is a member.

        GuardDuty refuses members: only their administrator may archive.
        """
        if error.code != REFUSED or self.wanted.archived is None:
            return error
        administrator = self.reader.reader.read_region(self.region.region, {}, KINDS).administrator
        if not administrator:
            return error
        self.region.administrator = administrator
        return GuardDutyError(
            f"{error} The account is a member of {administrator} there.",
            code="Member",
            remedy=f"Archive its findings as the administrator, account {administrator}.",
        )


def _diff(results: list[tuple[dict[str, t.Any], dict[str, t.Any]]]) -> dict[str, t.Any]:
    """Return Ansible's C(diff): by id, the fields that change, before and after."""
    changes = [(was, {name: becomes[name] for name in becomes if name != "changed"}) for was, becomes in results]
    return {
        "before": {was["id"]: {name: was[name] for name in becomes} for was, becomes in changes if becomes},
        "after": {was["id"]: becomes for was, becomes in changes if becomes},
    }
