# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why a finding was raised: the list's entry at that time, and its sources. Private to the collection."""

from __future__ import annotations

import datetime
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._aws.session import Connection
from ansible_collections.threatlists.aws.plugins.module_utils._errors import ArgumentError, ThreatlistsError
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.findings import Finding
from ansible_collections.threatlists.aws.plugins.module_utils._lists import networks
from ansible_collections.threatlists.aws.plugins.module_utils._lists.indicators import domain
from ansible_collections.threatlists.aws.plugins.module_utils._s3.objects import parse_location
from ansible_collections.threatlists.aws.plugins.module_utils._s3.published import History, PublishedVersion
from ansible_collections.threatlists.aws.plugins.module_utils._s3.target import Target

Why = dict[str, t.Any]
FindingKey = tuple[str, ...]
# How many versions of a list are looked at, the newest; what an older one raised is explained by the oldest of these.
VERSIONS = 10


def check_index(index: t.Mapping[str, t.Any] | None) -> None:
    """Raise ArgumentError for a value that is no location."""
    for name, location in (index or {}).items():
        try:
            parse_location(str(location))
        except ArgumentError as error:
            raise ArgumentError(f"index of {name}: {error}") from error


def reasons(
    connection: Connection,
    index: t.Mapping[str, str],
    found: t.Iterable[tuple[Finding, str]],
    warn: t.Callable[[str], None],
) -> dict[FindingKey, Why]:
    """Return by C(key_of(finding)) why each finding was raised, where that is known; warn of what is not.

    index: by the name of a list, the location of its object, beside which its index stands; found: findings, each with
    the name of its list. Reads each version of an index once, with the credentials that the module was started with.
    """
    by_list: dict[str, list[Finding]] = {}
    for finding, name in found:
        if name in index:
            by_list.setdefault(name, []).append(finding)
    answers: dict[FindingKey, Why] = {}
    client = connection.client("s3") if by_list else None
    for name, findings in sorted(by_list.items()):
        bucket, key = parse_location(index[name])
        try:
            history = History(Target(client, bucket, key, None), VERSIONS, warn)
            asked = list(dict.fromkeys(one for finding in findings for one in _askable(finding)))
            for finding in findings:
                answers |= _why(history, finding, asked)
        except ThreatlistsError as error:
            warn(f"index of {name}: {error}")
            continue
        if not any(version.has_index for version in history.versions):
            warn(f"index of {name}: no index of {index[name]} is published, or none that belongs to it.")
    return answers


def key_of(finding: Finding) -> FindingKey:
    """Return a key for a finding as it was told at one time: events tell the same one again, with other indicators."""
    return finding.id, *finding.indicators


def _why(history: History, finding: Finding, asked: t.Sequence[str]) -> dict[FindingKey, Why]:
    """Return the reason by the key of the finding, nothing where no version holds an indicator of it.

    The version is the newest that holds one, of those published before the finding was seen last: a list is loaded only
    after it is published.
    """
    for version in _standing(history.versions, finding.last_seen):
        hits = history.hits_in(version, asked)
        for value in _askable(finding):
            if found := hits.get(value):
                best = min(found, key=lambda hit: hit.relation != "exact")
                return {
                    key_of(finding): {
                        "indicator": value,
                        "entry": best.entry,
                        "relation": best.relation,
                        "indicators": best.indicators,
                        "list_sha256": version.sha256,
                        "version_id": version.version_id,
                        "published": version.published.isoformat(),
                    }
                }
    return {}


def _standing(versions: list[PublishedVersion], seen: str) -> list[PublishedVersion]:
    """Return the versions published before a time, newest first; where all are later, the oldest.

    A finding knows whole seconds only, so its second counts to the end.
    """
    try:
        moment = datetime.datetime.fromisoformat(seen) + datetime.timedelta(seconds=1)
    except ValueError:
        return versions
    return [version for version in versions if version.published < moment] or versions[-1:]


def _askable(finding: Finding) -> list[str]:
    return [one for one in finding.indicators if networks.parse(one) or domain(one)]
