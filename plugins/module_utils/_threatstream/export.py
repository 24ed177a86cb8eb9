# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From a selection of ThreatStream to a list file: the backend of M(threatstream_export). Private to the collection."""

from __future__ import annotations

import typing as t
import urllib.parse

from ansible_collections.threatlists.aws.plugins.module_utils import _ages
from ansible_collections.threatlists.aws.plugins.module_utils._lists.produce import produce
from ansible_collections.threatlists.aws.plugins.module_utils._module import Module
from ansible_collections.threatlists.aws.plugins.module_utils._threatstream.client import DEFAULT_URL, ThreatStream
from ansible_collections.threatlists.aws.plugins.module_utils._threatstream.selection import Selection
from ansible_collections.threatlists.aws.plugins.module_utils._threatstream.state import StateFile

CONNECTION_SPEC: dict[str, dict[str, t.Any]] = {
    "url": {"type": "str", "default": DEFAULT_URL},
    "username": {"type": "str"},
    "api_key": {"type": "str", "no_log": True},
    "validate_certs": {"type": "bool", "default": True},
    "ca_path": {"type": "path"},
    "timeout": {"type": "int", "default": 60},
}
STATE_SPEC: dict[str, dict[str, t.Any]] = {
    "contents": {"type": "str", "choices": ["addresses", "entities"]},
    "state_file": {"type": "path"},
    "full_refresh": {"type": "str", "default": "24h"},
}
LOOPBACK = ("127.", "localhost", "::1")


def connect(params: t.Mapping[str, t.Any], warn: t.Callable[[str], None]) -> ThreatStream:
    """The client that the options of CONNECTION_SPEC describe."""
    client = ThreatStream(
        url=params["url"],
        username=params["username"] or "",
        api_key=params["api_key"] or "",
        validate_certs=params["validate_certs"],
        ca_path=params["ca_path"] or "",
        timeout=params["timeout"],
    )
    if urllib.parse.urlsplit(client.url).scheme == "http" and not client.host.startswith(LOOPBACK):
        warn(f"url: the api_key travels to {client.host} unencrypted, since url begins with http.")
    return client


def export(module: Module) -> dict[str, t.Any]:
    """Download the selection, judge it and write the list file; returns the module's result."""
    params = module.params
    selection = Selection.from_params(params)
    client = connect(params, module.warn)
    origin = f"ThreatStream at {client.host}"
    if not params["state_file"]:
        return {**produce(module, client.indicators(selection), origin), "downloaded": "full"}
    state = StateFile(
        client,
        selection,
        params["state_file"],
        _ages.duration(params["full_refresh"], "full_refresh"),
        check_mode=module.check_mode,
    )
    result = produce(module, state.indicators(), origin)
    if state.rebuilt_because:
        module.warn(f"state_file: {state.path} was rebuilt by a full download: {state.rebuilt_because}.")
    return {**result, "downloaded": state.downloaded}
