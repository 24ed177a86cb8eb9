# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Adds findings to the ledgers of lists, and tells what each list is worth. Private to the collection."""

from __future__ import annotations

import dataclasses
import datetime
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils import _ages
from ansible_collections.threatlists.aws.plugins.module_utils._aws.account import Account
from ansible_collections.threatlists.aws.plugins.module_utils._aws.session import ARGUMENT_SPEC as ROLE_SPEC
from ansible_collections.threatlists.aws.plugins.module_utils._aws.session import Connection
from ansible_collections.threatlists.aws.plugins.module_utils._errors import (
    ArgumentError,
    PartialFailure,
    ThreatlistsError,
)
from ansible_collections.threatlists.aws.plugins.module_utils._ledger import hits, store, worth
from ansible_collections.threatlists.aws.plugins.module_utils._lists import networks
from ansible_collections.threatlists.aws.plugins.module_utils._lists.index import Survey
from ansible_collections.threatlists.aws.plugins.module_utils._lists.indicators import domain
from ansible_collections.threatlists.aws.plugins.module_utils._module import Module
from ansible_collections.threatlists.aws.plugins.module_utils._s3.objects import parse_location
from ansible_collections.threatlists.aws.plugins.module_utils._s3.target import Target

ARGUMENT_SPEC: dict[str, dict[str, t.Any]] = {
    "lists": {
        "type": "list",
        "elements": "dict",
        "required": True,
        "options": {
            "name": {"type": "str", "required": True},
            "location": {"type": "str", "required": True},
            "expected_bucket_owner": {"type": "str"},
        },
    },
    "findings": {"type": "list", "elements": "dict"},
    "since": {"type": "str"},
    "max_age": {"type": "str", "default": "400d"},
    "review_days": {"type": "int", "default": 90},
    "kms_key_id": {"type": "str"},
    **ROLE_SPEC,
}
MAX_REVIEW_DAYS = 3650
# The fields of a finding that go into the ledger.
NEEDED = (
    *("id", "account_id", "region", "type", "severity", "list", "indicator", "indicators"),
    *("count", "first_seen", "last_seen", "archived", "feedback", "sample"),
)


class LedgerOutcome(t.NamedTuple):
    """What became of one list's ledger: its item of RV(lists), and the error, None where all went well."""

    item: dict[str, t.Any]
    error: ThreatlistsError | None


class Task(t.NamedTuple):
    """What the options ask for, at one moment."""

    findings: list[dict[str, t.Any]] | None
    began: str
    now: datetime.datetime
    oldest: datetime.datetime
    review_days: int
    kms_key_id: str | None
    check_mode: bool


def keep(module: Module) -> dict[str, t.Any]:
    """Return C({changed, lists}), an item for each list. A list whose ledger fails has its C(error) and stops no other.

    Raises ArgumentError for wrong options, CredentialsError where S3 cannot be asked at all, and PartialFailure, with
    the same as its C(result), where a ledger failed.
    """
    params = module.params
    task = _task(module)
    places = [(one["name"], parse_location(one["location"]), one["expected_bucket_owner"]) for one in params["lists"]]
    connection = Connection(module)
    client = connection.client("s3", Account(connection).keys if connection.role else None)
    kept = [_kept(module, task, name, Target(client, bucket, key, owner)) for name, (bucket, key), owner in places]
    result = {"changed": any(one.item["changed"] for one in kept), "lists": [one.item for one in kept]}
    if errors := [one.error for one in kept if one.error]:
        raise PartialFailure.of(errors, len(kept), "ledgers", result)
    return result


def _task(module: Module) -> Task:
    params = module.params
    now = datetime.datetime.now(datetime.UTC)
    if not 1 <= params["review_days"] <= MAX_REVIEW_DAYS:
        raise ArgumentError(f"review_days: {params['review_days']} is not between 1 and {MAX_REVIEW_DAYS}.")
    for finding in params["findings"] or ():
        if missing := [key for key in NEEDED if key not in finding]:
            raise ArgumentError(
                f"findings: an item without {missing[0]}.", remedy="Give what guardduty_findings_info returned."
            )
    began = _ages.moment(params["since"], now, "since") if params["since"] else now
    return Task(
        findings=params["findings"],
        began=began.strftime(hits.MOMENT),
        now=now,
        oldest=now - _ages.duration(params["max_age"], "max_age"),
        review_days=params["review_days"],
        kms_key_id=params["kms_key_id"],
        check_mode=module.check_mode,
    )


def _kept(module: Module, task: Task, name: str, target: Target) -> LedgerOutcome:
    place = store.beside(target)
    item: dict[str, t.Any] = {"name": name, "location": place.location, "changed": False, "worth": None, "error": None}
    try:
        told = hits.of_findings(task.findings or (), name)
        ledger = store.read_ledger(place).ledger
        survey = _survey(module, name, target, {**ledger.hits, **told})
        if task.findings is not None:
            addition = _addition(task, told, survey)
            ledger, item["changed"] = store.update(
                place, lambda was: _with(task, was, addition, survey), task.kms_key_id, check_mode=task.check_mode
            )
        item["worth"] = worth.judge(name, ledger, survey, task.now, task.review_days)
    except ThreatlistsError as error:
        return LedgerOutcome({**item, "error": error.as_result()}, error)
    return LedgerOutcome(item, None)


def _addition(task: Task, told: dict[tuple[str, str], hits.Hit], survey: Survey | None) -> hits.Ledger:
    sources = dict.fromkeys(survey.sources if survey else (), task.now.strftime(hits.MOMENT))
    return hits.younger(hits.Ledger(task.began, sources, told), task.oldest)


def _with(task: Task, standing: hits.Ledger, addition: hits.Ledger, survey: Survey | None) -> hits.Ledger:
    """Return the ledger with what is new, without hits that are too old and without sources that left the list."""
    ledger = hits.younger(hits.merge(standing, addition), task.oldest)
    if survey is None:
        return ledger
    return dataclasses.replace(ledger, sources={name: ledger.sources[name] for name in survey.sources})


def _survey(module: Module, name: str, target: Target, known: t.Iterable[tuple[str, str]]) -> Survey | None:
    """Return what the index holds; warn and return None where it cannot be read, so that the ledger is kept without."""
    asked = sorted({remote for _finding, remote in known if networks.parse(remote) or domain(remote)})
    try:
        survey = store.survey_of(target, asked)
    except ThreatlistsError as error:
        module.warn(f"{name}: its index is not used, so sources and entries without a match are not known: {error}")
        return None
    if survey is None:
        module.warn(f"{name}: no index belongs to {target.location}, so entries without a match are not known.")
    return survey
