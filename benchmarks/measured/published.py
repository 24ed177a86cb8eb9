# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Objects as s3_threatlist leaves them: what it notes at one spares a load reading its content."""

from __future__ import annotations

import hashlib
from typing import Any


def put(s3: Any, bucket: str, key: str, content: bytes) -> None:
    """Put a list of one address a line."""
    s3.put_object(
        Bucket=bucket,
        Key=key,
        Body=content,
        ChecksumAlgorithm="SHA256",
        ContentType="text/plain; charset=utf-8",
        Metadata={"entries": str(len(content.splitlines())), "sha256": hashlib.sha256(content).hexdigest()},
    )
