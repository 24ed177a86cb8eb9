# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The policy over values that are parsed already as text, and ipaddress that only parses them."""

from __future__ import annotations

import ipaddress

import common
from ansible_collections.threatlists.aws.plugins.module_utils._lists import caps, judging, networks, txt
from ansible_collections.threatlists.aws.plugins.module_utils._lists import policy as _policy
from ansible_collections.threatlists.aws.plugins.module_utils._lists.indicators import Indicator

TIME = "2026-01-01T00:00:00.000Z"


def judge(count: str, excluded: str) -> float:
    values = common.addresses(int(count))
    indicators = [Indicator(text, confidence=n % 101, modified=TIME) for n, text in enumerate(values)]
    exclusions = [networks.parse(f"{text}/28")[0] for text in values[:: int(count) // int(excluded)]]
    options = {name: option.get("default") for name, option in _policy.ARGUMENT_SPEC.items()}

    def work() -> None:
        verdict = judging.Judge(_policy.from_params(options, exclusions))
        for indicator in indicators:
            verdict.add(indicator)
        verdict.merge()
        policy = verdict.policy
        kept, _cuts = caps.cap(verdict.ranks, policy.max_entries, policy.max_size, txt.size)
        caps.ordered(kept)
        assert verdict.dropped["excluded"] >= int(excluded)

    return common.timed(work)


def parse(count: str) -> float:
    values = common.addresses(int(count))
    return common.timed(lambda: [ipaddress.ip_network(value) for value in values])


common.main({"judge": judge, "parse": parse})
