# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs modules from within an action, as tasks would. Private to the collection."""

from __future__ import annotations

import importlib
import typing as t

from ansible.errors import AnsibleError
from ansible.executor import module_common
from ansible.plugins.action import ActionBase
from ansible_collections.threatlists.aws.plugins.plugin_utils import _action_module
from ansible_collections.threatlists.aws.plugins.plugin_utils._types import ModuleResult

OWN = "threatlists.aws."


class InnerCalls:
    """Calls modules for an action, with the module defaults, the check mode and the environment of its task.

    Modules of other collections are run in the worker too, unless the task must not (see _action_module).
    """

    def __init__(self, action: ActionBase, task_vars: dict[str, t.Any], environment: t.Mapping[str, str]) -> None:
        self._action, self._task_vars, self._environment = action, task_vars, dict(environment)

    def __call__(self, name: str, arguments: t.Mapping[str, t.Any], check_mode: bool | None = None) -> ModuleResult:
        """Run a module and return its result, also a failed one. arguments: those that are None are left out."""
        task = self._action._task.copy()
        task.action = name
        task.args = with_defaults(self._action, name, arguments, self._action._templar)
        task.environment = [*(task.environment or []), self._environment]
        if check_mode is not None:
            task.check_mode = check_mode
        try:
            return t.cast(ModuleResult, plugin(self._action, name, task).run(task_vars=self._task_vars))
        except AnsibleError as error:
            return {"failed": True, "msg": str(error)}


def with_defaults(action: ActionBase, name: str, arguments: t.Mapping[str, t.Any], templar: t.Any) -> dict[str, t.Any]:
    """Return a module's arguments, without those that are None, completed by the play's C(module_defaults)."""
    task, given = action._task, {key: value for key, value in arguments.items() if value is not None}
    if hasattr(module_common, "get_action_args_with_defaults"):
        groups = task.get_play()._action_groups
        found = module_common.get_action_args_with_defaults(
            name, given, task.module_defaults, templar, action_groups=groups
        )
    else:
        found = module_common._apply_action_arg_defaults(name, task, given, templar)
    return dict(found)


def plugin(action: ActionBase, name: str, task: t.Any) -> ActionBase:
    """Return the action that runs a module for a task, set up as this action is."""
    parts = {
        "task": task,
        "connection": action._connection,
        "play_context": action._play_context,
        "loader": action._loader,
        "templar": action._templar,
        "shared_loader_obj": action._shared_loader_obj,
    }
    if name.startswith((OWN, "ansible.builtin.")):
        return action._shared_loader_obj.action_loader.get(name, **parts)
    namespace, collection, module = name.split(".")
    found = importlib.import_module(f"ansible_collections.{namespace}.{collection}.plugins.modules.{module}")
    return type("ActionModule", (_action_module.InProcessAction,), {"module": found})(**parts)
