#!/usr/bin/python
# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: threatlist_file
short_description: Merge lists of indicators into one file for Amazon GuardDuty
version_added: 0.1.0
author: threatlists.aws maintainers (@threatlists)
description:
  - Reads any number of sources (selections of ThreatStream, files, URLs, TAXII collections, inline entries), merges
    them, drops what must not be published, and writes one file that GuardDuty takes.
  - The same address from several sources keeps the highest confidence and the latest time of them.
  - Every indicator that is dropped is counted, in RV(dropped) by reason and in RV(sources) by source and reason, and
    RV(samples) shows some of each.
  - A source of which nothing is usable fails the list, so that one that died beside good ones is not overlooked.
  - An entry of O(entries), or of a text or STIX file that does not state a confidence, was put there by somebody, so it
    ranks before all others where the caps cut. In a JSONL file an unknown confidence ranks last.
options:
  source_dir:
    description:
      - The folder in which relative paths of O(sources[].file) are looked up.
      - If not set, the working directory.
    type: path
  earlier_sources:
    description:
      - RV(sources) of an earlier run; C(name) and C(usable) of each are compared where a source has
        O(sources[].max_shrink_percent).
    type: list
    elements: dict
    default: []
  entries:
    description: Addresses, networks in CIDR notation, ranges C(a-b), domains and C(*.)domains, as in a text file.
    type: list
    elements: str
    default: []
  src:
    description:
      - Files to read, as O(sources[].file). The format is found by looking at the content, in the file itself or in
        what is compressed in it with gzip, bzip2, xz or as the one file of a ZIP archive. What is none of the
        following is refused as what it is.
      - "Text: an entry a line, or several of them; blank lines and comments after C(#), C(;) or C(//) are ignored.
        Values are read as people write them, quoted, defanged (C(1.2.3[.]4), C(hxxp://)), with a port
        (C(1.2.3.4:8080)), as a short range (C(45.1.2.30-40)); RV(sources[].rewritten) counts each."
      - "CSV, TSV and the like: values as in text, of one column, with or without a header. Rows that MISP does not
        mean for detection (C(to_ids)) are dropped as C(inactive)."
      - "JSON: an array of values or of objects, or an object a line, as Spamhaus publishes DROP; values of one column.
        Or a document with one such array somewhere inside (AbuseIPDB, C(ip-ranges.json) of AWS, the attributes of a
        MISP event), or with objects by their ids (ThreatFox, URLhaus)."
      - "hosts files: the names that are sent to an address such as C(0.0.0.0). Filters of ad blockers: the domains
        that are blocked as a whole (C(||name^)); exceptions are dropped as C(negated), all else as C(pattern)."
      - "STIX 2.0 and 2.1: a bundle or a single indicator. Taken are addresses and domains that a pattern is equal to,
        one or another of them; whatever asks for more is dropped as C(pattern). Other patterns than such values need
        the Python library C(stix2-patterns)."
      - "STIX 1.0 to 1.2 XML, or a TAXII 1.x poll response with any number of packages. It needs the Python library
        C(lxml). Addresses and domains are taken wherever they stand; entities are never expanded, and nothing is
        fetched."
      - "JSONL: as O(format=JSONL) writes it."
    type: list
    elements: path
    default: []
  recover:
    description:
      - Take what can be read from XML that is not well-formed, and say in RV(recovered) and in a warning how much that
        was. Otherwise such a file is an error that names line and column.
    type: bool
    default: false
  explain:
    description: An address, network or domain; RV(explained) tells what became of it, and why.
    type: str
  index:
    description:
      - Write the index of the list to this file, too, which says of each entry which indicators it comes from, with
        their source, id, confidence, tags and times. M(threatlists.aws.s3_threatlist) publishes it, and
        M(threatlists.aws.threatlist_explain) and M(threatlists.aws.guardduty_findings_info) answer from it.
      - JSON, an entry a line in the order of the list, compressed by gzip. The same indicators make the same index.
      - Its last line holds RV(samples) of what was dropped, and how many that were of each source and reason.
      - In check mode it is not written.
    type: path
  index_without:
    description:
      - What of the indicators not to write into O(index), where those who may read it may not know it.
    type: list
    elements: str
    choices: [source, id, itype, confidence, severity, tlp, created, modified, expires, tags]
    default: []
extends_documentation_fragment:
  - threatlists.aws.sources
  - threatlists.aws.policy
  - threatlists.aws.output
  - threatlists.aws.attributes
  - threatlists.aws.attributes.converges
requirements:
  - lxml, to read STIX
  - publicsuffixlist, for lists with domains
  - requests, to read ThreatStream and lists by URL (and msgspec, optional, which reads large downloads faster)
  - stix, to write STIX (and setuptools on Python 3.12 and later)
  - stix2-patterns, to read STIX 2.x
  - taxii2-client, to read TAXII collections
seealso:
  - module: threatlists.aws.threatstream_export
  - module: threatlists.aws.s3_threatlist
"""

EXAMPLES = r"""
# The credential comes from THREATSTREAM_USERNAME and THREATSTREAM_API_KEY.
- name: Merge a selection of ThreatStream, a report that may be missing, and a network of our own
  threatlists.aws.threatlist_file:
    sources:
      - threatstream:
          itype: [mal_ip, c2_ip]
          confidence_min: 90
        name: ThreatStream, confident
        min_entries: 100
      - file: reports/campaign.xml
        optional: true
      - entries: [45.155.204.0/24]
    format: STIX
    dest: lists/threats.xml
    index: lists/threats.xml.index.jsonl.gz

- name: Merge a feed, a report and two networks of our own
  threatlists.aws.threatlist_file:
    src:
      - feeds/threatstream.jsonl
      - reports/campaign.xml
    entries:
      - 45.155.204.0/24
      - 193.32.162.10-193.32.162.20
    exclude:
      - files/our-networks.txt
    min_entries: 100
    max_shrink_percent: 30
    format: STIX
    dest: lists/threats.xml

- name: Merge what others publish
  threatlists.aws.threatlist_file:
    sources:
      - url: https://feeds.example.com/feodo.csv
        column: dst_ip
        cache: feeds/feodo.csv
      - url: https://feeds.example.com/urlhaus.csv.gz
        host_of_url: true
        headers_from_env:
          Auth-Key: FEED_AUTH_KEY
      - file: feeds/spamhaus_drop.json
      - taxii:
          url: https://taxii.example.com/api1/
          collection: 365fed99-08fa-4fef-a1b3-fb247eb41d01
        optional: true
    dest: lists/others.txt
  environment:
    FEED_AUTH_KEY: "{{ vault_feed_auth_key }}"
    TAXII_USERNAME: analyst
    TAXII_PASSWORD: "{{ vault_taxii_password }}"

- name: Find out why an address is not in the list
  threatlists.aws.threatlist_file:
    src: [feeds/threatstream.jsonl]
    dest: lists/threats.txt
    explain: 45.155.204.7
  check_mode: true
  register: list_file

- name: Show the answer
  ansible.builtin.debug:
    var: list_file.explained

- name: A list of domains and addresses
  threatlists.aws.threatlist_file:
    entries: [bad.example.com, "*.evil.example.net"]
    kind: threatentityset
    dest: lists/entities.txt
"""

RETURN = r"""
index:
  description: The file of the index, V(null) in check mode.
  type: str
  returned: where O(index) is set
dest:
  description: The file.
  type: str
  returned: success
  sample: lists/threats.xml
sha256:
  description: SHA-256 of the content, in check mode of the content that a run would write.
  type: str
  returned: success
  sample: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
size:
  description: Bytes of the content.
  type: int
  returned: success
  sample: 34812
entry_count:
  description: Entries in the list.
  type: int
  returned: success
  sample: 140
total_count:
  description: Indicators that were read.
  type: int
  returned: success
  sample: 180
dropped:
  description:
    - How many indicators were dropped, by reason; reasons that did not occur are left out.
    - >-
      C(inactive), C(expired), C(not_yet_valid), C(allow_listed) (by itype), C(excluded_itype), C(not_routable),
      C(ipv6), C(domain) (in a list of addresses), C(too_wide), C(excluded), C(excluded_bogons) and the like (by a set
      that comes with the collection), C(too_many_pieces), C(invalid), C(duplicate), C(covered) (by a wider entry),
      C(over_max_entries), C(over_max_size), C(pattern) (a STIX condition such as StartsWith), C(negated),
      C(unresolved) (an idref to nothing in the file, a C(valid_until), C(End_Time) or C(expiration_ts) that is no time,
      or a TAXII poll response that has further parts), C(unsupported_type) (URLs, e-mail addresses and the like).
    - C(too_wide) are also networks above a C(/24) with host bits, such as C(8.8.8.8/8), which nobody may have meant.
    - C(invalid) are also domains with a label C(xn--…) that IDNA 2008 cannot read or would write otherwise.
  type: dict
  returned: success
  sample: {duplicate: 31, excluded_bogons: 9}
sources:
  description: What each source gave, in the order in which they are named.
  type: list
  elements: dict
  returned: success, or when a guard refused the list
  contains:
    name:
      description: Its name, with a number after it where several have the same.
      type: str
      returned: always
    total:
      description: Indicators that were read of it.
      type: int
      returned: always
    usable:
      description: How many of them are in the list, by an entry of their own or one that was there already.
      type: int
      returned: always
    dropped:
      description: How many of them were dropped, by reason, before entries were merged and cut.
      type: dict
      returned: always
    rewritten:
      description:
        - How many values were read as another one than was written, by what was changed, such as C(host_bits) for
          C(192.0.2.1/24).
      type: dict
      returned: always
    optional:
      description: Whether the list may be made without it.
      type: bool
      returned: always
    error:
      description: Why an optional source could not be read, as RV(error).
      type: dict
      returned: always
samples:
  description: For each source and reason up to ten indicators that were dropped.
  type: list
  elements: dict
  returned: success, or when a guard refused the list
  contains:
    source:
      description: The name of the source.
      type: str
      returned: always
    value:
      description: The value, cut at 100 characters; credentials in a URL are masked.
      type: str
      returned: always
    line:
      description: Its line in a file, or its number among entries; not known in XML and in ThreatStream.
      type: int
      returned: always
    reason:
      description: One of the reasons of RV(dropped).
      type: str
      returned: always
cut:
  description: What the caps left out.
  type: list
  elements: dict
  returned: success
  contains:
    option:
      description: V(max_entries) or V(max_size).
      type: str
      returned: always
    count:
      description: Entries that were left out.
      type: int
      returned: always
    confidence:
      description: The highest confidence among them; V(-1) where it is not known.
      type: int
      returned: always
added:
  description: Entries that the old file did not have.
  type: int
  returned: success
  sample: 4
removed:
  description: Entries that only the old file had.
  type: int
  returned: success
  sample: 0
address_count:
  description: Addresses that the entries of the list cover.
  type: int
  returned: success, but for O(format=JSONL)
  sample: 512
growth_percent:
  description: Entries that the old file did not have, in percent of those that it had; V(0) where there was none.
  type: float
  returned: success, but for O(format=JSONL)
  sample: 2.5
tlp:
  description: The strictest TLP marking among the indicators in the list, empty where none has one.
  type: str
  returned: success, but for O(format=JSONL)
  sample: amber
scratch:
  description: A temporary file with the list that RV(dest) would get; it is the caller's to remove.
  type: str
  returned: in check mode
recovered:
  description: What was wrong with each file that was recovered, and how much was taken from it.
  type: list
  elements: str
  returned: when O(recover=true)
explained:
  description: What became of O(explain).
  type: dict
  returned: when O(explain) is set
  contains:
    value:
      description: What was asked for.
      type: str
      returned: always
    listed:
      description: Whether the list holds it.
      type: bool
      returned: always
    entry:
      description: The entry that holds it.
      type: str
      returned: always
    reason:
      description:
        - V(kept), V(covered) by a wider entry, V(cut) by a cap, V(split) (left out of a network that was split),
          V(not_seen), or one of the reasons of RV(dropped).
      type: str
      returned: always
    seen:
      description:
        - The first 100 indicators that held it, with what became of each, the source that it was C(read_from) and the
          C(line) there.
      type: list
      elements: dict
      returned: always
    seen_count:
      description: How many indicators held it.
      type: int
      returned: always
error:
  description: C({code, message, retryable, remedy}) of what went wrong.
  type: dict
  returned: failure
"""

import functools

from ansible.module_utils.basic import AnsibleModule, env_fallback
from ansible_collections.threatlists.aws.plugins.module_utils import _module
from ansible_collections.threatlists.aws.plugins.module_utils._lists import merge, policy, produce
from ansible_collections.threatlists.aws.plugins.module_utils._threatstream import export


def main() -> None:
    kinds = export.every_source_kind(env_fallback)
    module = AnsibleModule(
        argument_spec={**merge.argument_spec(kinds), **policy.ARGUMENT_SPEC, **produce.ARGUMENT_SPEC},
        required_one_of=[("sources", "entries", "src")],
        supports_check_mode=True,
    )
    _module.run(module, functools.partial(merge.merge, kinds=kinds))


if __name__ == "__main__":
    main()
