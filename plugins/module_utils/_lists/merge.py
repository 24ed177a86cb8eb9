# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Several sources merged into one list file, for threatlist_file. Private to the collection."""

from __future__ import annotations

import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._errors import ArgumentError
from ansible_collections.threatlists.aws.plugins.module_utils._lists import index, produce, sources
from ansible_collections.threatlists.aws.plugins.module_utils._module import Module

Kinds: t.TypeAlias = "t.Mapping[str, sources.SourceKind]"
OPTIONS: dict[str, t.Any] = {
    "entries": {"type": "list", "elements": "str", "default": []},
    "src": {"type": "list", "elements": "path", "default": []},
    "source_dir": {"type": "path"},
    "earlier_sources": {"type": "list", "elements": "dict", "default": []},
    "recover": {"type": "bool", "default": False},
    "explain": {"type": "str"},
    "index": {"type": "path"},
    "index_without": {"type": "list", "elements": "str", "choices": list(index.FIELDS), "default": []},
}


def argument_spec(kinds: Kinds | None = None) -> dict[str, t.Any]:
    """Return the options that say what is merged, with O(sources) of these kinds."""
    return {"sources": sources.spec(kinds or sources.SOURCE_KINDS), **OPTIONS}


def merge(module: Module, kinds: Kinds | None = None) -> dict[str, t.Any]:
    """Read O(sources), O(src) and O(entries), write the file and return the result. Raises ThreatlistsError."""
    found = sources.from_params(module, kinds or sources.SOURCE_KINDS)
    if not found:
        raise ArgumentError("sources, entries, src: at least one of them must name something.")
    if module.params["index"] and module.params["format"] == "JSONL":
        raise ArgumentError("index: JSONL keeps each indicator itself and needs none.")
    return produce.produce(module, found)
