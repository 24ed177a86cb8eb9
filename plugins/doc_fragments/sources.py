# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import re
import textwrap

from ansible_collections.threatlists.aws.plugins.doc_fragments import threatstream


def suboptions(*fragments: str, of: str, depth: int) -> str:
    """Return the options of the fragments as suboptions of C(of), indented to their place."""
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
    DOCUMENTATION: str


# Beside the class, since ansible-test reads of a class only what is written out.
ModuleDocFragment.DOCUMENTATION = r"""
options:
  sources:
    description:
      - What is merged, in the shape that the role's C(threatlists_declared) has. Each item holds exactly one of
        O(sources[].threatstream), O(sources[].file), O(sources[].url), O(sources[].taxii) and O(sources[].entries).
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
      url:
        description:
          - A file to fetch by its C(https) URL, and to read as one of O(src). The format is found by looking at the
            content.
          - What it does not state a confidence for ranks last where the caps cut.
          - A secret in the query of the URL is named in no result, but may be written into a proxy's log;
            O(sources[].headers) are not.
          - An answer of 408, 425, 429 or 5xx is tried again, three times in all.
        type: str
      column:
        description:
          - The column of a table (CSV, TSV, JSON objects) of O(sources[].file) or O(sources[].url) that holds the
            values, by its name, or by its number from 1 on. C(data.ip) is the column C(ip) of the arrays C(data) inside
            a JSON document.
          - If not set, it is found by looking. Where several columns, or several arrays of a JSON document, can be
            meant, that is an error.
        type: str
      host_of_url:
        description:
          - Take the host of each URL of O(sources[].file) or O(sources[].url) as the indicator. A host may serve much
            else besides what the URL names. Otherwise URLs are dropped, as no list can hold them.
        type: bool
      max_size:
        description:
          - Refuse O(sources[].file) or O(sources[].url) where it has more bytes, as it is or unpacked, with the error
            code C(TooLarge); V(400000000) if not set.
        type: int
      headers:
        description: Headers to send to the host of O(sources[].url), such as an API key; to no other host.
        type: dict
      headers_from_env:
        description:
          - Headers to send to the host of O(sources[].url), each with the name of the environment variable that holds
            its value where the module runs.
        type: dict
      cache:
        description:
          - A file that keeps what O(sources[].url) gave; beside it, with C(.json) appended, stands what the server said
            about its version (ETag, Last-Modified), so that the next run fetches it only where it has changed.
          - Check mode does not write it.
        type: path
      redirect_hosts:
        description:
          - Further hosts that O(sources[].url) may redirect to. A redirect to any other host than its own is refused.
        type: list
        elements: str
      allow_http:
        description:
          - Take an C(http) URL in O(sources[].url), though anybody on the way can change the list. Loopback needs no
            permission.
        type: bool
      timeout:
        description: Seconds that the server of O(sources[].url) may send nothing; V(60) if not set.
        type: float
      validate_certs:
        description: Check the TLS certificate of O(sources[].url); V(true) if not set.
        type: bool
      ca_path:
        description: A CA bundle for O(sources[].url), if not the system's.
        type: path
      taxii:
        description:
          - A collection of a TAXII 2.1 server. All its indicators are read, each in its latest version, as those of a
            STIX 2.1 bundle.
        type: dict
        suboptions:
          url:
            description: The API root, such as C(https://taxii.example.com/api1/).
            type: str
            required: true
          collection:
            description: The id of the collection.
            type: str
            required: true
          username:
            description: If not set, the environment variable E(TAXII_USERNAME); if that is not set, none is sent.
            type: str
          password:
            description: If not set, the environment variable E(TAXII_PASSWORD).
            type: str
          added_after:
            description: A time (ISO 8601); only what was added to the collection after it is asked for.
            type: str
          timeout:
            description: Seconds that the server may send nothing.
            type: float
            default: 60.0
          validate_certs:
            description: Check the server's TLS certificate.
            type: bool
            default: true
          ca_path:
            description: A CA bundle, if not the system's.
            type: path
      entries:
        description: As O(entries).
        type: list
        elements: str
""".replace("<threatstream>", THREATSTREAM)
