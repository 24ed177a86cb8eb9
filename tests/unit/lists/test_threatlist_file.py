# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module itself, in a process of its own with its arguments on standard input, as Ansible runs it."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys
from typing import Any

import yaml
from ansible_collections.threatlists.aws.plugins.doc_fragments import output, policy, sources
from ansible_collections.threatlists.aws.plugins.modules import threatlist_file
from support import list_cases

MODULE = "ansible_collections.threatlists.aws.plugins.modules.threatlist_file"
PROBE = f"import runpy, sys, atexit; atexit.register(lambda: print('stix' in sys.modules, file=sys.stderr)); \
runpy.run_module('{MODULE}', run_name='__main__')"


def run(*command: str, **options: Any) -> tuple[dict[str, Any], str]:
    arguments = {"ANSIBLE_MODULE_ARGS": {**options, "_ansible_remote_tmp": "/tmp", "_ansible_keep_remote_files": False}}
    done = subprocess.run(
        [sys.executable, *(command or ("-m", MODULE))],
        input=json.dumps(arguments),
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        timeout=60,
        check=False,
    )
    assert done.stdout, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    return result, done.stderr


def test_a_run_and_its_diff(tmp_path: pathlib.Path) -> None:
    options = {"entries": ["45.0.0.1", "10.0.0.1"], "dest": str(tmp_path / "list"), "_ansible_diff": True}
    result, _stderr = run(**options)
    assert result["changed"]
    assert result["dropped"] == {"excluded_bogons": 1}
    assert result["diff"]["after"] == "45.0.0.1\n"
    result, _stderr = run(**options, _ansible_check_mode=True)
    assert not result["changed"]
    pathlib.Path(result["scratch"]).unlink()


def test_a_failure_has_code_and_remedy(tmp_path: pathlib.Path) -> None:
    result, _stderr = run(entries=["10.0.0.1"], dest=str(tmp_path / "list"))
    assert result["failed"]
    assert result["error"] == {
        "code": "SourceUnusable",
        "message": "entries: nothing usable of 1 that it gave (dropped: 1 excluded_bogons); the old list stays. "
        "Indicators read: 1; dropped: 1 excluded_bogons.",
        "retryable": False,
        "remedy": "Look at samples for what it gave; if the list can do without this source, set optional: true.",
    }
    assert result["dropped"] == {"excluded_bogons": 1}


def test_the_stix_library_is_imported_only_for_stix(tmp_path: pathlib.Path) -> None:
    for format, imported in (("TXT", "False"), ("STIX", "True")):
        _result, stderr = run("-c", PROBE, entries=["45.0.0.1"], dest=str(tmp_path / format), format=format)
        assert stderr.strip().splitlines()[-1] == imported


def test_every_option_is_described_with_its_default() -> None:
    documented = yaml.safe_load(threatlist_file.DOCUMENTATION)["options"]
    for fragment in (output, policy, sources):
        documented |= yaml.safe_load(fragment.ModuleDocFragment.DOCUMENTATION)["options"]
    assert_described(documented, list_cases.SPEC)


def assert_described(documented: dict[str, Any], spec: dict[str, Any], where: str = "") -> None:
    assert documented.keys() == spec.keys(), where
    for name, option in spec.items():
        for key in ("type", "elements", "choices", "default", "required"):
            assert documented[name].get(key) == option.get(key), (where, name, key)
        assert_described(documented[name].get("suboptions", {}), option.get("options", {}), f"{where}{name}.")
