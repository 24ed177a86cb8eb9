# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    # How ThreatStream is reached.
    DOCUMENTATION = r"""
options:
  url:
    description:
      - Address of ThreatStream; an on-premises one has its own.
      - If not set, E(THREATSTREAM_URL) is used.
    type: str
    default: https://api.threatstream.com
  username:
    description:
      - The ThreatStream user, usually an e-mail address.
      - If not set, E(THREATSTREAM_USERNAME) is used.
    type: str
  api_key:
    description:
      - The user's API key. It is only sent in the header C(Authorization).
      - If not set, E(THREATSTREAM_API_KEY) is used.
    type: str
  validate_certs:
    description: Whether the server's TLS certificate must be valid.
    type: bool
    default: true
  ca_path:
    description: A file with the CA certificates to trust instead of those that the Python library requests trusts.
    type: path
  timeout:
    description:
      - Seconds to wait for the server to connect, or to send the next bytes.
      - A server that asks by C(Retry-After) to wait longer is not waited for; the error names how long it asks.
    type: int
    default: 60
requirements:
  - requests
  - msgspec (optional, reads large downloads faster)
"""

    # Which indicators are wanted.
    SELECTION = r"""
options:
  itype:
    description:
      - Indicator types in ThreatStream's words, such as V(mal_ip) or V(c2_ip); any of them.
      - ThreatStream compares whole words, so a pattern such as V(*_ip) would match nothing, and is refused.
      - Itypes that can match nothing are refused before anything is asked for, such as only V(mal_domain) in a list of
        addresses, or only V(mal_ipv6) in any.
    type: list
    elements: str
  confidence_min:
    description: The lowest confidence to take, from V(0) to V(100). ThreatStream's own V(-1) means not rated.
    type: int
  status:
    description:
      - The status in ThreatStream.
      - If not set, V(active), except with O(search_filter), where the saved search decides.
    type: str
    choices: [active, inactive, falsepos]
  source:
    description: Names of sources, spelt as in ThreatStream; any of them.
    type: list
    elements: str
  feed_id:
    description: Ids of feeds; any of them.
    type: list
    elements: int
  asn:
    description: Numbers of autonomous systems, with or without a leading C(AS); any of them.
    type: list
    elements: str
  country:
    description: Two-letter codes of countries; any of them.
    type: list
    elements: str
  tags:
    description: Names of tags; any of them.
    type: list
    elements: str
  severity:
    description: Severities; any of them.
    type: list
    elements: str
    choices: [low, medium, high, very-high]
  tlp:
    description: Traffic Light Protocol markings; any of them. Indicators without a marking do not match.
    type: list
    elements: str
    choices: [red, amber, amber+strict, green, clear, white]
  trusted_circle_ids:
    description: Ids of trusted circles; any of them.
    type: list
    elements: int
  created_since:
    description:
      - Only indicators created since then.
      - A time such as V(2026-01-31T00:00:00Z), or an age such as V(7d), counted back from the run
        (units V(s), V(m), V(h), V(d) and V(w)). A time without a zone is UTC.
      - A time more than a day in the future can match nothing and is refused.
    type: str
  modified_since:
    description: Only indicators modified since then; written as O(created_since).
    type: str
  query:
    description:
      - A query in the language of ThreatStream's advanced search, such as
        V((confidence>=90 AND (itype="apt_ip" OR itype="c2_ip"\)\)).
      - It narrows what the other options select.
    type: str
  remote_api:
    description:
      - Ask an on-premises ThreatStream to let the cloud answer, by the parameter C(remote_api).
    type: bool
    default: false
  extra_parameters:
    description:
      - Further parameters of the search, sent as they are, for what a site needs and no option has.
      - They cannot be combined with O(state_file), since only ThreatStream knows what they select.
    type: dict
  search_filter:
    description:
      - The id of a search saved in ThreatStream, which cannot be combined with the other options of the selection.
    type: str
"""

    # What is downloaded of it.
    DOWNLOAD = r"""
options:
  contents:
    description:
      - V(addresses) asks ThreatStream for indicators of type C(ip), V(entities) for C(ip) and C(domain).
      - If not set, O(kind) decides.
    type: str
    choices: [addresses, entities]
  state_file:
    description:
      - A SQLite file that keeps what was downloaded, so that the next run asks only for what changed since. It is
        created where it is missing, and rebuilt by a full download where it is damaged or belongs to another
        O(url), O(username) or selection.
      - Changes are judged on this side, so it cannot be combined with O(query), O(search_filter), O(tags), O(asn)
        and O(country).
      - Where ThreatStream refuses C(update_id__gt) to the account, changes are asked for by C(search_after) and
        C(modified_ts__gte), so that each is read twice, with a warning at the first run and after each full download.
      - Where another run uses it, that one is waited for, then the error C(StateLocked) is retryable. What is no
        damage, such as a full disk, never rebuilds it.
      - In check mode it is read but not written.
    type: path
  full_refresh:
    description: With O(state_file), after what age everything is downloaded again, such as V(24h) or V(7d).
    type: str
    default: 24h
  lookback:
    description:
      - With O(state_file), how late a change may become visible, after others that ThreatStream numbered higher, and
        yet be found by the next run; V(0s) for not at all. What is later is found by O(full_refresh).
      - It costs one more request, and reading again what was modified in that time before the earlier run.
    type: str
    default: 1h
"""
