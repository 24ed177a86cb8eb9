# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One account at work: its id, its credentials, and calls in any of its Regions. Private to the collection."""

from __future__ import annotations

import contextlib
import datetime
import threading
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._aws import arns
from ansible_collections.threatlists.aws.plugins.module_utils._aws.errors import (
    EXPIRED,
    UNRECOGNIZED,
    code_of,
    failure,
    is_passing,
    to_caller,
)
from ansible_collections.threatlists.aws.plugins.module_utils._aws.regions import is_always_on
from ansible_collections.threatlists.aws.plugins.module_utils._aws.session import Connection, Role
from ansible_collections.threatlists.aws.plugins.module_utils._errors import CredentialsError

with contextlib.suppress(ImportError):
    from botocore import exceptions as boto

BAD_REQUEST = 400
# What a Region that is not enabled answers; to a dead key any Region answers it (docs/dev/guardduty.md#21).
REFUSED = (UNRECOGNIZED, "InvalidClientTokenId")
# Its second try waits less, so that a Region that is silent costs little more than one timeout.
FIRST_CALL, SECOND_READ_TIMEOUT = "list_detectors", 5
RENEW_BEFORE = datetime.timedelta(minutes=5)


class Account:
    """One account at work: its id, and calls in any of its Regions through one client a service."""

    def __init__(self, connection: Connection) -> None:
        """Find out the account's id, by one AssumeRole, or by one GetCallerIdentity where there is no role.

        Both ask a Regional endpoint. Raises ThreatlistsError, CredentialsError where the credentials are at fault or
        another account's.
        """
        self.connection = connection
        self._in_trouble: set[tuple[str, str]] = set()
        # A Region throttles each account for itself, so one budget of retries for all would soon be used up; but kept
        # for hundreds of accounts, the clients of all their Regions would take a gigabyte.
        self._apart: dict[t.Hashable, t.Any] = {}
        self.keys: dict[str, str] | None = None
        self._expires: datetime.datetime | None = None
        self._lock = threading.RLock()
        self._slots = threading.BoundedSemaphore(connection.workers)
        self._writes = threading.Lock()
        self.id: str = self._assume(connection.role) if connection.role else self._identity()
        connection.check_account(self.id)

    @property
    def partition(self) -> str:
        """The partition of the home Region, such as C(aws)."""
        return str(self.connection.partition)

    def call(self, service: str, region: str, operation: str, **request: t.Any) -> dict[str, t.Any]:
        """Make one call in a Region and return its answer; raises what botocore raises."""
        try:
            return self._call(service, region, operation, request)
        except InTrouble:
            self._in_trouble.add((service, region))
        _tries.before = 1
        try:
            return self._call(service, region, operation, request)
        finally:
            _tries.before = 0

    def _call(self, service: str, region: str, operation: str, request: dict[str, t.Any]) -> dict[str, t.Any]:
        is_apart = (service, region) in self._in_trouble
        timeout = SECOND_READ_TIMEOUT if is_apart and operation == FIRST_CALL else None
        client, keys = self._client(service, region if is_apart else "", timeout), self._valid_keys()
        try:
            return self._send(client, keys, region, operation, request)
        except boto.ClientError as error:
            if code_of(error) not in EXPIRED or not self.connection.role:
                raise
        # The clock here may be behind: what was to be renewed before it expired has expired already.
        return self._send(client, self._renewed(keys), region, operation, request)

    def write(self, service: str, region: str, operation: str, **request: t.Any) -> dict[str, t.Any]:
        """Make one call that changes something: never two at once, since Regions share the service-linked role."""
        with self._writes:
            return self.call(service, region, operation, **request)

    def close(self) -> None:
        """Let go what the account has for itself: the error that the work ends with would keep it."""
        self._apart.clear()

    def regions(self) -> list[str]:
        """Return every Region enabled for the account, by account.ListRegions."""
        found: list[str] = []
        more: dict[str, t.Any] = {}
        while True:
            page = self.call(
                "account",
                self.connection.region,
                "list_regions",
                RegionOptStatusContains=["ENABLED", "ENABLED_BY_DEFAULT"],
                **more,
            )
            found += [region["RegionName"] for region in page["Regions"]]
            if not page.get("NextToken"):
                return sorted(found)
            more = {"NextToken": page["NextToken"]}

    def _send(
        self, client: t.Any, keys: dict[str, str] | None, region: str, operation: str, request: dict[str, t.Any]
    ) -> dict[str, t.Any]:
        with self._slots:
            self.connection.stop.check()
            with self.connection.shared.calling(region, keys):
                answer: dict[str, t.Any] = getattr(client, operation)(**request)
        return answer

    def _client(self, service: str, apart: str = "", read_timeout: float | None = None) -> t.Any:
        """Return the client that all Regions share; with C(apart), one for a Region in trouble.

        The retries of a client draw on one budget, which a Region in trouble would use up for all others. read_timeout:
        for a client that waits less than others, and no second time.
        """
        attempts = self.connection.attempts

        def end_in_time(**event: t.Any) -> None:
            _end_in_time(attempts, **event)

        def make_ready(client: t.Any) -> None:
            event = f"before-endpoint-resolution.{client.meta.service_model.service_id.hyphenize()}"
            if service != "account":
                client.meta.events.register(event, self.connection.shared.to_region)
            if service == "guardduty":
                # Before the other, which would let the client of the Region's own wait once more.
                client.meta.events.register_first(
                    "needs-retry.guardduty", _give_up_waiting if read_timeout else _give_up_connecting
                )
            if service == "guardduty" and attempts > 1:
                client.meta.events.register_first(
                    "needs-retry.guardduty", end_in_time if apart else _leave_the_shared_client
                )

        kept = self._apart if apart else None
        return self.connection.account_client(service, make_ready, apart, read_timeout=read_timeout, kept=kept)

    def _valid_keys(self) -> dict[str, str] | None:
        with self._lock:
            if self._expires and datetime.datetime.now(datetime.UTC) + RENEW_BEFORE > self._expires:
                self._assume(t.cast(Role, self.connection.role))
            return self.keys

    def _renewed(self, used: dict[str, str] | None) -> dict[str, str] | None:
        with self._lock:
            if self.keys is used:
                self._assume(t.cast(Role, self.connection.role))
            return self.keys

    def _identity(self) -> str:
        try:
            return str(self.connection.client("sts").get_caller_identity()["Account"])
        except (boto.ClientError, boto.BotoCoreError) as error:
            reason = failure(error, "The credentials cannot be used", "sts:GetCallerIdentity")
            reason.remedy = self._doubtful_region(error) or reason.remedy
            raise reason from error

    def _assume(self, assumed: Role) -> str:
        request = {"RoleArn": assumed.arn, "RoleSessionName": assumed.session_name, "DurationSeconds": assumed.duration}
        if assumed.external_id:
            request["ExternalId"] = assumed.external_id
        try:
            answer = self.connection.client("sts").assume_role(**request)
        except (boto.ClientError, boto.BotoCoreError) as error:
            reason = failure(error, f"The role {assumed.arn} cannot be assumed", "sts:AssumeRole")
            if reason.retryable:
                raise reason from error
            raise CredentialsError(
                str(reason),
                code="AssumeRoleFailed" if code_of(error) == "AccessDenied" else reason.code,
                remedy=self._doubtful_region(error)
                # AWS says of a role or an account that does not exist what it says of one that lets nobody in.
                or reason.remedy.replace(to_caller("sts:AssumeRole"), "")
                or "Check that the role exists and is written right, its account too; its trust policy, external_id, "
                "role_duration; and that the caller may sts:AssumeRole.",
            ) from error
        return self._take(answer)

    def _doubtful_region(self, error: BaseException) -> str:
        """Return the remedy where the home Region may be at fault and not the credentials; empty where it cannot be."""
        region = self.connection.region
        if code_of(error) == "RegionDisabledException":
            return f"Activate STS in {region} (IAM, account settings), or configure another one (region, AWS_REGION)."
        if code_of(error) not in REFUSED or is_always_on(region, self.partition):
            return ""
        return (
            f"Renew the credentials; or, if {region} is not enabled for their account, configure another Region "
            "(region, AWS_REGION, the profile): it is where STS and S3 are asked."
        )

    def _take(self, answer: dict[str, t.Any]) -> str:
        """Keep the credentials that AssumeRole answered with; return the id of the role's account."""
        given = answer["Credentials"]
        self.keys = {
            "aws_access_key_id": given["AccessKeyId"],
            "aws_secret_access_key": given["SecretAccessKey"],
            "aws_session_token": given["SessionToken"],
        }
        self._expires = given["Expiration"]
        return arns.account_of(str(answer["AssumedRoleUser"]["Arn"]))


