# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What stands between here and ThreatStream, and how long it asks to wait, is named."""

from __future__ import annotations

import socket

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils._errors import SourceError
from ansible_collections.threatlists.aws.plugins.module_utils._threatstream.client import ThreatStream
from ansible_collections.threatlists.aws.plugins.module_utils._threatstream.selection import Selection
from threatlists_emulators import control

KEY = "emulator-key"


@pytest.fixture
def waits():
    return []


def values(client):
    return [indicator.value for indicator in client.indicators(Selection.from_params({}))]


def test_a_wait_that_is_longer_than_timeout_is_named(waits):
    with control.threatstream() as feed:
        feed.fault(kind="status", status=429, retry_after=86400, times=1)
        client = ThreatStream(feed.url, "analyst", KEY, timeout=5, sleep=waits.append)
        with pytest.raises(SourceError, match="answered 429 and asks to wait 86400 seconds, longer than") as error:
            values(client)
    assert (error.value.code, error.value.retryable, waits) == ("Unavailable", True, [])


def test_a_proxy_that_fails_is_named_without_its_credential(waits, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    monkeypatch.setenv("HTTP_PROXY", f"http://somebody:hidden@127.0.0.1:{port}")
    monkeypatch.delenv("http_proxy", raising=False)
    monkeypatch.setenv("NO_PROXY", "")
    monkeypatch.delenv("no_proxy", raising=False)
    with pytest.raises(SourceError, match=f"the proxy 127.0.0.1:{port} failed") as error:
        values(ThreatStream("http://threatstream.example.com", "analyst", KEY, sleep=waits.append))
    assert "hidden" not in str(error.value)
