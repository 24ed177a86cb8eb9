# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Entries that are trusted and a threat at once. Private to the collection."""

from __future__ import annotations

import pathlib
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils import _listfile, _networks, _policy


def sentences(files: t.Iterable[t.Mapping[str, t.Any]], limit: int) -> list[str]:
    """Return a sentence for each trusted list and threat list (C({name kind path})) with entries in common.

    limit: entries named in each. Raises ThreatlistsError or OSError for a file that cannot be read.
    """
    trusted, threats = [], []
    for file in files:
        summary = _listfile.inspect(pathlib.Path(file["path"]).read_bytes(), file["name"])
        (trusted if _policy.KINDS[file["kind"]].trusted else threats).append((file["name"], summary))
    found = []
    for trusted_name, trust in trusted:
        for threat_name, threat in threats:
            common = _common(trust, threat)
            if common:
                rest = f" and {len(common) - limit} more" if len(common) > limit else ""
                found.append(
                    f"{len(common)} entries of {threat_name} are trusted by {trusted_name}, so GuardDuty stays silent "
                    f"about them: {', '.join(common[:limit])}{rest}."
                )
    return found


def _common(trust: _listfile.ListSummary, threat: _listfile.ListSummary) -> list[str]:
    addresses = _networks.Intervals(trust.networks)
    names = set(trust.domains)
    wildcards = {name.removeprefix("*.") for name in threat.domains if name.startswith("*.")}
    return [
        *(_networks.text(network) for network in threat.networks if addresses.touches(network)),
        *(name for name in threat.domains if name in names or names.intersection(_policy.parents(name))),
        *(
            name
            for name in trust.domains
            if name not in threat.domains
            and any(parent.removeprefix("*.") in wildcards for parent in _policy.parents(name))
        ),
    ]
