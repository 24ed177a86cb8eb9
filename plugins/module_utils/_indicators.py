# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Indicators, and the parsing of values into IPv4 networks or domains. Private to the collection."""

from __future__ import annotations

import typing as t


class Indicator(t.NamedTuple):
    """One indicator as its source gave it; nothing is judged yet.

    value: an address, CIDR, range C(a-b) or domain as the source wrote it, white space stripped.
    type: V(ip), V(ipv6), V(domain), or the source's own word for what no list can hold (url, email, hash, …).
    confidence: 0..100; -1 where the source does not say.
    created, modified, expires: ISO 8601 in UTC with milliseconds and V(Z), so that text order is time order;
      empty where not known (expires: never).
    itype, status, source, severity, tlp: the source's own words, empty where it has none.
    """

    value: str
    type: str = "ip"
    confidence: int = -1
    itype: str = ""
    status: str = "active"
    source: str = ""
    severity: str = ""
    tlp: str = ""
    created: str = ""
    modified: str = ""
    expires: str = ""
