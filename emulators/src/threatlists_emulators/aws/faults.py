# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Faults that a test orders: which call, when, and what happens instead of an answer."""

from __future__ import annotations

import random
import threading
import time
from typing import Any

from threatlists_emulators.bodies import BodyError, known

from .errors import AwsError, DroppedError

KEYS = [
    "service",
    "operation",
    "account",
    "region",
    "where",
    "when",
    "action",
    "code",
    "status",
    "message",
    "seconds",
    "times",
    "skip",
    "probability",
    "seed",
]
ACTIONS = {"error", "drop", "hang", "throttle", "die"}
LONGEST_HANG = 60.0
THROTTLED = {"guardduty": ("TooManyRequestsException", 429), "s3": ("SlowDown", 503), "sts": ("Throttling", 400)}


class Faults:
    """The ordered faults. C(dead): after a C(die) nothing is answered until C(revive)."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.clear()

    def clear(self) -> None:
        """Forget all faults, and be alive."""
        self._faults: list[dict[str, Any]] = []
        self.dead = False

    def order(self, given: dict[str, Any]) -> None:
        """Add a fault; raise BodyError for keys or values that mean nothing."""
        known("fault", given, KEYS)
        fault = {"when": "before", "action": "error", "times": 1, "skip": 0, "probability": 1.0, **given}
        if fault["action"] not in ACTIONS or fault["when"] not in {"before", "after"}:
            raise BodyError(f"fault: action is one of {sorted(ACTIONS)}, when is before or after")
        fault["random"] = random.Random(fault.get("seed", 0))
        with self._lock:
            self._faults.append(fault)

    def choose(self, call: dict[str, Any]) -> dict[str, Any] | None:
        """Return the first fault that fits the call, and count it as used; None without one."""
        if not self._faults:
            return None
        with self._lock:
            for fault in self._faults:
                if _fits(fault, call) and _due(fault):
                    return fault
        return None

    def happen(self, fault: dict[str, Any] | None, when: str, service: str) -> None:
        """Raise the fault's error, or sleep, if the fault is due C(when)."""
        if fault is None or fault["when"] != when:
            return
        match fault["action"]:
            case "hang":
                time.sleep(min(float(fault.get("seconds", 1)), LONGEST_HANG))
            case "die":
                self.dead = True
                raise DroppedError
            case "drop":
                raise DroppedError
            case "throttle":
                code, status = THROTTLED.get(service, ("ThrottlingException", 400))
                raise AwsError(
                    fault.get("code", code), fault.get("message", "Rate exceeded"), fault.get("status", status)
                )
            case _:
                code, status = ("InternalError", 500) if service == "s3" else ("InternalServerErrorException", 500)
                message = fault.get("message", "An internal server error occurred.")
                raise AwsError(fault.get("code", code), message, fault.get("status", status))


def _fits(fault: dict[str, Any], call: dict[str, Any]) -> bool:
    wanted = (fault.get(name) in {None, call[name]} for name in ("service", "operation", "account", "region"))
    parameters = call["parameters"]
    return all(wanted) and all(parameters.get(name) == value for name, value in fault.get("where", {}).items())


def _due(fault: dict[str, Any]) -> bool:
    if fault["times"] is not None and fault["times"] <= 0:
        return False
    if fault["skip"] > 0:
        fault["skip"] -= 1
        return False
    if fault["random"].random() >= fault["probability"]:
        return False
    if fault["times"] is not None:
        fault["times"] -= 1
    return True
