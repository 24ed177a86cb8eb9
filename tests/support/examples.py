# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The examples of the documentation, found where they stand, and a world in which they hold."""

from __future__ import annotations

import ast
import dataclasses
import hashlib
import json
import pathlib
import re
import shutil
import subprocess
import sys
import typing as t

import yaml
from ansible_collections.threatlists.aws.plugins.module_utils._lists import index, networks
from ansible_collections.threatlists.aws.plugins.module_utils._lists.indicators import Indicator
from support import report_records
from support.paths import ROOT

GUIDES = sorted((ROOT / "docs/docsite/rst").glob("*.rst"))
PLUGINS = [
    path
    for kind in ("modules", "filter", "inventory")
    for path in sorted((ROOT / "plugins" / kind).glob("*.py"))
    if not path.name.startswith("_")
]
BLOCK = re.compile(
    r"^\.\. code-block:: (?P<language>\S+)\n(?:   :name: (?P<name>\S+)\n)?\n(?P<text>(?:   .*\n|\n(?=\n*   ))+)", re.M
)
SECURITY, STANDALONE = "111111111111", "222222222222"
WORLD = {
    "regions": ["eu-west-1", "us-east-1"],
    "accounts": {
        SECURITY: {"name": "security", "access_key": "AKIA1111111111111111", "ou": "Security"},
        STANDALONE: {"name": "production", "ou": "Workloads/Production", "tags": {"environment": "prod"}},
        "333333333333": {"name": "guardduty", "ou": "Security"},
        "444444444444": {"name": "shop", "ou": "Workloads/Production", "tags": {"environment": "prod"}},
    },
    "organization": {"management": SECURITY},
}
# Feeds that examples read from the folder feeds.
FEEDS = ("spamhaus_drop.json", "hosts", "defanged.txt", "stix21_bundle.json")
CREDENTIALS = {"analyst": "emulator-key", "analyst@example.com": "emulator-key"}
INDICATORS = [
    {
        "id": number,
        "value": f"45.{number // 200}.{number % 200}.7",
        "itype": ("mal_ip", "c2_ip", "phish_ip")[number % 3],
        "confidence": 95,
        "source": "PhishMe",
        "feed_id": 112,
        "meta": {"severity": "very-high"},
    }
    for number in range(1, 201)
] + [{"id": 1000, "value": "bad.example.org", "type": "domain", "itype": "c2_domain", "confidence": 95}]

PACKAGE = """<stix:STIX_Package xmlns:stix="http://stix.mitre.org/stix-1" xmlns:cybox="http://cybox.mitre.org/cybox-2"
 xmlns:AddressObject="http://cybox.mitre.org/objects#AddressObject-2" version="1.2"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<stix:Observables cybox_major_version="2" cybox_minor_version="1">%s</stix:Observables></stix:STIX_Package>
"""
OBSERVABLE = """
<cybox:Observable><cybox:Object><cybox:Properties xsi:type="AddressObject:AddressObjectType" category="ipv4-addr">
<AddressObject:Address_Value>%s</AddressObject:Address_Value>
</cybox:Properties></cybox:Object></cybox:Observable>"""


def stix(*addresses: str) -> str:
    return PACKAGE % "".join(OBSERVABLE % address for address in addresses)


@dataclasses.dataclass(frozen=True)
class Block:
    """One example of a guide."""

    language: str
    name: str
    text: str


def blocks(guide: pathlib.Path) -> list[Block]:
    found = []
    for match in BLOCK.finditer(guide.read_text(encoding="utf-8") + "\n"):
        lines = [line[3:] for line in match["text"].splitlines()]
        found.append(Block(match["language"], match["name"] or "", "\n".join(lines).strip() + "\n"))
    return found


