# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The session that a module was started with, and its clients. Private to the collection."""

from __future__ import annotations

import contextlib
import difflib
import functools
import typing as t
import urllib.parse

from ansible_collections.threatlists.aws.plugins.module_utils._aws import arns
from ansible_collections.threatlists.aws.plugins.module_utils._aws.errors import failure
from ansible_collections.threatlists.aws.plugins.module_utils._aws.regions import PARTITIONS, is_always_on
from ansible_collections.threatlists.aws.plugins.module_utils._aws.shared import Shared
from ansible_collections.threatlists.aws.plugins.module_utils._errors import (
    ArgumentError,
    CredentialsError,
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

# A Region that is down should not hold up the others: a connection is there soon, or not at all. An answer takes
# longer: a missing object makes an activating call block for 17 to 18 s (docs/dev/guardduty.md#12).
CONNECT_TIMEOUT, READ_TIMEOUT, ATTEMPTS = 3, 30, 4
MIN_DURATION, MAX_DURATION = 900, 43200


class Role(t.NamedTuple):
    """A role to work under; C(duration) in seconds."""

    arn: str
    external_id: str | None
    session_name: str
    duration: int

    @property
    def partition(self) -> str:
        """The partition that the ARN names, such as C(aws)."""
        return arns.partition_of(self.arn)

    @property
    def account(self) -> str:
        """The account id that the ARN names."""
        return arns.account_of(self.arn)


def role(params: dict[str, t.Any]) -> Role | None:
    """Return the role that the options name, None where they name none.

    Raises ArgumentError for what STS would refuse (docs/dev/guardduty.md#24).
    """
    arn = params.get("assume_role_arn")
    if not arn:
        if params.get("external_id"):
            raise ArgumentError("external_id means nothing without assume_role_arn.")
        return None
    external_id, name, duration = params.get("external_id"), params["role_session_name"], params["role_duration"]
    if not arns.ROLE_ARN.fullmatch(arn):
        raise ArgumentError(
            f"assume_role_arn: {arn!r} is not the ARN of a role, such as arn:aws:iam::ACCOUNT:role/NAME."
        )
    if not arns.SESSION_NAME.fullmatch(name):
        raise ArgumentError(f"role_session_name: {name!r} must be 2 to 64 letters, digits or any of _+=,.@-")
    if external_id is not None and not arns.EXTERNAL_ID.fullmatch(external_id):
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


# Sessions made before a fork and not used yet: to make one is half of the time that a connection takes.
_unused_sessions: list[t.Any] = []


def keep_unused_session() -> None:
    """Make a session for a process that is forked from this one; there it is found, and used once."""
    if not _unused_sessions:
        _unused_sessions.append(_bare_session())


class Connection:
    """The credentials that a module was started with; makes clients, one at a time, from one session.

    shared: sessions and clients of other connections in this process that have the same options.

    region: the home Region, where STS, S3 and account are asked: the configured one, else the first of those given that
    is on in every account, else the partition's default. workers: how many calls may be under way at once.
    stop: tells the threads that work with it to end. attempts: how often a call is tried at most.
    """

    def __init__(
        self, module: t.Any, regions: t.Sequence[str] = (), workers: int = 10, shared: Shared | None = None
    ) -> None:
        """Raise ArgumentError or CredentialsError; reads options and configuration only, and calls nothing."""
        self.workers = workers
        self.shared = shared = shared or Shared()
        self.stop = shared.stop
        self.role = role(module.params)
        self._account_id: str | None = module.params.get("account_id") or None
        if self._account_id and not arns.ACCOUNT_ID.fullmatch(self._account_id):
            raise ArgumentError(f"account_id: {self._account_id!r} is not 12 digits.")
        if self.role:
            self.check_account(self.role.account)
        self._key = _connection_key(module.params)
        profile = module.params.get("profile") or None
        self._session: t.Any = shared.once(("session", profile), lambda: _session(profile, shared))
        region, self._endpoint_url, options = shared.once(
            ("connection", self._key), lambda: get_aws_connection_info(_WithRegion(module, self._session.region_name))
        )
        options = {name: value for name, value in options.items() if name != "profile_name"}
        self._config = Config(
            connect_timeout=CONNECT_TIMEOUT,
            read_timeout=READ_TIMEOUT,
            retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
            max_pool_connections=max(workers * shared.accounts, 10),
            # Made once: botocore would make it twice for each call, which is a tenth of the time of a call.
            user_agent=self._session._session.user_agent(),
            user_agent_extra="threatlists.aws",
        )
        if given := options.pop("aws_config", None):
            self._config = self._config.merge(given)
        self.attempts = _attempts(getattr(self._config, "retries", None) or {})
        self._options = options
        self.configured_region = region
        self.region = self._home(region, regions)
        self.partition = self._session.get_partition_for_region(self.region)

    def client(self, service: str, keys: dict[str, str] | None = None, region: str | None = None) -> t.Any:
        """Return a client of the home Region, or of C(region).

        keys: credentials other than those the module was started with.
        """
        region = region or self.region
        if keys:
            return self._client(service, {**self._options, **keys}, region)
        return self.shared.once(
            ("client", service, region, self._key, self.workers), lambda: self._client(service, self._options, region)
        )

    def account_client(
        self,
        service: str,
        make_ready: t.Callable[[t.Any], None],
        apart: str = "",
        *,
        read_timeout: float | None = None,
        kept: dict[t.Hashable, t.Any] | None = None,
    ) -> t.Any:
        """Return the client of all accounts, for calls within C(shared.calling). make_ready(client) is called once.

        apart: the name of a client of its own, for a Region in trouble. read_timeout: an upper bound. kept: the
        account's own cache, in place of the shared one.
        """
        # Under a role the keys of the calling thread sign: credentials among the options would take their place.
        own = ("aws_access_key_id", "aws_secret_access_key", "aws_session_token")
        options = {name: value for name, value in self._options.items() if not (self.role and name in own)}

        def make() -> t.Any:
            client = self._client(service, options, read_timeout=read_timeout)
            make_ready(client)
            return client

        role = bool(self.role)
        key = ("account client", service, apart, read_timeout, role, self.region, self._key, self.workers)
        return self.shared.once(key, make, kept)

    def _client(
        self,
        service: str,
        options: dict[str, t.Any],
        region: str | None = None,
        read_timeout: float | None = None,
    ) -> t.Any:
        config: t.Any = self._config
        if read_timeout is not None:
            config = config.merge(Config(read_timeout=min(read_timeout, config.read_timeout or read_timeout)))
        with _configured(service):
            client = self._session.client(
                service,
                region_name=region or self.region,
                endpoint_url=self._endpoint_url,
                config=config,
                **options,
            )
            _check_address(client.meta.endpoint_url)
        return client

    def check_account(self, account_id: str) -> None:
        """Raise CredentialsError where O(account_id) names another account than the one that would be worked at."""
        if self._account_id in (None, account_id):
            return
        assumed = f"the role {self.role.arn} is" if self.role else "the credentials are"
        raise CredentialsError(
            f"Nothing was done: the account {self._account_id} is meant (account_id), but {assumed} of {account_id}.",
            code="WrongAccount",
            remedy=f"Name a role in {self._account_id} to work under (assume_role_arn), or correct account_id.",
        )

    def known(self, region: str) -> bool:
        """Return whether the name has the form of a Region of any partition."""
        try:
            self._session.get_partition_for_region(region)
        except boto.UnknownRegionError:
            return False
        return True

    def nearest_region(self, region: str) -> str:
        """Return the question whether another Region was meant, empty where there is one of that name."""
        names = self._session.get_available_regions("guardduty", self.partition)
        nearest = difflib.get_close_matches(region, names, 1)
        return f"Did you mean {nearest[0]}? " if nearest and region not in names else ""

    def _home(self, configured: str | None, regions: t.Sequence[str]) -> str:
        for region in regions:
            if not self.known(region):
                raise ArgumentError(f"regions: there is no Region {region!r}.")
        partitions = {self._session.get_partition_for_region(region) for region in regions}
        if len(partitions) > 1:
            raise ArgumentError(f"regions: one account is in one partition, these are in {sorted(partitions)}.")
        partition = self.role.partition if self.role else next(iter(partitions), None)
        if configured and not self.known(configured):
            raise ArgumentError(
                f"region: there is no Region {configured!r}.",
                remedy="Correct the option region, AWS_REGION, AWS_DEFAULT_REGION, or the region of the profile.",
            )
        given = [*([configured] if configured else []), *regions]
        fitting = [one for one in given if partition in (None, self._session.get_partition_for_region(one))]
        if given and not fitting:
            asked = ", ".join(regions) or configured
            raise ArgumentError(f"assume_role_arn is in the partition {partition}, the Regions {asked} are not.")
        if configured in fitting:
            return str(configured)
        partition = partition or "aws"
        on = (region for region in fitting if is_always_on(region, partition))
        return next(on, PARTITIONS.get(partition, PARTITIONS["aws"]).default_region)


def _attempts(given: dict[str, t.Any]) -> int:
    """Return how often a call is tried at most, by the retries of a configuration."""
    more = given.get("max_attempts", ATTEMPTS - 1)
    return int(given.get("total_max_attempts", more + 1))


@contextlib.contextmanager
def _configured(service: str) -> t.Iterator[None]:
    """Raise an error that names the setting of the environment or of a file that keeps a client from being made."""
    try:
        yield
    except boto.BotoCoreError as error:
        raise failure(error, f"A client of {service} cannot be made") from error
    except ValueError as error:
        raise ArgumentError(
            f"A client of {service} cannot be made: {error}",
            code="InvalidConfiguration",
            remedy=f"Correct endpoint_url, AWS_ENDPOINT_URL or AWS_ENDPOINT_URL_{service.upper()}: an address begins "
            "with https:// or http://. Numbers, such as AWS_MAX_ATTEMPTS, have digits alone.",
        ) from error
    except (AttributeError, TypeError) as error:
        raise ArgumentError(
            f"A client of {service} cannot be made: {error}",
            code="InvalidConfiguration",
            remedy="Correct the setting of the AWS configuration file that has one value where it should have several.",
        ) from error


def _check_address(url: str) -> None:
    """Raise ValueError for an address that botocore would refuse at the first call only, or take for a dead network."""
    address = urllib.parse.urlsplit(url)
    if address.scheme not in ("https", "http"):
        raise ValueError(f"Invalid endpoint: {url}")
    _port = address.port


def _bare_session() -> t.Any:
    """Return a session that has read nothing yet, neither of the environment nor of a file."""
    core = botocore.session.Session()
    core.register_component("data_loader", models())
    return core


class _WithRegion:
    """A module with the configured Region filled in: to look for it, amazon.aws would make a session of its own."""

    def __init__(self, module: t.Any, configured: str | None) -> None:
        self.params = {**module.params, "region": module.params.get("region") or configured}
        self.fail_json = module.fail_json


def _connection_key(params: dict[str, t.Any]) -> str:
    """Return a text that is equal for options from which equal clients are made."""
    names = ("endpoint_url", "access_key", "secret_key", "session_token", "region", "profile", "validate_certs")
    return repr([params.get(name) for name in (*names, "aws_ca_bundle", "aws_config")])


def _session(profile: str | None, shared: Shared) -> t.Any:
    core = _unused_sessions.pop() if _unused_sessions else _bare_session()
    if profile:
        core.set_config_variable("profile", profile)
    # A token of the global STS endpoint is refused in opt-in Regions; older botocore would still go there.
    core.set_config_variable("sts_regional_endpoints", "regional")
    # An aws_config that bounds the attempts and names no mode keeps this one.
    core.set_config_variable("retry_mode", "standard")
    try:
        core.get_scoped_config()
    except boto.ProfileNotFound as error:
        raise CredentialsError(f"profile: {error}", remedy="Correct the option profile, or AWS_PROFILE.") from error
    except boto.BotoCoreError as error:
        raise failure(error, "The AWS configuration") from error
    try:
        shared.sign_for_the_calling(core)
    except boto.BotoCoreError as error:
        raise failure(error, "The AWS configuration") from error
    except ValueError as error:
        raise ArgumentError(
            f"The AWS configuration: {error}",
            code="InvalidConfiguration",
            remedy="Correct AWS_METADATA_SERVICE_TIMEOUT and AWS_METADATA_SERVICE_NUM_ATTEMPTS (in the configuration "
            "file metadata_service_timeout and metadata_service_num_attempts), which are whole numbers.",
        ) from error
    return boto3.session.Session(botocore_session=core)
