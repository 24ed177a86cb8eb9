# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""TAXII 2.1 collections as sources of a list. Private to the collection."""

from __future__ import annotations

import typing as t
import urllib.parse

from ansible_collections.threatlists.aws.plugins.module_utils._lists.indicators import Indicator
from ansible_collections.threatlists.aws.plugins.module_utils._lists.reading import Reading
from ansible_collections.threatlists.aws.plugins.module_utils._lists.sources import Opened, Request, SourceKind
from ansible_collections.threatlists.aws.plugins.module_utils._lists.taxii_read import TaxiiCollection

OPTIONS: dict[str, t.Any] = {
    "url": {"type": "str", "required": True},
    "collection": {"type": "str", "required": True},
    "username": {"type": "str"},
    "password": {"type": "str", "no_log": True},
    "added_after": {"type": "str"},
    "timeout": {"type": "float", "default": 60.0},
    "validate_certs": {"type": "bool", "default": True},
    "ca_path": {"type": "path"},
}
FROM_ENVIRONMENT = ("username", "password")


def open_taxii(request: Request) -> Opened:
    """Open a collection below an API root."""
    options = request.item["taxii"]
    found = TaxiiCollection(
        url=options["url"],
        collection=options["collection"],
        label=request.labelled(f"TAXII collection {options['collection']}"),
        username=options.get("username") or "",
        password=options.get("password") or "",
        added_after=options.get("added_after") or "",
        verify=options["validate_certs"] and (options.get("ca_path") or True),
        timeout=options["timeout"],
    )
    host = urllib.parse.urlsplit(found.url).hostname or ""

    def read(reading: Reading) -> t.Iterator[Indicator]:
        for indicator in found.indicators(reading):
            yield indicator._replace(source=host)

    return Opened(f"{host} collection {found.collection}", read)


def source_kind(env_fallback: t.Callable[..., t.Any]) -> SourceKind:
    """Return the kind C(taxii); the credential comes from TAXII_* where the item leaves it out."""
    options = dict(OPTIONS)
    for name in FROM_ENVIRONMENT:
        options[name] = {**options[name], "fallback": (env_fallback, [f"TAXII_{name.upper()}"])}
    return SourceKind({"type": "dict", "options": options}, open_taxii)
