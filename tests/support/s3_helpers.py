# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Publishing without Ansible, and lists to publish."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils import _errors
from ansible_collections.threatlists.aws.plugins.module_utils._s3 import info, publish, target
from support.stand_in import StandIn

OWNER, BUCKET, KEY = "111111111111", "acme-threatlists", "lists/indicators.txt"
SPEC = {**info.ARGUMENT_SPEC, **publish.ARGUMENT_SPEC}


def module(*, check_mode: bool = False, diff: bool = False, **options: t.Any) -> StandIn:
    """What the backends of s3_threatlist and s3_threatlist_info run in; C(None) leaves an option out."""
    given = {"bucket": BUCKET, "key": KEY, "format": "TXT", **options}
    stated = {name: value for name, value in given.items() if value is not None}
    return StandIn(SPEC, stated, check_mode=check_mode, diff=diff)


def place(client: t.Any, owner: str | None = None, key: str = KEY) -> target.Target:
    return target.Target(client, BUCKET, key, owner)


def txt(first: int, count: int) -> bytes:
    """C(count) addresses of documentation-free space, one a line."""
    return b"".join(b"20.%d.%d.%d\n" % (i >> 16, i >> 8 & 255, i & 255) for i in range(first, first + count))


def body(s3: t.Any) -> bytes:
    return s3.get_object(Bucket=BUCKET, Key=KEY)["Body"].read()


def versions(s3: t.Any) -> list[str]:
    return [version["VersionId"] for version in s3.list_object_versions(Bucket=BUCKET)["Versions"]]


def refused(code: str, run: t.Callable[[], t.Any]) -> _errors.ThreatlistsError:
    with pytest.raises(_errors.ThreatlistsError) as caught:
        run()
    assert caught.value.code == code
    return caught.value
