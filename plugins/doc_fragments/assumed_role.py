# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    # Working in another account; _aws/session.ARGUMENT_SPEC.
    DOCUMENTATION = r"""
options:
  assume_role_arn:
    description:
      - ARN of a role to work under, assumed once per call at a Regional STS endpoint and renewed before it expires.
      - Its credentials stay within the module.
      - Without it the module works in the account of the credentials that it was started with.
    type: str
  external_id:
    description: External id that the role's trust policy asks for.
    type: str
  role_session_name:
    description: Name of the session, as it appears in CloudTrail.
    type: str
    default: threatlists.aws
  role_duration:
    description: Lifetime of the session in seconds, 900 to 43200, and no more than the role allows.
    type: int
    default: 3600
"""
