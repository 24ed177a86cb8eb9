# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import datetime
import pathlib
import tempfile
import typing as t

from ansible.errors import AnsibleActionFail
from ansible.module_utils.common.yaml import yaml_load
from ansible.plugins.action import ActionBase
from ansible_collections.threatlists.aws.plugins.module_utils._errors import ThreatlistsError
from ansible_collections.threatlists.aws.plugins.plugin_utils import _inner_calls
from ansible_collections.threatlists.aws.plugins.plugin_utils._role import (
    buckets,
    fleet,
    hosts,
    misspelt,
    promoting,
    publishing,
    retiring,
    summary,
)
from ansible_collections.threatlists.aws.plugins.plugin_utils._role.steps import Steps

HANDED_ON = {"publish": "threatlists_published", "promote": "threatlists_promoted"}
PLANNED = ("declared", "partition", "organization_id")
MODES = ["judge", "policies", "look_up", "publish", "promote", "retire"]
# Those that call no service, and those that tell who may read the buckets.
JUDGES, PREPARES = ("judge", "policies"), ("policies", "publish")
# A workflow of AWX and the template of its slices.
WORKFLOW = ("awx_job_template_name", "awx_workflow_job_name")

_TEXT: dict[str, t.Any] = {"type": "str", "default": ""}
_DICTS: dict[str, t.Any] = {"type": "list", "elements": "dict"}
ARGUMENTS: dict[str, t.Any] = {
    "mode": {"type": "str", "choices": MODES, "required": True},
    "declared": {**_DICTS, "required": True},
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
        for name in ("regions", "verify_key_ids"):
            settings[name] = [text.strip() for text in settings[name] if text.strip()]
        try:
            accounts, readers = _accounts(settings, task_vars)
        except (TypeError, ValueError) as error:
            raise AnsibleActionFail(str(error)) from error
        result |= {
            "publisher": task_vars.get("inventory_hostname"),
            "hosts": accounts,
            "started": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        with tempfile.TemporaryDirectory(prefix="threatlists-") as folder:
            call = _inner_calls.InnerCalls(self, task_vars, {"TMPDIR": folder})
            self._judge_settings(call, settings["declared"], task_vars)
            known = {name: settings[name] for name in PLANNED}
            plan = fleet.plan(hosts=accounts, groups=task_vars["groups"], readers=readers, **known)
            if plan["problems"]:
                raise AnsibleActionFail(" ".join(plan["problems"]))
            result |= {name: plan[name] for name in ("objects", "notes", "buckets")}
            if settings["mode"] in JUDGES:
                return result
            settings |= {"hosts": accounts, "readers": readers}
            if settings["mode"] == "retire":
                settings |= self._removal(task_vars)
            steps = Steps(plan, settings, call, folder, bool(self._task.check_mode))
            try:
                result |= _done(steps, settings["mode"])
                return result | (retiring.told(steps, result) if settings["mode"] == "retire" else {})
            except (ThreatlistsError, OSError) as error:
                raise AnsibleActionFail(str(error)) from error

    def _removal(self, task_vars: dict[str, t.Any]) -> dict[str, t.Any]:
        """Return what came of the removal of lists by host, and whether every account of the inventory is among them.

        AWX tells no job that it is a slice, but the workflow of the slices has the name of their job template.
        """
        played, hostvars = task_vars["ansible_play_hosts_all"], task_vars["hostvars"]
        left_out = hosts.left_out(task_vars["groups"]["all"], played, task_vars["ansible_play_hosts"], hostvars)
        template, workflow = (self._templar.template(task_vars.get(name)) for name in WORKFLOW)
        is_slice = template is not None and template == workflow
        return {"outcomes": hosts.retired(played, hostvars), "everywhere": not is_slice and not left_out}

    def _judge_settings(
        self, call: _inner_calls.InnerCalls, declared: list[dict[str, t.Any]], task_vars: dict[str, t.Any]
    ) -> None:
        """Refuse wrong settings of the role, and once: Ansible would judge them for each host."""
        if self._task._role is None:
            return
        described = pathlib.Path(self._task._role._role_path, "meta/argument_specs.yml").read_text(encoding="utf-8")
        entry_points = yaml_load(described)["argument_specs"]
        spec = entry_points["main"]["options"]
        known = {name for entry_point in entry_points.values() for name in entry_point.get("options", {})}
        lists = "threatlists_declared"
        unknown = [*misspelt.variables(task_vars, known), *misspelt.options(declared, spec[lists]["options"], lists)]
        if unknown:
            raise AnsibleActionFail(" ".join(unknown))
        judged = call("ansible.builtin.validate_argument_spec", {"argument_spec": spec})
        if judged.get("failed"):
            raise AnsibleActionFail(judged["msg"])


def _accounts(
    settings: dict[str, t.Any], task_vars: dict[str, t.Any]
) -> tuple[list[dict[str, t.Any]], list[dict[str, t.Any]] | None]:
    """Return the accounts of the play, and, where buckets matter, those that a run of all hosts would have beside them.

    Who may read a bucket depends on the inventory and not on what part of it a run takes.
    """
    played, hostvars = task_vars["ansible_play_hosts_all"], task_vars["hostvars"]
    accounts = hosts.accounts(played, hostvars, settings["regions"], settings["declared"])
    prepares = settings["mode"] in PREPARES
    return accounts, hosts.beside(task_vars["groups"]["all"], played, hostvars) if prepares else None


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
