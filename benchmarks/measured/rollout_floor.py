# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The least that a rollout can cost: bare boto3, one process, one session, eight threads.

Its calls are those that docs/dev/guardduty.md asks for.

rollout_floor.py FLEET.json CLIENTS: FLEET.json holds {accounts, regions, bucket, lists: [{name, kind, key}]}; CLIENTS
is many (one an account and Region) or one. Imports nothing of the collection.
"""

from __future__ import annotations

import concurrent.futures
import json
import pathlib
import sys
import threading

import boto3
import botocore.credentials

THREADS = 8
OPERATIONS = {"threatintelset": "threat_intel_set", "ipset": "ip_set"}
IDS = {"threatintelset": "ThreatIntelSet", "ipset": "IpSet"}


class PerThread(botocore.credentials.Credentials):
    """Credentials of the account that the calling thread works on."""

    def __init__(self):
        super().__init__("none", "none")
        self.here = threading.local()

    def get_frozen_credentials(self):
        return self.here.keys


class One:
    """One client for all accounts and Regions."""

    def __init__(self):
        self.credentials = PerThread()
        core = boto3.session.Session()._session
        core._credentials = self.credentials
        self.client = core.create_client("guardduty", region_name="us-east-1")
        self.client.meta.events.register("before-endpoint-resolution.guardduty", self.to_region)

    def to_region(self, builtins, context, **_event):
        builtins["AWS::Region"] = self.credentials.here.region
        context.setdefault("signing", {})["region"] = self.credentials.here.region

    def get(self, keys, region):
        self.credentials.here.keys = botocore.credentials.ReadOnlyCredentials(*keys)
        self.credentials.here.region = region
        return self.client


class Many:
    """A client for each account and Region, made from one session."""

    def __init__(self):
        self.session = boto3.session.Session()
        self.lock = threading.Lock()

    def get(self, keys, region):
        names = ("aws_access_key_id", "aws_secret_access_key", "aws_session_token")
        with self.lock:
            return self.session.client("guardduty", region_name=region, **dict(zip(names, keys, strict=True)))


def assumed(sts, account):
    role = f"arn:aws:iam::{account}:role/threatlists"
    given = sts.assume_role(RoleArn=role, RoleSessionName="floor")["Credentials"]
    return account, (given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])


def call(client, verb, kind, **request):
    operation = OPERATIONS[kind] + ("s" if verb == "list" else "")
    return getattr(client, f"{verb}_{operation}")(**request)


class Floor:
    def __init__(self, fleet, clients):
        self.fleet = fleet
        self.clients = One() if clients == "one" else Many()
        self.s3 = boto3.client("s3")

    def head(self, key):
        return self.s3.head_object(Bucket=self.fleet["bucket"], Key=key, ChecksumMode="ENABLED")["ChecksumSHA256"]

    def converge(self, target):
        (account, keys), region = target
        client = self.clients.get(keys, region)
        detector = client.list_detectors()["DetectorIds"][0]
        found = {}
        for kind in dict.fromkeys(one["kind"] for one in self.fleet["lists"]):
            for list_id in call(client, "list", kind, DetectorId=detector)[f"{IDS[kind]}Ids"]:
                held = call(client, "get", kind, DetectorId=detector, **{f"{IDS[kind]}Id": list_id})
                found[held["Name"]] = {**held, "id": list_id}
        due = [one for one in self.fleet["lists"] if self.stale(found.get(one["name"]), one)]
        if not found:
            client.get_administrator_account(DetectorId=detector)
        if due:
            client.get_detector(DetectorId=detector)

        def arn_of(kind, list_id):
            noun = OPERATIONS[kind].replace("_", "")
            return f"arn:aws:guardduty:{region}:{account}:detector/{detector}/{noun}/{list_id}"

        for one in due:
            self.load(client, detector, arn_of, one, found.get(one["name"]))

    def stale(self, held, one):
        return held is None or held["Tags"].get("threatlists:sha256") != self.digests[one["key"]]

    def load(self, client, detector, arn_of, one, held):
        kind, location = one["kind"], f"s3://{self.fleet['bucket']}/{one['key']}"
        if held:
            list_id = held["id"]
            client.tag_resource(ResourceArn=arn_of(kind, list_id), Tags={"threatlists:sha256": "pending"})
            request = {f"{IDS[kind]}Id": list_id, "Activate": True, "Location": location}
            call(client, "update", kind, DetectorId=detector, **request)
        else:
            tags = {"threatlists:sha256": "pending", "threatlists:name": one["name"]}
            request = {"Name": one["name"], "Format": "TXT", "Location": location, "Activate": True, "Tags": tags}
            list_id = call(client, "create", kind, DetectorId=detector, **request)[f"{IDS[kind]}Id"]
        while call(client, "get", kind, DetectorId=detector, **{f"{IDS[kind]}Id": list_id})["Status"] != "ACTIVE":
            pass
        self.head(one["key"])  # is it still the same object that was loaded?
        client.tag_resource(ResourceArn=arn_of(kind, list_id), Tags={"threatlists:sha256": self.digests[one["key"]]})

    def run(self):
        self.digests = {one["key"]: self.head(one["key"]) for one in self.fleet["lists"]}
        sts = boto3.client("sts")
        with concurrent.futures.ThreadPoolExecutor(THREADS) as pool:
            accounts = list(pool.map(lambda account: assumed(sts, account), self.fleet["accounts"]))
            targets = [(account, region) for account in accounts for region in self.fleet["regions"]]
            list(pool.map(self.converge, targets))
        return len(targets)


if __name__ == "__main__":
    print(Floor(json.loads(pathlib.Path(sys.argv[1]).read_text()), sys.argv[2]).run())
