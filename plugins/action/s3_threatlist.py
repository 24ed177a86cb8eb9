# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.threatlists.aws.plugins.modules import s3_threatlist
from ansible_collections.threatlists.aws.plugins.plugin_utils import _action_module

_action_module.warm("s3")


class ActionModule(_action_module.InProcessAction):
    module = s3_threatlist
