# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A module stand-in with the options' real defaults, and lists to publish."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils import _errors
from ansible_collections.threatlists.aws.plugins.module_utils._s3 import info, publish, target

OWNER, BUCKET, KEY = "111111111111", "acme-threatlists", "lists/indicators.txt"


class Module:
    """All that a backend needs of AnsibleModule."""

    def __init__(self, *, check_mode: bool = False, diff: bool = False, **params: t.Any) -> None:
        options = {**info.ARGUMENT_SPEC, **publish.ARGUMENT_SPEC}
        defaults = {name: option.get("default") for name, option in options.items()}
        self.params = {**defaults, "bucket": BUCKET, "key": KEY, "format": "TXT", **params}
        self.check_mode, self._diff = check_mode, diff
        self.warnings: list[str] = []

    def warn(self, warning: str) -> None:
        self.warnings.append(warning)


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
