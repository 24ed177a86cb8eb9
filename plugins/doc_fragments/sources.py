# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import re
import textwrap

from ansible_collections.threatlists.aws.plugins.doc_fragments import threatstream


def suboptions(*fragments: str, of: str, depth: int) -> str:
    """The options of the fragments as suboptions of C(of), indented to their place."""
    texts = [fragment.partition("options:\n")[2].partition("\nrequirements:")[0] for fragment in fragments]
    text = re.sub(r"O\((?!kind\))(\w+)", rf"O({of}.\1", "".join(text.strip("\n") + "\n" for text in texts))
    return textwrap.indent(text, "  " * depth).rstrip()


THREATSTREAM = suboptions(
    threatstream.ModuleDocFragment.DOCUMENTATION,
    threatstream.ModuleDocFragment.SELECTION,
    threatstream.ModuleDocFragment.DOWNLOAD,
    of="sources[].threatstream",
    depth=4,
)


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  sources:
    description:
      - What is merged, in the shape that the role's C(threatlists_declared) has. Each item holds exactly one of
        O(sources[].threatstream), O(sources[].file) and O(sources[].entries).
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: What results and errors call the source. If not set, the file's name, or where it comes from.
        type: str
      optional:
        description:
          - Make the list without this source, with a warning, where it cannot be read or gives less than
            O(sources[].min_entries). Credentials that are refused fail the list all the same.
        type: bool
        default: false
      min_entries:
        description:
          - Refuse to replace the file where fewer indicators of this source are usable, with the error code
            C(SourceUnusable) where none is, else C(TooFewEntries).
          - No guard applies to O(format=JSONL).
        type: int
        default: 1
      max_shrink_percent:
        description:
          - Refuse to replace the file where so much fewer indicators of this source are usable than
            O(earlier_sources) says, with the error code C(ShrankTooMuch).
        type: int
      threatstream:
        description:
          - A selection of ThreatStream, downloaded for this list. For all its options see
            M(threatlists.aws.threatstream_export).
        type: dict
        suboptions:
<threatstream>
      file:
        description:
          - A file to read. The format is found by looking at the content, as with O(src).
          - A relative path is looked up in O(source_dir).
        type: path
      entries:
        description: As O(entries).
        type: list
        elements: str
""".replace("<threatstream>", THREATSTREAM)
