# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One real browser."""

from __future__ import annotations

import pathlib
import subprocess
import typing as t

import pytest
from playwright import sync_api

SETUP = pathlib.Path(__file__).with_name("setup.sh")


@pytest.fixture(scope="session")
def browser() -> t.Iterator[sync_api.Browser]:
    chromium = subprocess.run([SETUP], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    with sync_api.sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
