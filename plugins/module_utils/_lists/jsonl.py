# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One indicator a line, as JSON, with all that its source said. Private to the collection."""

from __future__ import annotations

import functools
import json
import typing as t
from json.encoder import encode_basestring_ascii as quoted

from ansible_collections.threatlists.aws.plugins.module_utils._errors import ParseError
from ansible_collections.threatlists.aws.plugins.module_utils._lists.indicators import Indicator, timestamp
from ansible_collections.threatlists.aws.plugins.module_utils._lists.reading import Reading
from ansible_collections.threatlists.aws.plugins.module_utils._lists.txt import lines

DEFAULTS = Indicator("")._asdict()
HIGHEST_CONFIDENCE = 100
LONGEST_VALUE = 2_000
TIMES = ("created", "modified", "expires", "valid_from")


def line(indicator: Indicator) -> str:
    """Return the fields that differ from Indicator's defaults, in its order, as JSON without a line end.

    A value longer than LONGEST_VALUE is cut: no list can hold it anyway. Written out field by field and put together
    at once, which takes less than half the time of a loop over them; what many indicators share is kept.
    """
    value, kind, confidence, itype, status, source, severity, tlp, created, modified, expires, start, identity, tags = (
        indicator
    )
    if len(value) > LONGEST_VALUE:
        value = f"{value[:LONGEST_VALUE]}…"
    type = "" if kind == "ip" else f',"type":{quoted(kind)}'
    rated = "" if confidence < 0 else f',"confidence":{confidence}'
    created = created and f',"created":{quoted(created)}'
    modified = modified and f',"modified":{quoted(modified)}'
    expires = expires and f',"expires":{quoted(expires)}'
    start = start and f',"valid_from":{quoted(start)}'
    identity = identity and f',"id":{quoted(identity)}'
    return (
        f'{{"value":{quoted(value)}{type}{rated}{_shared(itype, status, source, severity, tlp)}'
        f"{created}{modified}{expires}{start}{identity}{_tags(tags)}}}"
    )


@functools.lru_cache(maxsize=1_000)
def _tags(tags: tuple[str, ...]) -> str:
    return f',"tags":[{",".join(map(quoted, tags))}]' if tags else ""


@functools.lru_cache(maxsize=1_000)
def _shared(itype: str, status: str, source: str, severity: str, tlp: str) -> str:
    text = f',"itype":{quoted(itype)}' if itype else ""
    if status != "active":
        text += f',"status":{quoted(status)}'
    if source:
        text += f',"source":{quoted(source)}'
    if severity:
        text += f',"severity":{quoted(severity)}'
    return f'{text},"tlp":{quoted(tlp)}' if tlp else text


def chunks(lines: t.Iterable[str]) -> t.Iterator[bytes]:
    """Yield the file, sorted by value and then by all else."""
    for text in sorted(lines):
        yield text.encode("ascii") + b"\n"


def read(stream: t.BinaryIO, name: str, reading: Reading | None = None) -> t.Iterator[Indicator]:
    """Yield the indicators of a stream. Raises ParseError, with C(name) and the line, at a line that is none."""
    reading = reading or Reading()
    for reading.line, text in lines(stream, name):
        if text.strip():
            try:
                yield _indicator(json.loads(text))
            except (ValueError, TypeError, RecursionError) as error:
                raise ParseError(f"{name}: line {reading.line}: not an indicator in JSON: {error}") from error


def _indicator(fields: t.Any) -> Indicator:
    if not isinstance(fields, dict) or not isinstance(fields.get("value"), str):
        raise ValueError("an object with 'value' is expected")
    unknown = sorted(fields.keys() - DEFAULTS.keys())
    if unknown:
        raise ValueError(f"'{unknown[0]}' is not a field of it")
    tags = fields.pop("tags", [])
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise ValueError("'tags' must be an array of texts")
    for name, default in DEFAULTS.items():
        if type(fields.get(name, default)) is not type(default):
            raise ValueError(f"'{name}' must be {type(default).__name__}")
    if not -1 <= fields.get("confidence", -1) <= HIGHEST_CONFIDENCE:
        raise ValueError("'confidence' must be from -1 to 100")
    times = {name: timestamp(fields[name]) for name in TIMES if fields.get(name)}
    if "" in times.values():
        raise ValueError(f"'{next(name for name, time in times.items() if not time)}' is no time")
    return Indicator(**fields | times | {"value": fields["value"].strip(), "tags": tuple(sorted(set(tags)))})
