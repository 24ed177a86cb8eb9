# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report page's template. Private to the collection."""

from __future__ import annotations

from ansible_collections.threatlists.aws.plugins.plugin_utils._report import script, style

TEMPLATE = (
    """
{% macro chip(state, words=None) -%}
<span class="chip {{ state.key }}"><span aria-hidden="true">{{ state.glyph }}</span> {{ words or state|words }}</span>
{%- endmacro %}
{% macro place(spot, group) -%}
<li>{% if group.lists|length > 1 %}{{ spot.lists|join(', ') }}: {% endif +%}
{% if spot.regions|length %}{{ spot.regions|join(', ') }} in {% endif %}
{{ spot.accounts|map('account')|join(', ') }}</li>
{%- endmacro %}
{% macro news(groups, with_list) -%}
<ul class="news">
{% for state, group in groups %}
<li class="is-{{ state.key }}" data-state="{{ state.key }}"{% if with_list %} id="failure-{{ loop.index }}"{% endif %}>
<p>{{ chip(state) }} <strong>{{ group.lists|join(', ') if with_list else report.action(group.action) }}</strong>
{% if group.status %}<span class="soft">status {{ group.status }},</span>{% endif +%}
{% if group.places %}<span class="soft">{{ group.count|number }}
{{ 'result' if group.count == 1 else 'results' }}</span>{% else %}<span class="soft">refused, not published</span>
{% endif %}</p>
<p>{{ group.cause }}</p>
{% if group.remedy %}<p class="remedy">Remedy: {{ group.remedy }}</p>{% endif %}
{% if group.code %}<p class="soft">Code <code>{{ group.code }}</code>,
{{ 'may pass by itself: the next run tries again' if group.retryable else 'stays until somebody acts' }}.
{% if group.code|guide %}<a href="{{ group.code|guide }}" rel="noreferrer">What the guide says</a>{% endif +%}
</p>{% endif %}
{% if group.places|map(attribute='accounts')|map('length')|sum <= 6 %}
<ul class="places">{% for spot in group.places %}{{ place(spot, group) }}{% endfor %}</ul>
{% else %}
<details class="places"{% if state.key == 'failed' %} open{% endif %}><summary>Where</summary>
<ul>{% for spot in group.places %}{{ place(spot, group) }}{% endfor %}</ul>
</details>
{% endif %}
</li>
{% endfor %}
</ul>
{%- endmacro %}
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{{ policy }}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{{ title }}</title>
<style>"""
    + style.STYLE
    + """</style>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header>
<h1>{{ title }}</h1>
<p class="soft">{{ heading }}</p>
<p class="verdict">{{ verdict|join(' ') }}</p>
<p>{{ summary }}</p>
</header>
<main id="main">
<ul class="tiles" aria-label="Results by state">
{% for state in states %}
<li class="{{ state.key if report.counts[state.key] else 'none' }}"><b>{{ report.counts[state.key]|number }}</b>
<span aria-hidden="true">{{ state.glyph }}</span>
{% if report.counts[state.key] %}<a href="#state={{ state.key }}">{{ state|words }}</a>
{% else %}{{ state|words }}{% endif +%}
{% if accounts_in[state.key] %}<span class="count">in {{ accounts_in[state.key]|number }}
{{ 'account' if accounts_in[state.key] == 1 else 'accounts' }}</span>{% endif %}</li>
{% endfor %}
</ul>
{% if report.lists %}
<form id="filter" role="search" aria-label="What this page shows" hidden>
<label>Account <input name="account" type="search" autocomplete="off"></label>
<label>Region <select name="region"><option value="">all</option>
{% for region in regions %}<option>{{ region }}</option>{% endfor %}</select></label>
<label>State <select name="state"><option value="">all</option>
{% for state in states %}<option value="{{ state.key }}">{{ state|words }}</option>{% endfor %}</select></label>
<button type="reset">Show all</button>
<output name="found" aria-live="polite"></output>
</form>
{% endif %}
<section aria-labelledby="failures">
<h2 id="failures">{{ 'Failures' if report.failures else 'No failures' }}</h2>
{% if overview %}<ul class="overview">
{% for words in overview %}<li><a href="#failure-{{ loop.index }}">{{ words }}</a></li>
{% endfor %}{% if report.failures|length > overview|length %}
<li class="soft">and {{ report.failures|length - overview|length }} more, below</li>{% endif %}
</ul>{% endif %}
{% if report.failures %}{{ news(report.failures, true) }}
{% else %}<p>Every list that this record speaks of was reached.</p>{% endif %}
</section>
{% if report.buckets %}
<section aria-labelledby="buckets">
<h2 id="buckets">Buckets</h2>
<ul>
{% for words in report.buckets %}<li>This run {{ words }}.</li>
{% endfor %}
</ul>
</section>
{% endif %}
{% if report.undeclared %}
<section aria-labelledby="undeclared">
<h2 id="undeclared">Declared nowhere</h2>
<ul>
{% for words in report.undeclared %}<li>{{ words }}</li>
{% endfor %}
</ul>
</section>
{% endif %}
{% if report.lists %}
<section aria-labelledby="lists">
<h2 id="lists">Lists</h2>
<ul>
{% for list in report.lists %}
<li><a href="#list-{{ loop.index }}">{{ list.name }}</a> <span class="soft">{{ list.kind }}</span>
{% if list.refused %}{{ chip(failed, 'refused') }}{% endif +%}
{% for state in states if list.counts[state.key] %}{{ chip(state, list.counts[state.key]|number ~ ' ' ~ state|words) }}
{% endfor %}</li>
{% endfor %}
</ul>
</section>
{% endif %}
{% for list in report.lists %}
{% set number_of_list = loop.index %}
<section aria-labelledby="list-{{ number_of_list }}">
<h2 id="list-{{ number_of_list }}">{{ list.name }}</h2>
<p class="soft">{{ list.kind }}</p>
{% if list.refused %}<p>{{ chip(failed, 'refused') }} What was published before stays as it is.</p>{% endif +%}
{% if list.notes %}<ul>{% for note in list.notes %}<li>{{ note }}</li>{% endfor %}</ul>{% endif +%}
<dl>
{% for term, value, long in facts(list) %}
<div{% if long %} class="wide"{% endif %}><dt>{{ term }}</dt>
<dd{% if long %} class="mono"{% endif %}>{{ value }}</dd></div>
{% endfor %}
</dl>
<div class="columns">
{% set drops = bars(list) %}
{% if drops %}
<div>
<h3>Dropped, by reason</h3>
<table class="bars"><caption class="hidden">Dropped indicators of {{ list.name }}</caption>
<thead class="hidden"><tr><th>Reason</th><th>Indicators</th><th>Share</th></tr></thead><tbody>
{% for reason, count, share in drops %}
<tr><th scope="row">{{ reason }}</th><td class="number">{{ count|number }}</td><td><svg class="bar" viewBox="0 0 100 10"
 preserveAspectRatio="none" aria-hidden="true"><rect width="{{ share }}" height="10" rx="1"></rect></svg></td></tr>
{% endfor %}
</tbody></table>
</div>
{% endif %}
{% set line = chart(list) %}
{% if line %}
<div>
<h3>Entries over the last {{ line.versions|length }} versions</h3>
<svg class="chart" viewBox="0 0 400 130" role="img" aria-label="{{ line.words }}">
<line x1="10" y1="105" x2="390" y2="105"></line>
<polyline points="{{ line.points }}"></polyline>
{% for x, y in line.dots %}<circle cx="{{ x }}" cy="{{ y }}" r="3"></circle>{% endfor %}
<text x="10" y="124">{{ line.first }}</text><text x="390" y="124" text-anchor="end">{{ line.last }}</text>
<text x="10" y="14">highest {{ line.highest|number }}, lowest {{ line.lowest|number }}</text>
</svg>
<details><summary>As a table</summary><table class="versions"><thead><tr><th>Time</th><th>Version</th>
<th class="number">Entries</th></tr></thead><tbody>
{% for version in line.versions %}<tr><td>{{ version.time|moment }}</td><td class="mono">{{ version.version_id }}</td>
<td class="number">{{ version.entry_count|number }}</td></tr>{% endfor %}
</tbody></table></details>
</div>
{% endif %}
{% set changes = changed(list) %}
{% if changes %}
<div>
<h3>Changed since the last version</h3>
{% for sentence in changes %}<p>{{ sentence }}</p>{% endfor +%}
</div>
{% endif %}
</div>
{{ worth_of(list) }}
<h3>Where it stands</h3>
{% if list.rows %}
<ul class="legend" aria-label="Legend">
{% for state in states if list.counts[state.key] %}
<li>{{ chip(state, list.counts[state.key]|number ~ ' ' ~ state|words) }}</li>
{% endfor %}
</ul>
<div class="scroll" role="region" tabindex="0" aria-label="{{ list.name }} by account and Region">
<table class="fleet">
<caption class="hidden">{{ list.name }}: state by account and Region</caption>
<thead><tr><th scope="col">Account</th>
{% for region in list.regions %}<th scope="col"><span
{% if list.regions|length > 6 %} class="up"{% endif %}>{{ region or 'account' }}</span></th>{% endfor %}</tr></thead>
<tbody>
{% for row in list.rows %}
<tr data-size="{{ row.accounts|length }}"><th scope="row">
{% if row.accounts|length == 1 %}<span class="account">{{ row.accounts[0] or 'unknown' }}
{% if report.names[row.accounts[0]] %}<span class="name">{{ report.names[row.accounts[0]] }}</span>{% endif %}</span>
{% else %}<details{% if failed in row.cells %} open data-failed{% endif %}><summary>{{ row.accounts|length|number }}
accounts</summary><ul>
{% for account in row.accounts %}<li>{{ account|account }}</li>{% endfor %}</ul></details>{% endif %}</th>
{% for state in row.cells %}<td class="{{ state.key }}">{{ state.glyph }}
{%- if state.key != 'in_step' %}<span class="hidden">{{ state|words }}</span>{% endif %}</td>{% endfor %}</tr>
{% endfor %}
</tbody></table>
</div>
{% else %}<p class="soft">The record has no result for this list.</p>{% endif %}
{% if list.news %}<h3>What was done, and why</h3>{{ news(list.news, false) }}{% endif %}
</section>
{% endfor %}
</main>
<footer>{{ footer }}</footer>
<script>"""
    + script.SCRIPT
    + """</script>
</body>
</html>
"""
)
