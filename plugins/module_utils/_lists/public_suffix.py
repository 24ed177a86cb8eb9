# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a domain is one under which anybody may register, by the Public Suffix List. Private to the collection."""

from __future__ import annotations

import functools
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._errors import ThreatlistsError

try:
    import publicsuffixlist
except ImportError:
    HAS_PUBLICSUFFIXLIST = False
else:
    HAS_PUBLICSUFFIXLIST = True


@functools.cache
def _suffixes() -> t.Any:
    if not HAS_PUBLICSUFFIXLIST:
        raise ThreatlistsError(
            "A list of domains needs the Python library publicsuffixlist, to leave out such as co.uk.",
            code="MissingLibrary",
            remedy="Install publicsuffixlist.",
        )
    return publicsuffixlist.PublicSuffixList(accept_unknown=False)


def holds(name: str) -> bool:
    """Return whether the domain is a public suffix, or a wildcard over one.

    The list of suffixes is the library's own: nothing is fetched.
    """
    domain = name.removeprefix("*.")
    return bool(_suffixes().publicsuffix(domain) == domain)
