# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ledger of a list: all that was ever found by it, a line for each finding and remote. Private to the collection.

GuardDuty keeps a finding for 90 days, and of one that recurs only the latest remote: the ledger keeps every one that it
was given. Merging ledgers gives the same bytes, in whatever order and however often. All of it is pure.
"""

from __future__ import annotations

import dataclasses
import datetime
import json
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._errors import ParseError

MOMENT = "%Y-%m-%dT%H:%M:%SZ"


class Hit(t.TypedDict):
    """One remote of one finding, as it was seen last.

    first_seen, last_seen: of this remote, as far as the ledger knows; count: of the finding, with all its remotes.
    entry, sources, published: from the index of the list at that time; entry is empty where no index told.
    """

    finding: str
    remote: str
    account_id: str
    region: str
    type: str
    severity: float
    first_seen: str
    last_seen: str
    count: int
    archived: bool
    feedback: str
    entry: str
    sources: list[str]
    published: str


@dataclasses.dataclass(frozen=True)
class Ledger:
    """All hits of a list, by finding and remote.

    began: the time from which on findings were added, empty where none were; sources: by name, since when the list has
    each.
    """

    began: str = ""
    sources: dict[str, str] = dataclasses.field(default_factory=dict)
    hits: dict[tuple[str, str], Hit] = dataclasses.field(default_factory=dict)


def of_findings(findings: t.Iterable[t.Mapping[str, t.Any]], name: str) -> dict[tuple[str, str], Hit]:
    """Return the hits of those findings that a list raised, without samples.

    findings: as guardduty_findings_info returns them. name: of the list.
    """
    hits: dict[tuple[str, str], Hit] = {}
    for finding in findings:
        seen = moment(finding["last_seen"])
        if finding["list"] != name or finding["sample"] or not seen:
            continue
        for remote in finding["indicators"] or [""]:
            key = finding["id"], remote
            hit = _hit(finding, remote, seen)
            hits[key] = _merged(hits[key], hit) if key in hits else hit
    return hits


def _hit(finding: t.Mapping[str, t.Any], remote: str, seen: str) -> Hit:
    why = finding.get("why") or {}
    # Where a finding has several remotes, the index explains one of them.
    told = why if why.get("indicator", finding["indicator"]) == remote else {}
    first = moment(finding["first_seen"])
    return {
        "finding": str(finding["id"]),
        "remote": str(remote),
        "account_id": str(finding["account_id"]),
        "region": str(finding["region"]),
        "type": str(finding["type"]),
        "severity": float(finding["severity"]),
        # If the finding recurred, nobody knows whether this remote was its first.
        "first_seen": first if first and finding["count"] <= 1 else seen,
        "last_seen": seen,
        "count": int(finding["count"]),
        "archived": bool(finding["archived"]),
        "feedback": str(finding["feedback"]),
        "entry": str(told.get("entry", "")),
        "sources": sorted({str(one.get("source") or "") for one in told.get("indicators", ())}),
        "published": moment(str(told.get("published", ""))),
    }


def merge(*ledgers: Ledger) -> Ledger:
    """Return what all of them know."""
    sources: dict[str, str] = {}
    hits: dict[tuple[str, str], Hit] = {}
    for ledger in ledgers:
        for name, since in ledger.sources.items():
            sources[name] = min(sources.get(name, since), since)
        for key, hit in ledger.hits.items():
            hits[key] = _merged(hits[key], hit) if key in hits else hit
    return Ledger(min((one.began for one in ledgers if one.began), default=""), sources, hits)


def _merged(one: Hit, other: Hit) -> Hit:
    """Return the later state of the finding, with the latest answer of an index, which may be that of the other."""
    state, why = max(one, other, key=_state), max(one, other, key=_why)
    merged = Hit(**state)
    merged["first_seen"] = min(one["first_seen"], other["first_seen"])
    merged["entry"], merged["sources"], merged["published"] = why["entry"], why["sources"], why["published"]
    return merged


def _state(hit: Hit) -> tuple[t.Any, ...]:
    """Return a key that sorts the states of a finding; at the same time, archived or judged is later than not yet."""
    return (
        hit["last_seen"],
        hit["count"],
        hit["archived"],
        hit["feedback"],
        hit["severity"],
        hit["type"],
        hit["account_id"],
        hit["region"],
    )


def _why(hit: Hit) -> tuple[t.Any, ...]:
    return (bool(hit["entry"]), hit["published"], hit["entry"], hit["sources"])


def younger(ledger: Ledger, than: datetime.datetime) -> Ledger:
    """Return the ledger without the hits that were last seen before a moment."""
    oldest = than.strftime(MOMENT)
    kept = {key: hit for key, hit in ledger.hits.items() if hit["last_seen"] >= oldest}
    return dataclasses.replace(ledger, hits=kept)


def dump(ledger: Ledger) -> bytes:
    """Return the ledger as JSONL: when it began, sources by name, hits by finding and remote."""
    lines: list[t.Mapping[str, t.Any]] = [{"began": ledger.began}] if ledger.began else []
    lines += [{"source": name, "since": since} for name, since in sorted(ledger.sources.items())]
    lines += [hit for _key, hit in sorted(ledger.hits.items())]
    return "".join(f"{json.dumps(line, sort_keys=True, separators=(',', ':'))}\n" for line in lines).encode("ascii")


def load(content: bytes, name: str) -> Ledger:
    """Return the ledger that C(dump) wrote. Raises ParseError, with C(name), for anything else."""
    began = ""
    sources: dict[str, str] = {}
    hits: dict[tuple[str, str], Hit] = {}
    try:
        for line in content.decode("ascii").splitlines():
            fields = json.loads(line)
            if "began" in fields:
                began = str(fields["began"])
            elif "source" in fields:
                sources[fields["source"]] = str(fields["since"])
            else:
                hits[fields["finding"], fields["remote"]] = _checked(fields)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise ParseError(f"{name} is no ledger of hits: {error!r}.") from error
    return Ledger(began, sources, hits)


HINTS = t.get_type_hints(Hit)


def _checked(fields: dict[str, t.Any]) -> Hit:
    if set(fields) != set(HINTS):
        raise ValueError(f"its keys are {sorted(fields)}")
    for key, hint in HINTS.items():
        if not isinstance(fields[key], t.get_origin(hint) or hint):
            raise ValueError(f"{key} is {fields[key]!r}")
    return t.cast(Hit, fields)


def moment(text: str) -> str:
    """Return a time in UTC, to the second, in the one spelling that sorts; empty for what is no time."""
    try:
        given = datetime.datetime.fromisoformat(text)
    except ValueError:
        return ""
    return given.replace(tzinfo=given.tzinfo or datetime.UTC).astimezone(datetime.UTC).strftime(MOMENT)
