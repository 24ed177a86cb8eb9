# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One session, assumed roles, and one client that serves every Region of an account. Private to the collection."""

from __future__ import annotations

import contextlib
import datetime
import functools
import re
import threading
import typing as t
from concurrent.futures import ThreadPoolExecutor

from ansible_collections.threatlists.aws.plugins.module_utils._errors import (
    ArgumentError,
    CredentialsError,
    GuardDutyError,
    ThreatlistsError,
)

with contextlib.suppress(ImportError):
    import boto3.session
    import botocore.loaders
    import botocore.session
    from botocore import exceptions as boto
    from botocore.config import Config

with contextlib.suppress(ImportError):
    from ansible_collections.amazon.aws.plugins.module_utils.botocore import get_aws_connection_info

ARGUMENT_SPEC: dict[str, dict[str, t.Any]] = {
    "assume_role_arn": {"type": "str"},
    "external_id": {"type": "str"},
    "role_session_name": {"type": "str", "default": "threatlists.aws"},
    "role_duration": {"type": "int", "default": 3600},
}

# A missing object makes an activating call block for 17 to 18 s (contract: guardduty.md, Behaviour 3).
CONNECT_TIMEOUT, READ_TIMEOUT, ATTEMPTS = 10, 30, 4
MIN_DURATION, MAX_DURATION = 900, 43200
RENEW_BEFORE = datetime.timedelta(minutes=5)
DEFAULT_REGIONS = {"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}
ROLE_ARN = re.compile(r"arn:(?P<partition>aws[a-z-]*):iam::(?P<account>\d{12}):role/[\w+=,.@/-]+")

EXPIRED = ("ExpiredToken", "ExpiredTokenException", "RequestExpired")
UNRECOGNIZED = "UnrecognizedClientException"
DEAD = (
    *EXPIRED,
    UNRECOGNIZED,
    "InvalidClientTokenId",
    "InvalidAccessKeyId",
    "SignatureDoesNotMatch",
    "InvalidSignatureException",
    "IncompleteSignature",
    "MissingAuthenticationToken",
    "MissingAuthenticationTokenException",
)
THROTTLED = (
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "RequestThrottled",
    "RequestThrottledException",
    "RequestLimitExceeded",
    "TooManyRequestsException",
    "SlowDown",
)
SERVER_ERROR = 500
TOO_MANY_REQUESTS = 429

Item = t.TypeVar("Item")
Result = t.TypeVar("Result")


class Role(t.NamedTuple):
    """A role to work under; C(duration) in seconds."""

    arn: str
    external_id: str | None
    session_name: str
    duration: int

    @property
    def partition(self) -> str:
        return self.arn.split(":")[1]

    @property
    def account(self) -> str:
        return self.arn.split(":")[4]


def role(params: dict[str, t.Any]) -> Role | None:
    """Return the role that the options name, checked as STS would (contract: guardduty.md, Accounts and Regions)."""
    arn = params.get("assume_role_arn")
    if not arn:
        if params.get("external_id"):
            raise ArgumentError("external_id means nothing without assume_role_arn.")
        return None
    external_id, name, duration = params.get("external_id"), params["role_session_name"], params["role_duration"]
    if not ROLE_ARN.fullmatch(arn):
        raise ArgumentError(
            f"assume_role_arn: {arn!r} is not the ARN of a role, such as arn:aws:iam::ACCOUNT:role/NAME."
        )
    if not re.fullmatch(r"[\w+=,.@-]{2,64}", name):
        raise ArgumentError(f"role_session_name: {name!r} must be 2 to 64 letters, digits or any of _+=,.@-")
    if external_id is not None and not re.fullmatch(r"[\w+=,.@:/-]{2,1224}", external_id):
        raise ArgumentError("external_id must be 2 to 1224 letters, digits or any of _+=,.@:/-")
    if not MIN_DURATION <= duration <= MAX_DURATION:
        raise ArgumentError(f"role_duration: {duration} is not between {MIN_DURATION} and {MAX_DURATION} seconds.")
    return Role(arn, external_id, name, duration)


@functools.cache
def models() -> t.Any:
    """Return the loader of botocore's models, which keeps what it parsed: the one costly thing that sessions share.

    Whoever forks (an action plugin's worker) may call C(models().load_service_model("guardduty", "service-2")) before.
    """
    return botocore.loaders.create_loader(botocore.session.Session().get_config_variable("data_path"))


class Connection:
    """The credentials that a module was started with; makes clients, one at a time, from one session.

    region: where global questions are asked (STS, S3, account); workers: how many calls may be under way at once.
    """

    def __init__(self, module: t.Any, regions: t.Sequence[str] = (), workers: int = 10) -> None:
        """Raise ArgumentError or CredentialsError; reads options and configuration only, and calls nothing."""
        self.workers = workers
        self._lock = threading.Lock()
        self.role = role(module.params)
        region, self._endpoint_url, options = get_aws_connection_info(module)
        core = _session(options.pop("profile_name", None))
        self._session: t.Any = boto3.session.Session(botocore_session=core)
        self._config = Config(
            connect_timeout=CONNECT_TIMEOUT,
            read_timeout=READ_TIMEOUT,
            retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
            max_pool_connections=max(workers, 10),
            user_agent_extra="threatlists.aws",
        )
        if given := options.pop("aws_config", None):
            self._config = self._config.merge(given)
        self._options = options
        self.configured_region = region
        self.region = self._home(region, regions)
        self.partition = self._session.get_partition_for_region(self.region)

    def client(self, service: str, keys: dict[str, str] | None = None) -> t.Any:
        """Return a client of the home Region; keys: credentials other than those the module was started with."""
        with self._lock:
            return self._session.client(
                service,
                region_name=self.region,
                endpoint_url=self._endpoint_url,
                config=self._config,
                **{**self._options, **(keys or {})},
            )

    def known(self, region: str) -> bool:
        """Return whether the name has the form of a Region of any partition."""
        try:
            self._session.get_partition_for_region(region)
        except boto.UnknownRegionError:
            return False
        return True

    def _home(self, configured: str | None, regions: t.Sequence[str]) -> str:
        for region in regions:
            if not self.known(region):
                raise ArgumentError(f"regions: there is no Region {region!r}.")
        partitions = {self._session.get_partition_for_region(region) for region in regions}
        if len(partitions) > 1:
            raise ArgumentError(f"regions: one account is in one partition, these are in {sorted(partitions)}.")
        partition = self.role.partition if self.role else next(iter(partitions), None)
        if configured and not self.known(configured):
            raise ArgumentError(f"region: there is no Region {configured!r}.")
        for region in (*([configured] if configured else []), *regions):
            if partition in (None, self._session.get_partition_for_region(region)):
                return region
        if regions or configured:
            asked = ", ".join(regions) or configured
            raise ArgumentError(f"assume_role_arn is in the partition {partition}, the Regions {asked} are not.")
        return DEFAULT_REGIONS.get(partition or "aws", "us-east-1")


def _session(profile: str | None) -> t.Any:
    core = botocore.session.Session(profile=profile)
    core.register_component("data_loader", models())
    # A token of the global STS endpoint is refused in opt-in Regions; older botocore would still go there.
    core.set_config_variable("sts_regional_endpoints", "regional")
    # For an aws_config that only bounds the attempts.
    core.set_config_variable("retry_mode", "standard")
    try:
        core.get_scoped_config()
    except boto.BotoCoreError as error:
        raise CredentialsError(f"profile: {error}", remedy="Correct the option profile.") from error
    return core


class Account:
    """One account at work: its id, and calls in any of its Regions through one client a service."""

    def __init__(self, connection: Connection) -> None:
        """Cost one AssumeRole, or one GetCallerIdentity where there is no role; both at a Regional endpoint."""
        self.connection = connection
        self._clients: dict[str, t.Any] = {}
        self.keys: dict[str, str] | None = None
        self._expires: datetime.datetime | None = None
        self._lock = threading.RLock()
        self._here = threading.local()
        self._slots = threading.BoundedSemaphore(connection.workers)
        self._writes = threading.Lock()
        self.id = self._assume(connection.role) if connection.role else self._identity()

    @property
    def partition(self) -> str:
        return self.connection.partition

    def call(self, service: str, region: str, operation: str, **request: t.Any) -> dict[str, t.Any]:
        """Make one call in a Region; raises what botocore raises."""
        client = self._client(service)
        try:
            return self._send(client, region, operation, request)
        except boto.ClientError as error:
            if code_of(error) not in EXPIRED or not self.connection.role:
                raise
        # The clock here may be behind: what was to be renewed before it expired has expired already.
        return self._send(self._renewed(service, client), region, operation, request)

    def write(self, service: str, region: str, operation: str, **request: t.Any) -> dict[str, t.Any]:
        """Make one call that changes something: never two at once, since Regions share the service-linked role."""
        with self._writes:
            return self.call(service, region, operation, **request)

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

    def _send(self, client: t.Any, region: str, operation: str, request: dict[str, t.Any]) -> dict[str, t.Any]:
        with self._slots:
            self._here.region = region
            answer: dict[str, t.Any] = getattr(client, operation)(**request)
        return answer

    def _client(self, service: str) -> t.Any:
        with self._lock:
            if self._expires and datetime.datetime.now(datetime.UTC) + RENEW_BEFORE > self._expires:
                self._renew()
            if service not in self._clients:
                client = self.connection.client(service, self.keys)
                event = f"before-endpoint-resolution.{client.meta.service_model.service_id.hyphenize()}"
                if service != "account":
                    client.meta.events.register(event, self._to_region)
                self._clients[service] = client
            return self._clients[service]

    def _renewed(self, service: str, used: t.Any) -> t.Any:
        with self._lock:
            if self._clients.get(service) is used:
                self._renew()
            return self._client(service)

    def _renew(self) -> None:
        self._clients.clear()
        self._assume(t.cast(Role, self.connection.role))

    def _to_region(self, builtins: dict[str, t.Any], context: dict[str, t.Any], **_event: t.Any) -> None:
        builtins["AWS::Region"] = self._here.region
        context.setdefault("signing", {})["region"] = self._here.region

    def _identity(self) -> str:
        try:
            return str(self.connection.client("sts").get_caller_identity()["Account"])
        except (boto.ClientError, boto.BotoCoreError) as error:
            raise failure(error, "The credentials cannot be used", "sts:GetCallerIdentity") from error

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
                remedy=reason.remedy
                or "Check the role's trust policy, external_id, role_duration, and that the caller may sts:AssumeRole.",
            ) from error
        given = answer["Credentials"]
        self.keys = {
            "aws_access_key_id": given["AccessKeyId"],
            "aws_secret_access_key": given["SecretAccessKey"],
            "aws_session_token": given["SessionToken"],
        }
        self._expires = given["Expiration"]
        return str(answer["AssumedRoleUser"]["Arn"].split(":")[4])


