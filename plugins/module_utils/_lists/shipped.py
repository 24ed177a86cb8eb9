# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Exclusions that come with the collection, by name. Private to the collection.

Each is small and dated: it protects from the mistakes that hurt most, and is no inventory.
"""

from __future__ import annotations

import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._lists import networks as _networks
from ansible_collections.threatlists.aws.plugins.module_utils._lists import shipped_aws
from ansible_collections.threatlists.aws.plugins.module_utils._lists.caps import Entry

# What a threat list, and what a trusted list leaves out unless told otherwise.
THREAT_DEFAULTS = ("public_resolvers", "bogons")
TRUSTED_DEFAULTS = ("bogons",)

# Source: collected by hand, 2026-11, from what the operators have published for years; not fetched from anywhere.
PUBLIC_RESOLVERS = """
1.0.0.1 1.0.0.2 1.0.0.3 1.1.1.1 1.1.1.2 1.1.1.3
8.8.4.4 8.8.8.8
9.9.9.9 9.9.9.10 9.9.9.11 149.112.112.9 149.112.112.10 149.112.112.11 149.112.112.112
208.67.220.123 208.67.220.220 208.67.222.123 208.67.222.222
4.2.2.1 4.2.2.2 4.2.2.3 4.2.2.4 4.2.2.5 4.2.2.6
8.20.247.20 8.26.56.26
64.6.64.6 64.6.65.6 156.154.70.1 156.154.71.1
76.76.2.0 76.76.10.0
77.88.8.1 77.88.8.8
94.140.14.14 94.140.14.15 94.140.15.15 94.140.15.16
185.228.168.9 185.228.169.9
114.114.114.114 114.114.115.115 119.29.29.29 180.76.76.76 223.5.5.5 223.6.6.6
"""

# Source: written for this collection, 2026-11: names that nobody means to alarm about as a whole.
TOP_DOMAINS = """
akamai.net akamaiedge.net amazon.com amazonaws.com apple.com atlassian.com azure.com azureedge.net bing.com
cloudflare.com cloudfront.net debian.org docker.com docker.io dropbox.com ebay.com facebook.com fastly.net
github.com gitlab.com gmail.com gmx.net google.com googleapis.com googleusercontent.com gstatic.com icloud.com
instagram.com linkedin.com live.com microsoft.com microsoftonline.com mozilla.org netflix.com office.com
office365.com openai.com oracle.com outlook.com paypal.com python.org reddit.com redhat.com salesforce.com
slack.com spotify.com stackoverflow.com telegram.org tiktok.com ubuntu.com whatsapp.com wikipedia.org
windowsupdate.com wordpress.org x.com yahoo.com youtube.com zoom.us
"""

# Source: IANA IPv4 Special-Purpose Address Registry, 2026-11, without what it calls globally reachable (AS112, AMT),
# and without what networks.NOT_ROUTABLE keeps out of every list.
BOGONS = """
10.0.0.0/8 100.64.0.0/10 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15
198.51.100.0/24 203.0.113.0/24
"""

TEXTS = {
    "public_resolvers": PUBLIC_RESOLVERS,
    "aws": shipped_aws.RANGES,
    "top_domains": TOP_DOMAINS,
    "bogons": BOGONS,
}


class Exclusion(t.NamedTuple):
    """What must not be in a list. name: of the shipped set, empty for what the user names."""

    name: str
    addresses: _networks.Intervals
    domains: frozenset[str]

    @property
    def reason(self) -> str:
        """The word by which what it drops is counted: C(excluded), or C(excluded_NAME) for a shipped set."""
        return f"excluded_{self.name}" if self.name else "excluded"


def exclusion(name: str, entries: t.Iterable[Entry]) -> Exclusion:
    """Return an exclusion of these entries."""
    entries = list(entries)
    return Exclusion(
        name,
        _networks.Intervals(entry for entry in entries if isinstance(entry, int)),
        frozenset(entry for entry in entries if isinstance(entry, str)),
    )


def load(name: str) -> Exclusion:
    """Return the shipped set of this name as an exclusion."""
    entries: list[Entry] = []
    for text in TEXTS[name].split():
        entries += _networks.parse(text) or [text]
    return exclusion(name, entries)
