# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sphinx configuration of the documentation site."""

from __future__ import annotations

project = "threatlists.aws"
copyright = "2026, threatlists.aws maintainers"
title = html_title = html_short_title = "threatlists.aws"
extensions = ["sphinx_antsibull_ext"]
pygments_style = "ansible"
highlight_language = "YAML+Jinja"
default_role = "any"
html_theme = "alabaster"
html_theme_options = {
    "description": "Threat lists in GuardDuty, in every account and Region",
    "fixed_sidebar": True,
    "page_width": "76rem",
    "sidebar_width": "17rem",
    "show_powered_by": False,
}
html_sidebars = {"**": ["about.html", "searchfield.html", "navigation.html"]}
html_show_sphinx = False
html_use_index = False
html_copy_source = False
