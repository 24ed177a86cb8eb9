# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What lists found, in words for a terminal and as a section of the page. Private to the collection."""

from __future__ import annotations

import typing as t

from ansible_collections.threatlists.aws.plugins.plugin_utils._report import terminal
from ansible_collections.threatlists.aws.plugins.plugin_utils._report.groups import text

HEADINGS = ("LIST", "SOURCE", "ENTRIES", "MATCHED", "NEVER", "7 DAYS", "30 DAYS", "90 DAYS", "NOT USEFUL", "LAST MATCH")
UNKNOWN = "?"
TEMPLATE = """
{% macro worth_of(list) -%}
{% set worth = list.record.worth %}
{% if worth and worth.since %}
<h3>What it found</h3>
<dl>
<div><dt>Findings in 7, 30 and 90 days</dt>
<dd>{{ worth.findings_7d|number }}, {{ worth.findings_30d|number }}, {{ worth.findings_90d|number }}</dd></div>
<div><dt>Last match</dt><dd>{{ worth.last_match|moment or 'none' }}</dd></div>
<div><dt>Entries that ever matched</dt><dd>{{ worth.matched|number }}</dd></div>
{% if worth.never_matched is not none %}
<div><dt>Entries that never did</dt><dd>{{ worth.never_matched|number }} of {{ worth.entries|number }}</dd></div>
{% endif %}
<div><dt>Archived as not useful</dt><dd>{{ worth.archived_not_useful|number }}</dd></div>
<div><dt>Noted since</dt><dd>{{ worth.since|moment }}</dd></div>
</dl>
{% if worth.sources %}
<details><summary>By source</summary><table class="versions"><thead><tr><th>Source</th><th class="number">Entries</th>
<th class="number">Matched</th><th class="number">Findings</th><th>Last match</th></tr></thead><tbody>
{% for source in worth.sources %}<tr><td>{{ source.name or '(unnamed)' }}</td>
<td class="number">{{ source.entries|number }}</td><td class="number">{{ source.matched|number }}</td>
<td class="number">{{ source.findings|number }}</td><td>{{ source.last_match|moment }}</td></tr>{% endfor %}
</tbody></table></details>
{% endif %}
{% if worth.matched_entries %}
<details><summary>Entries that matched last</summary><table class="versions"><thead><tr><th>Entry</th>
<th class="number">Findings</th><th>Last match</th></tr></thead><tbody>
{% for one in worth.matched_entries %}<tr><td class="mono">{{ one.entry }}</td>
<td class="number">{{ one.findings|number }}</td><td>{{ one.last_match|moment }}</td></tr>{% endfor %}
</tbody></table></details>
{% endif %}
<p class="soft">As far as findings were read: of one that recurs GuardDuty keeps the latest remote only.</p>
{% endif %}
{%- endmacro %}
"""


def lines(items: t.Sequence[t.Mapping[str, t.Any]]) -> list[str]:
    """Return lines: a table of the lists and sources that threatlist_hits judged, and then what to review."""
    judged = [(text(item["name"]), item["worth"]) for item in items if item.get("worth")]
    if not judged:
        return []
    rows = [row for name, worth in judged for row in _rows(name, worth)]
    return [
        *terminal.columns([HEADINGS, *rows]),
        *(sentence for _name, worth in judged for sentence in worth["review"]),
    ]


def _rows(name: str, worth: t.Mapping[str, t.Any]) -> t.Iterator[tuple[str, ...]]:
    windows = [f"{worth[key]:,}" for key in ("findings_7d", "findings_30d", "findings_90d")]
    found = (_number(worth["entries"]), f"{worth['matched']:,}", _number(worth["never_matched"]), *windows)
    yield (name, "", *found, f"{worth['archived_not_useful']:,}", text(worth["last_match"]) or "none")
    for source in worth["sources"]:
        entries, matched = _number(source["entries"]), f"{source['matched']:,}"
        last = text(source["last_match"]) or "none"
        yield ("", text(source["name"]) or "(unnamed)", entries, matched, "", "", "", "", "", last)


def _number(value: int | None) -> str:
    return UNKNOWN if value is None else f"{value:,}"
