# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What CloudTrail tells EventBridge of a write to GuardDuty, in the shape of its records."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from .request import Request
from .world import Caller

DETAIL_TYPE = "AWS API Call via CloudTrail"


def record(request: Request, error: dict[str, str] | None = None) -> dict[str, Any]:
    """Return the record of one call. error: C({errorCode, errorMessage}) of a call that was refused."""
    given = {**request.path_parameters, **request.json}
    return {
        "eventVersion": "1.09",
        "userIdentity": _identity(request.caller),
        "eventTime": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "eventSource": "guardduty.amazonaws.com",
        "eventName": request.operation,
        "awsRegion": request.region,
        "requestParameters": {name[:1].lower() + name[1:]: value for name, value in given.items()},
        "responseElements": None,
        "requestID": str(uuid.uuid4()),
        "eventID": str(uuid.uuid4()),
        "readOnly": False,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": request.account,
        **(error or {}),
    }


def _identity(caller: Caller) -> dict[str, Any]:
    if not caller.role_arn:
        return {"type": "IAMUser", "arn": caller.arn, "accountId": caller.account, "userName": "emulated"}
    issuer = {"type": "Role", "arn": caller.role_arn, "userName": caller.role_arn.rpartition("/")[2]}
    return {
        "type": "AssumedRole",
        "arn": caller.arn,
        "accountId": caller.account,
        "sessionContext": {"sessionIssuer": {**issuer, "accountId": caller.account}},
    }
