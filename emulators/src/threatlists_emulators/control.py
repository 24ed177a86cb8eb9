# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Start an emulator and talk to it, for tests, demos and benchmarks.

    with control.aws() as aws:
        aws.world({"accounts": {"111111111111": {"access_key": "AKIA1111111111111111"}}})
        aws.client("s3").create_bucket(...)           # a real boto3 client
        subprocess.run(..., env={**os.environ, **aws.environment()})
        assert [call["operation"] for call in aws.calls(write=True)] == [...]

Every method is one HTTP request under C(/_emulator/) of the emulator, so anything that speaks HTTP can do the same.
C(control.aws()) and C(control.threatstream()) start a process on a free loopback port that ends with the block, or with
this process, whatever comes first.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import pathlib
import subprocess
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import boto3
from botocore.config import Config

SOURCES = pathlib.Path(__file__).resolve().parent.parent
START_TIMEOUT = 30
_CREATING = threading.Lock()  # a Session makes clients in one thread at a time, and the second one fast
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@functools.cache
def _session() -> boto3.session.Session:
    return boto3.session.Session()


class ControlError(RuntimeError):
    """The emulator refused a control request: the message says why."""


class Emulator:
    """A running emulator at C(url); what both emulators have in common."""

    def __init__(self, url: str) -> None:
        self.url = url

    def request(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """Make one control request; C(path) below C(/_emulator/). JSON in, JSON (or, if it is not JSON, bytes) out."""
        given = {key: json.dumps(value) if isinstance(value, bool) else value for key, value in query.items()}
        search = urllib.parse.urlencode({key: value for key, value in given.items() if value is not None})
        request = urllib.request.Request(f"{self.url}/_emulator/{path}?{search}", method=method)
        request.data = None if body is None else json.dumps(body).encode()
        try:
            with _DIRECT.open(request, timeout=60) as answer:
                content = answer.read()
                return json.loads(content) if "json" in answer.headers["Content-Type"] else content
        except urllib.error.HTTPError as error:
            raise ControlError(f"{method} {path}: {error.code} {error.read().decode(errors='replace')}") from error

    def reset(self) -> None:
        """Go back to the start: no state, no faults, default settings, an empty log. The declared world stays."""
        self.request("POST", "reset")

    def world(self, world: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Declare a new world (this resets), or read the present one; return it."""
        if world is None:
            return dict(self.request("GET", "world"))
        return dict(self.request("POST", "world", world))

    def settings(self, **settings: Any) -> dict[str, Any]:
        """Change settings (see the emulator's table of settings) and return all of them."""
        return dict(self.request("POST", "settings", settings))

    def fault(self, **fault: Any) -> None:
        """Order a fault; see C(emulators/README.md) for its keys. Faults are tried in the order they were made."""
        self.request("POST", "faults", fault)

    def clear_faults(self) -> None:
        """Forget every ordered fault, and answer again after a C(die)."""
        self.request("DELETE", "faults")

    def calls(self, **filters: Any) -> list[dict[str, Any]]:
        """Return the log of calls, oldest first; filters compare equal: C(calls(service="guardduty", write=True))."""
        return list(self.request("GET", "calls", **filters))

    def clear_calls(self) -> None:
        """Empty the log."""
        self.request("DELETE", "calls")


class Aws(Emulator):
    """The AWS emulator: worlds, faults and settings are described in C(emulators/README.md).

    World: C({"accounts": {ID: {"name", "access_key", "regions_not_enabled", "regions_denied", "actions_denied",
    "no_detector", "suspended", "administrator": ID or {REGION: ID}, "put_role_policy": bool, "email", "state",
    "tags", "ou"}},
    "regions": [...], "roles": {ARN: {"exists": bool, "assumable": bool, "external_id", "max_duration"}},
    "organization": {"management": ID, "empty_page": bool}}).
    Fault: C(service operation account region where when=before|after action=error|drop|hang|throttle|die
    code status message seconds times=1|None skip=0 probability seed).
    """

    def account(self, account_id: str, **changes: Any) -> None:
        """Change one account of the world while it runs, C(account("1…", suspended=["eu-west-1"])), without a reset."""
        self.request("POST", "account", {"account_id": account_id, **changes})

    def loaded(self, **filters: Any) -> list[dict[str, Any]]:
        """Return what GuardDuty holds: C({account region kind id name format location status tags sha256 size loads}).

        C(sha256) and C(size) are those of the bytes in effect, None where there are none; C(loads) counts how often an
        activation read the object. DELETED lists are given too.
        """
        return list(self.request("GET", "loaded", **filters))

    def loaded_bytes(self, sha256: str) -> bytes:
        """Return bytes that some activation read, by their digest."""
        return bytes(self.request("GET", "loaded/bytes", sha256=sha256))

    def tamper(self, list_id: str, **changes: Any) -> None:
        """Set C(name format location status tags error_details) of a list behind everybody's back, without a call."""
        self.request("POST", "tamper", {"id": list_id, **changes})

    def traffic(self, account: str, region: str, remote: str, **details: Any) -> dict[str, Any] | None:
        """Let GuardDuty see traffic with an address or domain; return the finding that it raises, None for none.

        C(details): C(type inbound resource resource_tags severity); C(names_in): whether the list's name stands in
        C(both) the evidence and the additional information, or in one of them (C(evidence), C(additional_info)); and
        C(count): findings of as many instances, none of which is returned.
        """
        found: dict[str, Any] | None = self.request(
            "POST", "traffic", {"account": account, "region": region, "remote": remote, **details}
        )
        return found

    def change_finding(self, finding_id: str, **changes: Any) -> None:
        """Set fields of a finding behind everybody's back; C(expired=True) forgets it."""
        self.request("POST", "change-finding", {"id": finding_id, **changes})

    def expire_sessions(self) -> None:
        """Let every session token that was issued so far expire now."""
        self.request("POST", "expire-sessions")

    def revive(self) -> None:
        """Answer calls again, after the fault C(die)."""
        self.request("POST", "revive")

    def deny_reading(self, bucket: str, key: str | None = None, reason: str = "policy") -> None:
        """Keep GuardDuty from reading the object (or the bucket) at activation: C(reason) is C(policy) or C(kms)."""
        self.request("POST", "deny-reading", {"bucket": bucket, "key": key, "reason": reason})

    def deny_bucket(self, bucket: str) -> None:
        """Answer every S3 call on the bucket with 403 AccessDenied."""
        self.request("POST", "deny-bucket", {"bucket": bucket})

    def environment(self, account_id: str | None = None, region: str = "eu-west-1") -> dict[str, str]:
        """Return the variables that point the AWS SDK here, with the key of the account (the world's first)."""
        accounts = self.world()["accounts"]
        account = accounts[account_id or next(iter(accounts))]
        return {
            "AWS_ACCESS_KEY_ID": account["access_key"],
            "AWS_SECRET_ACCESS_KEY": "emulated",
            "AWS_DEFAULT_REGION": region,
            "AWS_REGION": region,
            "AWS_ENDPOINT_URL": self.url,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "NO_PROXY": "127.0.0.1",
        }

    def client(self, service: str, account_id: str | None = None, region: str = "eu-west-1", **options: Any) -> Any:
        """Return a boto3 client of the account. options: for C(Session.client), C(config) and credentials included."""
        environment = self.environment(account_id, region)
        options.setdefault("aws_access_key_id", environment["AWS_ACCESS_KEY_ID"])
        options.setdefault("aws_secret_access_key", environment["AWS_SECRET_ACCESS_KEY"])
        options.setdefault("config", Config(retries={"total_max_attempts": 1, "mode": "standard"}))
        create: Callable[..., Any] = _session().client
        with _CREATING:
            return create(service, region_name=region, endpoint_url=self.url, **options)


class ThreatStream(Emulator):
    """The ThreatStream emulator. World: C({"objects": [...], "search_filters": {ID: QUERY}, "credentials": {USER: KEY},
    "forbidden": [USER]}); what an object leaves out gets the service's usual values. Settings: C(max_limit cursor
    rejected).
    Fault: C(kind after times) and what the kind takes, see C(emulators/README.md).
    """

    username = "analyst"
    api_key = "emulator-key"

    def environment(self) -> dict[str, str]:
        """Return the environment variables that point the collection here."""
        return dict(self.request("GET", "environment"))

    def add(self, *objects: Mapping[str, Any]) -> list[int]:
        """Add objects; return their ids. One that is C("late": True) is numbered now and seen after C(reveal())."""
        return list(self.request("POST", "objects", list(objects)))

    def change(self, identity: int, **changes: Any) -> None:
        """Change an object, which gives it a higher update_id; C(status="inactive") withdraws it."""
        self.request("POST", "change", {"id": identity, **changes})

    def reveal(self) -> None:
        """Show what was added or changed as C("late": True)."""
        self.request("POST", "reveal", {})

    def withdraw(self, identity: int) -> None:
        """Withdraw an object as the service does: it stays, inactive."""
        self.change(identity, status="inactive")

    def generate(self, count: int, seed: int = 0) -> None:
        """Add C(count) active addresses, the same for the same seed."""
        self.request("POST", "generate", {"count": count, "seed": seed})

    def objects(self) -> list[dict[str, Any]]:
        """Return everything that is held."""
        return list(self.request("GET", "objects"))


class _Process:
    def __init__(self, module: str, arguments: list[str]) -> None:
        path = os.pathsep.join(filter(None, [str(SOURCES), os.environ.get("PYTHONPATH")]))
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, "--port", "0", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path},
            text=True,
        )
        assert self.process.stdin and self.process.stdout
        self.stdin, self.stdout = self.process.stdin, self.process.stdout
        try:
            line = self.stdout.readline()
            self.url: str = json.loads(line)["url"]
        except ValueError as error:
            self.stop()
            raise ControlError(f"{module} did not start") from error

    def stop(self) -> None:
        with contextlib.suppress(OSError):
            self.stdin.close()  # the emulator ends when its standard input does
        try:
            self.process.wait(START_TIMEOUT)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.stdout.close()


@contextlib.contextmanager
def aws(*arguments: str) -> Iterator[Aws]:
    """Start an AWS emulator for the length of the block, in its default world of one account."""
    process = _Process("threatlists_emulators.aws", list(arguments))
    try:
        yield Aws(process.url)
    finally:
        process.stop()


@contextlib.contextmanager
def threatstream(*arguments: str) -> Iterator[ThreatStream]:
    """Start a ThreatStream emulator for the length of the block."""
    process = _Process("threatlists_emulators.threatstream", list(arguments))
    try:
        yield ThreatStream(process.url)
    finally:
        process.stop()
