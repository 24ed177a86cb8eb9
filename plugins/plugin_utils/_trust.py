# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Ansible may take for a template, on every ansible-core. Private to the collection.

ansible-core 2.19 and newer evaluate only what is marked as trusted; 2.18 evaluates all that is not marked as unsafe.
"""

from __future__ import annotations

import re
import typing as t

try:
    from ansible.template import trust_as_template
except ImportError:  # ansible-core 2.18
    from ansible.utils.unsafe_proxy import wrap_var

    trust_as_template = None
else:
    wrap_var = None


TAGS_TRUST = trust_as_template is not None
PLAIN = re.compile(r"[\w .,:/@+=-]*")


def trusted(text: str) -> str:
    """Return a template of our own, marked as one."""
    return str(text) if trust_as_template is None else t.cast(str, trust_as_template(text))


def untrusted(value: t.Any) -> t.Any:
    """Return a value from elsewhere so that no text in it is ever taken for a template.

    Text that cannot be a template anyway is left unmarked, or marked as trusted, so that C(ansible-inventory --list),
    and with it AWX, shows plain text.
    """
    if isinstance(value, dict):
        return {untrusted(key): untrusted(item) for key, item in value.items()}
    if isinstance(value, list):
        return [untrusted(item) for item in value]
    if not isinstance(value, str):
        return value
    if PLAIN.fullmatch(value):
        return trusted(value)
    return str(value) if wrap_var is None else wrap_var(value)
