# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names that nothing knows, each with where it stands and the known name that is nearest. Private to the collection."""

from __future__ import annotations

import difflib
import typing as t

Spec = t.Mapping[str, t.Mapping[str, t.Any]]

PREFIX = "threatlists_"
# What the playbook heal takes is no option of the role; with the variable beside it alone it is meant so.
OF_HEAL = {"threatlists_region": "threatlists_account"}
# Users may have variables with our prefix, but one as near to ours as this was hardly meant to be theirs.
ALIKE, MOST_LONGER = 0.8, 2


def options(value: t.Any, spec: Spec, where: str) -> t.Iterator[str]:
    """Yield a sentence for each key in a value, at any depth, that the argument spec does not have.

    where: the name of the value.
    """
    for number, one in enumerate(value if isinstance(value, list | tuple) else [value]):
        if isinstance(one, t.Mapping):
            name = one.get("name", number) if isinstance(value, list | tuple) else None
            yield from _of_one(one, spec, where if name is None else f"{where}[{name}]")


def _of_one(value: t.Mapping[t.Any, t.Any], spec: Spec, where: str) -> t.Iterator[str]:
    known = {name for option, described in spec.items() for name in (option, *described.get("aliases", ()))}
    for key, inner in value.items():
        if key not in known:
            yield f"{where}: {key} is unsupported.{_meant(str(key), known)} Supported are {', '.join(sorted(known))}."
        elif spec.get(key, {}).get("options"):
            yield from options(inner, spec[key]["options"], f"{where}.{key}")


def _meant(name: str, known: t.Iterable[str]) -> str:
    nearest = difflib.get_close_matches(name, list(known), 1)
    return f" Did you mean {nearest[0]}?" if nearest else ""


def variables(names: t.Iterable[str], known: t.Collection[str]) -> t.Iterator[str]:
    """Yield a sentence for each variable that is nearly one of the role, and would be ignored."""
    short = [name.removeprefix(PREFIX) for name in known]
    given = set(names)
    of_heal = {variable for variable, beside in OF_HEAL.items() if beside in given}
    for name in sorted(given - of_heal - set(known)):
        own = name.removeprefix(PREFIX)
        nearest = difflib.get_close_matches(own, short, 1, ALIKE) if own != name else []
        if nearest and abs(len(nearest[0]) - len(own)) <= MOST_LONGER:
            yield (
                f"The variable {name}, of the inventory, the play or the command line, is unsupported. Did you mean "
                f"{PREFIX}{nearest[0]}? ansible-doc -t role threatlists.aws.threatlists tells them all. Give one of "
                "your own a name that is less alike."
            )
