# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Links from a failure lead to a section that is there, and every code that the collection gives has one."""

from __future__ import annotations

import ast
import collections
import itertools
import re
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._aws import errors, kms
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty import observe
from ansible_collections.threatlists.aws.plugins.plugin_utils._report import guide
from support.paths import ROOT

LINES = (ROOT / "docs/docsite/rst/guide_what_happens.rst").read_text(encoding="utf-8").splitlines()
CODE = re.compile(r"(?:[A-Z][a-z0-9]+)+")
# What takes a code as its first or second argument.
TAKERS = ("Cause", "Refusal", "_refusal", "because")


def words(node: ast.AST) -> set[str]:
    """The words that look like codes among the constants below a node."""
    return {
        one.value
        for one in ast.walk(node)
        if isinstance(one, ast.Constant) and isinstance(one.value, str) and CODE.fullmatch(one.value)
    }


def values_of_codes(tree: ast.AST) -> t.Iterator[ast.AST]:
    """What is given as a code: by keyword, to a name, in a dictionary, or to what takes one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "code":
            yield node.value
        elif isinstance(node, ast.Assign):
            yield from (node.value for target in node.targets if isinstance(target, ast.Name) and target.id == "code")
        elif isinstance(node, ast.Dict):
            keys = (isinstance(key, ast.Constant) and key.value == "code" for key in node.keys)
            yield from itertools.compress(node.values, keys)
        elif isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in TAKERS:
            yield from node.args[:2]


def codes() -> set[str]:
    """Every code that is written down in the plugins; of AWS's own, which are passed on, those that have a remedy."""
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in (ROOT / "plugins").rglob("*.py"))
    found = {word for tree in trees for value in values_of_codes(tree) for word in words(value)}
    return (
        found | {observe.REGION_DENIED, *errors.NOT_SUBSCRIBED} | {code for code, _what, _remedy in kms.CAUSES.values()}
    )


def sections() -> dict[str, str]:
    """The text of each section by its title."""
    found: dict[str, list[str]] = collections.defaultdict(list)
    title = ""
    for line, below in itertools.pairwise([*LINES, ""]):
        if line and below and set(below) == {"-"}:
            title = line
        found[title].append(line)
    return {name: "\n".join(lines) for name, lines in found.items()}


def test_every_section_is_in_the_guide_and_speaks_of_its_codes() -> None:
    texts = sections()
    assert set(guide.SECTIONS) <= set(texts)
    missing = {(code, title) for code, title in guide.TITLES.items() if f"``{code}``" not in texts[title]}
    assert missing == set()


def test_every_code_that_the_collection_gives_has_a_section_and_no_section_speaks_of_others() -> None:
    assert set(guide.TITLES) == codes()
    assert sum(map(len, guide.SECTIONS.values())) == len(guide.TITLES)


def test_addresses() -> None:
    assert guide.section("AccessDenied").endswith("guide_what_happens.rst#aws-refuses-the-call")
    assert guide.section("NoDetector").endswith("#a-region-has-no-detector-or-is-not-enabled")
    assert guide.section("NobodyKnows") == ""
