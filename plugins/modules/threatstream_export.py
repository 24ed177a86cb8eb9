#!/usr/bin/python
# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: threatstream_export
short_description: Export indicators from Anomali ThreatStream into a list file
version_added: 0.1.0
description:
  - Downloads the selected indicators through ThreatStream's API, judges them, and writes those that may be published
    into a list file for GuardDuty, or all of them with their confidence, times and source into a JSONL file from
    which M(threatlists.aws.threatlist_file) merges several sources.
  - The file is replaced only after a complete download. A truncated, endless or failed download, dead credentials or
    a refused guard leave the old file as it was.
  - The same indicators give the same bytes.
extends_documentation_fragment:
  - threatlists.aws.threatstream
  - threatlists.aws.threatstream.selection
  - threatlists.aws.threatstream.download
  - threatlists.aws.policy
  - threatlists.aws.output
  - threatlists.aws.attributes
  - threatlists.aws.attributes.converges
  - threatlists.aws.attributes.threatstream_group
author:
  - threatlists.aws maintainers (@threatlists)
seealso:
  - module: threatlists.aws.threatlist_file
  - module: threatlists.aws.s3_threatlist
"""

EXAMPLES = r"""
# The credential comes from THREATSTREAM_USERNAME and THREATSTREAM_API_KEY.
- name: Malicious addresses of one source, of the last week
  threatlists.aws.threatstream_export:
    itype: [mal_ip, c2_ip]
    confidence_min: 90
    source: [PhishMe]
    created_since: 7d
    format: STIX
    dest: /srv/threatlists/threatstream-indicators.xml

- name: What an advanced search finds, on an on-premises ThreatStream
  threatlists.aws.threatstream_export:
    url: https://threatstream.example.com
    username: analyst@example.com
    api_key: "{{ vault_threatstream_api_key }}"
    query: (severity="very-high" AND NOT source="Analyst")
    format: TXT
    dest: /srv/threatlists/severe.txt

- name: Hourly, asking only for what changed, to be merged with other sources later
  threatlists.aws.threatstream_export:
    feed_id: [112, 133]
    state_file: /var/lib/threatlists/feeds.sqlite
    format: JSONL
    dest: /srv/threatlists/feeds.jsonl

- name: Domains and addresses for an entity list
  threatlists.aws.threatstream_export:
    kind: threatentityset
    itype: [c2_ip, c2_domain]
    format: TXT
    dest: /srv/threatlists/entities.txt
"""

RETURN = r"""
dest:
  description: The list file.
  type: str
  returned: success
sha256:
  description: SHA-256 of the content of RV(dest), in check mode of the content it would get.
  type: str
  returned: success
size:
  description: Size of the file in bytes.
  type: int
  returned: success
entry_count:
  description: Number of entries in the file.
  type: int
  returned: success
total_count:
  description: Number of indicators that ThreatStream delivered.
  type: int
  returned: success
dropped:
  description: Number of indicators that are not in the file, by reason.
  type: dict
  returned: success
  sample: {duplicate: 12, expired: 3, ipv6: 7}
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
      description: The highest confidence among them.
      type: int
      returned: always
added:
  description: Number of entries that the file did not hold before.
  type: int
  returned: success
removed:
  description: Number of entries that the file held before and does not hold now.
  type: int
  returned: success
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
  description: A temporary file with the content that RV(dest) would get; it is the caller's to remove.
  type: str
  returned: check mode
downloaded:
  description: V(full), or V(changes) where only what changed since O(state_file) was written was downloaded.
  type: str
  returned: success
error:
  description: What went wrong. RV(error.code) is stable, RV(error.retryable) says whether a later try may succeed.
  type: dict
  returned: failure
  contains:
    code:
      description: A stable word, such as V(IncompleteDownload), V(InvalidCredentials) or V(Unavailable).
      type: str
    message:
      description: What was wrong, and where.
      type: str
    retryable:
      description: Whether the same task may succeed later without anybody changing anything.
      type: bool
    remedy:
      description: What to do.
      type: str
"""

from ansible.module_utils.basic import AnsibleModule, env_fallback
from ansible_collections.threatlists.aws.plugins.module_utils import _module
from ansible_collections.threatlists.aws.plugins.module_utils._lists import policy, produce
from ansible_collections.threatlists.aws.plugins.module_utils._threatstream.export import argument_spec, export


def main() -> None:
    spec = argument_spec(env_fallback) | policy.ARGUMENT_SPEC | produce.ARGUMENT_SPEC
    _module.run(AnsibleModule(argument_spec=spec, supports_check_mode=True), export)


if __name__ == "__main__":
    main()
