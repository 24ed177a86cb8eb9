# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The edge between a backend and whatever runs it (module or action). Private to the collection."""

from __future__ import annotations

import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._errors import ThreatlistsError


class Module(t.Protocol):
    """All that a backend needs of AnsibleModule or of the action that stands in for it."""

    params: dict[str, t.Any]
    check_mode: bool
    _diff: bool

    def warn(self, warning: str) -> None:
        """Show a warning to the user."""

    def exit_json(self, **result: t.Any) -> None:
        """End well, with this result."""

    def fail_json(self, msg: str, **result: t.Any) -> None:
        """End as failed, with this message and result."""


def run(module: Module, backend: t.Callable[[t.Any], dict[str, t.Any]]) -> None:
    """Run C(backend(module)) and leave by exit_json with what it returns, or by fail_json with C(error)."""
    try:
        result = backend(module)
    except ThreatlistsError as error:
        _forget_warnings(module)
        message = _sentences(str(error), error.remedy)
        module.fail_json(msg=message, error=error.as_result(), **getattr(error, "result", {}))
    else:
        _forget_warnings(module)
        module.exit_json(**result)


def _sentences(*texts: str) -> str:
    return " ".join(text if text.endswith((".", "!", "?")) else f"{text}." for text in texts if text)


def _forget_warnings(module: Module) -> None:
    """Drop the copy of the warnings that AnsibleAWSModule would pass to exit_json, which ansible-core deprecates."""
    getattr(module, "_warnings", []).clear()
