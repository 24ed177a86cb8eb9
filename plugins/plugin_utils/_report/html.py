# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report as one self-contained page. Private to the collection.

Every value passes through an autoescaping template; besides, the page's own policy allows no script, style or
resource but the two texts whose digests it names, so that markup which slipped through would still do nothing.
"""

from __future__ import annotations

import base64
import datetime
import functools
import hashlib
import typing as t

import jinja2
from ansible_collections.threatlists.aws.plugins.plugin_utils._report import (
    groups,
    guide,
    model,
    script,
    style,
    table,
    template,
    verdict,
    worth,
)
from ansible_collections.threatlists.aws.plugins.plugin_utils._types import Item
from markupsafe import Markup, escape

MODES = {
    "run": "Run",
    "check": "Prediction of a run (check mode)",
    "verify": "Verification, nothing was changed",
}
# How many versions the page shows, the newest; the record may hold more.
VERSIONS = 30


BRACE = Markup("&#123;")


def _source(words: str) -> str:
    digest = base64.b64encode(hashlib.sha256(words.encode()).digest()).decode()
    return f"'sha256-{digest}'"


POLICY = (
    f"default-src 'none'; style-src {_source(style.STYLE)}; script-src {_source(script.SCRIPT)};"
    " base-uri 'none'; form-action 'none'"
)


def number(value: object) -> str:
    """Return a number with commas between thousands; anything else as text."""
    return f"{value:,}" if isinstance(value, int) else groups.text(value)


def moment(value: object) -> str:
    """Return a time as people read it, to the second; anything else as it is."""
    try:
        return datetime.datetime.fromisoformat(groups.text(value)).strftime("%Y-%m-%d %H:%M:%S UTC")
    except ValueError:
        return groups.text(value)


def _finalize(value: object) -> Markup:
    """Return a value escaped, also its braces, which Ansible before 2.19 might take for a template."""
    return value if isinstance(value, Markup) else escape(value).replace("{", BRACE)


def _facts(view: model.ListView) -> list[tuple[str, str, bool]]:
    item = view.record
    facts = [
        ("Entries", number(item.get("entry_count")), False),
        ("Format", groups.text(item.get("format")), False),
        ("Published", moment(item.get("published")), False),
        ("Declared", "absent" if item.get("state") == "absent" else "", False),
        ("Held", "on hold: publish leaves the object as it is" if item.get("hold") else "", False),
        ("Sources", ", ".join(groups.text(source.get("name")) for source in item.get("sources") or []), False),
        ("Tags", ", ".join(f"{key}={value}" for key, value in (item.get("tags") or {}).items()), False),
        ("Location", groups.text(item.get("location")), True),
        ("Version", groups.text(item.get("version_id")), True),
        ("SHA-256", groups.text(item.get("sha256")), True),
    ]
    return [fact for fact in facts if fact[1]]


def _bars(view: model.ListView) -> list[tuple[str, int, float]]:
    dropped = view.record.get("dropped") or {}
    counts = sorted(((int(count), groups.text(reason)) for reason, count in dropped.items() if count), reverse=True)
    return [(reason.replace("_", " "), count, round(100 * count / counts[0][0], 2)) for count, reason in counts]


def _chart(view: model.ListView) -> dict[str, t.Any] | None:
    """Return the points of the line, in a box of 400 by 130, and the same in words.

    None where fewer than two versions have a known number of entries.
    """
    known = [item for item in view.record.get("versions") or [] if isinstance(item.get("entry_count"), int)]
    versions = sorted(known, key=lambda item: groups.text(item.get("time")))[-VERSIONS:]
    if len(versions) <= 1:
        return None
    counts = [item["entry_count"] for item in versions]
    lowest, highest = min(counts), max(counts)
    step = 380 / (len(counts) - 1)
    dots = [
        (round(10 + step * index, 1), round(100 - 75 * (count - lowest) / ((highest - lowest) or 1), 1))
        for index, count in enumerate(counts)
    ]
    return {
        "versions": versions,
        "dots": dots,
        "points": " ".join(f"{x},{y}" for x, y in dots),
        "lowest": lowest,
        "highest": highest,
        "first": groups.text(versions[0].get("time"))[:10],
        "last": groups.text(versions[-1].get("time"))[:10],
        "words": f"Entries of the last {len(counts)} versions, oldest first: {', '.join(map(number, counts))}",
    }


def _changed(view: model.ListView) -> list[str]:
    """Return a sentence on how many entries were added, and one on how many were removed."""
    counts = {verb: view.record.get(verb) for verb in ("added", "removed")}
    return [
        f"{count:,} {'entry was' if count == 1 else 'entries were'} {verb}."
        for verb, count in counts.items()
        if isinstance(count, int)
    ]


def _heading(report: model.Report) -> str:
    started, finished = (groups.text(report.record.get(key)) for key in ("started", "finished"))
    words = [MODES.get(report.mode, report.mode), groups.text(report.record.get("run_id")), moment(started)]
    return " · ".join(word for word in words if word) + (
        f" to {moment(finished)}{_seconds(started, finished)}" * bool(finished)
    )


def _seconds(started: str, finished: str) -> str:
    try:
        taken = datetime.datetime.fromisoformat(finished) - datetime.datetime.fromisoformat(started)
    except (TypeError, ValueError):
        return ""
    return f" ({taken.total_seconds():,.0f} s)"


@jinja2.pass_context
def _account(context: jinja2.runtime.Context, *arguments: t.Any) -> str:
    return t.cast(model.Report, context["report"]).account(*arguments)


@jinja2.pass_context
def _words(context: jinja2.runtime.Context, *arguments: t.Any) -> str:
    return t.cast(model.Report, context["report"]).words(*arguments)


@functools.cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        autoescape=True, finalize=_finalize, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.ChainableUndefined
    )
    environment.filters |= {
        "number": number,
        "moment": moment,
        "account": _account,
        "words": _words,
        "guide": guide.section,
    }
    return environment.from_string(worth.TEMPLATE + template.TEMPLATE.lstrip())


def render(record: Item, title: str) -> str:
    """Return the page of a run's record. Raises ValueError for what cannot be a record."""
    report = model.build(record)
    version = groups.text(record.get("collection_version"))
    return (
        _template()
        .render(
            report=report,
            title=title,
            states=model.STATES,
            failed=model.FAILED,
            accounts_in=verdict.accounts_in(report),
            verdict=verdict.sentences(report),
            overview=verdict.overview(report),
            regions=sorted({region for view in report.lists for region in view.regions} - {""}),
            heading=_heading(report),
            summary=table.summary(report),
            footer=f"Made by threatlists.aws {version} from the run's record alone.".replace("  ", " "),
            policy=POLICY,
            facts=_facts,
            bars=_bars,
            chart=_chart,
            changed=_changed,
        )
        .lstrip()
    )
