# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs a module inside Ansible's worker where nobody can tell the difference. Private to the collection.

A module process costs 0.4 to 0.9 CPU-seconds, nearly all of it for starting Python and importing boto3; a worker has
both already, inherited from its parent. The module's own C(main()) runs here, with the AnsibleModule that it makes
itself: its arguments come in and its result goes out through ansible-core's module encoder and decoder, so validation,
no_log, invocation and errors are those of a module by construction.
"""

from __future__ import annotations

import contextlib
import gc
import importlib.util
import io
import json
import multiprocessing
import os
import pathlib
import sys
import tempfile
import types
import typing as t

from ansible import constants
from ansible.module_utils import basic
from ansible.module_utils.common import json as module_json
from ansible.plugins.action import ActionBase
from ansible.plugins.loader import connection_loader, filter_loader, shell_loader
from ansible.utils.display import Display
from ansible.utils.vars import merge_hash
from ansible_collections.threatlists.aws.plugins.module_utils._aws import session
from ansible_collections.threatlists.aws.plugins.module_utils._module import scrubbed
from ansible_collections.threatlists.aws.plugins.plugin_utils._trust import TAGS_TRUST, untrusted

with contextlib.suppress(ImportError):
    import botocore.session
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError

PROFILE = "legacy"  # the serialization profile of Python modules
# The filters in the role's arguments for these modules: else every worker would load them from their files.
FILTERS = ("ansible.builtin.default", "ansible.builtin.combine", "threatlists.aws.arguments_of_host")
# Variables that only count when a process starts.
START_ONLY = ("PYTHON", "LD_", "DYLD_", "LC_", "LANG", "TZ", "MALLOC_", "OPENSSL_", "HOME", "PATH")
# What ansible-core 2.22 adds to the result of a module whose output it could read; before, it kept that to itself.
READABLE = {"ansible_parsed": True} if importlib.util.find_spec("ansible.module_utils.secrets") else {}

display = Display()


class InProcessAction(ActionBase):
    """The base of actions that run the module of their own name; C(module) is the module's file, imported."""

    module: types.ModuleType

    _supports_check_mode = True
    _supports_async = True

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        """Run the module in this worker, or, where that could make a difference, as a process; return its result."""
        task_vars = task_vars or {}
        result = super().run(tmp, task_vars)
        environment: dict[str, t.Any] = {}
        self._compute_environment_string(environment)
        transport, become = getattr(self._connection, "transport", ""), self._connection.become is not None
        obstacle = self.obstacle(str(transport), become, self._interpreter(task_vars), environment)
        if obstacle is None:
            return t.cast(dict[str, t.Any], merge_hash(result, self._run_here(task_vars, environment)))
        display.vvv(
            f"{self._task.action} runs as a process of its own: {obstacle}", host=task_vars.get("inventory_hostname")
        )
        result = merge_hash(result, self._execute_module(task_vars=task_vars, wrap_async=self._task.async_val))
        if not self._task.async_val:
            self._remove_tmp_path(self._connection._shell.tmpdir)
        return t.cast(dict[str, t.Any], result)

    def obstacle(
        self, transport: str, become: bool, interpreter: str | None, environment: dict[str, t.Any]
    ) -> str | None:
        """Return why the module cannot run here as the play says, None where it can."""
        early = sorted(name for name in environment if name.startswith(START_ONLY))
        obstacles = {
            "the connection is not local": transport != "local",
            "become": become,
            "async": self._task.async_val,
            "remote files are to be kept": constants.DEFAULT_KEEP_REMOTE_FILES,
            f"the environment has {', '.join(early)}": early,
            f"its Python is {interpreter or 'to be discovered'}": not _is_this_python(interpreter),
        }
        return next((obstacle for obstacle, stands in obstacles.items() if stands), None)

    def _interpreter(self, task_vars: dict[str, t.Any]) -> str | None:
        where = task_vars
        if self._task.delegate_to:
            where = task_vars.get("ansible_delegated_vars", {}).get(self._task.delegate_to, {})
        return t.cast(str | None, self._templar.template(where.get("ansible_python_interpreter")))

    def _run_here(self, task_vars: dict[str, t.Any], environment: dict[str, t.Any]) -> dict[str, t.Any]:
        arguments = dict(self._task.args)
        self._update_module_args(self._task.action, arguments, task_vars)
        output = io.StringIO()
        with (
            as_module(),
            given_environment(environment),
            contextlib.chdir(self._loader.get_basedir()),
            Warnings(is_all=TAGS_TRUST) as warnings,
            contextlib.redirect_stdout(output),
            contextlib.suppress(SystemExit),
        ):
            give(arguments)
            self.module.main()
        warnings.show()
        result = decoded(output.getvalue())
        if result.get("error", {}).get("code") == "TaskTimeout":
            result["timedout"] = {"period": self._task.timeout}
        return result


