# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report in a real browser, as people read it."""

from __future__ import annotations

import pathlib
import re
import typing as t

import pytest
from ansible_collections.threatlists.aws.plugins.filter.report_html import report_html
from playwright import sync_api
from support import report_records

DESKTOP = {"width": 1280, "height": 900}
SCREEN = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
# What margins of 12 mm leave of A4.
A4 = {"width": 703, "height": 1032}


@pytest.fixture
def show(browser: sync_api.Browser, tmp_path: pathlib.Path) -> t.Iterator[t.Callable[..., sync_api.Page]]:
    """Opens the page of a record from disk; at the end nothing may have gone wrong or been fetched."""
    complaints: list[str] = []
    contexts = []

    def open_page(record: dict[str, t.Any], **options: t.Any) -> sync_api.Page:
        path = tmp_path / "report.html"
        path.write_text(report_html(record), encoding="utf-8")
        context = browser.new_context(**{"viewport": DESKTOP, **options})
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append(dialog.message))
        page.on("request", lambda request: request.url.startswith("file:") or complaints.append(request.url))
        page.goto(path.as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def visible_rows(page: sync_api.Page) -> int:
    return page.locator("tr[data-size]:visible").count()


def lands_at(page: sync_api.Page, fragment: str) -> None:
    """Wait from outside: the page's own policy forbids what wait_for_function evaluates again."""
    sync_api.expect(page).to_have_url(re.compile(f"{re.escape(fragment)}$"))


def test_content_and_order(show: t.Callable[..., sync_api.Page]) -> None:
    page = show(report_records.fleet())
    assert page.title() == "Threat lists in GuardDuty"
    headings = page.locator("h2").all_inner_texts()
    assert headings == ["Failures", "Lists", *report_records.KINDS]
    failures = page.locator("section").first.inner_text()
    assert "could not be assumed" in failures
    assert "Remedy: Let the controller's principal assume the role" in failures
    assert page.locator("table.fleet").count() == 4


def test_picture_says_its_states_without_colour(show: t.Callable[..., sync_api.Page]) -> None:
    page = show(report_records.fleet())
    row = page.locator("table.fleet").first.locator("tr", has_text="workload-005")
    assert {cell.split()[-1] for cell in row.locator("td").all_inner_texts()} == {"failed"}
    tree = page.locator("table.fleet").nth(1).aria_snapshot()
    assert 'columnheader "us-east-1"' in tree
    assert 'cell "○skipped"' in tree.replace("○ skipped", "○skipped")
    assert 'cell "✓"' in tree


def test_readable_without_script(show: t.Callable[..., sync_api.Page]) -> None:
    page = show(report_records.fleet(), java_script_enabled=False)
    assert "workload-001" in page.inner_text("main")
    assert not page.locator("#filter").is_visible()
    assert visible_rows(page) == 4 * 6


def test_filter(show: t.Callable[..., sync_api.Page]) -> None:
    page = show(report_records.fleet())
    page.get_by_label("Account", exact=True).fill("workload-003")
    assert visible_rows(page) == 4
    assert page.locator("output").inner_text().startswith("1 account matches")
    page.get_by_label("Account", exact=True).fill("")
    page.get_by_role("combobox", name="State").select_option("skipped")
    assert visible_rows(page) == 4
    page.get_by_role("combobox", name="Region").select_option("us-west-2")
    assert visible_rows(page) == 0
    page.get_by_role("combobox", name="State").select_option("")
    assert page.locator("table.fleet").first.locator("thead th:visible").all_inner_texts() == ["Account", "us-west-2"]
    page.get_by_role("combobox", name="Region").select_option("")
    assert visible_rows(page) == 4 * 6


def test_the_address_holds_the_filter(show: t.Callable[..., sync_api.Page]) -> None:
    page = show(report_records.fleet())
    page.get_by_role("link", name="skipped").first.click()
    sync_api.expect(page.get_by_role("combobox", name="State")).to_have_value("skipped")
    assert visible_rows(page) == 4
    page.get_by_label("Account", exact=True).fill("workload-002")
    lands_at(page, "#account=workload-002&state=skipped")
    page.reload()
    sync_api.expect(page.get_by_label("Account", exact=True)).to_have_value("workload-002")
    page.get_by_role("button", name="Show all").press("Enter")
    lands_at(page, "#main")
    assert visible_rows(page) == 4 * 6


def test_what_failed_is_open_and_leads_to_the_guide(show: t.Callable[..., sync_api.Page]) -> None:
    page = show(report_records.fleet(200, 17))
    failures = page.locator("section").first
    assert failures.locator("details:not([open])").count() == 0
    assert page.locator("table.fleet").first.locator("tr[data-size] li:visible", has_text="workload-005").count() == 1
    link = failures.get_by_role("link", name="What the guide says").first
    assert "guide_what_happens.rst#" in (link.get_attribute("href") or "")
    tiles = page.locator(".tiles .count").all_inner_texts()
    record = report_records.fleet(200, 17)
    failed = {one["account_id"] for one in record["results"] if one["error"] or one["status"] == "ERROR"}
    assert tiles[0] == f"in {len(failed)} accounts"
    filter_at, failures_at = page.locator("#filter").bounding_box(), failures.bounding_box()
    assert filter_at and failures_at and filter_at["y"] < failures_at["y"]


def test_fleet_of_500_accounts_stays_usable(show: t.Callable[..., sync_api.Page]) -> None:
    page = show(report_records.fleet(500, 17))
    assert page.evaluate("document.getElementsByTagName('*').length") < 10_000
    assert page.evaluate("document.documentElement.scrollHeight") < 15_000
    page.get_by_label("Account", exact=True).fill("100000000333")
    assert visible_rows(page) == 4
    assert page.locator("tr[data-size] li:visible").all_inner_texts() == ["100000000333 (workload-333)"] * 4
    page.get_by_label("Account", exact=True).fill("")
    page.get_by_role("combobox", name="State").select_option("failed")
    rows = page.locator("table.fleet").first.locator("tr[data-size]:visible")
    assert rows.locator("summary").all_inner_texts() == ["6 accounts", "9 accounts"]
    page.get_by_role("combobox", name="State").select_option("")
    page.locator("#list-1").evaluate("heading => heading.parentElement.scrollIntoView()")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE])
