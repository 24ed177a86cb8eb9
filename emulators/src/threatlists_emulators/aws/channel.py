# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""waitress, where it differs from what an AWS client meets."""

from __future__ import annotations

import re

import waitress.channel
import waitress.task


class Task(waitress.task.WSGITask):
    """A task of waitress, which capitalizes all headers; S3 answers names of metadata in lower case."""

    def build_response_header(self) -> bytes:
        """Return the header with names of metadata in lower case."""
        header: bytes = super().build_response_header()
        if b"X-Amz-Meta-" not in header:
            return header
        return re.sub(rb"(?m)^X-Amz-Meta-[^:]*", lambda match: match[0].lower(), header)


class Channel(waitress.channel.HTTPChannel):
    """A channel of waitress that does not wait for the body of a request that has none.

    boto3 sends such requests with 100-continue, and waitress would wait for ever.
    """

    task_class = Task

    def send_continue(self) -> None:
        """Send 100-continue, and take a request without a body as complete."""
        super().send_continue()
        if self.request is not None:
            self.request.completed = not self.request.content_length and not self.request.chunked
