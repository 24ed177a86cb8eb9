# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Mends what Sphinx and its theme leave in the way of phones, keyboards and screen readers."""

from __future__ import annotations

import pathlib
import sys

MENDED = {
    # Wide tables scroll in themselves.
    "<table": '<div class="scroll" tabindex="0" role="region" aria-label="Table"><table',
    "</table>": "</table></div>",
    # What scrolls can be reached by keyboard.
    "<pre>": '<pre tabindex="0">',
    # A heading says of which level it is.
    'class="caption" role="heading"': 'class="caption" role="heading" aria-level="2"',
    # What antsibull-docs writes for links that look like buttons.
    'aria-role="button"': 'role="button"',
}


def main(site: pathlib.Path) -> None:
    """Finish every page of the site."""
    for path in site.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        for found, mended in MENDED.items():
            text = text.replace(found, mended)
        path.write_text(text, encoding="utf-8")


main(pathlib.Path(sys.argv[1]))
