# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The proxy between here and a feed, as errors name it. Private to the collection."""

from __future__ import annotations

import contextlib
import urllib.parse

with contextlib.suppress(ImportError):
    import requests


def host(url: str) -> str:
    """Return host and port of the proxy that the environment names for a URL, without credential; empty for none."""
    proxy = requests.utils.select_proxy(url, requests.utils.get_environ_proxies(url)) or ""
    try:
        parts = urllib.parse.urlsplit(proxy if "://" in proxy else f"//{proxy}")
        return ":".join(str(part) for part in (parts.hostname, parts.port) if part)
    except ValueError:
        return ""
