# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The indicators that the ThreatStream emulator holds, and what may happen to them."""

from __future__ import annotations

import datetime
import json
import random
import threading
import typing as t

from . import threatstream_query as query
from .bodies import BodyError, known

NEVER = "9999-12-31T00:00:00.000Z"
ITYPES = ("mal_ip", "c2_ip", "bot_ip", "scan_ip", "spam_ip", "brute_ip", "apt_ip", "tor_ip")
SOURCES = ("PhishMe", "Analyst", "Abuse Feed", "Default Organization")
WORLD_KEYS = ("objects", "search_filters", "credentials", "forbidden")
SEVERITIES = ("low", "medium", "high", "very-high")


class Record(t.NamedTuple):
    """An object as it goes over the wire: kept serialised, so that a quarter of a million cost little."""

    id: int
    update_id: int
    blob: bytes


def now() -> str:
    """Return the time as objects have it."""
    return datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def _serialised(item: dict[str, t.Any]) -> bytes:
    return json.dumps(item, separators=(",", ":")).encode()


def _objects(given: t.Any) -> None:
    if not isinstance(given, list):
        raise BodyError(f"objects: {given!r} is no list of objects")
    for item in given:
        known("object", item, item)


class World:
    """The objects. Every change gives its object a new, higher update_id, as the service does."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.load({})

    def reset(self) -> None:
        """Forget everything but what was declared."""
        with self.lock:
            self.records: dict[int, Record] = {}
            self.searches: dict[str, str] = {}
            self.credentials = {"analyst": "emulator-key"}
            self.forbidden: list[str] = []
            self.late: dict[int, Record] = {}
            self.update_id = 100_000_000
            self.changed()

    def changed(self) -> None:
        """Forget which records filters selected, since something changed."""
        self.selected: dict[tuple[tuple[str, str], ...], list[Record]] = {}

    def load(self, world: dict[str, t.Any]) -> None:
        """Take a new world.

        C({"objects": […], "search_filters": {id: q}, "credentials": {user: key}, "forbidden": [user]}).
        """
        known("world", world, WORLD_KEYS)
        _objects(world.get("objects", []))
        with self.lock:
            self.declared = world
            self.reset()
            self.searches = world.get("search_filters", {})
            self.credentials = world.get("credentials", self.credentials)
            self.forbidden = world.get("forbidden", [])
            for item in world.get("objects", []):
                self.add(item)

    def add_all(self, items: list[dict[str, t.Any]]) -> list[int]:
        """Return the ids of the objects added; raises BodyError, and adds none, where one is no object."""
        _objects(items)
        return [self.add(item) for item in items]

    def objects(self) -> list[dict[str, t.Any]]:
        """Return everything that is held and not late."""
        return [json.loads(record.blob) for record in list(self.records.values())]

    def add(self, item: dict[str, t.Any]) -> int:
        """Store an object as given; what it leaves out gets the service's usual values.

        One with C("late": true) is numbered now and seen by nobody before C(reveal).
        """
        with self.lock:
            identity = item.get("id") or 230_000_001 + len(self.records) + len(self.late)
            moment = now()
            item = dict(item)
            late = item.pop("late", False)
            kind = item.get("type", "ip")
            defaults = {
                "id": identity,
                "update_id": self.update_id + 1,
                "type": kind,
                "itype": "mal_domain" if kind == "domain" else "mal_ip",
                "status": "active",
                "confidence": 95,
                "source": "PhishMe",
                "feed_id": 0,
                "created_ts": moment,
                "modified_ts": moment,
                "expiration_ts": NEVER,
                "meta": {"severity": "high"},
                "tags": None,
                "trusted_circle_ids": None,
                "tlp": None,
                "asn": "",
                "org": "",
                "threat_type": "malware",
                "is_public": True,
                "resource_uri": f"/api/v2/intelligence/{identity}/",
            }
            whole = item if "srcip" in item else defaults | item
            update_id = int(whole["update_id"])
            self.update_id = max(self.update_id, update_id)
            record = Record(identity, update_id, _serialised(whole))
            if late:
                self.late[identity] = record
            else:
                self.records[identity] = record
            self.changed()
            return identity

    def reveal(self) -> None:
        """Show what was late, as a service does whose transactions end in another order than they began."""
        with self.lock:
            self.records |= self.late
            self.late = {}
            self.changed()

    def change(self, identity: int, changes: dict[str, t.Any]) -> None:
        """Withdraw (status), expire (expiration_ts), change confidence, …; raise BodyError for an unknown object."""
        with self.lock:
            if identity not in self.records:
                raise BodyError(f"change: there is no object {identity}")
            item = json.loads(self.records[identity].blob)
            self.add(item | {"modified_ts": now()} | changes | {"update_id": self.update_id + 1})

    def generate(self, count: int, seed: int) -> None:
        """Add C(count) active IPv4 objects, the same for the same seed, to what is there."""
        if not (isinstance(count, int) and isinstance(seed, int)):
            raise BodyError("generate: count and seed are integers")
        with self.lock:
            dice = random.Random(seed)
            moment = "2026-01-01T00:00:00.000Z"
            first = 300_000_000 + len(self.records)
            self.add({"id": first - 1, "value": "198.18.0.1", "status": "inactive", "modified_ts": moment})
            shape = json.loads(self.records.pop(first - 1).blob)
            shape |= {key: f"@{key}@" for key in ("id", "update_id", "value", "itype", "confidence", "source")}
            shape |= {"status": "active", "ip": "@value@", "created_ts": moment, "modified_ts": moment}
            shape |= {"meta": {"severity": "@severity@", "detail2": "imported by user 136"}}
            shape |= {"uuid": "0921be47-9cc2-4265-b896-@id@", "resource_uri": "/api/v2/intelligence/@id@/"}
            shape |= {"description": None, "workgroups": [], "locations": [], "target_industry": [], "sort": ["@id@"]}
            shape |= {"retina_confidence": -1, "source_reported_confidence": 90, "owner_organization_id": 67}
            shape |= {"is_anonymous": False, "can_add_public_tags": True, "subtype": None, "is_editable": False}
            text = json.dumps(shape, separators=(",", ":")).replace("%", "%%")
            for name in ("id", "update_id", "confidence"):
                text = text.replace(f'"@{name}@"', f"%({name})d").replace(f"@{name}@", f"%({name})d")
            for name in ("value", "itype", "source", "severity"):
                text = text.replace(f"@{name}@", f"%({name})s")
            for identity in range(first, first + count):
                self.update_id += 1
                number = dice.getrandbits(32)
                values = {
                    "id": identity,
                    "update_id": self.update_id,
                    "value": f"{number >> 24 or 1}.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}",
                    "itype": dice.choice(ITYPES),
                    "confidence": dice.randrange(0, 101),
                    "source": dice.choice(SOURCES),
                    "severity": dice.choice(SEVERITIES),
                }
                self.records[identity] = Record(identity, self.update_id, (text % values).encode())
            self.changed()

    def select(self, filters: dict[str, str]) -> list[Record]:
        """Return the records that the filters select, by update_id; kept until something changes."""
        with self.lock:
            key = tuple(sorted(filters.items()))
            if key not in self.selected:
                matches = query.selection(filters, self.searches)
                found = [record for record in self.records.values() if matches(json.loads(record.blob))]
                self.selected[key] = sorted(found, key=lambda record: record.update_id)
            return self.selected[key]