def test_fits_its_screen_with_enough_contrast(
    show: t.Callable[..., sync_api.Page], scheme: str, viewport: dict[str, int]
) -> None:
    page = show(report_records.fleet(60, 17), color_scheme=scheme, viewport=viewport)
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    weak = page.evaluate(CONTRAST)
    assert weak == []


@pytest.mark.parametrize("kinds", [1, 4])
def test_a_long_remedy_wraps_on_a_phone(show: t.Callable[..., sync_api.Page], kinds: int) -> None:
    role = "arn:aws:iam::222222222222:role/aws-service-role/guardduty.amazonaws.com/AWSServiceRoleForAmazonGuardDuty"
    remedy = (
        f'Add to the bucket policy: {{"Effect": "Allow", "Principal": {{"AWS": "{role}"}}, "Action": "s3:GetObject"}}'
    )
    record = report_records.fleet(8, 2)
    for position, result in enumerate(record["results"]):
        words = {"code": "BucketPolicy", "message": f"Not readable ({position % kinds}).", "retryable": False}
        result |= {"action": "failed", "error": {**words, "remedy": f"({position % kinds}) {remedy}"}}
    page = show(record, viewport=PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert page.evaluate(SIDEWAYS) == []
    lines = page.locator(".overview a").all_inner_texts()
    assert bool(lines) is (kinds > 2)
    assert all(line.endswith("Add to the bucket policy") for line in lines), "the statement stands below"


# What holds more than it shows from left to right, the picture of the accounts excepted.
SIDEWAYS = """() => [...document.querySelectorAll("body *")]
  .filter((one) => one.clientWidth && one.scrollWidth > one.clientWidth + 1)
  .filter((one) => getComputedStyle(one).display !== "inline" && !one.matches(".scroll, .scroll *, .hidden"))
  .map((one) => one.outerHTML.slice(0, 80))"""
CUT = """() => [...document.querySelectorAll("main *")]
  .filter((one) => ["auto", "scroll"].includes(getComputedStyle(one).overflowY))
  .map((one) => one.outerHTML.slice(0, 80))"""
# Elements with text whose WCAG contrast against the nearest painted background is under 4.5.
CONTRAST = """() => {
  const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((value) => value / 255)
    .map((value) => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
    .reduce((sum, value, i) => sum + value * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = channels(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  return [...document.querySelectorAll("body *")]
    .filter((element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
    .filter((element) => element.checkVisibility() && !element.closest("svg, script"))
    .map((element) => {
      const [a, b] = [light(channels(getComputedStyle(element).color)), light(behind(element))];
      return [element.textContent.trim().slice(0, 40), (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)];
    })
    .filter(([, contrast]) => contrast < 4.5);
}"""


def test_keyboard_reaches_everything(show: t.Callable[..., sync_api.Page]) -> None:
    page = show(report_records.fleet(60, 17))
    reached = []
    for _turn in range(40):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.className || document.activeElement.tagName"))
    assert reached[0] == "skip"
    page.get_by_label("Account", exact=True).focus()
    page.keyboard.type("workload-005")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("failed")
    lands_at(page, "#account=workload-005&state=failed")
    assert visible_rows(page) == 4
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    lands_at(page, "#main")
    assert {"INPUT", "SELECT", "SUMMARY", "A", "scroll"} <= set(reached)


def test_landmarks_and_names(show: t.Callable[..., sync_api.Page]) -> None:
    page = show(report_records.fleet())
    tree = page.locator("body").aria_snapshot()
    for words in (
        "main",
        "banner",
        "contentinfo",
        'region "Failures"',
        'heading "Threat lists in GuardDuty" [level=1]',
    ):
        assert words in tree
    assert page.get_by_role("img").first.get_attribute("aria-label").startswith("Entries of the last 8 versions")


def test_prints_whole(show: t.Callable[..., sync_api.Page]) -> None:
    page = show(report_records.fleet(60, 17), color_scheme="dark", viewport=A4)
    page.emulate_media(media="print")
    assert not page.locator("#filter").is_visible()
    assert page.locator("li", has_text="100000000059 (workload-059)").last.is_visible(), "folded accounts are printed"
    assert page.evaluate(CUT) == [], "what scrolls on a screen is cut on paper"
    assert page.evaluate("document.documentElement.scrollWidth") <= A4["width"]
    assert page.evaluate(CONTRAST) == []
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    heads = page.locator("table.fleet thead")
    assert heads.evaluate_all("all => all.every((one) => getComputedStyle(one).display === 'table-header-group')")
    rows = page.locator("table.fleet tr:not(:has(details))")
    assert rows.evaluate_all("all => all.every((one) => getComputedStyle(one).breakInside === 'avoid')")
    page.evaluate("location.hash = '#account=workload-003'")
    page.get_by_text("(account workload-003)").wait_for()
    assert not page.get_by_label("Account", exact=True).is_visible(), "that it is filtered is printed, without controls"
    assert page.pdf(format="A4").startswith(b"%PDF")


@pytest.mark.parametrize("viewport", [SCREEN, PHONE])
@pytest.mark.parametrize("causes", [1, 12])
def test_first_screen_answers(show: t.Callable[..., sync_api.Page], viewport: dict[str, int], causes: int) -> None:
    """Of 1,700 account-Regions: is it right everywhere, if not where, and what to do."""
    record = report_records.fleet(100, 17)
    failed = [result for result in record["results"] if result["action"] == "failed"]
    for position, result in enumerate(failed):
        words = f" ({position % causes})" if causes > 1 else ""
        result["error"] = {**result["error"], "remedy": f"{report_records.UNREACHED['remedy']}{words}"}
    page = show(record, viewport=viewport)
    answers = [
        page.get_by_text("Not right everywhere. Failed: 78 results in 3 of 100 accounts"),
        page.locator("#failures"),
        page.locator("section").first.get_by_text(re.compile("100000000005|workload-005")).first,
        page.locator("section").first.get_by_text("Let the controller's principal assume the role").first,
    ]
    for answer in answers:
        box = answer.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= viewport["height"]
    lines = page.locator(".overview a")
    if causes > 1:
        lines.nth(3).press("Enter")
        assert page.locator("#failure-4:target").count() == 1
    else:
        assert lines.count() == 0


def test_injected_markup_stays_text(show: t.Callable[..., sync_api.Page]) -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    record = report_records.fleet()
    record["lists"][0]["tags"] = {"owner": evil}
    record["lists"][0]["sources"] = [{"name": evil}]
    record["results"][0] |= {"account_name": evil, "cause": evil, "action": evil}
    page = show(record)
    assert page.locator("main").get_by_text(evil).count() >= 3
    assert page.locator("img").count() == 0
    assert page.locator("script").count() == 1


def test_markup_that_slipped_through_would_not_run(
    show: t.Callable[..., sync_api.Page], browser: sync_api.Browser
) -> None:
    page = browser.new_page()
    text = report_html(report_records.fleet())
    page.set_content(text.replace("<main", "<script>document.title = 'owned'</script><main"))
    assert page.title() == "Threat lists in GuardDuty"
    page.close()
