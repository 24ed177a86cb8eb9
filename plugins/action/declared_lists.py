# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import datetime
import pathlib
import tempfile
import typing as t

import yaml
from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase
from ansible_collections.threatlists.aws.plugins.module_utils._errors import ThreatlistsError
from ansible_collections.threatlists.aws.plugins.plugin_utils import _inner_calls
from ansible_collections.threatlists.aws.plugins.plugin_utils._role import (
    buckets,
    fleet,
    misspelt,
    promoting,
    publishing,
    retiring,
    summary,
)
from ansible_collections.threatlists.aws.plugins.plugin_utils._role.steps import Steps

HANDED_ON = {"publish": "threatlists_published", "promote": "threatlists_promoted"}
PLANNED = ("declared", "hosts", "groups", "readers", "partition", "organization_id")

_TEXT: dict[str, t.Any] = {"type": "str", "default": ""}
_DICTS: dict[str, t.Any] = {"type": "list", "elements": "dict"}
ARGUMENTS: dict[str, t.Any] = {
    "mode": {"type": "str", "choices": ["judge", "look_up", "publish", "promote", "retire"], "required": True},
    "declared": {**_DICTS, "required": True},
    "hosts": {**_DICTS, "required": True},
    "readers": _DICTS,
    "groups": {"type": "list", "elements": "str"},
    "partition": {"type": "str", "default": "aws"},
    "organization_id": {"type": "str"},
    "buckets": {"type": "str", "choices": ["create", "manage", "none"], "default": "none"},
    "bucket_region": _TEXT,
    "regions": {"type": "list", "elements": "str", "default": []},
    "kms_key_id": _TEXT,
    "signing_key_id": _TEXT,
    "verify_key_ids": {"type": "list", "elements": "str", "default": [], "no_log": False},
    "index": {"type": "bool", "default": True},
    "source_dir": {"type": "path"},
    "overlap": {"type": "str", "choices": ["report", "fail"], "default": "report"},
    "staging_prefix": _TEXT,
    "staged": {**_DICTS, "default": []},
    "earlier": {**_DICTS, "default": []},
    "list_versions": {"type": "bool", "default": False},
    "outcomes": {"type": "dict", "default": {}},
    "everywhere": {"type": "bool", "default": False},
}


class ActionModule(ActionBase):
    """One task in place of one for each module, bucket and list; calls the modules in the worker."""

    _supports_check_mode = True
    _requires_connection = False

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Judge the declared lists, publish or promote them as O(mode) says, and return the result of the module."""
        task_vars = task_vars or {}
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        _validation, settings = self.validate_argument_spec(ARGUMENTS)
        result |= {
            "publisher": task_vars.get("inventory_hostname"),
            "hosts": settings["hosts"],
            "started": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        with tempfile.TemporaryDirectory(prefix="threatlists-") as folder:
            call = _inner_calls.InnerCalls(self, task_vars, {"TMPDIR": folder})
            self._judge_settings(call, settings["declared"], task_vars)
            plan = fleet.plan(**{name: settings[name] for name in PLANNED})
            if plan["problems"]:
                raise AnsibleActionFail(" ".join(plan["problems"]))
            result |= {name: plan[name] for name in ("objects", "notes", "buckets")}
            if settings["mode"] == "judge":
                return result
            steps = Steps(plan, settings, call, folder, bool(self._task.check_mode))
            try:
                return result | _done(steps, settings["mode"])
            except (ThreatlistsError, OSError) as error:
                raise AnsibleActionFail(str(error)) from error

    def _judge_settings(
        self, call: _inner_calls.InnerCalls, declared: list[dict[str, t.Any]], task_vars: dict[str, t.Any]
    ) -> None:
        """Refuse wrong settings of the role, and once: Ansible would judge them for each host."""
        if self._task._role is None:
            return
        described = pathlib.Path(self._task._role._role_path, "meta/argument_specs.yml").read_text(encoding="utf-8")
        entry_points = yaml.safe_load(described)["argument_specs"]
        spec = entry_points["main"]["options"]
        known = {name for entry_point in entry_points.values() for name in entry_point.get("options", {})}
        lists = "threatlists_declared"
        unknown = [*misspelt.variables(task_vars, known), *misspelt.options(declared, spec[lists]["options"], lists)]
        if unknown:
            raise AnsibleActionFail(" ".join(unknown))
        judged = call("ansible.builtin.validate_argument_spec", {"argument_spec": spec})
        if judged.get("failed"):
            raise AnsibleActionFail(judged["msg"])


def _done(steps: Steps, mode: str) -> dict[str, t.Any]:
    prepared: list[dict[str, t.Any]] = []
    handed_on: dict[str, t.Any] = {}
    if mode == "publish":
        prepared = buckets.prepare(steps)
        publishing.publish(steps)
    elif mode == "promote":
        promoting.promote(steps)
    elif mode == "retire":
        retiring.retire(steps)
    if mode in HANDED_ON:
        # Under a name of its own for each mode: what is promoted must not hide what the publish before it refused.
        told = {HANDED_ON[mode]: summary.published(steps.published, steps.refused)}
        handed_on = {"ansible_stats": {"data": told, "per_host": False, "aggregate": False}}
    if mode != "retire":
        publishing.look_up_objects(steps)
    return {
        **handed_on,
        "changed": steps.changed,
        "published": steps.published,
        "refused": steps.refused,
        "overlaps": [
            *steps.overlaps,
            *({"lists": one["lists"], "message": one["unknown"]} for one in prepared if one["unknown"]),
        ],
        "prepared": prepared,
        "predicts": steps.check_mode,
        **({"diff": steps.diffs} if steps.diffs else {}),
    }
