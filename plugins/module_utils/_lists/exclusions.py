# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What must never be in a list, as O(exclude) names it. Private to the collection."""

from __future__ import annotations

import pathlib

from ansible_collections.threatlists.aws.plugins.module_utils._errors import ArgumentError
from ansible_collections.threatlists.aws.plugins.module_utils._kinds import KINDS
from ansible_collections.threatlists.aws.plugins.module_utils._lists import formats, shipped
from ansible_collections.threatlists.aws.plugins.module_utils._lists import networks as _networks
from ansible_collections.threatlists.aws.plugins.module_utils._lists.caps import Entry
from ansible_collections.threatlists.aws.plugins.module_utils._lists.indicators import domain, is_ipv6
from ansible_collections.threatlists.aws.plugins.module_utils._lists.judging import HOST_BITS
from ansible_collections.threatlists.aws.plugins.module_utils._module import Module

# Endings of files that are no top-level domains: what ends so is no domain but a file that is missing.
FILE_ENDINGS = (
    *(".txt", ".csv", ".tsv", ".xml", ".stix", ".json", ".jsonl", ".yml", ".yaml", ".lst", ".list", ".dat", ".conf"),
    *(".cfg", ".ip", ".ips", ".cidr", ".nets", ".networks", ".bak", ".tmp", ".log", ".gz", ".j2"),
)


def exclusions(module: Module) -> list[Entry]:
    """Return what O(exclude) names: networks, domains, and the names of shipped sets.

    Each of its texts is a network, a domain, the name of a shipped set or the path of a list file. A domain excludes
    nothing from a list of addresses, so there it may be a file that is missing: it brings a warning. Raises
    ArgumentError for any other text, and for a file with a line that is neither network nor domain: what was to be
    excluded and is overlooked would be published.
    """
    addresses = not KINDS[module.params["kind"]].holds_entities
    entries: list[Entry] = []
    for text in module.params["exclude"]:
        value = text.strip()
        path = _file(value)
        if value in shipped.TEXTS:
            entries.append(value)
        elif path:
            entries += _of_file(path, f"exclude: {value}", module)
        elif value.lower().endswith(FILE_ENDINGS):
            raise ArgumentError(f"exclude: {value} is not there.")
        else:
            found = _exclusion(value, "exclude")
            if addresses and any(isinstance(entry, str) for entry in found):
                module.warn(
                    f"exclude: {value} is no file that is there, and as a domain it excludes nothing from a "
                    f"{module.params['kind']}."
                )
            entries += found
    return entries


def _of_file(path: pathlib.Path, where: str, module: Module) -> list[Entry]:
    """Return what a file names. Raises ArgumentError where that is nothing, since somebody relies on it."""
    found: list[Entry] = []
    ipv6 = 0
    try:
        with path.open("rb") as stream:
            for indicator in formats.read(stream, where):
                entries = _exclusion(indicator.value, where)
                ipv6 += not entries
                found += entries
    except OSError as error:
        raise ArgumentError(f"{where} cannot be read: {error.strerror or error}.") from error
    told = f"its {ipv6} IPv6 addresses and networks exclude nothing, since no list holds such" if ipv6 else ""
    if not found:
        raise ArgumentError(
            f"{where} holds no IPv4 network and no domain{told and f'; {told}'}.",
            remedy="Fill the file, or take it out of exclude.",
        )
    if told:
        module.warn(f"{where}: {told}.")
    return found


def _file(text: str) -> pathlib.Path | None:
    try:
        path = pathlib.Path(text).expanduser()
        return path if path.is_file() else None
    except (OSError, RuntimeError):
        return None


def _exclusion(value: str, where: str) -> list[Entry]:
    networks = _networks.parse(value)
    if networks:
        if "/" in value and _networks.has_host_bits(value) and _networks.prefix(networks[0]) < HOST_BITS:
            raise ArgumentError(
                f"{where}: {value!r} would exclude all of {_networks.text(networks[0])}, and names another.",
                remedy="Write the network with its first address, or the address alone.",
            )
        return [*networks]
    name = domain(value)
    if name or is_ipv6(value):
        return [name] if name else []
    raise ArgumentError(f"{where}: {value!r} is no network, domain or file.")
