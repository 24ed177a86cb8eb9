# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

DOCUMENTATION = r"""
name: merged_files
short_description: The files that were merged, and the lists that were refused
version_added: 0.1.0
author: threatlists.aws maintainers (@threatlists)
description:
  - Tells apart what M(threatlists.aws.threatlist_file) made and what it refused, by the results of a loop over lists.
options:
  _input:
    description: The results of the loop.
    type: list
    elements: dict
    required: true
"""

EXAMPLES = r"""
- name: What was made?
  ansible.builtin.debug:
    msg: "{{ [] | threatlists.aws.merged_files }}"
"""

RETURN = r"""
_value:
  description: The C(files), with the path and what was dropped, and the C(refused) lists with the reason.
  type: dict
"""

Item = t.Mapping[str, t.Any]


def merged_files(results: t.Iterable[Item]) -> dict[str, list[dict[str, t.Any]]]:
    files, refused = [], []
    for result in results:
        if result.get("skipped"):
            continue
        item = result[result["ansible_loop_var"]]
        of_the_list = {
            "name": item["name"],
            "kind": item["kind"],
            "sources": result.get("sources") or [],
            "samples": result.get("samples") or [],
        }
        if "sha256" in result:
            made = {"path": result.get("scratch") or result["dest"], "index": result.get("index") or ""}
            files.append({**of_the_list, **made, "dropped": result["dropped"]})
        else:
            message = f"{item['name']}: {result.get('msg') or 'failed'}"
            refused.append({**of_the_list, "error": result.get("error") or {}, "message": message})
    return {"files": files, "refused": refused}


class FilterModule:
    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"merged_files": merged_files}
