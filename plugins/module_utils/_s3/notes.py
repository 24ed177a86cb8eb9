# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the object of a list carries of its own story, as its metadata. Private to the collection."""

from __future__ import annotations

import json
import typing as t

HOLD = "hold"
PROVENANCE = ("dropped", "sources")
OF_A_SOURCE = ("name", "total", "usable", "dropped", "optional", "error")
# S3 takes 2 KB of metadata: the rest is room for what else the object carries.
MOST_BYTES = 1200


def is_held(metadata: t.Mapping[str, str]) -> bool:
    """Return whether the metadata say that the list is on hold."""
    return metadata.get(HOLD) == "true"


def of_provenance(provenance: t.Mapping[str, t.Any] | None) -> dict[str, str]:
    """Return the metadata for O(provenance), with as many of its sources, in their order, as fit."""
    if not provenance:
        return {}
    dropped = provenance.get("dropped") or {}
    sources = [[source.get(key) for key in OF_A_SOURCE] for source in provenance.get("sources") or []]
    while sources and len(_packed(dropped)) + len(_packed(sources)) > MOST_BYTES:
        sources.pop()
    noted = {"dropped": _packed(dropped), "sources": _packed(sources)}
    return noted if sum(map(len, noted.values())) <= MOST_BYTES else {}


def provenance(metadata: t.Mapping[str, str]) -> dict[str, t.Any]:
    """Return C({dropped, sources}) as the publisher noted them; both empty where nothing of the kind is noted."""
    dropped, sources = (_unpacked(metadata.get(name, "")) for name in PROVENANCE)
    return {
        "dropped": dropped if isinstance(dropped, dict) else {},
        "sources": [
            dict(zip(OF_A_SOURCE, source, strict=True))
            for source in (sources if isinstance(sources, list) else [])
            if isinstance(source, list) and len(source) == len(OF_A_SOURCE)
        ],
    }


def kept(metadata: t.Mapping[str, str]) -> dict[str, str]:
    """Return what a restored version keeps of the metadata that it had."""
    return {name: metadata[name] for name in PROVENANCE if name in metadata}


def _packed(value: t.Any) -> str:
    return json.dumps(value, separators=(",", ":"))


def _unpacked(text: str) -> t.Any:
    try:
        return json.loads(text)
    except ValueError:
        return None
