# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What may be published in S3: GuardDuty itself would accept any content. Private to the collection."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._errors import GuardError, SourceError
from ansible_collections.threatlists.aws.plugins.module_utils._kinds import KINDS, MAX_SIZE
from ansible_collections.threatlists.aws.plugins.module_utils._lists import compressed, networks
from ansible_collections.threatlists.aws.plugins.module_utils._lists.summary import ListSummary, compare, guard, inspect

NOTHING = ListSummary([], [])
CONTENT_TYPES = {"TXT": "text/plain; charset=utf-8", "STIX": "application/xml"}
# A line of a text list that is no single value. Our readers understand some such lines, GuardDuty none of them
# (docs/dev/guardduty.md#40). A comment on a line of its own takes nothing away.
NOT_ONE_VALUE = re.compile(
    rb"^(?![ \t]*(?:(?:[#;]|//).*)?\r?$)"
    rb"(?![ \t]*(?!(?:[0-9]+\.){3}[0-9]+-[0-9.]+[ \t]*\r?$)[A-Za-z0-9_*.-]+(?:/[0-9]{1,2})?[ \t]*\r?$).*",
    re.M,
)
BOM = b"\xef\xbb\xbf"
SHOWN = 60
HALF_OF_ALL = 1 << 31


def judge(content: bytes, params: dict[str, t.Any], name: str) -> ListSummary:
    """Return what the list holds. Raises GuardError or ParseError for one that must not be published.

    GuardDuty itself refuses none of these (docs/dev/guardduty.md#17).
    """
    if not content:
        raise GuardError(f"{name}: is empty.", code="Empty", remedy="To remove a list, retire it.")
    if len(content) > MAX_SIZE:
        raise GuardError(
            f"{name}: has {len(content)} bytes, more than the {MAX_SIZE} that GuardDuty takes.",
            code="TooLarge",
            remedy="Make the list with threatlist_file, whose max_size keeps the most confident entries.",
        )
    if packed := compressed.compression(content[: compressed.LONGEST_MAGIC]):
        raise GuardError(
            f"{name}: is compressed as {packed}, which GuardDuty does not unpack.",
            code="WrongFormat",
            remedy="Make the list with threatlist_file, which does.",
        )
    summary = inspect(content, name, params["format"])
    kind = KINDS[params["kind"]]
    if summary.unusable or (summary.domains and not kind.holds_entities):
        raise GuardError(
            f"{name}: {summary.unusable + len(summary.domains)} of its values are no entries of a {params['kind']}.",
            code="WrongEntries",
            remedy="Make the list with threatlist_file, which leaves them out and counts them.",
        )
    if any(networks.prefix(network) == 0 for network in summary.networks):
        raise GuardError(f"{name}: holds 0.0.0.0/0, which is every address there is.", code="WholeInternet")
    if summary.address_count >= HALF_OF_ALL:
        raise GuardError(
            f"{name}: covers {summary.address_count:,} addresses, half of all there are or more.", code="WholeInternet"
        )
    if params["format"] == "TXT" and (odd := NOT_ONE_VALUE.search(content.removeprefix(BOM))):
        line = odd[0][:SHOWN].decode("utf-8", "replace")
        raise GuardError(
            f"{name}: the line {line!r} is not one address, network or domain, as GuardDuty takes them.",
            code="WrongEntries",
            remedy="Make the list with threatlist_file, which writes what such a line means.",
        )
    if summary.value_count > kind.max_entries:
        raise GuardError(
            f"{name}: has {summary.value_count} entries; a {params['kind']} takes {kind.max_entries}.",
            code="TooManyEntries",
            remedy="Make the list with threatlist_file, whose max_entries keeps the most confident.",
        )
    guard(name, summary.entry_count, compare(NOTHING, summary), max(params["min_entries"], 1), 100)
    return summary


def published(content: bytes | None, name: str) -> ListSummary | None:
    """Return what a published list holds; nothing where it is missing or empty, None where it cannot be read."""
    if not content:
        return NOTHING
    try:
        summary = inspect(content, name)
    except SourceError:
        return None
    return summary if summary.entry_count or not summary.unusable else None


def header_text(text: str) -> str:
    """Return a text as a header may carry it: printable ASCII."""
    return text.encode("ascii", "backslashreplace").decode("ascii")
