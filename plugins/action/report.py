# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display
from ansible_collections.threatlists.aws.plugins.plugin_utils._report import table, terminal

ROWS = 40
WITHOUT_TERMINAL = 79
WIDTH = 120

display = Display()


class ActionModule(ActionBase):
    """Prints a record itself, since a callback would show it as one quoted text."""

    _requires_connection = False

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Print the table of a record, or lines; or fail with a message."""
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        _validation, arguments = self.validate_argument_spec(
            {"record": {"type": "dict"}, "lines": {"type": "list", "elements": "str"}, "failure": {"type": "str"}},
            mutually_exclusive=[("record", "lines", "failure")],
            required_one_of=[("record", "lines", "failure")],
        )
        if arguments["failure"] is not None:
            if arguments["failure"]:
                raise AnsibleActionFail(arguments["failure"])
            return {**result, "changed": False}
        width = display.columns if display.columns > WITHOUT_TERMINAL else WIDTH
        try:
            if arguments["record"] is None:
                text = terminal.plain(arguments["lines"], width)
            else:
                text = table.render(arguments["record"], ROWS, width)
        except (TypeError, ValueError, AttributeError) as error:
            raise AnsibleActionFail(f"record: {error}") from error
        display.display(f"\n{text}\n")
        return {**result, "changed": False}
