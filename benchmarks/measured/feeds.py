# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tables as feeds publish them, read by the collection and by the standard library's readers alone."""

from __future__ import annotations

import csv
import json
import pathlib

import common
from ansible_collections.threatlists.aws.plugins.module_utils._lists import formats

ROW = {
    "first_seen_utc": "2026-06-04 21:23:54",
    "dst_ip": "",
    "dst_port": "4143",
    "c2_status": "offline",
    "last_online": "2026-11-19",
    "malware": "Emotet",
}


def write(path: str, count: str) -> float:
    rows = (ROW | {"dst_ip": value} for value in common.addresses(int(count)))
    with pathlib.Path(path).open("w", encoding="utf-8") as stream:
        if path.endswith(".csv"):
            writer = csv.DictWriter(stream, list(ROW), quoting=csv.QUOTE_ALL)
            writer.writeheader()
            writer.writerows(rows)
        else:
            stream.writelines(json.dumps(row) + "\n" for row in rows)
    return 0.0


def ours(path: str) -> float:
    def work() -> None:
        with pathlib.Path(path).open("rb") as stream:
            for _indicator in formats.read(stream, path):
                continue

    return common.timed(work)


def library(path: str) -> float:
    def work() -> None:
        with pathlib.Path(path).open(encoding="utf-8", newline="") as stream:
            for _row in csv.reader(stream) if path.endswith(".csv") else map(json.loads, stream):
                continue

    return common.timed(work)


common.main({"write": write, "ours": ours, "library": library})
