# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""`make pictures`: the pictures in docs/images, of the page that a run leaves in the world of `make demo`.

Intelligence comes and goes, a run for each time; then production takes a permission away that a reload needs, and in
another account somebody deactivates a list. What verify says of that is the page.
"""

from __future__ import annotations

import pathlib
import subprocess
import tempfile
import typing as t

import demo
from playwright import sync_api
from threatlists_emulators import control

IMAGES = demo.ROOT / "docs/images"
CHROMIUM = demo.ROOT / "tests/browser/setup.sh"
PRODUCTION = "222222222222"
# Before each run: how many addresses PhishMe reports, and how many of its first ones it withdraws.
FEED = ((9, 0), (4, 3), (7, 0), (2, 11), (6, 1))
DESKTOP: dict[str, t.Any] = {"viewport": {"width": 1280, "height": 1640}}
PHONE: dict[str, t.Any] = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}


def leave(page: pathlib.Path) -> None:
    """Leave the page of a world in which some runs went well, and the last one did not."""
    with control.aws() as aws, control.threatstream() as threatstream:
        world = demo.Demo(aws, threatstream)
        world.playbook("threatlists.aws.site")
        addresses = (f"185.220.102.{number}" for number in range(1, 255))
        first = [item["id"] for item in threatstream.objects() if item["value"].startswith("185.220.101.")]
        for reported, withdrawn in FEED:
            threatstream.add(*({"value": next(addresses), "itype": "phish_ip"} for _one in range(reported)))
            for _one in range(withdrawn):
                threatstream.withdraw(first.pop())
            is_last = (reported, withdrawn) == FEED[-1]
            if is_last:
                aws.account(PRODUCTION, put_role_policy=False)
            world.playbook("threatlists.aws.site", fails=is_last)
        offices = world.loaded()[demo.PUBLISHER, "us-east-1", "offices"]
        aws.tamper(offices["id"], status="INACTIVE")
        world.playbook("threatlists.aws.verify", "-e", f"threatlists_report_html={page}", fails=True)


def take(page: pathlib.Path, folder: pathlib.Path) -> None:
    """Write what a desk and a telephone show of the page."""
    chromium = subprocess.run([CHROMIUM], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name, screen in (("desktop", DESKTOP), ("phone", PHONE)):
            shown = browser.new_page(**screen)
            shown.goto(page.as_uri())
            shown.screenshot(path=folder / f"report-{name}.png")
        browser.close()


def main() -> None:
    """Take the pictures anew."""
    with tempfile.TemporaryDirectory() as folder:
        page = pathlib.Path(folder, "report.html")
        leave(page)
        take(page, IMAGES)


if __name__ == "__main__":
    main()
