# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What code and documentation say of docs/dev leads there, and nothing leads out of the checkout."""

from __future__ import annotations

import pathlib
import re

import pytest
from support.house import found, texts
from support.paths import ROOT

DEV = ROOT / "docs/dev"
FACTS = ["guardduty", "threatstream", "stix", "findings", "promises"]
ANCHOR = re.compile(r'<a id="([^"]+)"></a>')
REFERENCE = re.compile(r"docs/dev/([\w/.-]+\.(?:md|svg))(?:#(\w+))?")
PAGES = "|".join(FACTS)
# A page of facts by its bare name or without a number, and several numbers behind one page; a fact that is no link.
UNNUMBERED = re.compile(rf"(?<!docs/dev/)\b(?:{PAGES})\.md\b|\bdocs/dev/(?:{PAGES})\.md(?!#\d)|\.md#\d+(?:,| and) #?\d")
UNLINKED = re.compile(r"\b[Ff]acts? \d")
LINK = re.compile(r"\]\(([\w/.-]*)(?:#(\w+))?\)")
# A word of the documents that this project once leaned on, and their places.
BESIDE = re.compile(r"[Cc]ontract:|\bcontract [a-z]+\.md|(?<!/)\bdesign\.md|\bshar" + r"ed/|/(work|root)/")


def anchors(page: pathlib.Path) -> list[str]:
    return ANCHOR.findall(page.read_text())


@pytest.mark.parametrize("name", FACTS)
def test_facts_are_numbered_from_one_without_a_gap(name: str) -> None:
    numbers = anchors(DEV / f"{name}.md")
    assert numbers == [str(number) for number in range(1, len(numbers) + 1)]
    assert numbers


def test_every_reference_leads_to_a_page_and_a_number() -> None:
    references = [(name, *match.groups()) for name, text in texts().items() for match in REFERENCE.finditer(text)]
    dead = [
        (name, page, number)
        for name, page, number in references
        if not (DEV / page).is_file() or (number and number not in anchors(DEV / page))
    ]
    assert dead == []
    assert len({name for name, _page, _number in references if name.startswith("plugins/")}) > 20


def test_every_reference_to_a_fact_is_a_page_and_a_number() -> None:
    """In one form, so that what is known of a fact is found by searching for it."""
    assert found(UNNUMBERED, [name for name in texts() if name.startswith(("plugins/", "emulators/"))]) == []


def test_the_pages_link_their_facts() -> None:
    assert found(UNLINKED, [name for name in texts() if name.startswith("docs/dev/")]) == []


def test_every_link_between_the_pages_leads_somewhere() -> None:
    pages = sorted(DEV.rglob("*.md"))
    links = [(page, *match.groups()) for page in pages for match in LINK.finditer(page.read_text())]
    targets = [(page, (page.parent / target) if target else page, number) for page, target, number in links]
    assert [
        (page.name, str(target), number)
        for page, target, number in targets
        if not target.exists() or (number and number not in anchors(target))
    ] == []


def test_every_decision_is_listed() -> None:
    listed = (DEV / "decisions/README.md").read_text()
    assert [page.name for page in (DEV / "decisions").glob("0*.md") if f"({page.name})" not in listed] == []


def test_where_a_change_goes_is_there() -> None:
    """Each file and each constant that the table of CONTRIBUTING names, but for what stands for any name."""
    table = texts()["CONTRIBUTING.md"].partition("## Where does a change go")[2].partition("\n## ")[0]
    named = {name for name in re.findall(r"`([^`]+)`", table) if "NAME" not in name}
    files = {name for name in named if re.fullmatch(r"[\w/.-]+\.(py|yml|md|rst)", name)}
    assert len(files) > 30
    assert {name for name in files if not any(f"/{path}".endswith(f"/{name}") for path in texts())} == set()
    code = "\n".join(text for name, text in texts().items() if name.startswith(("plugins/", "emulators/")))
    constants = {name for name in named if re.fullmatch(r"[A-Z_]{4,}", name)}
    assert {name for name in constants if not re.search(rf"^\s*{name}\b.* = ", code, re.MULTILINE)} == set()


def test_nothing_leads_out_of_the_checkout() -> None:
    """But for the one path that the stage of recorded files asks for."""
    names = [name for name in texts() if "/house/" not in name and name != "tests/support/paths.py"]
    assert found(BESIDE, names) == []
