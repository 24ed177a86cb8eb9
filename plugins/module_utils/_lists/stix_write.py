# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""STIX 1.2 as GuardDuty documents it, written as a stream. Private to the collection.

See docs/dev/stix.md#1. The header is built with the stix library, the observables are escaped strings: the library
would need a kilobyte and a third of a millisecond for each.
"""

from __future__ import annotations

import hashlib
import importlib
import typing as t
import uuid
from xml.sax.saxutils import escape

from ansible_collections.threatlists.aws.plugins.module_utils._errors import ThreatlistsError
from ansible_collections.threatlists.aws.plugins.module_utils._lists import networks as _networks

ENTRIES_PER_CHUNK = 1_024
WRITER = "threatlists.aws"
PACKAGE = """<?xml version="1.0" encoding="UTF-8"?>
<stix:STIX_Package xmlns:stix="http://stix.mitre.org/stix-1"\
 xmlns:indicator="http://stix.mitre.org/Indicator-2"\
 xmlns:cybox="http://cybox.mitre.org/cybox-2"\
 xmlns:AddressObject="http://cybox.mitre.org/objects#AddressObject-2"\
 xmlns:DomainNameObj="http://cybox.mitre.org/objects#DomainNameObject-1"\
 xmlns:threatlists="https://github.com/threatlists/aws"\
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"\
 id="threatlists:Package-{id}" version="1.2">
"""
CONTAINERS = {
    "addresses": (
        '<stix:Observables cybox_major_version="2" cybox_minor_version="1" cybox_update_version="0">\n',
        "</stix:Observables>\n",
    ),
    "entities": ("<stix:Indicators>\n", "</stix:Indicators>\n"),
}
WRAPPERS = {
    "addresses": ("<cybox:Observable><cybox:Object>", "</cybox:Object></cybox:Observable>\n"),
    "entities": (
        '<stix:Indicator xsi:type="indicator:IndicatorType"><indicator:Observable><cybox:Object>',
        "</cybox:Object></indicator:Observable></stix:Indicator>\n",
    ),
}
CONDITIONS = {"addresses": "", "entities": ' condition="Equals"'}
ADDRESS = (
    '<cybox:Properties xsi:type="AddressObject:AddressObjectType" category="ipv4-addr">'
    "<AddressObject:Address_Value{}>{}</AddressObject:Address_Value></cybox:Properties>"
)
RANGE = ' condition="InclusiveBetween"'
DOMAIN = (
    '<cybox:Properties xsi:type="DomainNameObj:DomainNameObjectType">'
    '<DomainNameObj:Value condition="Equals">{}</DomainNameObj:Value></cybox:Properties>'
)
END = "</stix:STIX_Package>\n"


def header() -> str:
    """Return the STIX_Header, which says who wrote the file and nothing of where its entries come from.

    So the same entries give the same bytes, whatever sources they have. The stix library is imported here, since that
    takes a second and only STIX needs it. Its order of attributes and namespaces is not fixed, so the canonical form is
    taken.
    """
    try:
        etree, core, common = map(importlib.import_module, ("lxml.etree", "stix.core", "stix.common"))
    except ImportError as error:
        raise ThreatlistsError(
            f"format: STIX needs the Python library stix: {error}.",
            code="MissingLibrary",
            remedy="Install stix (and setuptools on Python 3.12 and later), or write TXT.",
        ) from error
    content = core.STIXHeader()
    content.information_source = common.InformationSource(identity=common.Identity(name=WRITER))
    package = core.STIXPackage(stix_header=content, id_="threatlists:Package", timestamp=None)
    root = etree.fromstring(package.to_xml(include_namespaces=True, include_schemalocs=False, pretty=False))
    written = etree.tostring(root[0], method="c14n", exclusive=True)
    return f"{written.decode()}\n"


def chunks(networks: t.Sequence[int], domains: t.Sequence[str], contents: str, head: str) -> t.Iterator[bytes]:
    """Yield the file. contents: C(addresses) for the two IP kinds, C(entities) for the two entity kinds."""
    entries: list[int | str] = [*networks, *domains]
    start, end = CONTAINERS[contents] if entries else ("", "")
    yield (PACKAGE.format(id=_identity(networks, domains, head)) + head + start).encode()
    for index in range(0, len(entries), ENTRIES_PER_CHUNK):
        yield "".join(_entry(entry, contents) for entry in entries[index : index + ENTRIES_PER_CHUNK]).encode()
    yield (end + END).encode()


def _entry(entry: int | str, contents: str) -> str:
    start, end = WRAPPERS[contents]
    if isinstance(entry, str):
        content = DOMAIN.format(escape(entry))
    elif _networks.prefix(entry) == _networks.ADDRESS_BITS:
        content = ADDRESS.format(CONDITIONS[contents], _networks.text(entry))
    else:
        content = ADDRESS.format(RANGE, "##comma##".join(_networks.bounds(entry)))
    return start + content + end


def size(entry: int | str, contents: str) -> int:
    """Return how many bytes one entry takes."""
    return len(_entry(entry, contents))


def frame(contents: str, head: str) -> int:
    """Return how many bytes the file has without its entries."""
    return len("".join(CONTAINERS[contents])) + sum(map(len, chunks([], [], contents, head)))


def _identity(networks: t.Sequence[int], domains: t.Sequence[str], head: str) -> uuid.UUID:
    digest = hashlib.sha256(head.encode())
    for network in networks:
        digest.update(network.to_bytes(5, "big"))
    digest.update("\n".join(domains).encode())
    return uuid.uuid5(uuid.NAMESPACE_URL, digest.hexdigest())
