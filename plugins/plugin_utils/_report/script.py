# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report page's script: it filters, and unfolds what is folded for print. Private to the collection."""

from __future__ import annotations

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
  const filtered = Boolean(words || state || region);
  const chosen = Object.entries({ account: words, region, state }).filter(([, value]) => value);
  const fragment = new URLSearchParams(chosen).toString();
  if (fragment || location.hash.includes("=")) history.replaceState(null, "", fragment ? `#${fragment}` : "#main");
  form.classList.toggle("filtered", filtered);
  const only = chosen.map(([name, value]) => `${name} ${value}`).join(", ");
  form.elements.found.value = filtered
    ? `${counts.accounts.size} ${counts.accounts.size === 1 ? "account matches" : "accounts match"}, `
      + `${counts.places} ${counts.places === 1 ? "place" : "places"} shown (${only})` : "";
};
const follow = () => {
  if (!location.hash.includes("=")) return;
  const wanted = new URLSearchParams(location.hash.slice(1));
  for (const name of ["account", "region", "state"]) form.elements[name].value = wanted.get(name) || "";
  apply();
};
let folded = [];
addEventListener("beforeprint", () => {
  folded = [...document.querySelectorAll("details:not([open])")];
  for (const details of folded) details.open = true;
});
addEventListener("afterprint", () => { for (const details of folded) details.open = false; });
if (rows.length) {
  form.hidden = false;
  addEventListener("hashchange", follow);
  follow();
  form.addEventListener("input", apply);
  form.addEventListener("reset", () => setTimeout(apply));
  form.addEventListener("submit", (event) => event.preventDefault());
}
"""
