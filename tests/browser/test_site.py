# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documentation site in a real browser: on a phone, by search, and for those who do not see it."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys
import typing as t

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright import sync_api
from support.paths import ROOT

PHONE = {"width": 390, "height": 844}
SITE = ROOT / "dist/docs"
WIDE = """() => [...document.querySelectorAll("*")]
  .filter((one) => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest(".scroll, pre"))
  .map((one) => `${one.tagName} ${one.textContent.slice(0, 40)}`)"""
SEVERE = {"critical", "serious"}


@pytest.fixture(scope="module")
def site() -> pathlib.Path:
    path = f"{pathlib.Path(sys.executable).parent}:{os.environ['PATH']}"
    subprocess.run(["bash", "docs/build.sh"], cwd=ROOT, check=True, env={**os.environ, "PATH": path})
    return SITE


@pytest.fixture
def phone(browser: sync_api.Browser) -> t.Iterator[sync_api.Page]:
    context = browser.new_context(viewport=PHONE)
    yield context.new_page()
    context.close()


def test_no_page_is_wider_than_a_phone(site: pathlib.Path, phone: sync_api.Page) -> None:
    for path in sorted(site.rglob("*.html")):
        phone.goto(path.as_uri())
        assert (path.name, phone.evaluate(WIDE)) == (path.name, [])
        assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path.name


def test_content_comes_before_navigation(site: pathlib.Path, phone: sync_api.Page) -> None:
    phone.goto((site / "index.html").as_uri())
    body, navigation = (phone.locator(name).bounding_box() for name in ("div.body", "div.sphinxsidebar"))
    assert body and navigation
    assert body["y"] < 100
    assert body["y"] + body["height"] <= navigation["y"]


def test_landing_page_leads_to_every_guide(site: pathlib.Path, phone: sync_api.Page) -> None:
    phone.goto((site / "index.html").as_uri())
    assert phone.locator("h1").first.inner_text().startswith("threatlists.aws")
    links = {link.get_attribute("href") for link in phone.locator("div.body a").all()}
    guides = {f"docsite/{path.name}" for path in (site / "docsite").glob("*.html")}
    assert guides <= links
    assert phone.locator("div.body img").first.evaluate("image => image.naturalWidth") > 600


@pytest.mark.parametrize("word", ["rollback", "stale", "quota"])
def test_search_finds(site: pathlib.Path, phone: sync_api.Page, word: str) -> None:
    phone.goto(f"{(site / 'search.html').as_uri()}?q={word}")
    phone.wait_for_selector("ul.search a[href*=guide]")


@pytest.mark.parametrize(
    "page", ["index.html", "guardduty_lists_module.html", "threatlists_role.html", "docsite/guide_what_happens.html"]
)
def test_nothing_stands_in_anybodys_way(site: pathlib.Path, phone: sync_api.Page, page: str) -> None:
    phone.goto((site / page).as_uri())
    found = Axe().run(phone).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found if one["impact"] in SEVERE] == []
