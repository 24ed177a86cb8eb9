# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""STIX written and read by the collection."""

from __future__ import annotations

import pathlib

import common
from ansible_collections.threatlists.aws.plugins.module_utils._lists import formats, stix_write
from ansible_collections.threatlists.aws.plugins.module_utils._lists import networks as _networks


def write(path: str, count: str) -> float:
    networks = [network for text in common.addresses(int(count)) for network in _networks.parse(text)]
    stix_write.header()  # The library's import is a second whatever the size.

    def work() -> None:
        head = stix_write.header()
        with pathlib.Path(path).open("wb") as stream:
            stream.writelines(stix_write.chunks(networks, [], "addresses", head))

    return common.timed(work)


def read(path: str, count: str) -> float:
    def work() -> None:
        with pathlib.Path(path).open("rb") as stream:
            found = sum(1 for _indicator in formats.read(stream, path))
        assert found == int(count), found

    return common.timed(work)


common.main({"write": write, "read": read})
