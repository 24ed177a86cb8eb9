# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The edge between a backend and whatever runs it (module or action). Private to the collection."""

from __future__ import annotations

import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._errors import ThreatlistsError

# As ansible-core up to 2.21 writes an option with no_log, and text that holds its value.
HIDDEN, STARS = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER", "*" * 8
# Within a text a shorter one is no secret, and stars for it would spoil paths and digests that others go on with.
SHORTEST = 4


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
    """Run C(backend(module)) and leave by exit_json with what it returns, or by fail_json with C(error).

    No option with no_log stands in either: ansible-core 2.22 leaves results as they are, and masks what is shown.
    """
    try:
        result = backend(module)
    except ThreatlistsError as error:
        _forget_warnings(module)
        module.fail_json(**_without_secrets(module, failed(error)))
    else:
        _forget_warnings(module)
        module.exit_json(**_without_secrets(module, result))


def failed(error: ThreatlistsError) -> dict[str, t.Any]:
    """Return what a module that ends by the error tells: C(msg), C(error), and what was done before."""
    message = _sentences(str(error), error.remedy)
    return {"msg": message, "error": error.as_result(), **getattr(error, "result", {})}


def scrubbed(value: t.Any, secrets: t.Collection[str]) -> t.Any:
    """Return a value with stars for each secret in its texts, the longest first, as ansible-core up to 2.21 does it."""
    return _scrubbed(value, sorted(filter(None, secrets), key=len, reverse=True))


def _scrubbed(value: t.Any, secrets: list[str]) -> t.Any:
    if isinstance(value, dict):
        return {name: _scrubbed(item, secrets) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_scrubbed(item, secrets) for item in value]
    if not isinstance(value, str):
        return value
    if value in secrets:
        return HIDDEN
    for secret in secrets:
        value = value.replace(secret, STARS) if len(secret) >= SHORTEST else value
    return value


def _without_secrets(module: Module, result: dict[str, t.Any]) -> dict[str, t.Any]:
    """Return a result without the values of options with no_log, its C(invocation) too where Ansible wants that."""
    secrets: t.Collection[str] = getattr(module, "no_log_values", ())
    if not secrets:
        return result
    return t.cast(dict[str, t.Any], scrubbed({"invocation": {"module_args": module.params}, **result}, secrets))


def _sentences(*texts: str) -> str:
    return " ".join(text if text.endswith((".", "!", "?")) else f"{text}." for text in texts if text)


def _forget_warnings(module: Module) -> None:
    """Drop the copy of the warnings that AnsibleAWSModule would pass to exit_json, which ansible-core deprecates."""
    getattr(module, "_warnings", []).clear()
