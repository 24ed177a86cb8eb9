# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The making of a list file: sources are judged, capped, guarded and written. Private to the collection."""

from __future__ import annotations

import collections
import contextlib
import dataclasses
import gc
import pathlib
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._errors import (
    CredentialsError,
    GuardError,
    SourceError,
    ThreatlistsError,
)
from ansible_collections.threatlists.aws.plugins.module_utils._lists import (
    atomic,
    caps,
    dropped,
    exclusions,
    explain,
    formats,
    index,
    jsonl,
    judging,
    stix_write,
    txt,
)
from ansible_collections.threatlists.aws.plugins.module_utils._lists import policy as _policy
from ansible_collections.threatlists.aws.plugins.module_utils._lists.caps import Entry, Rank
from ansible_collections.threatlists.aws.plugins.module_utils._lists.indicators import Indicator, strictest
from ansible_collections.threatlists.aws.plugins.module_utils._lists.reading import Reading
from ansible_collections.threatlists.aws.plugins.module_utils._lists.source_counts import (
    SourceCounts,
    in_words,
    samples,
)
from ansible_collections.threatlists.aws.plugins.module_utils._lists.sources import Source
from ansible_collections.threatlists.aws.plugins.module_utils._lists.summary import (
    DIFF_ENTRIES,
    Difference,
    ListSummary,
    compare,
    guard,
    guard_growth,
    inspect,
)
from ansible_collections.threatlists.aws.plugins.module_utils._module import Module

ARGUMENT_SPEC: dict[str, t.Any] = {
    "dest": {"type": "path", "required": True},
    "format": {"type": "str", "choices": ["TXT", "STIX", "JSONL"], "default": "TXT"},
}


class ListRefused(GuardError):
    """A guard refused the list; C(result) says what the list would have been."""

    def __init__(self, message: str, *, code: str, remedy: str, result: dict[str, t.Any]) -> None:
        super().__init__(message, code=code, remedy=remedy)
        self.result = result


