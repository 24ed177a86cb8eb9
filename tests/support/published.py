# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Publishes a list with its index into the world of tests/support/guardduty_cases.py."""

from __future__ import annotations

import hashlib
import json
import pathlib
from typing import Any

from support.guardduty_cases import publish
from support.list_cases import merge
from threatlists_emulators.control import Aws


def publish_with_index(aws: Aws, folder: pathlib.Path, *indicators: dict[str, Any], with_index: bool = True) -> str:
    """Publish these indicators as threats.txt, with their index unless C(with_index) says no; the list's digest."""
    source, dest, index = folder / "feed.jsonl", folder / "list.txt", folder / "list.index"
    source.write_text("".join(f"{json.dumps(one)}\n" for one in indicators))
    merge(src=[source], dest=dest, index=index, max_shrink_percent=100)
    digest = hashlib.sha256(dest.read_bytes()).hexdigest()
    if with_index:
        publish(aws, index.read_bytes(), key="threats.txt.index.jsonl.gz", Metadata={"list-sha256": digest})
    assert publish(aws, dest.read_bytes()) == digest
    return digest
