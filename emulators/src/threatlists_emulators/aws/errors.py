# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Errors as each AWS protocol writes them."""

from __future__ import annotations

import json
import uuid
from xml.sax.saxutils import escape

Answer = tuple[int, dict[str, str], bytes]


class AwsError(Exception):
    """An answer that boto3 raises as ClientError: C(code), HTTP C(status), C(message) and more fields of the body."""

    def __init__(self, code: str, message: str, status: int = 400, **fields: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
        self.fields = fields


class DroppedError(Exception):
    """The connection ends here without an answer."""


def json_answer(body: object, status: int = 200) -> Answer:
    """Return an answer with a JSON body."""
    return status, {"Content-Type": "application/json"}, json.dumps(body).encode()


def render(error: AwsError, service: str, method: str) -> Answer:
    """Return the error as the service's protocol writes it (docs/dev/guardduty.md#26 for GuardDuty)."""
    request_id = str(uuid.uuid4())
    if service == "s3":
        return _render_s3(error, method, request_id)
    if service in {"sts", "iam"}:
        body = (
            '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>'
            f"<Code>{error.code}</Code><Message>{escape(error.message)}</Message></Error>"
            f"<RequestId>{request_id}</RequestId></ErrorResponse>"
        )
        return error.status, {"Content-Type": "text/xml", "x-amzn-RequestId": request_id}, body.encode()
    status, headers, content = json_answer(
        {"message": error.message, "__type": error.code, "type": error.code}, error.status
    )
    return status, {**headers, "X-Amzn-ErrorType": error.code, "x-amzn-RequestId": request_id}, content


def _render_s3(error: AwsError, method: str, request_id: str) -> Answer:
    fields = {
        "Code": error.code,
        "Message": error.message,
        **error.fields,
        "RequestId": request_id,
        "HostId": "emulated",
    }
    headers = {"Content-Type": "application/xml", "x-amz-request-id": request_id}
    if "Region" in error.fields:
        headers["x-amz-bucket-region"] = error.fields["Region"]
    if method == "HEAD":
        return error.status, headers, b""
    body = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in fields.items())
    return error.status, headers, f'<?xml version="1.0" encoding="UTF-8"?>\n<Error>{body}</Error>'.encode()
