# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report's template, style and script. Private to the collection."""

from __future__ import annotations

STYLE = """
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #ffffff; --ink: #1b2430; --soft: #556070; --line: #d9dee5; --accent: #2457c5;
  --failed: #b3261e; --failed-bg: #fbe3e1; --stale: #8a5200; --stale-bg: #fdeccb;
  --changed: #1d4fb8; --changed-bg: #dfe9fc; --skipped: #59636f; --skipped-bg: #e9ecf0;
  --in_step: #1a6b3c; --in_step-bg: #ddf3e4;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #12161c; --card: #1b212a; --ink: #e6eaf0; --soft: #a3aebd; --line: #343d4a; --accent: #8db2ff;
    --failed: #ffb4ab; --failed-bg: #56211d; --stale: #ffd18a; --stale-bg: #4c3510;
    --changed: #a9c7ff; --changed-bg: #21375f; --skipped: #b6bfca; --skipped-bg: #2d3541;
    --in_step: #93dcae; --in_step-bg: #1c3f2b;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink);
  font: 1rem/1.5 -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "DejaVu Sans", Arial, sans-serif; }
main, header, footer { max-width: 80rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 1.75rem; }
h1 { font-size: 1.6rem; margin: 0; line-height: 1.25; overflow-wrap: anywhere; }
h2 { font-size: 1.25rem; margin: 0 0 .25rem; overflow-wrap: anywhere; }
h3 { font-size: 1rem; margin: 1.5rem 0 .5rem; }
p { margin: .35rem 0; }
a { color: var(--accent); }
code, .mono { font-family: ui-monospace, "SF Mono", Consolas, "DejaVu Sans Mono", monospace; font-size: .9em;
  overflow-wrap: anywhere; }
.soft { color: var(--soft); }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: .5rem; background: var(--card); padding: .25rem .75rem; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
section { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: 1.25rem;
  margin: 1.25rem 0; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .75rem; list-style: none;
  margin: 1.25rem 0; padding: 0; }
.tiles li { border-radius: .6rem; padding: .6rem .9rem; border: 1px solid transparent; }
.tiles b { display: block; font-size: 1.6rem; line-height: 1.2; font-variant-numeric: tabular-nums; }
.tiles .none { background: var(--card); color: var(--soft); border-color: var(--line); }
.failed { color: var(--failed); background: var(--failed-bg); }
.stale { color: var(--stale); background: var(--stale-bg); }
.changed { color: var(--changed); background: var(--changed-bg); }
.skipped { color: var(--skipped); background: var(--skipped-bg); }
.in_step { color: var(--in_step); background: var(--in_step-bg); }
.chip { display: inline-block; border-radius: 1rem; padding: .05rem .65rem; font-size: .875rem; font-weight: 600;
  white-space: nowrap; }
.tiles a { color: inherit; }
.tiles .count { display: block; font-size: .85rem; }
form { position: sticky; top: 0; z-index: 5; background: var(--page); padding: .75rem 0;
  border-bottom: 1px solid var(--line); display: flex; flex-wrap: wrap; gap: .75rem 1.25rem; align-items: end; }
form[hidden] { display: none; }
label { display: grid; font-size: .875rem; color: var(--soft); flex: 1 1 11rem; }
input, select { font: inherit; color: var(--ink); background: var(--card); border: 1px solid var(--soft);
  border-radius: .35rem; padding: .35rem .5rem; min-width: 0; width: 100%; }
button { font: inherit; color: var(--ink); background: var(--card); border: 1px solid var(--soft);
  border-radius: .35rem; padding: .35rem .8rem; cursor: pointer; }
form output { flex: 1 1 100%; font-size: .9rem; color: var(--soft); }
.news { list-style: none; padding: 0; margin: .75rem 0 0; }
.news > li { border-left: .3rem solid var(--line); padding: .1rem 0 .1rem .9rem; margin: 0 0 1rem;
  overflow-wrap: anywhere; }
.news > .is-failed { border-color: var(--failed); }
.news > .is-stale { border-color: var(--stale); }
.news > .is-changed { border-color: var(--changed); }
.remedy { font-weight: 600; }
.places { margin: .2rem 0; padding-left: 1.25rem; font-size: .92rem; color: var(--soft); }
summary { cursor: pointer; }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr)); gap: .6rem 1.25rem; margin: .9rem 0; }
dt { color: var(--soft); font-size: .85rem; }
dd { margin: 0; overflow-wrap: anywhere; }
.wide { grid-column: 1 / -1; }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(22rem, 100%), 1fr)); gap: 0 2.5rem; }
.scroll { position: relative; overflow-x: auto; max-height: 40rem; overflow-y: auto;
  border: 1px solid var(--line); border-radius: .4rem; }
table { border-collapse: separate; border-spacing: 0; font-size: .9rem; }
caption { text-align: left; color: var(--soft); padding: .4rem .6rem; }
th { font-weight: 500; text-align: left; }
.fleet thead th { position: sticky; top: 0; background: var(--card); z-index: 2; vertical-align: bottom;
  border-bottom: 1px solid var(--line); padding: .35rem; }
.fleet tbody th { position: sticky; left: 0; background: var(--card); z-index: 1; padding: .2rem .6rem;
  border-right: 1px solid var(--line); min-width: 9rem; max-width: 20rem; vertical-align: top; }
.fleet thead th:first-child { left: 0; z-index: 3; padding: .35rem .6rem; border-right: 1px solid var(--line); }
.fleet td { text-align: center; min-width: 2.6rem; height: 1.9rem; border: 1px solid var(--card); font-weight: 700; }
.fleet .absent { color: var(--soft); }
.fleet .up { writing-mode: vertical-rl; transform: rotate(180deg); white-space: nowrap; }
.fleet ul { margin: .2rem 0; padding-left: 1.1rem; max-height: 16rem; overflow: auto; }
.name { display: block; color: var(--soft); font-size: .85em; overflow-wrap: anywhere; }
.legend { display: flex; flex-wrap: wrap; gap: .35rem .6rem; list-style: none; padding: 0; margin: .5rem 0; }
.bars, .versions { width: 100%; }
.bars td, .bars th, .versions td, .versions th { padding: .15rem .6rem .15rem 0; }
.bars td:last-child { width: 50%; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
.bar { display: block; width: 100%; height: .8rem; }
.bar rect { fill: var(--accent); }
.chart { display: block; width: 100%; height: auto; max-width: 36rem; }
.chart polyline { fill: none; stroke: var(--accent); stroke-width: 2; }
.chart circle { fill: var(--accent); }
.chart line { stroke: var(--line); }
.chart text { fill: var(--soft); font-size: 12px; }
footer { padding-bottom: 2rem; font-size: .875rem; color: var(--soft); }
@media (max-width: 40rem) {
  main, header, footer { padding-left: .75rem; padding-right: .75rem; }
  section { padding: .9rem; }
  .tiles { grid-template-columns: repeat(2, 1fr); gap: .5rem; }
  .fleet tbody th { min-width: 7.5rem; max-width: 8.5rem; }
  form { position: static; }
}
@media print {
  :root { --page: #ffffff; }
  body { font-size: 10pt; }
  main, header, footer { max-width: none; padding: 0; }
  section { break-inside: auto; border-color: #999999; }
  form, .skip { display: none; }
  .scroll { overflow: visible; max-height: none; }
  .fleet thead th, .fleet tbody th { position: static; }
  .fleet td, .chip, .tiles li { print-color-adjust: exact; }
  tr, .news > li { break-inside: avoid; }
  details::details-content { content-visibility: visible; height: auto; }
}
"""

