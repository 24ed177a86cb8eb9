# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""moto, loaded late because it takes a second, with its three slow spots cached (docs/dev/guardduty.md#31)."""

from __future__ import annotations

import functools
import importlib
import io
import threading
from typing import Any

from .errors import Answer
from .request import Request


class Moto:
    """moto's server in this process; every request says which account it acts in."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._modules: dict[str, Any] | None = None

    def warm(self) -> threading.Thread:
        """Load in the background, so that the emulator answers before moto does."""
        thread = threading.Thread(target=self.load, daemon=True)
        thread.start()
        return thread

    def load(self) -> dict[str, Any]:
        """Return moto's modules, by name, which the first call imports."""
        with self._lock:
            if self._modules is None:
                self._modules = _load()
            return self._modules

    def reset(self) -> None:
        """Forget what moto holds."""
        if self._modules is not None:
            self._modules["base_backend"].BackendDict.reset()

    def bucket(self, name: str) -> Any | None:
        """Return moto's bucket of that name, whoever owns it; None without one."""
        modules = self.load()
        owner = modules["s3"].s3_backends.bucket_accounts.get(name)
        if owner is None:
            return None
        partition, account_id = owner
        return modules["s3"].s3_backends[account_id][partition].buckets.get(name)

    @staticmethod
    def object(bucket: Any, key: str, version: str | None = None) -> Any | None:
        """Return moto's object, by default its current version; None where it is missing or a delete marker."""
        if version:
            found = next((one for one in bucket.keys.getlist(key, []) if one.version_id == version), None)
        else:
            found = bucket.keys.get(key)
        return found if hasattr(found, "value") else None

    def handle(self, request: Request, account_id: str) -> Answer:
        """Let moto answer, in that account."""
        application = self.load()["application"]
        environ = {**request.environ, "wsgi.input": io.BytesIO(request.body)}
        environ["HTTP_X_MOTO_ACCOUNT_ID"] = account_id
        started: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], _exc_info: object = None) -> None:
            started.extend((int(status[:3]), headers))

        iterable = application(environ, start_response)
        try:
            body = b"".join(iterable)
        finally:
            if hasattr(iterable, "close"):
                iterable.close()
        return started[0], dict(started[1]), body


def _load() -> dict[str, Any]:
    modules: dict[str, Any] = {
        name: importlib.import_module(path)
        for name, path in {
            "backends": "moto.backends",
            "base_backend": "moto.core.base_backend",
            "utils": "moto.core.utils",
            "responses": "moto.core.responses",
            "iam": "moto.iam.models",
            "access_control": "moto.iam.access_control",
            "s3": "moto.s3.models",
            "server": "moto.moto_server.werkzeug_app",
        }.items()
    }
    modules["backends"].list_of_moto_modules = functools.cache(
        lambda scan=modules["backends"].list_of_moto_modules: list(scan())
    )
    modules["responses"].method_names_from_class = functools.cache(modules["utils"].method_names_from_class)
    modules["iam"].mark_account_as_visited = lambda **_: None
    permission = modules["access_control"].PermissionResult
    modules["s3"].FakeBucket.get_permission = lambda *_: permission.PERMITTED
    server = modules["server"]
    modules["application"] = server.DomainDispatcherApplication(functools.cache(server.create_backend_app))
    return modules
