# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which accounts of a run fail at its end, and why. Private to the collection."""

from __future__ import annotations

import typing as t

from ansible_collections.threatlists.aws.plugins.plugin_utils._report.terminal import counted
from ansible_collections.threatlists.aws.plugins.plugin_utils._role import declared as _declared
from ansible_collections.threatlists.aws.plugins.plugin_utils._role import foreseen
from ansible_collections.threatlists.aws.plugins.plugin_utils._role import outcomes as _outcomes
from ansible_collections.threatlists.aws.plugins.plugin_utils._role import record as _record
from ansible_collections.threatlists.aws.plugins.plugin_utils._types import Item

NAMED = 3
UNCHANGED = ("none", "skipped", "failed")


class How(t.NamedTuple):
    """How a run is judged. plans: whether changes fail it. fail_on_drift: whether a run that looks fails for drift."""

    plans: bool = False
    fail_on_drift: bool = True


def of_hosts(record: Item, known: Item, outcomes: t.Mapping[str, Item], teller: str, how: How) -> dict[str, str]:
    """Return by host why it fails; a host that does not fail is left out.

    known: what declared_lists returned. outcomes: what came of each account (outcomes.py). teller: the host that fails
    for what belongs to no single account.
    """
    reasons = {host: _own(record["mode"], foreseen.outcome(outcome, known)) for host, outcome in outcomes.items()}
    reasons[teller] = [*_common(record, known, how), *reasons.get(teller, [])]
    return {host: " ".join(told) for host, told in reasons.items() if told}


def _common(record: Item, known: Item, how: How) -> list[str]:
    verifies = record["mode"] == "verify"
    reasons = []
    # Where a run only looks, a list that is not published is drift.
    if known["refused"] and not verifies:
        reasons.append(f"Refused: {', '.join(dict.fromkeys(one['name'] for one in known['refused']))}.")
    drift = (
        _record.drift(record, [_declared.Host(**host) for host in known["hosts"]])
        if verifies and how.fail_on_drift
        else []
    )
    if drift:
        more = f" And {len(drift) - NAMED} more." if len(drift) > NAMED else ""
        reasons.append(f"The fleet is not as declared: {' '.join(drift[:NAMED])}{more}")
    changes = _changes(record, known) if how.plans else ""
    if changes:
        reasons.append(f"The plan has changes: {changes}; nothing was written.")
    return reasons


def _changes(record: Item, known: Item) -> str:
    """Return what a run would write, in words; empty for nothing."""
    counts = {
        ("bucket", "change"): sum(one["action"] != "none" for one in record["buckets"]),
        ("list", "be published"): len({(one["name"], one["kind"]) for one in known["published"] if one["changed"]}),
        ("place", "change"): sum(one["action"] not in UNCHANGED for one in record["results"]),
    }
    return ", ".join(f"{counted(count, noun)} would {verb}" for (noun, verb), count in counts.items() if count)


def _own(mode: str, outcome: Item) -> list[str]:
    reasons = []
    failed = sum(bool(one.get("error")) for one in outcome.get("results") or [])
    if failed and mode != "verify":
        reasons.append(f"{failed} {'would fail' if mode == 'check' else 'failed'}.")
    if outcome and not outcome.get("skipped") and "results" not in outcome:
        reasons.append("The account could not be looked at.")
    if outcome.get("stopped"):
        reasons.append("The rollout stopped in an earlier batch, so this account was left as it is.")
    return reasons


def concerned(names: t.Sequence[str], hostvars: t.Mapping[str, Item], verifies: bool = False) -> list[str]:
    """Return the hosts that have something to say at the end of a run, first the one that speaks for all.

    That is the host that published, or, where it failed, another. A play over these alone need not ask all other hosts.
    Once the record is put together, they are those that fail. hostvars: empty where Ansible only checks the syntax of a
    playbook.
    """
    noted = (hostvars[name].get("__threatlists_known") for name in names if name in hostvars)
    known = next((one for one in noted if one), None)
    if known is None:
        return list(names)
    publisher = known["publisher"]
    found = _outcomes.of_accounts(names, hostvars)
    came = {name: foreseen.outcome(outcome, known) for name, outcome in found.items()}
    told = [name for name in names if _says(came[name], verifies)]
    # A host that a limit leaves out is in no play.
    outside = [name for name in names if came[name] == _outcomes.NOT_RUN and name != publisher]
    lost = {*outside, *(name for name in names if came[name].get("failed"))}
    teller = next((name for name in (publisher, *names) if name not in lost), publisher)
    kept = hostvars[teller].get("__threatlists_kept", {}) if teller in hostvars else {}
    # One that an earlier playbook of the same process left, or that could not be made, says nothing of this run.
    is_of_this_run = "record" in kept and kept["record"]["started"] == known["started"]
    return list(dict.fromkeys([kept["teller"], *kept["reasons"]] if is_of_this_run else [teller, *told]))


def _says(outcome: Item, verifies: bool) -> bool:
    if _own("verify" if verifies else "run", outcome) or outcome.get("warnings"):
        return True
    return not verifies and bool(outcome.get("changed") or outcome.get("skipped"))
