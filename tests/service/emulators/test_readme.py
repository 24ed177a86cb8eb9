# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The emulators' README has a row for whatever can be ordered, and for nothing else."""

from __future__ import annotations

import re
import tomllib

import pytest
from threatlists_emulators import awx, control, threatstream, threatstream_control, threatstream_world
from threatlists_emulators.aws import control_api, faults, traffic, world
from threatlists_emulators.aws.app import Application

FOLDER = control.SOURCES.parent
README = (FOLDER / "README.md").read_text(encoding="utf-8")
AWS, THREATSTREAM = README.split("\n## ThreatStream\n")
CODE = re.compile(r"`([^`]+)`")
REQUEST = re.compile(r"(GET|POST|DELETE) [a-z/-]+")


def table(text: str, header: str) -> dict[str, str]:
    """The rows of the table whose first column has this header: each name of a first cell, and the rest of its row."""
    lines = text.partition(f"\n| {header} |")[2].splitlines()[2:]
    rows: dict[str, str] = {}
    for line in lines:
        if not line.startswith("|"):
            break
        first, _mark, rest = line.strip("| ").partition(" |")
        rows |= dict.fromkeys(CODE.findall(first), rest)
    return rows


def requests(text: str, header: str) -> dict[str, str]:
    """The same by method and path, without what a query or body may hold."""
    found = {REQUEST.match(name): rest for name, rest in table(text, header).items()}
    return {match[0]: rest for match, rest in found.items() if match}


def keys(cell: str) -> set[str]:
    """Every key of a body that a cell shows: of the JSON, and the words listed beside it."""
    shown = " ".join(CODE.findall(cell))
    return set(re.findall(r'"(\w+)":', shown)) | set(re.findall(r"\w+", re.sub(r"\{.*?\}", "", shown)))


@pytest.mark.parametrize(
    ("header", "names"),
    [
        ("key of the world", world.WORLD_KEYS),
        ("key of an account", world.ACCOUNT_DEFAULTS),
        ("key of a role", world.ROLE_KEYS),
        ("key of the organization", world.ORGANIZATION_KEYS),
        ("setting", world.SETTINGS),
        ("key of a fault", faults.KEYS),
        ("`action` of a fault", faults.ACTIONS),
        ("key of traffic", traffic.KEYS),
    ],
)
def test_a_table_of_aws_has_a_row_for_each_key(header: str, names: list[str]) -> None:
    assert set(" ".join(table(AWS, header)).split()) == set(names)


@pytest.mark.parametrize(
    ("header", "names"),
    [
        ("key of a world", threatstream_world.WORLD_KEYS),
        ("setting", threatstream_control.SETTINGS),
        ("key of a fault", threatstream_control.FAULT_KEYS),
        ("`kind` of a fault", threatstream_control.FAULT_KINDS),
    ],
)
def test_a_table_of_threatstream_has_a_row_for_each_key(header: str, names: list[str]) -> None:
    assert set(" ".join(table(THREATSTREAM, header)).split()) == set(names)


@pytest.mark.parametrize("kind", threatstream_control.FAULT_KINDS)
def test_the_row_of_a_fault_has_what_it_takes(kind: str) -> None:
    takes = threatstream_control.FAULT_KINDS[kind]
    needed, optional, _meaning = table(THREATSTREAM, "`kind` of a fault")[kind].split("|")
    assert (set(CODE.findall(needed)), set(CODE.findall(optional))) == (set(takes.needed), set(takes.optional))


def test_every_request_has_its_row() -> None:
    aws = {*control_api.ControlApi(Application()).routes, "GET loaded/bytes"}
    assert set(requests(AWS, "request below `/_emulator/`")) == aws
    routes = set(threatstream.ThreatStream().control.routes)
    assert set(requests(THREATSTREAM, "request below `/_emulator/`")) == routes


def test_every_body_of_aws_has_its_row() -> None:
    bodies = requests(AWS, "request")
    assert set(bodies) == {route for route in control_api.ControlApi(Application()).routes if "GET" not in route}
    assert {route: keys(bodies[route]) for route in control_api.BODIES} == {
        route: {*needed, *optional} for route, (needed, optional) in control_api.BODIES.items()
    }


def test_what_threatstream_generates_takes_what_its_row_says() -> None:
    row = requests(THREATSTREAM, "request below `/_emulator/`")["POST generate"]
    assert keys(row) == set(threatstream_control.GENERATE_KEYS)


@pytest.mark.parametrize("program", ["aws/__main__.py", "threatstream.py"])
def test_every_option_of_the_programs_is_told(program: str) -> None:
    source = (control.SOURCES / "threatlists_emulators" / program).read_text(encoding="utf-8")
    options = re.findall(r'add_argument\("(--[\w-]+)"', source)
    assert len(options) >= 2
    assert [option for option in options if not re.search(rf"`{option}[ `]", README)] == []


def test_every_module_that_a_user_starts_is_told_in_readme_and_description() -> None:
    project = tomllib.loads((FOLDER / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for module in (awx.__name__, "threatlists_emulators.aws", threatstream.__name__):
        assert f"`{module}`" in README
    for word in ("GuardDuty", "findings", "S3", "STS", "Organizations", "EventBridge", "KMS", "ThreatStream", "AWX"):
        assert word in project["description"]
