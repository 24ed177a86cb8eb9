# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From a selection of ThreatStream to a list file: the backend of M(threatstream_export). Private to the collection."""

from __future__ import annotations

import contextlib
import typing as t
import urllib.parse

from ansible_collections.threatlists.aws.plugins.module_utils import _ages
from ansible_collections.threatlists.aws.plugins.module_utils._errors import ThreatlistsError
from ansible_collections.threatlists.aws.plugins.module_utils._lists import produce, source_kinds
from ansible_collections.threatlists.aws.plugins.module_utils._lists.indicators import Indicator
from ansible_collections.threatlists.aws.plugins.module_utils._lists.reading import Reading
from ansible_collections.threatlists.aws.plugins.module_utils._lists.sources import Opened, Request, Source, SourceKind
from ansible_collections.threatlists.aws.plugins.module_utils._module import Module
from ansible_collections.threatlists.aws.plugins.module_utils._threatstream.client import DEFAULT_URL, ThreatStream
from ansible_collections.threatlists.aws.plugins.module_utils._threatstream.selection import SELECTION_SPEC, Selection
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
    "lookback": {"type": "str", "default": "1h"},
}
FROM_ENVIRONMENT = ("url", "username", "api_key")
LOOPBACK = ("127.", "localhost", "::1")


def argument_spec(env_fallback: t.Callable[..., t.Any]) -> dict[str, dict[str, t.Any]]:
    """Return the options of a selection and its connection; THREATSTREAM_* stand in where these are left out."""
    spec = {**CONNECTION_SPEC, **SELECTION_SPEC, **STATE_SPEC}
    for name in FROM_ENVIRONMENT:
        spec[name] = {**spec[name], "fallback": (env_fallback, [f"THREATSTREAM_{name.upper()}"])}
    return spec


def connect(params: t.Mapping[str, t.Any], warn: t.Callable[[str], None]) -> ThreatStream:
    """Return the client that the options of CONNECTION_SPEC describe; warn of a key that travels unencrypted."""
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


class ThreatStreamDownload:
    """A selection of ThreatStream that is ready to be downloaded.

    downloaded: C(full) or C(changes), once it was.
    """

    def __init__(self, params: t.Mapping[str, t.Any], module: Module) -> None:
        self.module = module
        self.selection = Selection.from_params(params)
        self.client = connect(params, module.warn)
        self.state: StateFile | None = None
        self.downloaded = "full"
        if params["state_file"]:
            self.state = StateFile(
                self.client,
                self.selection,
                params["state_file"],
                _ages.duration(params["full_refresh"], "full_refresh"),
                lookback=_ages.duration(params["lookback"], "lookback"),
                check_mode=module.check_mode,
            )

    @property
    def name(self) -> str:
        """What messages and results call it."""
        return f"ThreatStream at {self.client.host}"

    def read(self, reading: Reading) -> t.Iterator[Indicator]:
        """Yield every indicator of the selection; a C(Read) of C(_lists/sources.py)."""
        state = self.state
        yield from state.indicators() if state else self.client.indicators(self.selection)
        if state:
            self.downloaded = state.downloaded
            if state.asked_otherwise:
                self.module.warn(f"state_file: {state.asked_otherwise}")
            if state.rebuilt_because:
                self.module.warn(f"state_file: {state.path} was rebuilt by a full download: {state.rebuilt_because}.")


def export(module: Module) -> dict[str, t.Any]:
    """Download the selection, judge it, write the list file, and return the result. Raises ThreatlistsError."""
    download = ThreatStreamDownload(module.params, module)
    source = Source(download.name, download.name, download.read)
    return {**produce.produce(module, [source]), "downloaded": download.downloaded}


def open_selection(request: Request) -> Opened:
    """Open a selection as a source of threatlist_file; the kind of the list decides what is asked for."""
    label = request.labelled("")
    with _called(label):
        download = ThreatStreamDownload(
            {**request.item["threatstream"], "kind": request.module.params["kind"]}, request.module
        )

    def read(reading: Reading) -> t.Iterator[Indicator]:
        with _called(label):
            yield from download.read(reading)

    return Opened(download.name, read)


@contextlib.contextmanager
def _called(label: str) -> t.Iterator[None]:
    """Let errors begin with what the source is called."""
    try:
        yield
    except ThreatlistsError as error:
        error.args = (f"{label}: {error}",)
        raise


def source_kind(env_fallback: t.Callable[..., t.Any]) -> SourceKind:
    """Return the kind of source C(threatstream)."""
    return SourceKind({"type": "dict", "options": argument_spec(env_fallback)}, open_selection)


def every_source_kind(env_fallback: t.Callable[..., t.Any]) -> dict[str, SourceKind]:
    """Return every kind of source that O(sources) takes, by name."""
    return {"threatstream": source_kind(env_fallback), **source_kinds.of_lists(env_fallback)}
