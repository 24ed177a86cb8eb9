# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The emulators as users get them: installed from their folder into a fresh environment, typed, started by name."""

from __future__ import annotations

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import urllib.request
import venv

import pytest
from support.paths import ROOT

README = (ROOT / "emulators/README.md").read_text()
PROGRAMS = ("threatlists-emulated-aws", "threatlists-emulated-threatstream")
USER = """\
from threatlists_emulators import control

with control.aws() as aws, control.threatstream() as threatstream:
    aws.world({"accounts": {"111111111111": {}, "222222222222": {"no_detector": ["us-west-2"]}}})
    variables: dict[str, str] = aws.environment("222222222222") | threatstream.environment()
    accounts: list[str] = sorted(aws.world()["accounts"])
    print(accounts, sorted(variables))
"""


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """The folder of programs of a fresh environment that the package was installed into, from a copy of its folder."""
    folder = tmp_path_factory.mktemp("emulators")
    source = shutil.copytree(ROOT / "emulators", folder / "emulators", ignore=shutil.ignore_patterns("__pycache__"))
    venv.create(folder / "venv")
    # As pip does it, with the checkout's cache: the dependencies are those that make env downloaded.
    command = [ROOT / ".cache/uv/bin/uv", "pip", "install", "--quiet", "--python", folder / "venv/bin/python", source]
    variables = os.environ | {"UV_CACHE_DIR": str(ROOT / ".cache/uv-cache")}
    done = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder / "venv/bin"


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_serves_until_its_input_ends(environment: pathlib.Path, program: str) -> None:
    assert program in README
    command = [str(environment / program), "--port", "0"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin and process.stdout
        url = json.loads(process.stdout.readline())["url"]
        with urllib.request.urlopen(f"{url}/_emulator/world", timeout=60) as answer:
            assert isinstance(json.load(answer), dict)
        process.stdin.close()
        assert process.wait(30) == 0


def test_a_user_s_program_runs_and_is_typed(environment: pathlib.Path, tmp_path: pathlib.Path) -> None:
    script = tmp_path / "try.py"
    script.write_text(USER)
    done = subprocess.run([environment / "python", script], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert "'111111111111', '222222222222'" in done.stdout
    assert "THREATSTREAM_URL" in done.stdout
    mypy = [sys.executable, "-m", "mypy", "--strict", "--config-file=", f"--cache-dir={tmp_path}"]
    mypy += [f"--python-executable={environment / 'python'}", str(script)]
    judged = subprocess.run(mypy, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert judged.returncode == 0, judged.stdout


def test_the_world_of_the_readme_has_three_accounts(environment: pathlib.Path, tmp_path: pathlib.Path) -> None:
    found = re.search(r"_emulator/world -d '(\{.*?\})'\n```", README, re.DOTALL)
    assert found
    script = tmp_path / "world.py"
    script.write_text(f"""\
from threatlists_emulators import control
with control.aws() as aws:
    world = aws.world({json.loads(found[1])!r})
    print(world["accounts"]["111111111111"]["access_key"], len(world["accounts"]), len(world["regions"]))
""")
    done = subprocess.run([environment / "python", script], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout.split() == ["AKIA111111111111EMUL", "3", "3"]
