# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Merges without Ansible, and the STIX documents of several tests."""

from __future__ import annotations

import ipaddress
import typing as t

from ansible.module_utils.basic import env_fallback
from ansible_collections.threatlists.aws.plugins.module_utils._lists import merge as _merge
from ansible_collections.threatlists.aws.plugins.module_utils._lists import policy, produce
from ansible_collections.threatlists.aws.plugins.module_utils._threatstream import export
from support.stand_in import StandIn

KINDS = export.every_source_kind(env_fallback)
SPEC = {**_merge.argument_spec(KINDS), **policy.ARGUMENT_SPEC, **produce.ARGUMENT_SPEC}
PACKAGE = (
    '<stix:STIX_Package xmlns:stix="http://stix.mitre.org/stix-1" xmlns:indicator="http://stix.mitre.org/Indicator-2"'
    ' xmlns:cybox="http://cybox.mitre.org/cybox-2" xmlns:AddressObj="http://cybox.mitre.org/objects#AddressObject-2"'
    ' xmlns:DomainNameObj="http://cybox.mitre.org/objects#DomainNameObject-1" xmlns:example="http://example.com/"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" version="1.2"><stix:Observables cybox_major_version="2"'
    ' cybox_minor_version="1">{}</stix:Observables></stix:STIX_Package>'
)
OBSERVABLE = (
    '<cybox:Observable><cybox:Object><cybox:Properties xsi:type="AddressObj:AddressObjectType"{category}>'
    "<AddressObj:Address_Value{attributes}>{value}</AddressObj:Address_Value></cybox:Properties></cybox:Object>"
    "</cybox:Observable>"
)


def module(check_mode: bool = False, diff: bool = False, **options: t.Any) -> StandIn:
    """What threatlist_file's backend runs in."""
    return StandIn(SPEC, options, check_mode=check_mode, diff=diff)


def merge(**params: t.Any) -> dict[str, t.Any]:
    """Run threatlist_file's backend without Ansible."""
    return merge_module(module(**params))


def merge_module(stand_in: StandIn) -> dict[str, t.Any]:
    """The same, for a module whose warnings are of interest."""
    return _merge.merge(stand_in, KINDS)


def stix(value: str, category: str | None = "ipv4-addr", **attributes: str) -> bytes:
    """A package of one address observable."""
    return PACKAGE.format(observable(value, category, **attributes)).encode()


def observable(value: str, category: str | None = "ipv4-addr", **attributes: str) -> str:
    return OBSERVABLE.format(
        category="" if category is None else f' category="{category}"',
        attributes="".join(f' {name}="{text}"' for name, text in attributes.items()),
        value=value,
    )


def members(texts: t.Iterable[str]) -> set[str]:
    """Every address of these networks."""
    return {str(address) for text in texts for address in ipaddress.ip_network(text)}
