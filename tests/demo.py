# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""`make demo`: the main job, three times, what it finds, and what it refuses, against emulated services.

It ends non-zero if anything is not as it says.

What it shows is read from the emulators (the bytes that GuardDuty loaded, the objects in S3), never from the results of
the collection's modules.
"""

from __future__ import annotations

import hashlib
import os
import pathlib
import re
import signal
import subprocess
import sys
import textwrap
import typing as t

import yaml
from threatlists_emulators import control

ROOT = pathlib.Path(__file__).resolve().parent.parent
INVENTORY = ROOT / "tests" / "demo" / "inventory.yml"
CACHE = ROOT / ".cache"
# What the README shows of this demo, and how much of that the heads of one step are at most.
SHOWN, ONE_STEP = ROOT / "docs/images/demo.txt", 250
PUBLISHER = "111111111111"
WIDTH = 100
BUCKET = "acme-threatlists"
WORLD: dict[str, t.Any] = {
    "regions": ["eu-west-1", "us-east-1", "us-west-2"],
    "accounts": {
        PUBLISHER: {"name": "security"},
        "222222222222": {"name": "production", "no_detector": ["us-west-2"]},
        "333333333333": {"name": "sandbox", "administrator": PUBLISHER},
    },
}
PLACES = [(PUBLISHER, region) for region in WORLD["regions"]] + [
    ("222222222222", region) for region in ("eu-west-1", "us-east-1")
]
INTELLIGENCE = [
    *({"value": f"185.220.101.{number}", "itype": "phish_ip"} for number in range(1, 25)),
    *({"value": f"193.32.162.{number}", "itype": "c2_ip", "confidence": 99} for number in range(1, 9)),
    *({"value": f"91.92.240.{number}", "confidence": 60} for number in range(1, 11)),
    {"value": "203.0.114.7"},
    *({"value": f"45.134.26.{number}", "source": "Analyst"} for number in range(1, 6)),
]
Loaded = dict[tuple[str, str, str], dict[str, t.Any]]


class Broken(Exception):
    """Something did not happen as it should have."""


def check(condition: bool, what: str) -> None:
    """Raise Broken, with what is wrong, unless the condition holds."""
    if not condition:
        raise Broken(what)


class Demo:
    def __init__(self, aws: control.Aws, threatstream: control.ThreatStream) -> None:
        self.aws, self.threatstream = aws, threatstream
        self.names = {account: str(facts["name"]) for account, facts in WORLD["accounts"].items()}
        self.lists = yaml.safe_load(INVENTORY.read_text())["all"]["vars"]["threatlists_declared"]
        aws.world(WORLD)
        kms = aws.client("kms", PUBLISHER)
        key = kms.create_key(KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC")["KeyMetadata"]["KeyId"]
        kms.create_alias(AliasName="alias/threatlists", TargetKeyId=key)
        threatstream.world({"objects": INTELLIGENCE})

    def run(self, title: str) -> int:
        """Run the playbook; return how many tasks changed something."""
        print(f"\n{title}\n$ ansible-playbook -i tests/demo/inventory.yml threatlists.aws.site")
        output = self.playbook("threatlists.aws.site")
        lines = re.findall(r"^(\w+) +: (ok=\d+) +(changed=(\d+)) .*(failed=\d+)", output, re.MULTILINE)
        recap = [line for line in lines if line[0] in self.names.values()]
        check(len(recap) < len(self.names), "the recap names an account that has nothing to say")
        for host, ok, changed, _count, failed in recap:
            line = f"{host:<12}: {ok:<6} {changed:<10} {failed}"
            print(line)
            check(line in SHOWN.read_text().partition(title)[2][:ONE_STEP], f"{SHOWN} shows something else")
        return sum(int(count) for _host, _ok, _changed, count, _failed in recap)

    def playbook(self, name: str, *options: str, fails: bool = False) -> str:
        """Return what a playbook printed; raise Broken unless it ended as it should, and complained of nothing."""
        environment = {
            **os.environ,
            **self.aws.environment(PUBLISHER),
            **self.threatstream.environment(),
            "ANSIBLE_COLLECTIONS_PATH": str(CACHE / "collections" / "current"),
            "ANSIBLE_HOME": str(CACHE / "ansible-home"),
            "ANSIBLE_NOCOLOR": "1",
        }
        command = [str(pathlib.Path(sys.executable).parent / "ansible-playbook"), "-i", str(INVENTORY)]
        play = subprocess.run(
            [*command, name, *options],
            env=environment,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if bool(play.returncode) is not fails or "[WARNING]" in play.stdout or "[DEPRECATION" in play.stdout:
            print(play.stdout)
            raise Broken(f"the playbook ended with {play.returncode}, or complained")
        return play.stdout

    def published(self) -> dict[str, str]:
        """Return the digest of each list's object, from its bytes in S3."""
        s3 = self.aws.client("s3", PUBLISHER)
        bodies = {
            item["name"]: s3.get_object(Bucket=item["bucket"], Key=item["key"])["Body"].read() for item in self.lists
        }
        return {name: hashlib.sha256(body).hexdigest() for name, body in bodies.items()}

    def loaded(self) -> Loaded:
        """Return what GuardDuty has in effect, by account, Region and list; digests are of the bytes that it read."""
        found = {(item["account"], item["region"], item["name"]): item for item in self.aws.loaded(status="ACTIVE")}
        for item in found.values():
            content = self.aws.loaded_bytes(item["sha256"])
            check(hashlib.sha256(content).hexdigest() == item["sha256"], "the emulator lost bytes")
        return found

    def show(self) -> tuple[dict[str, str], Loaded]:
        """Print what each account and Region has loaded beside the objects, and check that they are the same."""
        published, loaded = self.published(), self.loaded()
        names = [item["name"] for item in self.lists]
        print(f"\n{'':24}{'':12}" + "".join(f"{name:<14}" for name in names))
        print(f"{'S3 object':<36}" + "".join(f"{published[name][:8]:<14}" for name in names))
        for account, name in self.names.items():
            for region in WORLD["regions"]:
                cells = [loaded.get((account, region, item)) for item in names]
                print(f"{account + ' ' + name:<24}{region:<12}" + self._cells(cells, account, region))
        for account, region in PLACES:
            for name in names:
                found = loaded.get((account, region, name))
                check(found is not None, f"{name} is not loaded in {account} {region}")
                check(found is not None and found["sha256"] == published[name], f"{account} {region}: not the object")
        check(len(loaded) == len(PLACES) * len(names), "something is loaded that should not be")
        print("Every list that GuardDuty has loaded is, byte for byte, the object in S3.")
        return published, loaded

    def _cells(self, cells: list[dict[str, t.Any] | None], account: str, region: str) -> str:
        if any(cells):
            return "".join(f"{cell['sha256'][:8] if cell else '-':<14}" for cell in cells)
        facts = WORLD["accounts"][account]
        if "administrator" in facts:
            return f"member of {facts['administrator']}, whose lists apply"
        return "GuardDuty is not on" if region in facts.get("no_detector", ()) else "nothing"

    def play(self) -> None:
        """Show all of it. Raises Broken."""
        changed = self.run("1. An empty world: three lists in three accounts and three Regions")
        check(changed > 0, "the first run changed nothing")
        self.show()

        self.aws.clear_calls()
        changed = self.run("2. The same again")
        check(changed == 0, "the second run changed something")
        check(not self.aws.calls(write=True), "the second run wrote something")
        print("changed=0, and AWS saw no call that writes.")

        print("\nMeanwhile in ThreatStream: PhishMe reports 185.220.101.99 and withdraws 185.220.101.1.")
        before = {key: item["loads"] for key, item in self.loaded().items()}
        objects = {item["value"]: item["id"] for item in self.threatstream.objects()}
        self.threatstream.add({"value": "185.220.101.99", "itype": "phish_ip"})
        self.threatstream.withdraw(objects["185.220.101.1"])
        self.run("3. The intelligence changed")
        _published, loaded = self.show()
        reloads = {key: item["loads"] - before[key] for key, item in loaded.items()}
        concerned = {key: count for key, count in reloads.items() if count}
        check(
            concerned == {(account, region, "phishing"): 1 for account, region in PLACES},
            f"other lists were loaded than the one concerned: {concerned}",
        )
        content = self.aws.loaded_bytes(loaded[PUBLISHER, "eu-west-1", "phishing"]["sha256"]).decode()
        check("185.220.101.99" in content, "the new address is not loaded")
        check(">185.220.101.1<" not in content, "the withdrawn address is still loaded")
        print(f"Exactly phishing was loaded again, once in each of {len(concerned)} places; the other lists were not.")
        self.find(objects)
        self.heal()

    def find(self, before: dict[str, int]) -> None:
        """Let an instance in production talk to the new address, and check what GuardDuty and the playbook say."""
        print("\n4. An instance in production talks to 185.220.101.99")
        production = "222222222222"
        for account, remote in ((production, "198.51.100.7"), (production, "9.9.9.9")):
            check(self.aws.traffic(account, "eu-west-1", remote) is None, f"{remote} raised a finding")
        finding = self.aws.traffic(production, "eu-west-1", "185.220.101.99", inbound=False, resource="i-0a1b2c3d")
        check(finding is not None, "traffic with the new address raised no finding")
        print("$ ansible-playbook -i tests/demo/inventory.yml threatlists.aws.findings")
        lines = re.findall(r'^ +"(\S+Z \d{12} .*)"$', self.playbook("threatlists.aws.findings"), re.MULTILINE)
        check(len(lines) == 1, f"the playbook tells of {len(lines)} findings")
        (identity,) = {item["id"] for item in self.threatstream.objects()} - set(before.values())
        print("\n".join(textwrap.wrap(lines[0], WIDTH)))
        for word in ("i-0a1b2c3d", "list phishing", "PhishMe", "confidence 95", f"id {identity}"):
            check(word in lines[0], f"the playbook does not tell {word}")
        print("Nothing else that was talked to was on a list.")
        self.explain("185.220.101.99", "phishing", identity)

    def explain(self, indicator: str, name: str, identity: int) -> None:
        """Show why the address is listed, and since which version of the list."""
        print(f"$ ansible-playbook -i tests/demo/inventory.yml threatlists.aws.explain -e indicator={indicator}")
        output = self.playbook("threatlists.aws.explain", "-e", f"indicator={indicator}")
        answer = rf"^{re.escape(indicator)}: {name}: in it, since \S+, version (\S+)\n +(.+)$"
        found = re.search(answer, output, re.MULTILINE)
        if found is None:
            raise Broken(f"the playbook does not tell that it is in {name}")
        print(found[0])
        (key,) = (entry["key"] for entry in self.lists if entry["name"] == name)
        newest = self.aws.client("s3", PUBLISHER).head_object(Bucket=BUCKET, Key=key)["VersionId"]
        check(found[1] == newest, f"it has been there since version {newest}")
        check(f"id {identity}" in found[2], f"the playbook does not tell id {identity}")

    def heal(self) -> None:
        """Deactivate a list and put an object of somebody else into the bucket: one is healed, one refused."""
        print("\n5. Somebody deactivates phishing in production, and overwrites analysts.txt in the bucket")
        production, region = "222222222222", "eu-west-1"
        before = self.loaded()
        victim = before[production, region, "phishing"]
        guardduty = self.aws.client("guardduty", production, region)
        (detector,) = guardduty.list_detectors()["DetectorIds"]
        guardduty.update_threat_intel_set(DetectorId=detector, ThreatIntelSetId=victim["id"], Activate=False)
        forged = b"1.1.1.0/24\n8.8.8.0/24\n45.155.204.0/24\n"
        self.aws.client("s3", PUBLISHER).put_object(Bucket=BUCKET, Key="analysts.txt", Body=forged)
        check((production, region, "phishing") not in self.loaded(), "the list was not deactivated")
        options = ["-e", f"threatlists_account={production}", "-e", f"threatlists_region={region}"]
        print(f"$ ansible-playbook -i tests/demo/inventory.yml threatlists.aws.heal {' '.join(options)}")
        output = self.playbook("threatlists.aws.heal", *options, fails=True)
        after = self.loaded()
        check(after.keys() == before.keys(), "a list is not in effect that was before")
        check(
            all(item["sha256"] == before[place]["sha256"] for place, item in after.items()),
            "what is loaded is not what publish made",
        )
        check(
            "is not signed" in output and "Unsigned" in output, "the playbook does not tell that the object is unsigned"
        )
        print("phishing is in effect again; analysts.txt is refused (Unsigned), and what publish made stays loaded.")


def main() -> int:
    """Show the demo; return 0 if all of it happened, else 1."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with control.aws() as aws, control.threatstream() as threatstream:
        print(f"AWS is emulated at {aws.url}, ThreatStream at {threatstream.url}.")
        try:
            Demo(aws, threatstream).play()
        except Broken as broken:
            print(f"\nThe demo failed: {broken}.", file=sys.stderr)
            return 1
    print("\nAll of it happened.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