class InTrouble(Exception):
    """A call failed in a way that may pass, and is to be tried again through a client of its Region alone."""


class _Tries(threading.local):
    """How often the call of this thread was tried through the client that all Regions share."""

    before = 0


_tries = _Tries()


def _leave_the_shared_client(**event: t.Any) -> None:
    """Raise InTrouble where the call failed and may be tried again."""
    if error := _passing(**event):
        raise InTrouble from error


def _end_in_time(most: int, attempts: int = 0, **event: t.Any) -> None:
    """Raise the failure of a call that was tried C(most) times, the try through the shared client included."""
    if _tries.before and attempts + _tries.before >= most and (error := _passing(**event)):
        raise error


def _passing(
    response: tuple[t.Any, dict[str, t.Any]] | None = None,
    caught_exception: BaseException | None = None,
    operation: t.Any = None,
    **_event: t.Any,
) -> BaseException | None:
    """Return the error of a failed call if the same call may succeed later, else None."""
    error = caught_exception
    if response is not None and response[0].status_code >= BAD_REQUEST:
        error = boto.ClientError(t.cast(t.Any, response[1]), operation.name if operation else "")
    return error if error is not None and is_passing(error) else None


def _give_up_connecting(caught_exception: BaseException | None = None, **_event: t.Any) -> None:
    """Raise where a Region cannot be reached: each try would cost a whole timeout."""
    if isinstance(caught_exception, boto.ConnectTimeoutError):
        raise caught_exception


def _give_up_waiting(caught_exception: BaseException | None = None, **_event: t.Any) -> None:
    """Raise where a Region cannot be reached, or is silent once more."""
    if isinstance(caught_exception, (boto.ConnectTimeoutError, boto.ReadTimeoutError)):
        raise caught_exception
