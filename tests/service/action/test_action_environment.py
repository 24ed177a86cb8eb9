# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An environment that cannot be meant fails the task with a reason, in the worker and as a module, and not the play."""

from __future__ import annotations

import pathlib

import pytest
from support.action_paths import run_both, task
from threatlists_emulators import control


def test_a_bad_environment_is_an_error_with_a_remedy(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "abc")  # of the play itself: it would stop every worker at its start
    tasks = [
        task("works"),
        task("no_scheme", environment={"AWS_ENDPOINT_URL": "localhost:4566"}, ignore_errors=True),
        task("no_mode", environment={"AWS_DEFAULTS_MODE": "marsh"}, ignore_errors=True),
    ]
    with control.aws() as aws:
        in_worker, as_module, _said, _module_said = run_both(aws, tmp_path, tasks)
    for results in (in_worker, as_module):
        assert not results["works"].get("failed")
        for name, named in (("no_scheme", "https://"), ("no_mode", "AWS_DEFAULTS_MODE")):
            assert results[name]["error"]["code"] == "InvalidConfiguration"
            assert named in results[name]["error"]["remedy"]
            assert "Traceback" not in results[name]["msg"]