def over(function: t.Callable[[Item], Result], items: t.Sequence[Item], workers: int) -> list[Result]:
    """Return C(function(item)) for every item, in their order, worked at together in threads."""
    if len(items) <= 1 or workers <= 1:
        return [function(item) for item in items]
    with ThreadPoolExecutor(min(len(items), workers)) as pool:
        return list(pool.map(function, items))


def code_of(error: BaseException) -> str:
    """Return the service's error code, empty where no service answered."""
    return str((getattr(error, "response", None) or {}).get("Error", {}).get("Code", ""))


def status_of(error: BaseException) -> int:
    """Return the HTTP status, 0 where no service answered."""
    return int((getattr(error, "response", None) or {}).get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def is_passing(error: BaseException) -> bool:
    """Return whether the same call may succeed later. Decided by HTTP status, since InternalServerErrorException
    with 400 is permanent (contract: guardduty.md, Errors)."""
    if isinstance(error, boto.ClientError):
        status = status_of(error)
        return status >= SERVER_ERROR or status == TOO_MANY_REQUESTS or code_of(error) in THROTTLED
    return isinstance(error, (boto.HTTPClientError, boto.ConnectionError))


def failure(error: BaseException, place: str, permission: str = "") -> ThreatlistsError:
    """Return what boto3 raised as ours. place: what failed where; permission: the action that the call needs."""
    if isinstance(error, ThreatlistsError):
        return error
    if isinstance(error, boto.ClientError):
        return _answered(error, place, permission)
    if is_passing(error):
        timed_out = isinstance(error, (boto.ReadTimeoutError, boto.ConnectTimeoutError))
        code = "TimedOut" if timed_out else "Unreachable"
        remedy = "" if timed_out else "Check the Region's name, the network and endpoint_url."
        return GuardDutyError(f"{place}: {error}", code=code, retryable=True, remedy=remedy)
    if isinstance(error, boto.ParamValidationError):
        return ArgumentError(f"{place}: {error}")
    if not isinstance(error, boto.BotoCoreError):
        return GuardDutyError(
            f"{place}: {type(error).__name__}: {error}",
            code="Unexpected",
            remedy="Check that nothing between here and AWS answers in its place, and that boto3 is recent.",
        )
    return CredentialsError(
        f"{place}: {error}",
        remedy="Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, or run where a role is attached.",
    )


def _answered(error: t.Any, place: str, permission: str) -> ThreatlistsError:
    code, message = code_of(error), error.response.get("Error", {}).get("Message", "")
    said = f"{place}: {code} ({status_of(error)}): {message}"
    if code in DEAD:
        return CredentialsError(said, remedy="Renew the credentials.")
    if code.startswith("AccessDenied"):
        remedy = f"Allow {permission} to the caller." if permission else ""
        return GuardDutyError(said, code="AccessDenied", remedy=remedy)
    return GuardDutyError(said, code=code, retryable=is_passing(error))
