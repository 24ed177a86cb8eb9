# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""`make test`: every stage, some at a time, each into a log of its own; the last line counts all tests.

A skip that tests/allowed-skips.txt does not name is a failure, and so is a run on fewer than two Pythons.
Arguments are parts of stages' names: `make test STAGES="units ruff"` runs only those.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import fnmatch
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import threading
import time
import typing as t
import xml.etree.ElementTree as ET

from tooling import checkout, stages

LOGS = stages.CACHE / "logs"
TAIL = 40
# One more than there are processors, since stages wait a third of their time for servers that are slow on purpose.
AT_A_TIME = (os.cpu_count() or 1) + 1
NO_SUCH_PYTHON = 3  # tests/setup.sh
RUNNING: set[subprocess.Popen[bytes]] = set()
FOREIGN = ("ANSIBLE_", "AWS_", "BOTO_", "CONTROLLER_", "TOWER_", "THREATSTREAM_", "PYTEST_", "PYTHON", "VIRTUAL_ENV")


class Outcome(t.NamedTuple):
    stage: stages.Stage
    passed: int
    failed: list[str]
    skipped: list[str]
    seconds: float
    computed: float


class Skips:
    """Names of tests that may be skipped, as patterns of `stage: test`, one a line."""

    def __init__(self, path: pathlib.Path):
        lines = [line.split("#")[0].strip() for line in path.read_text().splitlines()]
        self.patterns = [line for line in lines if line]

    def allow(self, stage: str, test: str) -> bool:
        """Return whether a pattern allows the test of the stage to be skipped."""
        return any(fnmatch.fnmatchcase(f"{stage}: {test}", pattern) for pattern in self.patterns)


def clean_environment(stage: stages.Stage) -> dict[str, str]:
    """Return the caller's environment less what could steer Ansible or reach a real cloud, with a home of its own."""
    cache = stages.CACHE
    kept = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
    return kept | {
        "PATH": f"{cache / 'venv' / stage.environment / 'bin'}:{os.environ['PATH']}",
        "HOME": str(cache / "home"),
        "XDG_CACHE_HOME": str(cache / "xdg"),
        "ANSIBLE_HOME": str(cache / "ansible-home"),
        "ANSIBLE_NOCOLOR": "1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "GIT_CEILING_DIRECTORIES": str(cache),  # else linters that ask git find everything in .cache ignored
        "NO_COLOR": "1",
        **(stage.env or {}),
    }


def run_command(command: list[str], log: t.IO[str], timeout: int, **options: t.Any) -> tuple[int, float]:
    """Return the exit code, and the seconds of a processor that the command and all that it started took.

    It runs in a process group of its own, so that a timeout ends whatever it started as well.
    """
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True, **options
    )
    RUNNING.add(process)
    too_late = threading.Timer(timeout, os.killpg, (process.pid, signal.SIGKILL))
    too_late.start()
    _pid, status, usage = os.wait4(process.pid, 0)
    RUNNING.discard(process)
    if too_late.finished.is_set():
        print(f"stopped after {timeout} s", file=log)
    too_late.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, usage.ru_utime + usage.ru_stime


def junit_results(stage: stages.Stage) -> tuple[int, list[str], list[str]]:
    """Return how many tests passed, and the names of those that failed or were skipped, by the files of the stage."""
    passed, failed, skipped = 0, [], []
    for path in sorted(stage.cwd.glob(stage.junit)):
        for case in ET.parse(path).getroot().iter("testcase"):
            name = f"{case.get('classname')}.{case.get('name')}".removeprefix("sanity.")
            if case.find("failure") is not None or case.find("error") is not None:
                failed.append(name)
            elif case.find("skipped") is not None:
                skipped.append(name)
            else:
                passed += 1
    return passed, failed, skipped


def run_stage(stage: stages.Stage, skips: Skips) -> Outcome:
    """Set up a stage's environment, run the stage, and return what came of it."""
    started = time.monotonic()
    for stale in stage.cwd.glob(stage.junit) if stage.junit else ():
        stale.unlink()
    with (LOGS / f"{stage.name}.log").open("w") as log:
        code, computed = run_command(["tests/setup.sh", stage.environment], log, stage.timeout, cwd=stages.ROOT)
        if code == NO_SUCH_PYTHON:
            passed, failed, skipped = 0, [], ["no such Python here"]
        elif code:
            passed, failed, skipped = 0, ["setup"], []
        else:
            code, more = run_command(stage.command, log, stage.timeout, cwd=stage.cwd, env=clean_environment(stage))
            computed += more
            passed, failed, skipped = junit_results(stage) if stage.junit else (int(code == 0), [], [])
            if not failed and (code or not passed):
                failed = [f"exit code {code}, {passed} tests passed"]
    unlisted = [name for name in skipped if not skips.allow(stage.name, name)]
    listed = [name for name in skipped if name not in unlisted]
    failed += [f"{name}: skipped, and not in tests/allowed-skips.txt" for name in unlisted]
    return Outcome(stage, passed, failed, listed, time.monotonic() - started, computed)


