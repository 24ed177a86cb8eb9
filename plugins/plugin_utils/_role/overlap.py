# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Entries that are trusted and a threat at once. Private to the collection."""

from __future__ import annotations

import pathlib
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._kinds import KINDS
from ansible_collections.threatlists.aws.plugins.module_utils._lists import networks
from ansible_collections.threatlists.aws.plugins.module_utils._lists.indicators import parents
from ansible_collections.threatlists.aws.plugins.module_utils._lists.summary import ListSummary, inspect


def overlaps(files: t.Iterable[t.Mapping[str, t.Any]], limit: int) -> list[dict[str, t.Any]]:
    """Return C({lists, message}) for each pair of a trusted and a threat list that have entries in common.

    files: C({name, kind, path}) of each list. limit: how many entries a message names. Raises ThreatlistsError or
    OSError for a file that cannot be read.
    """
    trusted: list[tuple[t.Mapping[str, t.Any], ListSummary]] = []
    threats: list[tuple[t.Mapping[str, t.Any], ListSummary]] = []
    for file in files:
        summary = inspect(pathlib.Path(file["path"]).read_bytes(), file["name"])
        (trusted if KINDS[file["kind"]].trusted else threats).append((file, summary))
    found = []
    for trusted_file, trust in trusted:
        for threat_file, threat in threats:
            common = _common(trust, threat)
            if common:
                rest = f" and {len(common) - limit} more" if len(common) > limit else ""
                message = (
                    f"{len(common)} entries of {threat_file['name']} are trusted by {trusted_file['name']}, so "
                    f"GuardDuty stays silent about them: {', '.join(common[:limit])}{rest}."
                )
                found.append({"lists": [_identity(trusted_file), _identity(threat_file)], "message": message})
    return found


def uncompared(
    files: t.Iterable[t.Mapping[str, t.Any]], objects: t.Iterable[t.Mapping[str, t.Any]]
) -> list[dict[str, t.Any]]:
    """Return C({lists, message}) for each present list that has a counterpart and was not merged.

    objects: those of the plan.
    """
    known = [_identity(file) for file in files]
    wanted = [_identity(entry) for entry in objects if entry["present"]]
    sides = {KINDS[each["kind"]].trusted for each in wanted}
    found = []
    for each in wanted:
        if len(sides) > 1 and each not in known:
            known.append(each)
            message = f"{each['name']} was not merged in this run, so it was not compared with trusted or threat lists."
            found.append({"lists": [], "message": message})
    return found


def _identity(entry: t.Mapping[str, t.Any]) -> dict[str, str]:
    return {"name": entry["name"], "kind": entry["kind"]}


def _common(trust: ListSummary, threat: ListSummary) -> list[str]:
    addresses = networks.Intervals(trust.networks)
    names = set(trust.domains)
    wildcards = {name.removeprefix("*.") for name in threat.domains if name.startswith("*.")}
    return [
        *(networks.text(network) for network in threat.networks if addresses.touches(network)),
        *(name for name in threat.domains if name in names or names.intersection(parents(name))),
        *(
            name
            for name in trust.domains
            if name not in threat.domains and any(parent.removeprefix("*.") in wildcards for parent in parents(name))
        ),
    ]
