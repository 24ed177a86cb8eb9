# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an account may not do: Regions that its organization denies, and actions that no policy of its own allows."""

from __future__ import annotations

from .errors import AwsError
from .request import Request
from .world import World

# Services that are not Regional, which policies that deny Regions except (Control Tower's Region deny control).
EXCEPTED = {"account", "iam", "organizations", "sts"}
DENIED = "User: {} is not authorized to perform: {} on resource: {} {}"


def check(request: Request, world: World) -> None:
    """Raise AwsError where the world says that the caller may not make the call."""
    account = world.accounts.get(request.account)
    if account is None:
        return
    actions = _actions(request)
    if request.region in account["regions_denied"] and request.service not in EXCEPTED:
        raise _denied(request, actions[0], "with an explicit deny in a service control policy")
    for action in actions:
        if action in account["actions_denied"]:
            raise _denied(request, action, f"because no identity-based policy allows the {action} action")


def _actions(request: Request) -> list[str]:
    """Return the IAM actions that a call needs; to create something with tags is to tag it, too."""
    actions = [f"{request.service}:{request.operation}"]
    if request.service == "guardduty" and request.operation.startswith("Create") and request.json.get("tags"):
        actions.append("guardduty:TagResource")
    return actions


def _denied(request: Request, action: str, reason: str) -> AwsError:
    if request.service == "s3":
        return AwsError("AccessDenied", DENIED.format(request.caller.arn, action, f'"{request.path}"', reason), 403)
    resource = f"arn:aws:{request.service}:{request.region}:{request.account}:*"
    return AwsError("AccessDeniedException", DENIED.format(request.caller.arn, action, resource, reason), 403)