@contextlib.contextmanager
def _collector_paused() -> t.Iterator[None]:
    """Keep Python's garbage collector from running meanwhile.

    Judging makes no cycles, only a quarter of a million objects that it would visit again and again.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def produce(module: Module, sources: t.Sequence[Source]) -> dict[str, t.Any]:
    """Judge what the sources give and write the file, by module.params (policy, output, C(explain)).

    Nothing is written before the last indicator was read. Returns the result of the module; with check_mode
    C(scratch) is the file that a run would have written. Raises ThreatlistsError, ListRefused where a guard says no.
    """
    atomic.check(module.params["dest"])
    per_source = [SourceCounts(source, recover=bool(module.params.get("recover"))) for source in sources]
    if module.params["format"] == "JSONL":
        return _produce_jsonl(module, per_source)
    params = module.params
    judge = judging.Judge(_policy.from_params(params, exclusions.exclusions(module)))
    with index.collecting(params) as collector:
        judge.note = collector.note if collector else None
        result, new, render = _judged(module, per_source, judge)
        if collector:
            result |= _write_index(module, collector, new, result)
        written = _write(module, render(new))
        result |= {**written, "changed": written["changed"] or result.pop("index_changed", False)}
    return result


def _judged(
    module: Module, per_source: t.Sequence[SourceCounts], judge: judging.Judge
) -> tuple[dict[str, t.Any], ListSummary, Render]:
    """Judge everything and ask the guards. Raises Refused.

    Returns the result without what writing adds, the new list, and how to write it.
    """
    params = module.params
    explanation = explain.Explanation(params.get("explain"), judge)
    with _collector_paused():
        for counts in per_source:
            _judge_source(counts, judge, explanation)
        judge.merge()
    kept, cuts, render = _fit(judge, params["format"])
    new = ListSummary(*caps.ordered(kept))
    difference = compare(_standing(module), new)
    result: dict[str, t.Any] = {
        "dest": params["dest"],
        "entry_count": new.entry_count,
        "total_count": judge.total,
        "dropped": dict(sorted((judge.dropped + _counted(cuts)).items())),
        "cut": [dataclasses.asdict(cut) for cut in cuts],
        "added": difference.added,
        "removed": difference.removed,
        "address_count": new.address_count,
        "growth_percent": round(difference.growth_percent, 1),
        "tlp": strictest(judge.tlp),
        **_accounted(module, per_source),
    }
    if params.get("explain"):
        result["explained"] = explanation.result(kept)
    _warn(module, judge, cuts)
    try:
        _guard_sources(module, per_source)
        guard(params["dest"], new.entry_count, difference, params["min_entries"], params["max_shrink_percent"])
        guard_growth(params["dest"], difference, params["max_growth_percent"])
        _guard_addresses(params["dest"], result["address_count"], judge.policy.max_addresses)
    except GuardError as error:
        message = f"{error} Indicators read: {judge.total}; {in_words(result['dropped'])}."
        raise ListRefused(message, code=error.code, remedy=error.remedy, result=result) from error
    if module._diff:
        result["diff"] = difference.as_diff(params["dest"], params["dest"])
    return result, new, render


def _judge_source(counts: SourceCounts, judge: judging.Judge, explanation: explain.Explanation) -> None:
    before, host_bits = judge.total, judge.host_bits
    reading, note = counts.reading, explanation.note if explanation.value else None
    for indicator in _read(counts):
        reason = judge.add(indicator)
        if reason:
            counts.drop(indicator, reason)
        if note:
            note(indicator, reason, counts.source.name, reading.line)
    counts.total = judge.total - before
    if judge.host_bits > host_bits:
        reading.rewritten["host_bits"] += judge.host_bits - host_bits


def _read(counts: SourceCounts) -> t.Iterable[Indicator]:
    """Return the indicators of the source: of an optional one all or none, so that nothing half-read is published."""
    source = counts.source
    if not source.optional:
        return source.read(counts.reading)
    numbered: list[tuple[int, Indicator]] = []
    try:
        for indicator in source.read(counts.reading):
            numbered.append((counts.reading.line, indicator))
    except CredentialsError:
        raise
    except ThreatlistsError as error:
        counts.error = error
        return []
    return _renumbered(counts.reading, numbered)


def _renumbered(reading: Reading, numbered: t.Iterable[tuple[int, Indicator]]) -> t.Iterator[Indicator]:
    for reading.line, indicator in numbered:
        yield indicator


def _accounted(module: Module, per_source: t.Sequence[SourceCounts]) -> dict[str, t.Any]:
    result: dict[str, t.Any] = {
        "sources": [counts.as_result() for counts in per_source],
        "samples": samples(per_source),
    }
    if module.params.get("recover"):
        result["recovered"] = [sentence for counts in per_source for sentence in counts.reading.recovered or []]
        for sentence in result["recovered"]:
            module.warn(sentence)
    return result


def _guard_addresses(what: str, count: int, most: int) -> None:
    if count > most:
        raise GuardError(
            f"{what}: the new list covers {count} addresses, more than max_addresses ({most}); the old one stays.",
            code="TooManyAddresses",
            remedy="Look for the widest networks among the sources; if they are meant, raise max_addresses.",
        )


def _guard_sources(module: Module, per_source: t.Iterable[SourceCounts]) -> None:
    """Raise GuardError for a source that gave too little; warn where it is optional."""
    for counts in per_source:
        problem = counts.error or counts.problem()
        if problem and not counts.source.optional:
            raise problem
        if problem:
            module.warn(f"{problem} It is optional, so the list is made all the same.")


def _counted(cuts: t.Iterable[caps.Cut]) -> collections.Counter[str]:
    return collections.Counter({f"over_{cut.option}": cut.count for cut in cuts})


Render = t.Callable[[ListSummary], t.Iterator[bytes]]


def _fit(judge: judging.Judge, format: str) -> tuple[dict[Entry, Rank], list[caps.Cut], Render]:
    """Return the entries that fit the caps of the policy, what was cut, and how to write them."""
    policy = judge.policy
    if format == "TXT":
        kept, cuts = caps.cap(judge.ranks, policy.max_entries, policy.max_size, txt.size)
        return kept, cuts, lambda new: txt.chunks(new.networks, new.domains)
    contents = policy.kind.contents
    head = stix_write.header()
    room = policy.max_size - stix_write.frame(contents, head)
    kept, cuts = caps.cap(judge.ranks, policy.max_entries, room, lambda entry: stix_write.size(entry, contents))
    return kept, cuts, lambda new: stix_write.chunks(new.networks, new.domains, contents, head)


def _standing(module: Module) -> ListSummary:
    """Return what stands at O(dest); an empty list where that is no list, with a warning."""
    path = pathlib.Path(module.params["dest"])
    if not path.is_file():
        return ListSummary([], [])
    try:
        with path.open("rb") as stream:
            return inspect(stream, str(path))
    except (SourceError, OSError) as error:
        module.warn(f"dest: the new list is not compared with the old one, which cannot be read: {error}")
        return ListSummary([], [])


def _warn(module: Module, judge: judging.Judge, cuts: t.Iterable[caps.Cut]) -> None:
    for cut in cuts:
        module.warn(str(cut))
    if judge.threats:
        module.warn(
            f"kind: {module.params['kind']} is a trusted list, and {judge.threats} of its indicators have an itype "
            "of a threat: GuardDuty will be silent about them."
        )


def _write_index(
    module: Module, collector: index.Collector, new: ListSummary, result: t.Mapping[str, t.Any]
) -> dict[str, t.Any]:
    """Write the index, before its list, so that no list of ours is without one; nothing in check mode."""
    if module.check_mode:
        return {"index": None}
    path = module.params["index"]
    drops = dropped.of_result(result, without_sources="source" in module.params["index_without"])
    written = atomic.write(path, collector.chunks(new.networks, new.domains, drops), scratch=False, option="index")
    return {"index": path, "index_changed": written.changed}


def _write(module: Module, chunks: t.Iterable[bytes]) -> dict[str, t.Any]:
    written = atomic.write(module.params["dest"], chunks, scratch=module.check_mode)
    result: dict[str, t.Any] = {"changed": written.changed, "sha256": written.sha256, "size": written.size}
    if module.check_mode:
        result["scratch"] = written.path
    return result


def _produce_jsonl(module: Module, per_source: t.Sequence[SourceCounts]) -> dict[str, t.Any]:
    """Write every indicator as it is: what is judged is the list that such files are merged into, not each of them."""
    for option in ("exclude", "exclude_itype", "explain"):
        if module.params.get(option):
            module.warn(f"{option}: JSONL keeps every indicator as it is; set it where the files are merged.")
    total = 0
    lines: dict[str, str] = {}
    with _collector_paused():
        for counts in per_source:
            before = total
            for indicator in _read(counts):
                total += 1
                lines[jsonl.line(indicator)] = indicator.value
            counts.total = total - before
            if counts.error:
                module.warn(f"{counts.error} It is optional, so the file is made without it.")
    path = pathlib.Path(module.params["dest"])
    old: set[str] = set()
    if path.is_file():
        try:
            with path.open("rb") as stream:
                old = {indicator.value for indicator in formats.read(stream, str(path))}
        except (SourceError, OSError) as error:
            module.warn(f"dest: the old file cannot be read and is replaced: {error}")
    new = set(lines.values())
    added, removed = sorted(new - old), sorted(old - new)
    result: dict[str, t.Any] = {
        "dest": module.params["dest"],
        "entry_count": len(lines),
        "total_count": total,
        "dropped": {"duplicate": total - len(lines)} if total > len(lines) else {},
        "cut": [],
        "added": len(added),
        "removed": len(removed),
        **_accounted(module, per_source),
    }
    result |= _write(module, jsonl.chunks(lines))
    if module._diff:
        difference = Difference(len(added), len(removed), 0, 0.0, 0.0, added[:DIFF_ENTRIES], removed[:DIFF_ENTRIES])
        result["diff"] = difference.as_diff(module.params["dest"], module.params["dest"])
    return result
