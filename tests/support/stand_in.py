# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What stands in for AnsibleModule where a backend runs without Ansible."""

from __future__ import annotations

import pathlib
import typing as t

from ansible.module_utils.common.arg_spec import ModuleArgumentSpecValidator


class StandIn:
    """All that a backend needs of AnsibleModule: options validated as it does, and what the backend left with.

    given: the options as a playbook would have them, paths as they are.
    """

    def __init__(
        self, spec: dict[str, t.Any], given: dict[str, t.Any], *, check_mode: bool = False, diff: bool = False
    ) -> None:
        validated = ModuleArgumentSpecValidator(spec).validate(as_text(given))
        assert not validated.error_messages, validated.error_messages
        self.params: dict[str, t.Any] = validated.validated_parameters
        self.check_mode, self._diff = check_mode, diff
        self.warnings: list[str] = []
        self.result: dict[str, t.Any] = {}

    def warn(self, warning: str) -> None:
        self.warnings.append(warning)

    def exit_json(self, **result: t.Any) -> None:
        self.result = {"failed": False, **result}

    def fail_json(self, msg: str, **result: t.Any) -> None:
        self.result = {"failed": True, "msg": msg, **result}


def as_text(value: t.Any) -> t.Any:
    """The value with each path as text, as it would come out of a playbook."""
    if isinstance(value, dict):
        return {key: as_text(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [as_text(inner) for inner in value]
    return str(value) if isinstance(value, pathlib.Path) else value