def report(outcome: Outcome) -> None:
    """Print a line on the stage; of one that failed, the errors and the end of its log too."""
    name, counts = outcome.stage.name, f"{outcome.passed} passed"
    counts += f", {len(outcome.failed)} failed" if outcome.failed else ""
    counts += f", {len(outcome.skipped)} skipped" if outcome.skipped else ""
    took = f"{outcome.seconds:6.1f} s {outcome.computed:6.1f} s CPU"
    print(f"{'FAILED' if outcome.failed else 'ok':6} {name:24} {took}  {counts}", flush=True)
    if outcome.failed:
        log = (LOGS / f"{name}.log").read_text(errors="replace").splitlines()
        errors = [line for line in log[:-TAIL] if line.startswith(("ERROR", "FATAL", "FAILED", "E  "))]
        print(*(f"    {line}" for line in errors[:TAIL] + log[-TAIL:]), sep="\n")
        print(
            *(f"    failed: {line}" for line in outcome.failed),
            f"    log: .cache/logs/{name}.log",
            sep="\n",
            flush=True,
        )


def copy_collection(copy: stages.Copy) -> None:
    """Copy the collection as a real folder beside the others.

    With links ansible-test would stop, or test nothing without saying so.
    """
    destination = stages.copy_of(copy.name)
    shutil.rmtree(destination, ignore_errors=True)
    checkout.link_other_collections(destination, copy.amazon)
    names = [name for name in checkout.tracked_files() if not name.startswith(copy.without) or name in copy.but]
    folder = checkout.copy_tree(destination / stages.COLLECTION, names)
    # A repository of its own: to the checkout's all of .cache is ignored, and linters ask git for the files.
    subprocess.run(["git", "init", "--quiet", str(folder)], check=True)


def too_few_pythons(outcomes: list[Outcome]) -> bool:
    """Return whether all units were to run, and ran on fewer than two Pythons."""
    units = [outcome.stage.name for outcome in outcomes if outcome.stage.name.startswith("units-")]
    ran = {outcome.stage.name.split("-")[1] for outcome in outcomes if outcome.stage.name in units and outcome.passed}
    return len(units) == len(stages.UNITS) and len(ran) < 2


def stop(number: int, _frame: object) -> t.NoReturn:
    """End all that was started, since this process is ended from outside."""
    for process in RUNNING:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    os._exit(128 + number)


def main() -> int:
    """Run the stages that the arguments name, or all; return 0 if none failed and some test passed."""
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    wanted = sys.argv[1:]
    chosen = [stage for stage in stages.all_stages() if not wanted or any(part in stage.name for part in wanted)]
    absent = [stage for stage in chosen if stage.needs and not stage.needs.exists()]
    for stage in absent:
        chosen.remove(stage)
        print(f"{'absent':6} {stage.name:24} did not run: {stage.needs} is not there", flush=True)
    skips = Skips(stages.ROOT / "tests/allowed-skips.txt")
    (stages.CACHE / "tmp").mkdir(parents=True, exist_ok=True)
    LOGS.mkdir(parents=True, exist_ok=True)
    for copy in stages.COPIES:
        copy_collection(copy)
    outcomes = []
    with concurrent.futures.ThreadPoolExecutor(AT_A_TIME) as pool:
        for future in concurrent.futures.as_completed(pool.submit(run_stage, stage, skips) for stage in chosen):
            outcomes.append(future.result())
            report(outcomes[-1])
    passed = sum(outcome.passed for outcome in outcomes)
    failed = sum(len(outcome.failed) for outcome in outcomes)
    skipped = sum(len(outcome.skipped) for outcome in outcomes)
    if too_few_pythons(outcomes):
        print("FAILED units ran on fewer than two Pythons: install another of 3.11, 3.12, 3.13")
        failed += 1
    not_run = "".join(f", stage {stage.name} did not run" for stage in absent)
    print(f"{passed} passed, {failed} failed, {skipped} skipped{not_run}")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