def constant(plugin: pathlib.Path, name: str) -> str:
    """The text of a module-level C(name) of a plugin, such as EXAMPLES."""
    for node in ast.parse(plugin.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == name:
            return str(ast.literal_eval(node.value))
    raise AssertionError(f"{plugin.name} has no {name}")


class Kitchen:
    """A folder with the files that examples name, the emulated services, and Ansible."""

    def __init__(self, folder: pathlib.Path, aws: t.Any, threatstream: t.Any) -> None:
        self.folder, self.aws, self.threatstream = folder, aws, threatstream
        self.places = {"https://threatstream.example.com": threatstream.url, "~/.cache": str(folder)}
        aws.world(WORLD)
        threatstream.world({"objects": INDICATORS, "credentials": CREDENTIALS})
        self.store = folder / "store"
        for name in ("feeds", "reports", "files", "lists", "store"):
            (folder / name).mkdir()
        self._files()
        self._objects()

    def _files(self) -> None:
        samples = ROOT / "tests/fixtures/stix"
        report = min(samples.glob("*.xml"), key=lambda path: path.stat().st_size)
        addresses = [item["value"] for item in INDICATORS if "type" not in item]
        feed = "".join(json.dumps({"value": value, "confidence": 90}) + "\n" for value in addresses)
        (self.folder / "feeds/threatstream.jsonl").write_text(feed)
        for name in ("exported-by-hand.xml", "extra-indicators.xml", "reports/campaign.xml"):
            shutil.copy(report, self.folder / name)
        for name in FEEDS:
            shutil.copy(ROOT / "tests/fixtures/feeds" / name, self.folder / "feeds" / name)
        texts = {
            "files/our-networks.txt": "203.0.114.0/24\n",
            "offices.txt": "203.0.114.0/24\n",
            "malware.xml": "203.0.114.7\n",
            "store/threatstream-indicators.xml": stix(*addresses),
            "record.json": json.dumps(report_records.fleet()),
        }
        for name, text in texts.items():
            (self.folder / name).write_text(text)

    def _objects(self) -> None:
        kms = self.aws.client("kms", region="eu-west-1")
        key = kms.create_key(KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC")["KeyMetadata"]["KeyId"]
        kms.create_alias(AliasName="alias/threatlists", TargetKeyId=key)
        for bucket in ("acme-threatlists", *(f"acme-threatlists-{region}" for region in WORLD["regions"])):
            region = bucket.removeprefix("acme-threatlists-") if "lists-" in bucket else "eu-west-1"
            where = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
            s3 = self.aws.client("s3", region=region)
            s3.create_bucket(Bucket=bucket, **where)
            s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
            s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(_open_to_guardduty(bucket)))
            addresses = [item["value"] for item in INDICATORS if "type" not in item]
            for key in ("domains.txt", "trusted-domains.txt"):
                s3.put_object(Bucket=bucket, Key=key, Body=b"bad.example.org\n")
            for key in ("trusted.txt", "partners.txt", "malware.txt"):
                s3.put_object(Bucket=bucket, Key=key, Body=b"203.0.114.0/24\n")
            for count in (120, 150):
                self._publish(s3, bucket, addresses[:count])

    def _publish(self, s3: t.Any, bucket: str, addresses: list[str]) -> None:
        """A list with its index, as s3_threatlist would."""
        content, key = stix(*addresses).encode(), "threatstream-indicators.xml"
        collector = index.Collector(str(self.folder))
        entries = {address: networks.parse(address) for address in addresses}
        for address, found in entries.items():
            collector.note(Indicator(address, source="PhishMe", id="1"), found)
        body = b"".join(collector.chunks(sorted(one for found in entries.values() for one in found), []))
        bound = {"list-sha256": hashlib.sha256(content).hexdigest()}
        s3.put_object(Bucket=bucket, Key=f"{key}.index.jsonl.gz", Body=body, Metadata=bound)
        s3.put_object(Bucket=bucket, Key=key, Body=content)

    def environment(self) -> dict[str, str]:
        bin_folder = pathlib.Path(sys.executable).parent
        return {
            "PATH": f"{bin_folder}:/usr/local/bin:/usr/bin:/bin",
            "HOME": str(self.folder),
            "LANG": "C.UTF-8",
            "ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".cache/collections/current"),
            "ANSIBLE_HOME": str(self.folder / "ansible-home"),
            "ANSIBLE_NOCOLOR": "1",
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
            "OBJC_DISABLE_INITIALIZE_FORK_SAFETY": "YES",
            **self.aws.environment(SECURITY),
            **self.threatstream.environment(),
        }

    def fit(self, text: str) -> str:
        """An example with its places put into this folder, and its hosts on loopback."""
        for place in ("/var/lib/threatlists", "/srv/threatlists"):
            text = text.replace(place, str(self.store))
        for place, here in self.places.items():
            text = text.replace(place, here)
        return text

    def command(self, *words: str) -> str:
        """The output of a command that ends well and complains of nothing."""
        done = subprocess.run(
            words,
            cwd=self.folder,
            env=self.environment(),
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            timeout=400,
        )
        assert done.returncode == 0, done.stdout
        assert "[WARNING]" not in done.stdout, done.stdout
        assert "[DEPRECATION" not in done.stdout, done.stdout
        return done.stdout

    def play(self, tasks: list[dict[str, t.Any]], **variables: t.Any) -> str:
        variables["ansible_python_interpreter"] = sys.executable
        play = {"hosts": "localhost", "gather_facts": False, "vars": variables, "tasks": tasks}
        return self.playbook([play])

    def playbook(self, plays: list[dict[str, t.Any]]) -> str:
        path = self.folder / "playbook.yml"
        path.write_text(yaml.safe_dump(plays, sort_keys=False))
        return self.command("ansible-playbook", str(path))


def _open_to_guardduty(bucket: str) -> dict[str, t.Any]:
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/*"}
    return {"Version": "2012-10-17", "Statement": [statement]}
