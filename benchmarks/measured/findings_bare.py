# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The bare loop over list_findings and get_findings that anybody would write: a Region after the other, nothing else.

Imports nothing of the collection. Reads C({regions, list}) as JSON on standard input, and prints C({findings}), as a
module does, then C({wall, cpu}), in seconds above the start of the process and its imports.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from typing import Any

import boto3
from botocore.config import Config

NEWEST_FIRST = {"AttributeName": "updatedAt", "OrderBy": "DESC"}


def findings(region: str, name: str) -> list[dict[str, Any]]:
    """The findings of one Region that name the list in either of the two places, not archived."""
    client: Any = boto3.client("guardduty", region_name=region, config=Config(retries={"mode": "standard"}))
    (detector,) = client.list_detectors()["DetectorIds"]
    criteria = {"Criterion": {"service.archived": {"Equals": ["false"]}}}
    request = {"DetectorId": detector, "MaxResults": 50, "SortCriteria": NEWEST_FIRST, "FindingCriteria": criteria}
    found: list[dict[str, Any]] = []
    while True:
        page = client.list_findings(**request)
        if page["FindingIds"]:
            found += client.get_findings(DetectorId=detector, FindingIds=page["FindingIds"])["Findings"]
        if not page.get("NextToken"):
            return [one for one in found if name in json.dumps(one["Service"], default=str)]
        request["NextToken"] = page["NextToken"]


def cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    given = json.load(sys.stdin)
    wall, cpu = time.perf_counter(), cpu_seconds()
    read = [one for region in given["regions"] for one in findings(region, given["list"])]
    print(json.dumps({"findings": read}, default=str))
    print(json.dumps({"wall": time.perf_counter() - wall, "cpu": cpu_seconds() - cpu}))
