# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The README and the guides: complete, and pointing at what exists."""

from __future__ import annotations

import re

import yaml
from support.paths import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
# What certification asks for, in its order.
HEADINGS = [
    "Description",
    "Requirements",
    "Installation",
    "Use Cases",
    "Testing",
    "Support",
    "Release Notes and Roadmap",
    "Related Information",
    "License Information",
]


def names(*folders: str) -> set[str]:
    return {
        path.stem for folder in folders for path in (ROOT / folder).glob("*.[py]*") if not path.stem.startswith("_")
    }


def test_readme_has_the_headings_that_certification_asks_for() -> None:
    assert re.findall(r"^## (.+)$", README, re.M) == HEADINGS


def test_readme_begins_with_what_it_is_and_the_demo() -> None:
    first_screen = README.partition("\n## ")[0]
    assert (ROOT / "docs/images/demo.txt").read_text(encoding="utf-8").strip() in first_screen
    assert "docs/images/report-desktop.png" in first_screen


def test_links_lead_somewhere() -> None:
    for document in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")):
        for link in re.findall(r"\]\(([^)#]+)[^)]*\)", document.read_text(encoding="utf-8")):
            assert link.startswith("https://") or (document.parent / link).exists(), link


def test_readme_names_every_module_and_plugin() -> None:
    public = names("plugins/modules", "plugins/inventory") | {"report_table", "report_html"}
    assert {name for name in public if f"`{name}`" not in README} == set()


def test_every_guide_is_in_the_site() -> None:
    sections = yaml.safe_load((ROOT / "docs/docsite/extra-docs.yml").read_text(encoding="utf-8"))["sections"]
    listed = [name for section in sections for name in section["toctree"]]
    assert sorted(listed) == sorted(path.stem for path in (ROOT / "docs/docsite/rst").glob("*.rst"))
    assert {f"{name}.rst" for name in listed if f"{name}.rst" not in README} == set()
