# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Several sources merged into one list file, for threatlist_file. Private to the collection."""

from __future__ import annotations

import pathlib
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._errors import ArgumentError, ListFileError
from ansible_collections.threatlists.aws.plugins.module_utils._lists import formats, produce
from ansible_collections.threatlists.aws.plugins.module_utils._lists.indicators import Indicator
from ansible_collections.threatlists.aws.plugins.module_utils._module import Module

ARGUMENT_SPEC: dict[str, t.Any] = {
    "entries": {"type": "list", "elements": "str", "default": []},
    "src": {"type": "list", "elements": "path", "default": []},
    "recover": {"type": "bool", "default": False},
    "explain": {"type": "str"},
}
# What a person put into a list ranks before what a feed rates.
HAND_KEPT = 100
INLINE = "inline entries"


def merge(module: Module) -> dict[str, t.Any]:
    """Read O(entries) and O(src), and write the file. Raises ThreatlistsError."""
    params = module.params
    if not params["entries"] and not params["src"]:
        raise ArgumentError("entries, src: at least one of them must name something.")
    recovered: list[str] | None = [] if params["recover"] else None
    result = produce.produce(module, _indicators(module, recovered), _origin(params))
    if recovered is not None:
        result["recovered"] = recovered
        for sentence in recovered:
            module.warn(f"src: {sentence}")
    return result


def _indicators(module: Module, recovered: list[str] | None) -> t.Iterator[Indicator]:
    for value in module.params["entries"]:
        yield Indicator(value.strip(), confidence=HAND_KEPT, source=INLINE)
    for src in module.params["src"]:
        path = pathlib.Path(src)
        empty = True
        try:
            with path.open("rb") as stream:
                unstated = -1 if formats.identify(stream, f"src: {src}") == "JSONL" else HAND_KEPT
                for indicator in formats.read(stream, f"src: {src}", recovered=recovered):
                    empty = False
                    yield indicator._replace(
                        source=indicator.source or path.name,
                        confidence=unstated if indicator.confidence < 0 else indicator.confidence,
                    )
        except OSError as error:
            raise ListFileError(f"src: {src} cannot be read: {error.strerror or error}.") from error
        if empty:
            module.warn(f"src: {src} holds no indicators.")


def _origin(params: dict[str, t.Any]) -> str:
    names = [pathlib.Path(src).name for src in params["src"]]
    if params["entries"]:
        names.append(INLINE)
    return ", ".join(names)