SCRIPT = """
"use strict";
const form = document.getElementById("filter");
const rows = [...document.querySelectorAll("tr[data-size]")];
const apply = () => {
  const words = form.elements.account.value.trim().toLowerCase();
  const state = form.elements.state.value;
  const region = form.elements.region.value;
  const counts = { accounts: new Set(), places: 0 };
  for (const table of document.querySelectorAll("table.fleet")) {
    const heads = [...table.tHead.rows[0].cells].slice(1);
    const columns = heads.map((head) => !region || head.textContent === region);
    heads.forEach((head, i) => { head.hidden = !columns[i]; });
    for (const row of table.tBodies[0].rows) {
      const cells = [...row.cells].slice(1);
      const shown = cells.filter((cell, i) => columns[i]);
      const names = [...row.querySelectorAll("li, .account")];
      const found = names.filter((name) => name.textContent.toLowerCase().includes(words));
      const hits = shown.filter((cell) => (state ? cell.className === state : cell.className !== "absent"));
      row.hidden = found.length === 0 || hits.length === 0;
      cells.forEach((cell, i) => { cell.hidden = !columns[i]; });
      names.forEach((name) => { name.hidden = !row.hidden && !found.includes(name); });
      const details = row.querySelector("details");
      if (details) details.open = !row.hidden && (words !== "" || "failed" in details.dataset);
      if (row.hidden) continue;
      counts.places += found.length * hits.length;
      found.forEach((name) => counts.accounts.add(name.textContent));
    }
  }
  for (const item of document.querySelectorAll(".news > li")) {
    const text = item.textContent.toLowerCase();
    const everywhere = !item.textContent.includes(region);
    item.hidden = !text.includes(words) || (region && everywhere) || (state && item.dataset.state !== state);
  }
  const filtered = words || state || region;
  const chosen = Object.entries({ account: words, region, state }).filter(([, value]) => value);
  const fragment = new URLSearchParams(chosen).toString();
  if (fragment || location.hash.includes("=")) history.replaceState(null, "", fragment ? `#${fragment}` : "#main");
  form.elements.found.value = filtered
    ? `${counts.accounts.size} ${counts.accounts.size === 1 ? "account matches" : "accounts match"}, `
      + `${counts.places} ${counts.places === 1 ? "place" : "places"} shown` : "";
};
const follow = () => {
  if (!location.hash.includes("=")) return;
  const wanted = new URLSearchParams(location.hash.slice(1));
  for (const name of ["account", "region", "state"]) form.elements[name].value = wanted.get(name) || "";
  apply();
};
if (rows.length) {
  form.hidden = false;
  addEventListener("hashchange", follow);
  follow();
  form.addEventListener("input", apply);
  form.addEventListener("reset", () => setTimeout(apply));
  form.addEventListener("submit", (event) => event.preventDefault());
}
"""

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
<li class="is-{{ state.key }}" data-state="{{ state.key }}">
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
    + STYLE
    + """</style>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header>
<h1>{{ title }}</h1>
<p class="soft">{{ heading }}</p>
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
{% if report.failures %}{{ news(report.failures, true) }}
{% else %}<p>Every list that this record speaks of was reached.</p>{% endif %}
</section>
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
    + SCRIPT
    + """</script>
</body>
</html>
"""
)
