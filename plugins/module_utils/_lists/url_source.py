# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists by URL as sources of a list. Private to the collection."""

from __future__ import annotations

import os
import typing as t
import urllib.parse

from ansible_collections.threatlists.aws.plugins.module_utils._errors import CredentialsError
from ansible_collections.threatlists.aws.plugins.module_utils._lists import formats
from ansible_collections.threatlists.aws.plugins.module_utils._lists.indicators import Indicator
from ansible_collections.threatlists.aws.plugins.module_utils._lists.reading import Reading
from ansible_collections.threatlists.aws.plugins.module_utils._lists.sources import (
    FILE_OPTIONS,
    Opened,
    Request,
    SourceKind,
    describe,
    max_size,
)
from ansible_collections.threatlists.aws.plugins.module_utils._lists.url_fetch import Download

TIMEOUT = 60.0
OPTIONS: dict[str, t.Any] = {
    **FILE_OPTIONS,
    "headers": {"type": "dict", "no_log": True},
    "headers_from_env": {"type": "dict"},
    "cache": {"type": "path"},
    "redirect_hosts": {"type": "list", "elements": "str"},
    "allow_http": {"type": "bool"},
    "timeout": {"type": "float"},
    "validate_certs": {"type": "bool"},
    "ca_path": {"type": "path"},
}


def open_url(request: Request) -> Opened:
    """Open a list in any format that C(formats) knows. The URL's query, which may be a secret, is named nowhere."""
    item = request.item
    name = _name(item["url"])
    label = request.labelled(name)
    download = Download(
        item["url"],
        label,
        headers=_headers(item, label),
        cache=item.get("cache") or "",
        hosts=item.get("redirect_hosts") or (),
        insecure=bool(item.get("allow_http")),
        verify=item.get("validate_certs") is not False and (item.get("ca_path") or True),
        timeout=TIMEOUT if item.get("timeout") is None else item["timeout"],
        limit=max_size(item, label),
    )

    def read(reading: Reading) -> t.Iterator[Indicator]:
        describe(reading, item)
        with download.opened(keep=not request.module.check_mode) as stream:
            for indicator in formats.read(stream, label, reading=reading):
                yield indicator if indicator.source else indicator._replace(source=name)

    return Opened(name, read)


def _name(url: str) -> str:
    """Return host and path, empty for what is no URL."""
    try:
        parts = urllib.parse.urlsplit(url)
        return f"{parts.hostname or ''}{parts.path}"
    except ValueError:
        return ""


def _headers(item: t.Mapping[str, t.Any], label: str) -> dict[str, str]:
    headers = {name: str(value) for name, value in (item.get("headers") or {}).items()}
    for name, variable in (item.get("headers_from_env") or {}).items():
        value = os.environ.get(str(variable), "")
        if not value:
            raise CredentialsError(
                f"{label}: headers_from_env: the environment variable {variable} for {name} is not set.",
                remedy="Set it where the module runs, for example by the task's environment.",
            )
        headers[name] = value
    return headers


URL = SourceKind({"type": "str"}, open_url, OPTIONS)
