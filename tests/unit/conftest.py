# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No unit test opens a socket: whoever connects or binds here belongs into tests/service."""

from __future__ import annotations

import pathlib
import sys
import typing as t

import pytest

HERE = pathlib.Path(__file__).parent
OPENING = {"socket.bind", "socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo"}
_guard = {"closed": False}


def _refuse(event: str, arguments: tuple[t.Any, ...]) -> None:
    if event in OPENING and _guard["closed"]:
        pytest.fail(f"{event} {arguments[1:]} in tests/unit: a test that needs a server stands in tests/service")


sys.addaudithook(_refuse)  # never taken off again, so it asks whether a unit test runs


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> t.Generator[None, t.Any, t.Any]:
    """Guard a unit test with its fixtures, and nothing else of the session, in which others may run as well."""
    _guard["closed"] = item.path.is_relative_to(HERE)
    try:
        return (yield)
    finally:
        _guard["closed"] = False
