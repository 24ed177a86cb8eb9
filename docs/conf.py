# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sphinx configuration of the documentation site."""

from __future__ import annotations

import pathlib
import zlib

project = "threatlists.aws"
copyright = "2026, threatlists.aws maintainers"
title = html_title = html_short_title = "threatlists.aws"
extensions = ["sphinx.ext.intersphinx", "sphinx_antsibull_ext"]
pygments_style = "ansible"
highlight_language = "YAML+Jinja"
default_role = "any"
html_theme = "alabaster"
html_theme_options = {
    "description": "Threat lists in GuardDuty, in every account and Region",
    "fixed_sidebar": False,
    "font_family": "-apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif",
    "head_font_family": "-apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif",
    "page_width": "76rem",
    "sidebar_width": "17rem",
    "show_powered_by": False,
}
html_sidebars = {"**": ["about.html", "searchfield.html", "navigation.html"]}
html_static_path = ["site/site.css"]
html_css_files = ["site.css"]
html_show_sphinx = False
html_use_index = False
html_copy_source = False

# The places in Ansible's own documentation that generated pages point to, as the inventory that Sphinx would download.
ANSIBLE = {
    "action_plugins": "plugins/action.html",
    "ansible_configuration_settings": "reference_appendices/config.html",
    "common_return_values": "reference_appendices/common_return_values.html",
}


def inventory() -> str:
    """Write Sphinx's inventory format, version 2: https://sphinx-doc.org, sphinx.util.inventory."""
    path = pathlib.Path(__file__).resolve().parent.parent / ".cache" / "docs" / "ansible.inv"
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = "".join(
        f"{label} std:label -1 {page}#{label.replace('_', '-')} {label}\n" for label, page in ANSIBLE.items()
    )
    head = "# Sphinx inventory version 2\n# Project: Ansible\n# Version: \n"
    head += "# The remainder of this file is compressed using zlib.\n"
    path.write_bytes(head.encode() + zlib.compress(lines.encode()))
    return str(path)


intersphinx_mapping = {"ansible": ("https://docs.ansible.com/ansible/latest/", inventory())}
