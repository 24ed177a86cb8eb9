# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Links from a failure lead to a section that is there."""

from __future__ import annotations

import itertools

from ansible_collections.threatlists.aws.plugins.plugin_utils._report import guide
from support.paths import ROOT

LINES = (ROOT / "docs/docsite/rst/guide_what_happens.rst").read_text(encoding="utf-8").splitlines()


def test_every_section_is_in_the_guide_and_speaks_of_its_codes() -> None:
    titles = {line for line, below in itertools.pairwise(LINES) if line and set(below) == {"-"}}
    assert set(guide.SECTIONS) <= titles


def test_addresses() -> None:
    assert guide.section("AccessDenied").endswith("guide_what_happens.rst#aws-refuses-the-call")
    assert guide.section("NoDetector").endswith("#a-region-has-no-detector-or-is-not-enabled")
    assert guide.section("NobodyKnows") == ""
