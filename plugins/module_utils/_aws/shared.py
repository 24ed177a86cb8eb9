# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What accounts at work in one process share: sessions, and clients that sign each call for the account it is made for.

A client costs more than its calls (docs/performance.md), so one serves all. Private to the collection.
"""

from __future__ import annotations

import contextlib
import threading
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._aws.concurrency import Stop

with contextlib.suppress(ImportError):
    import botocore.credentials
    from botocore import exceptions as boto

Made = t.TypeVar("Made")


class Shared:
    """Sessions and clients, each made once. C(accounts): how many are worked at at once; each needs connections.

    C(stop) tells the threads of all of them to end.
    """

    def __init__(self, accounts: int = 1) -> None:
        self.accounts = accounts
        self.stop = Stop()
        self._made: dict[t.Hashable, t.Any] = {}
        self._lock = threading.RLock()
        self._call = _Call()

    def once(self, key: t.Hashable, make: t.Callable[[], Made], kept: dict[t.Hashable, t.Any] | None = None) -> Made:
        """Return what was made under the key; the first caller makes it by C(make()). An error is not kept.

        kept: where it is kept, for what is not to live as long as all accounts are at work.
        """
        made = self._made if kept is None else kept
        with self._lock:
            if key not in made:
                made[key] = make()
            return t.cast(Made, made[key])

    @contextlib.contextmanager
    def calling(self, region: str, keys: t.Mapping[str, str] | None) -> t.Iterator[None]:
        """Send the calls that this thread makes within the block to the Region, signed with the keys."""
        self._call.region = region
        self._call.keys = keys and botocore.credentials.ReadOnlyCredentials(
            keys["aws_access_key_id"], keys["aws_secret_access_key"], keys["aws_session_token"]
        )
        try:
            yield
        finally:
            # The next call of the thread may be one with the credentials that the module was started with.
            self._call.keys = None

    def to_region(self, builtins: dict[str, t.Any], context: dict[str, t.Any], **_event: t.Any) -> None:
        """Move a call to the Region that its thread works in; handles botocore's C(before-endpoint-resolution)."""
        builtins["AWS::Region"] = self._call.region
        context.setdefault("signing", {})["region"] = self._call.region

    def sign_for_the_calling(self, core: t.Any) -> None:
        """Let clients of a botocore session sign with the keys that the calling thread works with, if it has any."""
        found = core.get_component("credential_provider")
        core.register_component("credential_provider", _Provider(found, self._call))


class _Call(threading.local):
    region = ""
    keys: t.Any = None


class _Provider:
    def __init__(self, found: t.Any, call: _Call) -> None:
        self._found, self._call = found, call

    def load_credentials(self) -> t.Any:
        with _retrieved():
            return _Signing(self._found.load_credentials(), self._call)

    def __getattr__(self, name: str) -> t.Any:
        return getattr(self._found, name)


class _Signing:
    """The credentials of a session, if it has any; in a thread that works with other keys, those."""

    def __init__(self, own: t.Any, call: _Call) -> None:
        self._has_own, self._call = own is not None, call
        self._own = own or botocore.credentials.Credentials("none", "none")

    def get_frozen_credentials(self) -> t.Any:
        """Return the keys that sign a call; None, as botocore has it, where there are none."""
        if self._call.keys or not self._has_own:
            return self._call.keys
        with _retrieved():
            return self._own.get_frozen_credentials()

    def __getattr__(self, name: str) -> t.Any:
        return getattr(self._own, name)


@contextlib.contextmanager
def _retrieved() -> t.Iterator[None]:
    """Raise CredentialRetrievalError for what botocore lets through of a provider of credentials.

    That is a file or a program that is missing, or a text that no provider would write.
    """
    try:
        yield
    except (OSError, ValueError) as error:
        raise boto.CredentialRetrievalError(provider="what is configured", error_msg=str(error)) from error
