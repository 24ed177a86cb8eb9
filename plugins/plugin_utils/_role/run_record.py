# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes the whole record of a run from what its tasks returned. Private to the collection."""

from __future__ import annotations

import typing as t

from ansible_collections.threatlists.aws.plugins.plugin_utils._report import shape
from ansible_collections.threatlists.aws.plugins.plugin_utils._role import alerts as _alerts
from ansible_collections.threatlists.aws.plugins.plugin_utils._role import declared as _declared
from ansible_collections.threatlists.aws.plugins.plugin_utils._role import foreseen, record
from ansible_collections.threatlists.aws.plugins.plugin_utils._types import Item


def run_record(
    declared: t.Sequence[Item],
    hosts: t.Iterable[Item],
    publish: t.Mapping[str, t.Sequence[Item]],
    outcomes: t.Mapping[str, t.Any],
    run: Item | None = None,
) -> shape.Record:
    """Return the record; parameters as those of the filter of this name. Raises KeyError, TypeError or ValueError."""
    declared = [_declared.normal(item) for item in declared]
    published, reasons = publish.get("published") or [], record.refusals(publish.get("refused") or [])
    accounts = [_declared.Host(**host) for host in hosts]
    outcomes = {host.name: foreseen.outcome(outcomes.get(host.name) or {}, publish) for host in accounts}
    results = [
        result
        for host in accounts
        for result in record.results(host, declared, published, outcomes.get(host.name) or None, reasons)
    ]
    results += [
        result
        for host in accounts
        for loop in publish.get("alerts") or []
        for result in _alerts.results(host, loop.get(host.name) or {})
    ]
    refused, overlaps = publish.get("refused") or [], publish.get("overlaps") or []
    overlaps = [*overlaps, *foreseen.notes(publish, outcomes.values())]
    lists = record.judged(record.lists(declared, published, reasons, overlaps, refused), publish.get("hits") or [])
    undeclared = [one for host in accounts for one in record.undeclared(host, outcomes[host.name])]
    return record.assemble(run or {}, lists, results, foreseen.record(publish), undeclared)
