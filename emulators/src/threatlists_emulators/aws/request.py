# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One request, with who signed it for what."""

from __future__ import annotations

import functools
import json
import urllib.parse
from typing import Any

from .errors import AwsError
from .world import Caller

Environ = dict[str, Any]


class Request:
    """A signed request; C(path) is decoded, C(body) is read once and put back for moto."""

    def __init__(self, environ: Environ) -> None:
        self.environ = environ
        self.method: str = environ["REQUEST_METHOD"]
        self.path: str = environ["PATH_INFO"].encode("latin-1").decode("utf-8", errors="replace")
        self.query_lists = urllib.parse.parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True)
        self.query = {name: values[0] for name, values in self.query_lists.items()}
        self.access_key, self.region, self.service = self._scope()
        self.caller = Caller("anonymous")
        self.operation = ""
        self.path_parameters: dict[str, str] = {}

    def _scope(self) -> tuple[str, str, str]:
        """Return C((access key, Region, service)) of the signature; an unsigned request is S3's."""
        authorization: str = self.environ.get("HTTP_AUTHORIZATION", "")
        credential = authorization.partition("Credential=")[2].partition(",")[0] or self.query.get(
            "X-Amz-Credential", ""
        )
        parts = credential.split("/")
        if len(parts) < 5:
            return "", "us-east-1", "s3"
        return "/".join(parts[:-4]), parts[-3], parts[-2]

    @property
    def account(self) -> str:
        """The account of the caller."""
        return self.caller.account

    @property
    def token(self) -> str | None:
        """The session token, None without one."""
        return self.header("x-amz-security-token") or self.query.get("X-Amz-Security-Token")

    def header(self, name: str) -> str | None:
        """Return a header, None without it."""
        return self.environ.get("HTTP_" + name.upper().replace("-", "_"))

    @functools.cached_property
    def body(self) -> bytes:
        """The body, read once."""
        length = int(self.environ.get("CONTENT_LENGTH") or 0)
        content: bytes = self.environ["wsgi.input"].read(length) if length else b""
        return content

    def rewrite(self, body: bytes) -> None:
        """Put another body in the place of the one that was sent."""
        self.body = body
        self.environ["CONTENT_LENGTH"] = str(len(body))
        self.__dict__.pop("json", None)

    @functools.cached_property
    def json(self) -> dict[str, Any]:
        """The body as a JSON object. Raises AwsError for any other."""
        try:
            given = json.loads(self.body) if self.body else {}
        except ValueError:
            given = None
        if not isinstance(given, dict):
            message = "The request is rejected because the JSON could not be processed."
            raise AwsError("BadRequestException", message)
        return given

    @functools.cached_property
    def form(self) -> dict[str, str]:
        """The fields of a form in the body."""
        return dict(urllib.parse.parse_qsl(self.body.decode(), keep_blank_values=True))
