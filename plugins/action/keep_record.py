# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import datetime
import json
import pathlib
import typing as t
import urllib.parse

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase
from ansible_collections.threatlists.aws.plugins.module_utils._errors import ThreatlistsError
from ansible_collections.threatlists.aws.plugins.module_utils._lists import atomic
from ansible_collections.threatlists.aws.plugins.plugin_utils import _inner_calls
from ansible_collections.threatlists.aws.plugins.plugin_utils._report import html
from ansible_collections.threatlists.aws.plugins.plugin_utils._role import hosts, outcomes, reasons, run_record, summary

S3 = "s3://"
TITLE = "Threat lists in GuardDuty"
READABLE = 0o644
ARGUMENTS: dict[str, t.Any] = {
    "declared": {"type": "list", "elements": "dict", "required": True},
    "publish": {"type": "dict", "required": True},
    "run_id": {"type": "str"},
    "mode": {"type": "str", "choices": ["run", "check", "verify"]},
    "plans": {"type": "bool", "default": False},
    "fail_on_drift": {"type": "bool", "default": True},
    "stats_key": {"type": "str", "no_log": False},
    "dest": {"type": "str"},
    "html": {"type": "str"},
    "region": {"type": "str"},
}


class ActionModule(ActionBase):
    """Makes the run's record and files it where wanted, also in a check, whose record a pipeline reads."""

    _supports_check_mode = True
    _requires_connection = False

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Return the record, and by host why it fails."""
        task_vars = task_vars or {}
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        _validation, options = self.validate_argument_spec(ARGUMENTS)
        publish, teller = options["publish"], task_vars["inventory_hostname"]
        try:
            names = [host["name"] for host in publish["hosts"]]
            came = outcomes.of_accounts(names, task_vars["hostvars"])
            found = {**publish, **self._found(options, names, task_vars)}
            record = run_record.run_record(options["declared"], publish["hosts"], found, came, self._run(options))
            how = reasons.How(options["plans"], options["fail_on_drift"])
            failing = reasons.of_hosts(record, found, came, teller, how)
        except (KeyError, TypeError, ValueError) as error:
            raise AnsibleActionFail(f"The record: {type(error).__name__}: {error}") from error
        call = _inner_calls.InnerCalls(self, task_vars, {})
        if options["dest"]:
            self._keep(call, options, options["dest"], json.dumps(record, indent=4, sort_keys=True) + "\n")
        if options["html"]:
            self._keep(call, options, options["html"], html.render(record, TITLE))
        if options["stats_key"]:
            told = {options["stats_key"]: summary.record(record)}
            result["ansible_stats"] = {"data": told, "per_host": False, "aggregate": False}
        return {**result, "changed": False, "record": record, "reasons": failing, "teller": teller}

    def _run(self, options: dict[str, t.Any]) -> dict[str, t.Any]:
        started = options["publish"].get("started")
        return {
            "run_id": options["run_id"] or started,
            "mode": options["mode"] or ("check" if self._task.check_mode or options["plans"] else "run"),
            "started": started,
            "finished": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        }

    @staticmethod
    def _found(options: dict[str, t.Any], names: list[str], task_vars: dict[str, t.Any]) -> dict[str, t.Any]:
        """Return what the role registered beside what is published: what lists found, and, of a verify, alert rules."""
        hits = (task_vars.get("__threatlists_hits_kept") or {}).get("lists") or []
        verifies = options["mode"] == "verify"
        return {"hits": hits, "alerts": hosts.alert_rules(names, task_vars["hostvars"]) if verifies else []}

    def _keep(self, call: _inner_calls.InnerCalls, options: dict[str, t.Any], dest: str, content: str) -> None:
        if not dest.startswith(S3):
            try:
                written = atomic.write(str(pathlib.Path(dest).expanduser()), [content.encode()], scratch=False)
                pathlib.Path(written.path).chmod(READABLE)
            except (ThreatlistsError, OSError) as error:
                raise AnsibleActionFail(f"The record: {error}") from error
            return
        place = urllib.parse.urlsplit(dest)
        wanted = {"bucket": place.netloc, "object": place.path[1:], "region": options["region"] or None}
        put = call("amazon.aws.s3_object", {**wanted, "content": content, "mode": "put", "overwrite": "always"})
        if put.get("failed"):
            raise AnsibleActionFail(f"{dest}: {put.get('msg')}")
