# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tarball holds exactly what tests/packaging/manifest.txt lists, and works once installed into an empty path."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys
import tarfile
import typing as t

import pytest
import yaml
from support.paths import ROOT
from tooling.checkout import build, contents, install, tracked_files

MANIFEST = pathlib.Path(__file__).with_name("manifest.txt")
BIN = pathlib.Path(sys.executable).parent
HEADER = """\
# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""
DOCUMENTED = {"modules": "module", "inventory": "inventory", "filter": "filter", "lookup": "lookup"}


@pytest.fixture(scope="module")
def tarball(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    return build(tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="module")
def installed(tarball: pathlib.Path, tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    return install(tarball, tmp_path_factory.mktemp("collections"))


def ansible_doc(installed: pathlib.Path, *arguments: str) -> t.Any:
    environment = os.environ | {"ANSIBLE_COLLECTIONS_PATH": str(installed)}
    command = [str(BIN / "ansible-doc"), "--json", *arguments]
    run = subprocess.run(command, env=environment, cwd=installed, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert "threatlists" not in run.stderr, run.stderr
    return json.loads(run.stdout)


def plugin_names(folder: str) -> list[str]:
    files = sorted((ROOT / "plugins" / folder).glob("[!_]*"))
    return sorted({f"threatlists.aws.{file.stem}" for file in files if file.suffix in (".py", ".yml")})


def test_the_tarball_holds_exactly_the_listed_files(tarball: pathlib.Path) -> None:
    listed = [line for line in MANIFEST.read_text().splitlines() if line]
    held = contents(tarball)
    assert sorted(set(held) - set(listed)) == [], "in the tarball, but not in tests/packaging/manifest.txt"
    assert sorted(set(listed) - set(held)) == [], "in tests/packaging/manifest.txt, but not in the tarball"
    assert listed == sorted(listed)


def test_two_builds_hold_the_same_bytes(tarball: pathlib.Path, tmp_path: pathlib.Path) -> None:
    def checksums(path: pathlib.Path) -> dict[str, str]:
        with tarfile.open(path) as archive:
            files = json.load(t.cast(t.IO[bytes], archive.extractfile("FILES.json")))["files"]
        return {file["name"]: file["chksum_sha256"] for file in files}

    assert checksums(tarball) == checksums(build(tmp_path))


@pytest.mark.parametrize("folder", sorted(DOCUMENTED))
def test_every_installed_plugin_is_documented(installed: pathlib.Path, folder: str) -> None:
    names = plugin_names(folder)
    documented = ansible_doc(installed, "--type", DOCUMENTED[folder], *names) if names else {}
    assert sorted(documented) == names
    for name, entry in documented.items():
        assert entry["doc"]["short_description"], name
        assert entry["examples"].strip(), f"{name} has no examples"


def test_every_installed_role_is_documented(installed: pathlib.Path) -> None:
    roles = sorted(f"threatlists.aws.{role.name}" for role in (ROOT / "roles").glob("[!.]*"))
    documented = ansible_doc(installed, "--type", "role", *roles) if roles else {}
    assert sorted(documented) == roles
    for name, role in documented.items():
        assert role["entry_points"], name


def test_the_action_groups_name_every_module_and_nothing_else() -> None:
    groups = yaml.safe_load((ROOT / "meta/runtime.yml").read_text())["action_groups"]
    members = [f"threatlists.aws.{entry}" for group in groups.values() for entry in group if isinstance(entry, str)]
    # None of these has options of a connection: those that call other modules take the defaults of these.
    without = ("threatlist_file", "report", "declared_lists", "keep_record", "guardduty_lists_batch")
    outside = {f"threatlists.aws.{name}" for name in without}
    assert sorted(members) == sorted(set(members))
    assert set(members) - set(plugin_names("modules")) == set()
    assert set(plugin_names("modules")) - set(members) - outside == set()


def test_every_file_is_free_of_this_machine(tarball: pathlib.Path) -> None:
    with tarfile.open(tarball) as archive:
        for member in archive.getmembers():
            if member.isfile():
                text = t.cast(t.IO[bytes], archive.extractfile(member)).read()
                assert str(ROOT).encode() not in text, member.name


def test_every_python_file_names_its_licence() -> None:
    texts = {name: (ROOT / name).read_text() for name in tracked_files() if name.endswith(".py")}
    heads = {name: text.removeprefix("#!/usr/bin/python\n").lstrip("\n") for name, text in texts.items()}
    assert [name for name, head in heads.items() if head and not head.startswith(HEADER)] == []


def test_objects_name_the_version_that_publishes_them() -> None:
    version = yaml.safe_load((ROOT / "galaxy.yml").read_text())["version"]
    assert f'COLLECTION_VERSION = "{version}"' in (ROOT / "plugins/module_utils/_s3/objects.py").read_text()
