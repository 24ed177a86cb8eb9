# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""SQS: moto's, whose batches name what failed even where nothing did, which clients take for a failure."""

from __future__ import annotations

import json

from .errors import Answer, json_answer
from .moto_bridge import Moto
from .request import Request


class Sqs:
    """Queues of the world's accounts."""

    def __init__(self, moto: Moto) -> None:
        self.moto = moto

    def handle(self, request: Request) -> Answer:
        """Let moto answer, and leave out of the answer to a batch what is empty."""
        status, headers, body = self.moto.handle(request, request.account)
        if not request.operation.endswith("Batch") or status != 200:
            return status, headers, body
        answer = {name: items for name, items in json.loads(body).items() if items}
        return status, headers, json_answer(answer)[2]
