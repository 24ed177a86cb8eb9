# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import contextlib
import fcntl
import io
import pathlib
import tempfile
import typing as t

from ansible import constants, context
from ansible.errors import AnsibleError
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.utils.display import Display
from ansible_collections.threatlists.aws.plugins.module_utils._aws.concurrency import is_task_timeout
from ansible_collections.threatlists.aws.plugins.modules import guardduty_lists
from ansible_collections.threatlists.aws.plugins.plugin_utils import _action_module, _batch, _inner_calls
from ansible_collections.threatlists.aws.plugins.plugin_utils._trust import TAGS_TRUST

MODULE = "threatlists.aws.guardduty_lists"
# Any other strategy would run the task for the batch once a host.
LOCKSTEP = ("linear", "ansible.builtin.linear", "debug", "ansible.builtin.debug")

display = Display()
_action_module.warm("sts", "guardduty")


class ActionModule(_action_module.InProcessAction):
    """Works at all hosts of the batch, or answers with what came of it for its own host."""

    module = guardduty_lists

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Return what came of all accounts, or, with O(batch), the result of this host's own."""
        task_vars = task_vars or {}
        _validation, given = self.validate_argument_spec(
            {
                "arguments": {"type": "str"},
                "batch": {"type": "str"},
                "begin": {"type": "bool", "default": True},
                "stop_at_failure": {"type": "bool", "default": False},
                "ignore_failures": {"type": "bool", "default": False},
            },
            required_one_of=[["arguments", "batch"]],
        )
        variable, stops, ignores = (given[name] for name in ("arguments", "stop_at_failure", "ignore_failures"))
        if given["batch"] is None:
            accounts = self._accounts_or_none(task_vars, variable, stops=stops) if given["begin"] else {}
            hosts = list(task_vars["ansible_play_batch"])
            is_over = not given["begin"] or (stops and any(one["failed"] for one in accounts.values()))
            alone = [] if is_over else [host for host in hosts if host not in accounts]
            return {
                "changed": False,
                "accounts": accounts,
                "begun": given["begin"],
                "hosts": hosts,
                "alone": alone,
                "turns": _new_turns() if stops and alone else None,
                "warned": [host for host, outcome in accounts.items() if outcome["warnings"]],
                "stop_at_failure": stops,
                "ignore_failures": ignores,
            }
        batch = task_vars.get(given["batch"]) or {}
        if batch.get("skipped") or not batch.get("begun", True):
            return _skipped("The batch was not begun.")
        result = self._own(task_vars, variable, batch, stops=stops or bool(batch.get("stop_at_failure")))
        if result.get("failed") and (ignores or batch.get("ignore_failures")):
            result["failed"] = False
        return result

    def _own(
        self, task_vars: dict[str, t.Any], variable: str | None, batch: dict[str, t.Any], *, stops: bool
    ) -> dict[str, t.Any]:
        accounts = batch.get("accounts") or {}
        if outcome := accounts.get(task_vars["inventory_hostname"]):
            return self._result(outcome)
        if stops and any(other["failed"] for other in accounts.values()):
            return _skipped("Another account of the batch failed.")
        if variable is None:
            return _skipped("It has a task of its own.")
        if turns := batch.get("turns"):
            return _in_turn(turns, lambda: self._alone(task_vars, variable))
        return self._alone(task_vars, variable)

    def _result(self, outcome: _batch.Outcome) -> dict[str, t.Any]:
        result = _action_module.decoded(outcome["text"])
        if result.get("error", {}).get("code") == "TaskTimeout":
            result["timedout"] = {"period": self._task.timeout}
        if TAGS_TRUST:
            for warning in outcome["warnings"]:
                display.warning(warning)
        elif outcome["warnings"]:
            result["warnings"] = [*result.get("warnings", []), *outcome["warnings"]]
        return result

    def _alone(self, task_vars: dict[str, t.Any], variable: str) -> dict[str, t.Any]:
        task = self._task.copy()
        task.action, task.args = MODULE, self._arguments(task_vars, variable, self._templar)
        return t.cast(dict[str, t.Any], _inner_calls.plugin(self, MODULE, task).run(task_vars=task_vars))

    def _arguments(self, variables: dict[str, t.Any], variable: str, templar: t.Any) -> dict[str, t.Any]:
        """Return a host's arguments for the module, with module_defaults."""
        if variable not in variables:
            raise AnsibleError(f"arguments: there is no variable {variable}.")
        given = _inner_calls.with_defaults(self, MODULE, templar.template(variables[variable]), templar)
        # On ansible-core 2.18 a template that gives None becomes an empty text.
        return {name: value for name, value in given.items() if value not in (None, "")}

    def _accounts_or_none(
        self, task_vars: dict[str, t.Any], variable: str, *, stops: bool
    ) -> dict[str, _batch.Outcome]:
        """Work at all accounts; if that fails, warn and return none, so that each host's own task tells why."""
        try:
            return self._accounts(task_vars, variable, stops=stops)
        except Exception as error:
            display.warning(f"The accounts are worked at one by one: {type(error).__name__}: {error}")
        except BaseException as error:
            if not is_task_timeout(error):
                raise
        return {}

    def _accounts(self, task_vars: dict[str, t.Any], variable: str, *, stops: bool) -> dict[str, _batch.Outcome]:
        environment: dict[str, t.Any] = {}
        self._compute_environment_string(environment)
        play = self._task.get_play()
        if play.strategy not in LOCKSTEP or self._task.delegate_to:
            return {}
        with (
            _action_module.as_module(),
            _action_module.given_environment(environment),
            contextlib.chdir(self._loader.get_basedir()),
            _action_module.Warnings(is_all=True) as warnings,
        ):
            tasks = []
            # One templar for all hosts, since each would load the filters anew.
            templar = self._templar.copy_with_new_env()
            try:
                with _batch.compiled_once():
                    for host in task_vars["ansible_play_batch"]:
                        # A host that cannot be prepared is left to its own task, which says why.
                        with contextlib.suppress(AnsibleError):
                            tasks += self._host_task(host, variable, task_vars, templar, environment)
            except BaseException as error:
                if not is_task_timeout(error):
                    raise
                return _batch.none_begun(task_vars["ansible_play_batch"])
            at_once = 1 if stops else self._at_once()
            return _batch.run(tasks, at_once, lambda module: warnings.of(module._module), stops=stops)

    def _at_once(self) -> int:
        """Return how many accounts to work at at once: as many as Ansible would."""
        return min(int(number) for number in (context.CLIARGS["forks"], self._task.throttle) if number)

    def _host_task(
        self, host: str, variable: str, task_vars: dict[str, t.Any], templar: t.Any, environment: dict[str, t.Any]
    ) -> list[_batch.HostTask]:
        manager = task_vars["hostvars"]._variable_manager
        variables = manager.get_vars(
            play=self._task.get_play(),
            host=manager._inventory.get_host(host),
            task=self._task,
            _hosts=task_vars["ansible_play_batch"],
            _hosts_all=task_vars["ansible_play_hosts_all"],
        )
        templar.available_variables = variables
        if self._differs(variables, templar, environment):
            return []
        arguments = self._arguments(variables, variable, templar)
        self._update_module_args(MODULE, arguments, variables)
        output = io.StringIO()
        _action_module.give(arguments)
        with contextlib.redirect_stdout(output), contextlib.suppress(SystemExit):
            return [_batch.HostTask(host, guardduty_lists.new_module())]
        return [_batch.HostTask(host, text=output.getvalue())]

    def _differs(self, variables: dict[str, t.Any], templar: t.Any, environment: dict[str, t.Any]) -> bool:
        """Return whether the host's own task would run elsewhere, or in another environment."""
        connection = templar.template(variables.get("ansible_connection", self._task.connection))
        become = templar.template(variables.get("ansible_become", self._task.become))
        interpreter = templar.template(variables.get("ansible_python_interpreter"))
        transport = str(connection).removeprefix("ansible.builtin.")
        own: dict[str, t.Any] = {}
        for some in templar.template(self._task._parent.environment or []):
            own |= some or {}
        return own != environment or bool(
            self.obstacle(transport, boolean(become or False, strict=False), interpreter, environment)
        )


def _new_turns() -> str:
    """Return a file by which hosts take turns that run alone. Ansible removes it at the end of the run."""
    with tempfile.NamedTemporaryFile(dir=constants.DEFAULT_LOCAL_TMP, prefix="turns-", delete=False) as turns:
        return turns.name


def _in_turn(turns: str, work: t.Callable[[], dict[str, t.Any]]) -> dict[str, t.Any]:
    """Run one host at a time, and none after one that failed, for which the file is left with content.

    Whose time is over while it waits has failed too: a second file says so, since the first is at work with another.
    """
    late = pathlib.Path(f"{turns}.late")
    with pathlib.Path(turns).open("a+b", buffering=0) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
        except BaseException:
            late.touch()
            raise
        file.seek(0)
        if file.read() or late.exists():
            return _skipped("Another account of the batch failed.")
        file.write(b"begun")
        result = work()
        if not result.get("failed"):
            file.truncate(0)
    return result


def _skipped(reason: str) -> dict[str, t.Any]:
    return {"changed": False, "skipped": True, "skip_reason": reason}
