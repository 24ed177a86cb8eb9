# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a declared list is made of, judged by the options of the module that makes it. Private to the collection."""

from __future__ import annotations

import typing as t

from ansible.module_utils.basic import env_fallback
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.threatlists.aws.plugins.module_utils._lists import merge, policy
from ansible_collections.threatlists.aws.plugins.module_utils._threatstream import export
from ansible_collections.threatlists.aws.plugins.plugin_utils._role import misspelt

# Options of the policy that a declared list sets outside of it.
NOT_POLICY = ("kind",)


def problems(item: t.Mapping[str, t.Any]) -> list[str]:
    """Return a sentence, with the list's name, for each thing in O(sources) and O(policy) that cannot be meant."""
    found = []
    for what, spec, given in (
        ("sources", {"sources": _sources()}, {"sources": item.get("sources") or []}),
        ("policy", policy_options(), item.get("policy") or {}),
    ):
        value = _plain(given)
        unknown = list(
            misspelt.options(value.get("sources", value), spec.get("sources", {}).get("options", spec), what)
        )
        messages = [] if unknown else ArgumentSpecValidator(spec).validate(value).error_messages
        found += [f"{item['name']}: {one}" for one in (*unknown, *(f"{what}: {message}" for message in messages))]
    return found


def policy_options() -> dict[str, t.Any]:
    """Return the argument specs of the options of O(policy), by name."""
    return {name: spec for name, spec in policy.ARGUMENT_SPEC.items() if name not in NOT_POLICY}


def _plain(value: t.Any) -> t.Any:
    """Return a value with containers of Python's own.

    The validator copies what it judges, and a lazy container of Ansible's would copy its templar too.
    """
    if isinstance(value, t.Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value


def _sources() -> dict[str, t.Any]:
    spec: dict[str, t.Any] = merge.argument_spec(export.every_source_kind(env_fallback))["sources"]
    return spec
