# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  dest:
    description:
      - The file to write. It is replaced whole or not at all, and only when its content changes. Its mode is kept; of a
        symlink the target is replaced.
      - The same entries make the same bytes, on any machine, at any time, whatever sources gave them.
      - In check mode the list is written to a scratch file instead, see RV(scratch).
    type: path
    required: true
  format:
    description:
      - V(TXT) is an address, network or domain a line.
      - V(STIX) is STIX 1.2 XML in the form that GuardDuty documents. It needs the Python library C(stix).
      - V(JSONL) keeps each indicator as its source gave it, one JSON object a line, with confidence, times and source,
        so that M(threatlists.aws.threatlist_file) can merge several such files into one list. Nothing is judged - all
        options of the policy wait for the merged list.
    type: str
    choices: [TXT, STIX, JSONL]
    default: TXT
"""
