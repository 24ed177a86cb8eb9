# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every spelling of a location names the same object."""

from __future__ import annotations

import string
import urllib.parse

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils import _errors
from ansible_collections.threatlists.aws.plugins.module_utils._s3 import objects
from hypothesis import given
from hypothesis import strategies as st

SPELLINGS = [
    "s3://{bucket}/{key}",
    "https://s3.amazonaws.com/{bucket}/{path}",
    "https://s3-eu-west-1.amazonaws.com/{bucket}/{path}",
    "https://s3.eu-west-1.amazonaws.com/{bucket}/{path}",
    "http://{bucket}.s3.amazonaws.com/{path}",
    "https://{bucket}.s3.amazonaws.com/{path}",
    "https://{bucket}.s3.eu-west-1.amazonaws.com/{path}",
    "https://{bucket}.s3-eu-west-1.amazonaws.com/{path}",
    "https://{bucket}.s3.cn-north-1.amazonaws.com.cn/{path}",
    "https://s3.us-gov-west-1.amazonaws.com/{bucket}/{path}",
    "https://{bucket}.s3.eusc-de-east-1.amazonaws.eu/{path}",
    "https://{bucket}.s3.us-iso-east-1.c2s.ic.gov/{path}",
    "https://s3.us-isob-east-1.sc2s.sgov.gov/{bucket}/{path}",
    "https://{bucket}.s3.eu-isoe-west-1.cloud.adc-e.uk/{path}",
    "https://{bucket}.s3.us-isof-south-1.csp.hci.ic.gov/{path}",
]
BUCKETS = st.from_regex(r"[a-z0-9][a-z0-9-]{1,20}(\.[a-z0-9]{1,8})?[a-z0-9]", fullmatch=True)
KEYS = st.text(string.ascii_letters + string.digits + "-_./ +%?#é", min_size=1, max_size=40)


@given(bucket=BUCKETS, key=KEYS, spelling=st.sampled_from(SPELLINGS))
def test_every_spelling_gives_bucket_and_key(bucket, key, spelling):
    location = spelling.format(bucket=bucket, key=key, path=urllib.parse.quote(key))
    assert objects.parse_location(location) == (bucket, key)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "bucket/key",
        "s3://[bucket/key",
        "s3://bucket",
        "s3://bucket/",
        "s3:///key",
        "ftp://s3.amazonaws.com/bucket/key",
        "https://example.com/bucket/key",
        "https://bucket.s3.amazonaws.com/key?versionId=1",
        "https://bucket.s3.amazonaws.com/key#1",
        "https://s3.amazonaws.com/bucket",
        "https://bucket.s3.amazonaws.com.evil.example/key",
    ],
)
def test_what_is_no_location_is_an_argument_error(text):
    with pytest.raises(_errors.ArgumentError, match="no location"):
        objects.parse_location(text)
