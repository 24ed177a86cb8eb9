# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report page's style: on a desk, on a telephone and on paper. Private to the collection."""

from __future__ import annotations

STYLE = """
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #ffffff; --ink: #1b2430; --soft: #556070; --line: #d9dee5; --accent: #2457c5;
  --failed: #b3261e; --failed-bg: #fbe3e1; --stale: #8a5200; --stale-bg: #fdeccb;
  --changed: #1d4fb8; --changed-bg: #dfe9fc; --skipped: #59636f; --skipped-bg: #e9ecf0;
  --in_step: #1a6b3c; --in_step-bg: #ddf3e4;
}
@media screen and (prefers-color-scheme: dark) {
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
  border-radius: .35rem; padding: .35rem .5rem; min-width: 0; width: 100%; height: 2.3rem; }
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
.verdict { font-size: 1.1rem; font-weight: 600; margin: .5rem 0; }
.overview { list-style: none; padding: 0; margin: .5rem 0 1.25rem; }
.overview a { display: block; overflow-wrap: anywhere; line-height: 1.35; }
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
@media screen and (max-width: 40rem) {
  main, header, footer { padding-left: .75rem; padding-right: .75rem; }
  header { padding-top: 1rem; }
  header p { font-size: .9rem; }
  h1 { font-size: 1.3rem; }
  section { padding: .9rem; margin: .75rem 0; }
  .tiles { grid-template-columns: 1fr; gap: .3rem; margin: .75rem 0; }
  .tiles li { display: flex; gap: .5rem; align-items: baseline; padding: .1rem .75rem;
    font-size: .9rem; }
  .tiles b { font-size: 1.15rem; min-width: 3.5rem; }
  header .verdict { font-size: 1rem; }
  .overview a { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; white-space: normal;
    font-size: .9rem; }
  .tiles .count { margin-left: auto; white-space: nowrap; }
  .tiles .none { display: none; }
  .fleet tbody th { min-width: 7.5rem; max-width: 8.5rem; }
  form { position: static; gap: .4rem .6rem; padding: .4rem 0; }
  label { flex: 1 1 28%; min-width: 0; }
  form:not(.filtered) :is(button, output) { display: none; }
}
@media print {
  @page { margin: 12mm; }
  :root { color-scheme: light; --page: #ffffff; font-size: 10pt; }
  main, header, footer { max-width: none; padding: 0; }
  section { break-inside: auto; border-color: #999999; padding: .75rem; }
  h2, h3, summary { break-after: avoid; }
  .skip, form:not(.filtered), form label, form button { display: none; }
  form { position: static; border: 0; }
  a { color: inherit; text-decoration: none; }
  .tiles { grid-template-columns: repeat(5, 1fr); }
  .tiles li { padding: .3rem .6rem; border-color: var(--line); }
  .overview a { white-space: normal; }
  .scroll, .fleet ul { overflow: visible; max-height: none; }
  .fleet { font-size: 8pt; }
  .fleet thead { break-inside: avoid; }
  .fleet thead th, .fleet tbody th { position: static; min-width: 0; padding: .15rem .3rem; }
  .fleet td { min-width: 0; padding: 0 .25rem; vertical-align: top; }
  .fleet td, .chip, .tiles li { print-color-adjust: exact; }
  tr, .news > li, .tiles li, .chart, dl > div { break-inside: avoid; }
  tr:has(details), .news > li:has(details) { break-inside: auto; }
  summary { list-style: none; }
  details::details-content { content-visibility: visible; height: auto; }
}
"""
