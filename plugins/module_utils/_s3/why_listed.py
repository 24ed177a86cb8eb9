# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""In which published lists indicators stand or stood, since when, and from which sources. Private to the collection."""

from __future__ import annotations

import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._aws.account import Account
from ansible_collections.threatlists.aws.plugins.module_utils._aws.session import ARGUMENT_SPEC as ROLE_SPEC
from ansible_collections.threatlists.aws.plugins.module_utils._aws.session import Connection
from ansible_collections.threatlists.aws.plugins.module_utils._errors import (
    ArgumentError,
    CredentialsError,
    PartialFailure,
    PublishError,
    ThreatlistsError,
)
from ansible_collections.threatlists.aws.plugins.module_utils._lists import index
from ansible_collections.threatlists.aws.plugins.module_utils._lists.index import IndexHit
from ansible_collections.threatlists.aws.plugins.module_utils._module import Module
from ansible_collections.threatlists.aws.plugins.module_utils._s3.objects import parse_location
from ansible_collections.threatlists.aws.plugins.module_utils._s3.published import History, PublishedVersion
from ansible_collections.threatlists.aws.plugins.module_utils._s3.target import Target

MAX_VERSIONS = 100
# A wide entry may have taken in as many indicators as a list can hold.
MAX_INDICATORS = 100
ARGUMENT_SPEC: dict[str, dict[str, t.Any]] = {
    "indicators": {"type": "list", "elements": "str", "required": True, "aliases": ["indicator"]},
    "lists": {
        "type": "list",
        "elements": "dict",
        "required": True,
        "options": {
            "name": {"type": "str"},
            "location": {"type": "str", "required": True},
            "expected_bucket_owner": {"type": "str"},
        },
    },
    "max_versions": {"type": "int", "default": 10},
    "platform_url": {"type": "str"},
    **ROLE_SPEC,
}


def why_listed(module: Module) -> dict[str, t.Any]:
    """Return C({changed, answers}), one answer for each indicator and list.

    Raises PartialFailure, with the other answers in its C(result), where a list cannot be looked at; ThreatlistsError
    where none can.
    """
    params = module.params
    if not 1 <= params["max_versions"] <= MAX_VERSIONS:
        raise ArgumentError(f"max_versions: {params['max_versions']} is not between 1 and {MAX_VERSIONS}.")
    asked = list(dict.fromkeys(params["indicators"]))
    places = [(one, *parse_location(one["location"])) for one in params["lists"]]
    connection = Connection(module)
    client = connection.client("s3", Account(connection).keys if connection.role else None)
    answers: list[dict[str, t.Any]] = []
    errors: list[ThreatlistsError] = []
    for one, bucket, key in places:
        try:
            answers += _of_list(module, Target(client, bucket, key, one["expected_bucket_owner"]), one["name"], asked)
        except (ArgumentError, CredentialsError):
            raise
        except ThreatlistsError as error:
            errors.append(error)
    result: dict[str, t.Any] = {"changed": False, "answers": answers}
    if errors:
        raise PartialFailure.of(errors, len(places), "lists", result, did="cannot be looked at")
    return result


def _of_list(module: Module, target: Target, name: str | None, asked: list[str]) -> list[dict[str, t.Any]]:
    params = module.params
    history = History(target, params["max_versions"], module.warn)
    if not history.versions:
        raise PublishError(f"{target.location} is not there.", code="NoSuchObject", remedy="Publish it first.")
    name = name or target.location
    missing = [version for version in history.versions if not version.has_index]
    if missing:
        module.warn(
            f"{name}: {len(missing)} of its last {len(history.versions)} versions have no index that belongs to "
            "them; what they held is not known."
        )
    history.read_indexes(asked)
    dropped = _Dropped(history, asked)
    return [dropped.added_to(_answer(name, history, value, asked, params["platform_url"])) for value in asked]


def _answer(name: str, history: History, value: str, asked: list[str], url: str | None) -> dict[str, t.Any]:
    known = [version for version in history.versions if version.has_index]
    holding = [(version, hits) for version in known if (hits := history.hits_in(version, asked).get(value))]
    answer: dict[str, t.Any] = {"indicator": value, "list": name, "location": history.target.location}
    # If the newest version has no index, nobody knows whether it stands in it.
    unlisted = False if history.versions[0].has_index else None
    if not holding:
        nothing = dict.fromkeys(("since", "until", "version_id", "sha256"))
        return {**answer, "listed": unlisted, "entries": [], "entry_count": 0, **nothing}
    newest, hits = holding[0]
    later = known[: known.index(newest)]
    first = _first(known, newest, holding)
    return {
        **answer,
        "listed": newest == history.versions[0] or unlisted,
        "entries": [_entry(hit, url) for hit in hits],
        "entry_count": len(hits) + history.more(newest, asked).get(value, 0),
        "since": first.published.isoformat(),
        "since_or_before": not history.is_whole and first == history.versions[-1],
        "until": later[-1].published.isoformat() if later else None,
        "version_id": newest.version_id,
        "sha256": newest.sha256,
    }


class _Dropped:
    """What was dropped when the newest version of a list was made."""

    def __init__(self, history: History, asked: list[str]) -> None:
        self._drops = history.dropped(history.versions[0], asked)
        self._samples = index.samples(self._drops or [], asked)

    def added_to(self, answer: dict[str, t.Any]) -> dict[str, t.Any]:
        """Return the answer with what was dropped of its indicator.

        C(dropped_unseen) has the drops of which not all values are told, so that the indicator may be among them.
        """
        if self._drops is None:
            return {**answer, "dropped": None, "dropped_unseen": []}
        told = self._samples[answer["indicator"]]
        return {
            **answer,
            "dropped": [{"source": drop.source, "reason": drop.reason, **sample._asdict()} for drop, sample in told],
            "dropped_unseen": []
            if told or answer["listed"]
            else [
                {"source": drop.source, "reason": drop.reason, "count": drop.count - len(drop.samples)}
                for drop in self._drops
                if drop.count > len(drop.samples)
            ],
        }


def _first(
    known: list[PublishedVersion], newest: PublishedVersion, holding: list[tuple[PublishedVersion, list[IndexHit]]]
) -> PublishedVersion:
    """Return the oldest version since which every one holds it, up to the newest that does."""
    held = {version for version, _hits in holding}
    first = newest
    for version in known[known.index(newest) :]:
        if version not in held:
            break
        first = version
    return first


def _entry(hit: IndexHit, url: str | None) -> dict[str, t.Any]:
    indicators = [
        {**one, "url": url.replace("{id}", one["id"])} if url and one.get("id") else one
        for one in hit.indicators[:MAX_INDICATORS]
    ]
    return {
        "entry": hit.entry,
        "relation": hit.relation,
        "indicators": indicators,
        "indicator_count": len(hit.indicators),
    }
