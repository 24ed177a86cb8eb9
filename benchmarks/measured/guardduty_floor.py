# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The least that any tool must do to bring lists to their declared state: bare boto3, threads, nothing else.

Its calls follow from docs/dev/guardduty.md and the declaration alone; it imports nothing of the collection, and can
neither fail gracefully, explain, nor predict. As a program it reads C({roles, regions, lists, threads, per_region}) as
JSON on standard input (roles: ARNs, or [null] for the account of the credentials; lists: kind, name, location, owner)
and prints C({wall, cpu, acted}), in seconds above the start of the process and its imports.
"""

from __future__ import annotations

import base64
import itertools
import json
import resource
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import botocore.credentials
import botocore.session
from botocore.config import Config

NOUNS = {
    "threatintelset": ("threat_intel_set", "ThreatIntelSetId"),
    "ipset": ("ip_set", "IpSetId"),
    "threatentityset": ("threat_entity_set", "ThreatEntitySetId"),
    "trustedentityset": ("trusted_entity_set", "TrustedEntitySetId"),
}
TAG = "threatlists:sha256"
PENDING_STATES = ("ACTIVATING", "DEACTIVATING", "DELETE_PENDING")


class PerThread(botocore.credentials.Credentials):
    """The credentials of the account that this thread works for."""

    def __init__(self, here: threading.local) -> None:
        super().__init__("none", "none")
        self.here = here

    def get_frozen_credentials(self) -> Any:
        given = self.here.keys
        return botocore.credentials.ReadOnlyCredentials(
            given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"]
        )


class Provider(botocore.credentials.CredentialProvider):
    METHOD = CANONICAL_NAME = "per-thread"

    def __init__(self, here: threading.local) -> None:
        super().__init__()
        self.here = here

    def load(self) -> PerThread:
        return PerThread(self.here)


class Floor:
    """One process, one session; either a client for all accounts and Regions, or one for each account and Region."""

    def __init__(self, given: dict[str, Any]) -> None:
        self.given = given
        self.here = threading.local()
        self.lock = threading.Lock()
        self.config = Config(max_pool_connections=given["threads"], retries={"mode": "standard"})
        self.session = boto3.session.Session()
        self.s3 = self.session.client("s3", config=self.config)
        self.digests: dict[str, str] = {}
        if not given["per_region"]:
            core = botocore.session.Session()
            core.register_component("data_loader", self.session._loader)
            if given["roles"] != [None]:
                core.get_component("credential_provider").insert_before("env", Provider(self.here))
            self.client = boto3.session.Session(botocore_session=core).client("guardduty", config=self.config)
            self.client.meta.events.register("before-endpoint-resolution.guardduty", self._to_region)

    def _to_region(self, builtins: dict[str, Any], context: dict[str, Any], **_event: Any) -> None:
        builtins["AWS::Region"] = self.here.region
        context.setdefault("signing", {})["region"] = self.here.region

    def work_in(self, place: dict[str, Any]) -> Any:
        """Make this thread work in a Region of an account and give the client for it."""
        self.here.keys, self.here.region = place["account"]["keys"], place["region"]
        if not self.given["per_region"]:
            return self.client
        if "client" not in place:
            keys = place["account"]["keys"]
            given = {
                "aws_access_key_id": keys["AccessKeyId"],
                "aws_secret_access_key": keys["SecretAccessKey"],
                "aws_session_token": keys["SessionToken"],
            }
            with self.lock:
                place["client"] = self.session.client(
                    "guardduty", region_name=place["region"], config=self.config, **(given if keys["own"] else {})
                )
        return place["client"]

    def look(self, location: str) -> str:
        bucket, _slash, key = location.removeprefix("s3://").partition("/")
        head = self.s3.head_object(Bucket=bucket, Key=key, ChecksumMode="ENABLED")
        return base64.b64decode(head["ChecksumSHA256"]).hex()

    def account(self, role: str | None) -> dict[str, Any]:
        with self.lock:
            sts = self.session.client("sts", config=self.config)
        if role is None:
            keys = {"AccessKeyId": "", "SecretAccessKey": "", "SessionToken": "", "own": False}
            return {"id": sts.get_caller_identity()["Account"], "keys": keys, "writes": threading.Lock()}
        answer = sts.assume_role(RoleArn=role, RoleSessionName="floor")
        keys = {**answer["Credentials"], "own": True}
        return {"id": role.split(":")[4], "keys": keys, "writes": threading.Lock()}

    def read(self, place: dict[str, Any]) -> list[dict[str, Any]]:
        """ListDetectors, a List a kind, Gets until all names are found; GetDetector where a write is due."""
        client = self.work_in(place)
        place["detector"] = client.list_detectors()["DetectorIds"][0]
        due = []
        for kind, (noun, id_key) in NOUNS.items():
            wanted = {one["name"]: one for one in self.given["lists"] if one["kind"] == kind}
            if not wanted:
                continue
            ids = getattr(client, f"list_{noun}s")(DetectorId=place["detector"])[f"{id_key}s"]
            for list_id in ids:
                if not wanted:
                    break
                found = getattr(client, f"get_{noun}")(DetectorId=place["detector"], **{id_key: list_id})
                one = wanted.pop(found["Name"], None)
                if one and found["Tags"].get(TAG) != self.digests[one["location"]]:
                    due.append({"place": place, "list": one, "id": list_id})
        if due:
            client.get_detector(DetectorId=place["detector"])
        return due

    def load(self, work: dict[str, Any]) -> None:
        """Pending, activate, final state, the object again, proof: only what touches the account's role is serial."""
        place, one = work["place"], work["list"]
        client = self.work_in(place)
        noun, id_key = NOUNS[one["kind"]]
        about = {"DetectorId": place["detector"], id_key: work["id"]}
        account = place["account"]
        detector = f"{place['region']}:{account['id']}:detector/{place['detector']}"
        arn = f"arn:aws:guardduty:{detector}/{one['kind']}/{work['id']}"
        client.tag_resource(ResourceArn=arn, Tags={TAG: "pending"})
        with account["writes"]:
            getattr(client, f"update_{noun}")(**about, Activate=True, ExpectedBucketOwner=one["owner"])
        while getattr(client, f"get_{noun}")(**about)["Status"] in PENDING_STATES:
            time.sleep(0.2)
        digest = self.look(one["location"])
        client.tag_resource(ResourceArn=arn, Tags={TAG: digest})

    def run(self) -> int:
        """Bring all lists to their state; give how many had to be loaded."""
        locations = list(dict.fromkeys(one["location"] for one in self.given["lists"]))
        with ThreadPoolExecutor(self.given["threads"]) as pool:
            self.digests = dict(zip(locations, pool.map(self.look, locations), strict=True))
            accounts = list(pool.map(self.account, self.given["roles"]))
            places = [
                {"account": account, "region": region} for account in accounts for region in self.given["regions"]
            ]
            due = list(itertools.chain.from_iterable(pool.map(self.read, places)))
            list(pool.map(self.load, due))
        return len(due)


def cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    declaration = json.load(sys.stdin)
    wall, cpu = time.perf_counter(), cpu_seconds()
    acted = Floor(declaration).run()
    print(json.dumps({"wall": time.perf_counter() - wall, "cpu": cpu_seconds() - cpu, "acted": acted}))
