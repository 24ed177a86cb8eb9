# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What `make test` runs: the longest first, so that those that run at a time end together."""

from __future__ import annotations

import pathlib
import sys
import typing as t

from support.paths import RECORDED

ROOT = pathlib.Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache"
CURRENT = CACHE / "collections/current"
COLLECTION = "ansible_collections/threatlists/aws"
MAIN_PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
UNITS = [
    "units-py3.11-core2.18",
    "units-py3.11-core2.19",
    "units-py3.12-core2.20",
    "units-py3.12-core2.21",
    "units-py3.13-core2.21",
    "units-py3.13-core2.22",
]
# The newest that is no pre-release: it runs the whole, and measures which branches are taken.
NEWEST = "units-py3.13-core2.21"
# Stages of their own, so that no stage is much longer than the others; "service" is whatever these are not.
FLEET = [f"tests/service/{room}" for room in ("action", "awx", "fleet")]
# These differ from another of the same Python in ansible-core alone, so they run only the tests that need Ansible.
OTHER_ANSIBLE = ["units-py3.11-core2.19", "units-py3.12-core2.20", "units-py3.13-core2.22"]
KNOWS_ANSIBLE = [
    *(f"tests/unit/{room}" for room in ("alerts", "guardduty", "organization", "report", "role")),
    "tests/unit/lists/test_threatlist_file.py",
]
# The one that tries the properties in full. ACTION runs beside the same ansible-core on the newest Python.
IN_FULL = "units-py3.12-core2.21"
# The services' tests that the oldest of the matrix and NEWEST run too: between these only Ansible's own edge,
# which is ACTION's, has ever differed.
ACTION = [f"tests/service/action/test_{name}.py" for name in ("action", "batch")]
AT_THE_ENDS = [
    *(f"tests/service/{room}" for room in ("aws", "s3")),
    "tests/service/emulators/test_aws_control.py",
    *("tests/service/guardduty/test_guardduty.py", "tests/service/threatstream/test_client.py"),
]
EVERYWHERE = [*ACTION, *AT_THE_ENDS]
# What the oldest ansible-core may judge otherwise than the newest.
FLOOR_SANITY = ["ansible-doc", "compile", "import", "runtime-metadata", "validate-modules"]


class Copy(t.NamedTuple):
    """A copy of the collection that stages look at.

    amazon: which set's amazon.aws lies beside it. without: folders that are left out, but for the files C(but).
    """

    name: str
    amazon: str
    without: tuple[str, ...] = ()
    but: tuple[str, ...] = ()


# Sanity is asked about what users get; ruff and mypy judge the rest in a tenth of pylint's time.
OURS = (("tests/", "emulators/", "benchmarks/"), ("tests/config.yml",))
COPIES = [Copy("sanity", "current", *OURS), Copy("sanity-floor", "floor", *OURS), Copy("lint", "current")]


class Stage(t.NamedTuple):
    """One command, how its tests are counted, and where it runs.

    junit: files (a glob in C(cwd)) that hold its tests; without it, the command is one test that passes or fails.
    needs: what no clone holds; where it is absent the stage does not run, and the report says so.
    """

    name: str
    command: list[str]
    cwd: pathlib.Path = ROOT
    environment: str = "main"
    junit: str = ""
    env: dict[str, str] | None = None
    timeout: int = 3600
    needs: pathlib.Path | None = None


def copy_of(name: str) -> pathlib.Path:
    """Return the folder of the copy of this name."""
    return CACHE / "copies" / name


def _pytest(name: str, *paths: str, environment: str = "main", env: dict[str, str] | None = None) -> Stage:
    junit = f".cache/logs/{name}.xml"
    arguments = ["-q", f"--junitxml={junit}", f"--basetemp=.cache/tmp/{name}"]
    return Stage(name, ["python", "-m", "pytest", *arguments, *paths], environment=environment, junit=junit, env=env)


def _units(environment: str) -> Stage:
    """Return the stage of one environment of the units.

    NEWEST measures which branches of the plugins they take, and fails where these are fewer than they were.
    """
    env = None if environment == IN_FULL else {"HYPOTHESIS_PROFILE": "brief"}
    units = KNOWS_ANSIBLE if environment in OTHER_ANSIBLE else ["tests/unit"]
    services = {UNITS[0]: EVERYWHERE, NEWEST: EVERYWHERE, IN_FULL: []}.get(environment, ACTION)
    coverage = ["--cov", "--cov-report=term:skip-covered"] if environment == NEWEST else []
    return _pytest(environment, *units, *services, *coverage, environment=environment, env=env)


def _lint(name: str, *command: str) -> Stage:
    copy = copy_of("lint")
    return Stage(name, list(command), cwd=copy / COLLECTION, env={"ANSIBLE_COLLECTIONS_PATH": str(copy)})


def _sanity(name: str, python: str, *tests: str, environment: str = "main") -> Stage:
    command = ["ansible-test", "sanity", "--local", "--python", python, "--color", "no", "--junit"]
    command += [f"--test={test}" for test in tests]
    return Stage(
        name, command, cwd=copy_of(name) / COLLECTION, environment=environment, junit="tests/output/junit/*.xml"
    )


def _galaxy_importer() -> Stage:
    # It sets the path of collections itself, to where only ours is; those on Python's path are found all the same.
    # Its ansible-lint cannot do that: the stage of that name does it.
    env = {
        "GALAXY_IMPORTER_CHECK_REQUIRED_TAGS": "1",
        "GALAXY_IMPORTER_RUN_ANSIBLE_LINT": "0",
        "PYTHONPATH": str(copy_of("lint")),
    }
    return Stage(
        "galaxy-importer", ["python", "tests/tooling/import_by_galaxy.py"], environment="galaxy-importer", env=env
    )


def all_stages() -> list[Stage]:
    """Return all stages, the longest first."""
    return [
        _pytest("service", "tests/service", *(f"--ignore={path}" for path in FLEET + EVERYWHERE)),
        _pytest("playbooks", "tests/playbooks"),
        _pytest("fleet", *FLEET, *(f"--ignore={path}" for path in EVERYWHERE)),
        _pytest("examples", "tests/docs"),
        _sanity("sanity", MAIN_PYTHON),
        *map(_units, reversed(UNITS)),
        _pytest("docs-browser", "tests/browser"),  # which builds the site first
        _pytest("eda", "tests/eda"),
        _sanity("sanity-floor", "3.11", *FLOOR_SANITY, environment="units-py3.11-core2.18"),
        _lint("ansible-lint", "ansible-lint", "--offline", "--strict", "--profile", "production"),
        _galaxy_importer(),
        _pytest("packaging", "tests/packaging"),
        _pytest("recorded", "tests/recorded")._replace(needs=RECORDED),
        Stage("demo", ["python", "tests/demo.py"], env={"PYTHONPATH": "tests:emulators/src"}),
        Stage("mypy", ["mypy", "--cache-dir=/dev/null"]),
        _lint(
            "collection-docs",
            *("antsibull-docs", "lint-collection-docs", "--plugin-docs", "--skip-rstcheck"),
            *("--validate-collection-refs", "self", "--check-extra-docs-refs", "."),
        ),
        _lint("changelog", "antsibull-changelog", "lint"),
        _lint("yamllint", "yamllint", "--strict", "."),
        Stage("ruff", ["ruff", "check", "."]),
        Stage("format", ["ruff", "format", "--check", "."]),
    ]
