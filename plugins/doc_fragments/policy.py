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
      - Addresses that no router passes on (C(0.0.0.0/8), C(127.0.0.0/8), C(169.254.0.0/16), multicast, C(240.0.0.0/4))
        enter neither; they count as C(not_routable) in RV(dropped). For what else is not routed on the Internet see
        O(exclude_defaults).
    type: str
    choices: [threatintelset, ipset, threatentityset, trustedentityset]
    default: threatintelset
  exclude:
    description:
      - What must never be in the list. Each item is an address, a network in CIDR notation, a range C(a-b), a domain,
        C(*.)domain, or the path of a file of them in any format that M(threatlists.aws.threatlist_file) reads.
      - A file without any IPv4 network or domain is an error. IPv6 excludes nothing, and a warning says how much of it
        a file holds.
      - Or the name of a set that comes with the collection. V(public_resolvers) are well-known DNS resolvers, V(aws)
        AWS's published ranges (of 2026-08-22, all services, so also what others run on EC2), V(top_domains) some dozens
        of domains that everybody uses, V(bogons) private, shared and reserved ranges such as C(10.0.0.0/8),
        which are not routed on the Internet. What such a set leaves out is counted with its name in RV(dropped), as
        C(excluded_aws).
      - An entry that is wider than what is excluded is split around it. One that would fall into more than 1,000
        networks is dropped.
      - Public suffixes such as V(co.uk) and wildcards over them never enter a list; they count as C(public_suffix).
      - A domain excludes itself and every C(*.)domain that holds it. C(*.)domain excludes all domains below it.
    type: list
    elements: str
    default: []
  exclude_defaults:
    description:
      - Which sets of O(exclude) are left out without being named there. They count in RV(dropped) as
        C(excluded_public_resolvers) and C(excluded_bogons).
      - With V(true), a threat list leaves out V(public_resolvers) and V(bogons), a trusted list V(bogons), since
        GuardDuty does nothing with those. V(false) switches all of that off.
      - A list of these names leaves out those that it names. V([bogons]) switches V(public_resolvers) off.
    type: raw
    default: true
  exclude_wildcards:
    description:
      - Whether a domain in O(exclude), such as C(example.com), also excludes the wildcard C(*.example.com) over all
        that is below it.
    type: bool
    default: true
  exclude_itype:
    description: Further itypes to drop; shell patterns such as V(tor_*) are possible.
    type: list
    elements: str
    default: []
  benign_wins:
    description:
      - Take out of the list what any of its sources calls benign, by the status C(falsepos) or an itype that never
        enters a threat list, even though another source calls it a threat. It is counted as C(disputed) in RV(dropped).
    type: bool
    default: false
  min_prefix_length:
    description:
      - Networks wider than this are dropped, and ranges C(a-b) that hold more addresses.
      - If not set, V(16) for threat lists and V(8) for trusted lists.
    type: int
  max_addresses:
    description:
      - Refuse to replace the file by a list that covers more addresses, with the error code C(TooManyAddresses).
      - If not set, V(16777216) for threat lists, and no limit for trusted lists.
    type: int
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
  max_growth_percent:
    description:
      - Refuse to replace the file by a list that has more new entries than this part of the old ones, with the error
        code C(GrewTooMuch). RV(growth_percent) is returned in any case.
      - If not set, a list may grow as it will.
    type: int
"""
