# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Prints where a module takes other options than it documents: C(python -m tooling.documented)."""

from __future__ import annotations

import importlib
import re
import typing as t

import yaml
from ansible_collections.amazon.aws.plugins.module_utils.modules import aws_argument_spec
from support.paths import ROOT

COLLECTION = "ansible_collections.threatlists.aws.plugins"
MODULES = sorted(
    path.stem for path in (ROOT / "plugins/modules").glob("*.py") if re.search(r"Ansible(AWS)?Module", path.read_text())
)
TOLD = ("type", "default", "choices", "elements", "required", "aliases")
# What an argument spec leaves out.
PLAIN = {"type": "str", "required": False, "default": None, "choices": None, "elements": None, "aliases": []}


class Taken(Exception):
    """The options that a module takes."""


def options_of(module: t.Any) -> dict[str, t.Any]:
    """Return the argument spec with which a module would be made."""

    def stop(*_arguments: t.Any, argument_spec: dict[str, t.Any], **_options: t.Any) -> None:
        raise Taken(argument_spec)

    setattr(module, "AnsibleAWSModule" if hasattr(module, "AnsibleAWSModule") else "AnsibleModule", stop)
    try:
        module.main()
    except Taken as taken:
        return dict(taken.args[0])
    raise AssertionError(f"{module.__name__} makes no module")


def documented(module: t.Any) -> dict[str, t.Any]:
    """Return the options of a module's documentation and of our fragments that it extends."""
    text = yaml.safe_load(module.DOCUMENTATION)
    options = dict(text.get("options") or {})
    for named in text.get("extends_documentation_fragment") or []:
        if found := re.fullmatch(r"threatlists\.aws\.(\w+)(?:\.(\w+))?", named):
            fragment = importlib.import_module(f"{COLLECTION}.doc_fragments.{found[1]}").ModuleDocFragment
            part = yaml.safe_load(getattr(fragment, (found[2] or "documentation").upper()))
            options = {**(part.get("options") or {}), **options}
    return options


def differences(spec: t.Mapping[str, t.Any], told: t.Mapping[str, t.Any], where: str = "") -> t.Iterator[str]:
    """Yield a sentence for each option that differs, at any depth."""
    yield from (f"{where}{name} is not documented" for name in spec.keys() - told.keys())
    yield from (f"{where}{name} is documented and not taken" for name in told.keys() - spec.keys())
    for name in spec.keys() & told.keys():
        for key in TOLD:
            taken, said = (one.get(key, PLAIN[key]) for one in (spec[name], told[name]))
            if (list(taken) if isinstance(taken, tuple) else taken) != said:
                yield f"{where}{name}: its {key} is {taken!r} and documented as {said!r}"
        yield from differences(spec[name].get("options", {}), told[name].get("suboptions", {}), f"{where}{name}.")


def main() -> None:
    """Print a line for each difference."""
    for name in MODULES:
        module = importlib.import_module(f"{COLLECTION}.modules.{name}")
        of_aws = aws_argument_spec().keys() if hasattr(module, "AnsibleAWSModule") else ()
        spec = {key: value for key, value in options_of(module).items() if key not in of_aws}
        told = {key: value for key, value in documented(module).items() if key not in of_aws}
        for difference in sorted(differences(spec, told)):
            print(f"{name}: {difference}")


if __name__ == "__main__":
    main()
