# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs modules from within an action, as tasks of their own would run. Private to the collection."""

from __future__ import annotations

import importlib
import typing as t

from ansible.errors import AnsibleError
from ansible.executor import module_common
from ansible.plugins.action import ActionBase
from ansible_collections.threatlists.aws.plugins.plugin_utils import _action_module

Result = dict[str, t.Any]
OWN = "threatlists.aws."


class InnerCalls:
    """Calls modules for an action, with the defaults, the check mode and the environment of its task.

    Modules of other collections are run in the worker too, unless the task must not (see _action_module).
    """

    def __init__(self, action: ActionBase, task_vars: dict[str, t.Any], environment: t.Mapping[str, str]) -> None:
        self._action, self._task_vars, self._environment = action, task_vars, dict(environment)

    def __call__(self, name: str, arguments: t.Mapping[str, t.Any], check_mode: bool | None = None) -> Result:
        """Return the result, also of a module that failed. arguments: those that are None are left out."""
        task = self._action._task.copy()
        task.action = name
        task.args = self._with_defaults(name, {key: value for key, value in arguments.items() if value is not None})
        task.environment = [*(task.environment or []), self._environment]
        if check_mode is not None:
            task.check_mode = check_mode
        try:
            return t.cast(Result, self._plugin(name, task).run(task_vars=self._task_vars))
        except AnsibleError as error:
            return {"failed": True, "msg": str(error)}

    def _with_defaults(self, name: str, arguments: dict[str, t.Any]) -> dict[str, t.Any]:
        """Return the arguments with what the play's C(module_defaults) give the module."""
        task, templar = self._action._task, self._action._templar
        if hasattr(module_common, "get_action_args_with_defaults"):
            groups = task._parent._play._action_groups
            return dict(
                module_common.get_action_args_with_defaults(
                    name, arguments, task.module_defaults, templar, action_groups=groups
                )
            )
        return dict(module_common._apply_action_arg_defaults(name, task, arguments, templar))

    def _plugin(self, name: str, task: t.Any) -> ActionBase:
        parts = {
            "task": task,
            "connection": self._action._connection,
            "play_context": self._action._play_context,
            "loader": self._action._loader,
            "templar": self._action._templar,
            "shared_loader_obj": self._action._shared_loader_obj,
        }
        if name.startswith((OWN, "ansible.builtin.")):
            return self._action._shared_loader_obj.action_loader.get(name, **parts)
        namespace, collection, module = name.split(".")
        found = importlib.import_module(f"ansible_collections.{namespace}.{collection}.plugins.modules.{module}")
        return type("ActionModule", (_action_module.InProcessAction,), {"module": found})(**parts)
