# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An emulated AWS for the tests of a file, a bucket with versions, and s3_threatlist to publish into it."""

from __future__ import annotations

import pathlib
import typing as t

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils._s3 import publish as _publish
from support import s3_helpers
from support.s3_helpers import BUCKET, OWNER, txt
from threatlists_emulators import control


@pytest.fixture(scope="module")
def emulator() -> t.Iterator[control.Aws]:
    with control.aws() as aws:
        yield aws


@pytest.fixture
def aws(emulator: control.Aws) -> control.Aws:
    emulator.world({"accounts": {OWNER: {}, "222222222222": {}}, "regions": ["eu-west-1", "us-east-1"]})
    return emulator


@pytest.fixture
def s3(aws: control.Aws) -> t.Any:
    client = aws.client("s3", OWNER)
    client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    client.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    return client


@pytest.fixture
def publish(s3: t.Any, tmp_path: pathlib.Path) -> t.Callable[..., dict[str, t.Any]]:
    def run(content: bytes = txt(0, 10), client: t.Any = s3, **options: t.Any) -> dict[str, t.Any]:
        src = tmp_path / "list.txt"
        src.write_bytes(content)
        module = s3_helpers.module(src=src, **options)
        run.warnings = module.warnings
        return _publish.converge(module, s3_helpers.place(client, options.get("expected_bucket_owner")))

    return run
