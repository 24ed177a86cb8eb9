# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the first screen of the page answers: whether all is right, where it is not, and what to do.

Private to the collection.
"""

from __future__ import annotations

import typing as t

from ansible_collections.threatlists.aws.plugins.plugin_utils._report import model
from ansible_collections.threatlists.aws.plugins.plugin_utils._report.terminal import counted

# FEW: so many kinds of failure need no overview. MOST: so many of its lines fit the first screen.
FEW, MOST = 2, 7


def accounts_in(report: model.Report) -> dict[str, int]:
    """Return how many accounts have a result of each state, by the state's key."""
    found: dict[str, set[str]] = {}
    for view in report.lists:
        for row in view.rows:
            for state in row.cells:
                found.setdefault(state.key, set()).update(row.accounts)
    return {key: len(accounts) for key, accounts in found.items()}


def sentences(report: model.Report) -> list[str]:
    """Return whether all is right; if not, how much is wrong, in how many accounts, and what mends it."""
    if not report.total and not report.failures:
        return ["No account was looked at."]
    return [_answer(report), *_parts(report)]


def overview(report: model.Report) -> list[str]:
    """Return a line for each kind of failure, with how much, where and what to do; none for few, which need none."""
    return [_line(report, one) for one in report.failures[:MOST]] if len(report.failures) > FEW else []


def _answer(report: model.Report) -> str:
    is_right = not report.failures and not report.counts[model.STALE.key]
    if report.mode == "check":
        return "A run would fail." if report.failures else "A run would fail nowhere."
    if is_right and not report.counts[model.CHANGED.key] and not report.counts[model.IN_STEP.key]:
        return "No list is in step anywhere."
    return "Right everywhere." if is_right else "Not right everywhere."


def _parts(report: model.Report) -> t.Iterator[str]:
    """Yield a sentence for each thing that somebody should know of."""
    after = {
        model.FAILED: f"{counted(len(report.failures), 'cause')} below, with what to do",
        model.STALE: "a run mends that" if report.mode == "verify" else "",
    }
    worse = [state for state in after if report.counts[state.key]]
    for state in worse or [model.SKIPPED] * bool(report.counts[model.SKIPPED.key]):
        words = after.get(state, "the reason stands at each list")
        yield f"{report.words(state).capitalize()}: {_places(report, state)}{'; ' * bool(words)}{words}."
    remarks = sum(len(view.notes) for view in report.lists)
    if remarks:
        yield f"{counted(remarks, 'remark')} at the lists."


def _places(report: model.Report, state: model.State) -> str:
    accounts = accounts_in(report).get(state.key, 0)
    where = f" in {accounts:,} of {counted(report.account_count, 'account')}" if accounts else ""
    return f"{counted(report.counts[state.key], 'result')}{where}"


def _line(report: model.Report, one: model.News) -> str:
    group = one.group
    where = report.account(group.accounts[0]) if len(group.accounts) == 1 else counted(len(group.accounts), "account")
    place = f"{counted(group.count, 'result')} in {where}" if group.places else f"{', '.join(group.lists)} refused"
    # Without the policy statement that a remedy may end with: it is shown below.
    todo = group.remedy.partition("{")[0].rstrip(": ")
    return f"{place}: {todo or group.cause}"
