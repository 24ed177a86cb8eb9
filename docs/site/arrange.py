# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Puts our landing page before what antsibull-docs makes: its index becomes the reference, the guides come by task."""

from __future__ import annotations

import pathlib
import re
import shutil
import sys

import yaml

DOCS = pathlib.Path(__file__).resolve().parent.parent


def toctree(caption: str, pages: list[str]) -> str:
    """Return a table of contents with this caption."""
    entries = "".join(f"   {page}\n" for page in pages)
    return f".. toctree::\n   :caption: {caption}\n   :maxdepth: 1\n\n{entries}\n"


def reference(made: str) -> str:
    """Return the index of antsibull-docs under another title, without the guides, which the landing page has."""
    description, plugins = re.split(r"(?=^\.\. _plugin_index_for_)", made, flags=re.M)
    head = description[: description.index("Threatlists.Aws")]
    versions = description[description.index("**Supported") : description.index(".. ansible-links::")]
    return f"{head}Reference\n=========\n\n{versions}{plugins}"


def main(pages: pathlib.Path) -> None:
    """Write reference.rst and the landing page into the folder of pages."""
    made = pages / "index.rst"
    (pages / "reference.rst").write_text(reference(made.read_text(encoding="utf-8")), encoding="utf-8")
    sections = yaml.safe_load((DOCS / "docsite/extra-docs.yml").read_text(encoding="utf-8"))["sections"]
    trees = [toctree(one["title"], [f"docsite/{page}" for page in one["toctree"]]) for one in sections]
    landing = (DOCS / "site/index.rst").read_text(encoding="utf-8")
    made.write_text(landing + "".join(trees) + toctree("Reference", ["reference"]), encoding="utf-8")
    shutil.copytree(DOCS / "images", pages / "images")
    shutil.copytree(DOCS / "images", pages / "docsite/images")


main(pathlib.Path(sys.argv[1]))