def warm(*services: str) -> None:
    """Load in the parent process, once, what every worker would otherwise load for itself.

    That is boto3, the models of these services, Ansible's own plugins and the decoder of results. What the parent then
    holds is frozen: a worker's garbage collection would touch, and so copy, all of it. There is hardly any garbage, and
    to look for it first took a third of the time.
    """
    if importlib.util.find_spec("boto3") is None or multiprocessing.parent_process():
        return  # the module says what is missing; a worker has no workers
    # What is wrong with the environment the module says too; some of it is a plain ValueError of botocore.
    with contextlib.suppress(BotoCoreError, ValueError):
        core = botocore.session.Session()
        core.register_component("data_loader", session.models())
        options: dict[str, t.Any] = dict.fromkeys(("aws_access_key_id", "aws_secret_access_key"), "none")
        defaults: dict[str, t.Any] = {"defaults_mode": "legacy"}
        options["config"] = Config(**defaults)
        session.keep_unused_session()
        for service in services:
            core.create_client(service, "us-east-1", **options)
    for name in FILTERS:
        filter_loader.get(name)
    connection_loader.get("local", class_only=True)
    shell_loader.get("sh", class_only=True)
    decoded("{}")
    gc.freeze()


def _is_this_python(interpreter: str | None) -> bool:
    """Return whether a path names the Python, and the virtual environment, of this process, by whatever name."""
    if not interpreter:
        return False
    this, other = pathlib.Path(sys.executable), pathlib.Path(interpreter)
    with contextlib.suppress(OSError):
        return other.is_absolute() and this.parent.samefile(other.parent) and this.samefile(other)
    return False


@contextlib.contextmanager
def as_module() -> t.Iterator[None]:
    """Let modules be made and ended here, and restore what AnsibleModule keeps of its arguments."""
    names = ("_ANSIBLE_ARGS", "_ANSIBLE_PROFILE", "_PARSED_MODULE_ARGS")
    before = {name: getattr(basic, name) for name in names if hasattr(basic, name)}
    try:
        yield
    finally:
        for name, value in before.items():
            setattr(basic, name, value)


def give(arguments: dict[str, t.Any]) -> None:
    """Set the arguments that the next AnsibleModule reads, in place of its standard input."""
    if TAGS_TRUST:
        encoder = module_json.get_module_encoder(PROFILE, module_json.Direction.CONTROLLER_TO_MODULE)
        text = json.dumps({"ANSIBLE_MODULE_ARGS": arguments}, cls=encoder)
        basic._ANSIBLE_PROFILE = PROFILE
    else:
        text = json.dumps({"ANSIBLE_MODULE_ARGS": arguments}, cls=module_json.AnsibleJSONEncoder, vault_to_text=True)
    basic._ANSIBLE_ARGS = text.encode()


@contextlib.contextmanager
def given_environment(variables: dict[str, t.Any]) -> t.Iterator[None]:
    """Set environment variables meanwhile, and restore the environment as it was."""
    before, folder = dict(os.environ), tempfile.tempdir
    os.environ.update({name: str(value) for name, value in variables.items()})
    tempfile.tempdir = None  # what was found out of TMPDIR, which a process of its own would read
    try:
        yield
    finally:
        tempfile.tempdir = folder
        os.environ.clear()
        os.environ.update(before)


class Warnings:
    """Keeps the warnings of modules, which ansible-core 2.19 and newer would show at once, before no_log is applied.

    C(is_all) is false where the module itself puts them into its result.
    """

    def __init__(self, *, is_all: bool) -> None:
        self._is_all = is_all
        self._given: list[tuple[basic.AnsibleModule, str, dict[str, t.Any]]] = []

    def __enter__(self) -> t.Self:
        self._warn = basic.AnsibleModule.warn
        if self._is_all:
            given = self._given

            def warn(module: basic.AnsibleModule, warning: str, **details: t.Any) -> None:
                given.append((module, warning, details))

            basic.AnsibleModule.warn = warn
        return self

    def __exit__(self, *_error: object) -> None:
        basic.AnsibleModule.warn = self._warn

    def show(self) -> None:
        """Show the warnings, which makes them part of the task's result."""
        for module, warning, details in self._given:
            display.warning(scrubbed(warning, module.no_log_values), **details)

    def of(self, module: basic.AnsibleModule) -> list[str]:
        """Return the warnings that one module gave."""
        return [scrubbed(text, module.no_log_values) for other, text, _details in self._given if other is module]


def decoded(output: str) -> dict[str, t.Any]:
    """Return the result that a module printed, as Ansible takes over that of a module."""
    if TAGS_TRUST:
        decoder = module_json.get_module_decoder(PROFILE, module_json.Direction.MODULE_TO_CONTROLLER)
        result = json.loads(output, cls=decoder)
    else:
        result = untrusted(json.loads(output))
    return without_internals(result) | READABLE


def without_internals(result: dict[str, t.Any]) -> dict[str, t.Any]:
    """Return a result without what is for Ansible alone: in 2.22 that has the secrets themselves."""
    return {name: value for name, value in result.items() if not name.startswith("_ansible_")}
