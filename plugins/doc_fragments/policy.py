# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  kind:
    description:
      - The kind of GuardDuty list that the file is for. It sets the caps, and what the list may hold.
      - V(threatintelset) (250,000 entries) and V(ipset) (2,000) hold IPv4 addresses and networks. Domains are dropped
        and counted.
      - V(threatentityset) and V(trustedentityset) (1,000 each) also hold domains such as V(example.com) and
        V(*.example.com).
      - Indicators whose itype says that they are harmless or watched (C(benign_ip), C(corp_vpn_ip), C(sinkhole_*),
        C(suppress*)) never enter a threat list. A trusted list (V(ipset), V(trustedentityset)) takes them, but for
        C(sinkhole_*), since traffic to a sinkhole comes from an infected machine. For an itype of a threat in a trusted
        list there is a warning.
      - Ranges that are not routed on the Internet enter neither, since GuardDuty does nothing with them.
    type: str
    choices: [threatintelset, ipset, threatentityset, trustedentityset]
    default: threatintelset
  exclude:
    description:
      - What must never be in the list. Each item is an address, a network in CIDR notation, a range C(a-b), a domain,
        C(*.)domain, or the path of a file of them in any format that M(threatlists.aws.threatlist_file) reads.
      - A file without any IPv4 network or domain is an error. IPv6 excludes nothing, and a warning says how much of it
        a file holds.
      - An entry that is wider than what is excluded is split around it. One that would fall into more than 1,000
        networks is dropped.
      - A domain excludes itself and every C(*.)domain that holds it. C(*.)domain excludes all domains below it.
    type: list
    elements: str
    default: []
  exclude_itype:
    description: Further itypes to drop; shell patterns such as V(tor_*) are possible.
    type: list
    elements: str
    default: []
  min_prefix_length:
    description: Networks wider than this are dropped, and ranges C(a-b) that hold more addresses.
    type: int
    default: 8
  max_entries:
    description:
      - How many entries the list may have. Default and maximum are what GuardDuty takes for the O(kind).
      - Where there are more, those with the highest confidence are kept, among equals the most recent, among those the
        lowest address.
    type: int
  max_size:
    description: How many bytes the file may have. GuardDuty takes at most 35,000,000.
    type: int
    default: 35000000
  min_entries:
    description:
      - Refuse to replace the file by a list with fewer entries, with the error code C(TooFewEntries).
      - No guard applies to O(format=JSONL).
    type: int
    default: 1
  max_shrink_percent:
    description:
      - Refuse to replace the file by a list that lost more than this part of its entries, with the error code
        C(ShrankTooMuch). An old entry that a wider new one covers is not lost.
      - Set V(100) for one run to accept a loss that is meant.
    type: int
    default: 50
"""
