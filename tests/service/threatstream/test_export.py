# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""threatstream_export: from the emulator to a list file, by its backend and as ansible runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from ansible.module_utils.basic import env_fallback
from ansible_collections.threatlists.aws.plugins.module_utils._errors import ThreatlistsError
from ansible_collections.threatlists.aws.plugins.module_utils._lists import policy, produce
from ansible_collections.threatlists.aws.plugins.module_utils._threatstream import export as _export
from support import paths
from support.stand_in import StandIn
from threatlists_emulators import control

SPEC = _export.argument_spec(env_fallback) | policy.ARGUMENT_SPEC | produce.ARGUMENT_SPEC
FAULTS = (
    {"kind": "html"},
    {"kind": "error_body"},
    {"kind": "status", "status": 400},
    {"kind": "status", "status": 401},
    {"kind": "redirect", "location": "https://evil.example/"},
    {"kind": "endless"},
)
INCOMPLETE = ({"kind": "lost"}, {"kind": "next", "next": "https://evil.example/"}, {"kind": "repeat"})


@pytest.fixture(scope="module")
def emulator():
    with control.threatstream() as running:
        yield running


@pytest.fixture
def feed(emulator):
    """30 addresses, two domains, an IPv6 and a withdrawn address, ten a page."""
    objects = [{"value": f"45.9.9.{number}", "confidence": 60 + number} for number in range(30)]
    objects += [{"value": f"{name}.example.com", "type": "domain"} for name in "ab"]
    objects += [{"value": "2001:db8::1", "type": "ipv6", "itype": "mal_ipv6"}]
    objects += [{"value": "45.9.9.99", "status": "inactive"}]
    emulator.world({"objects": objects, "search_filters": {"7": "confidence>=0"}})
    emulator.settings(max_limit=10, rejected=[])
    return emulator


@pytest.fixture
def export(feed, tmp_path):
    def run(check_mode=False, **params):
        where = {"url": feed.url, "username": "analyst", "api_key": "emulator-key", "dest": str(tmp_path / "list")}
        module = StandIn(SPEC, where | params, check_mode=check_mode)
        return _export.export(module) | {"warnings": module.warnings}

    return run


def test_addresses(export, tmp_path):
    result = export()
    assert (result["changed"], result["entry_count"], result["total_count"]) == (True, 30, 30)
    assert (tmp_path / "list").read_text().splitlines() == [f"45.9.9.{number}" for number in range(30)]
    again = export()
    assert (again["changed"], again["sha256"]) == (False, result["sha256"])


def test_entities_hold_domains_too(export, tmp_path):
    assert export(kind="threatentityset")["entry_count"] == 32
    assert "a.example.com" in (tmp_path / "list").read_text()


def test_what_no_address_list_can_hold_is_counted(export):
    result = export(search_filter="7")
    assert (result["total_count"], result["entry_count"]) == (34, 30)
    assert sum(result["dropped"].values()) == 4


def test_jsonl_keeps_everything_that_the_source_said(export, tmp_path):
    export(format="JSONL", confidence_min=89)
    line = json.loads((tmp_path / "list").read_text())
    assert {"value": "45.9.9.29", "confidence": 89, "itype": "mal_ip", "source": "PhishMe"}.items() <= line.items()


def test_a_selection_that_matches_nothing_is_named(export, tmp_path):
    with pytest.raises(ThreatlistsError, match="min_entries"):
        export(itype=["no_such_ip"])
    assert not (tmp_path / "list").exists()


@pytest.mark.parametrize("fault", [*FAULTS, *INCOMPLETE], ids=lambda fault: fault["kind"])
@pytest.mark.parametrize("format", ["TXT", "JSONL"])
def test_a_fault_at_any_call_leaves_the_old_file(feed, export, tmp_path, fault, format):
    export(format=format)
    before = (tmp_path / "list").read_bytes()
    feed.add({"value": "45.8.8.8"})
    calls = 3 if fault in INCOMPLETE else 4
    for after in range(calls):
        feed.clear_faults()
        feed.fault(**fault, after=after)
        with pytest.raises(ThreatlistsError):
            export(format=format)
        assert (tmp_path / "list").read_bytes() == before
        assert [path.name for path in tmp_path.iterdir()] == ["list"]
    feed.clear_faults()
    assert export(format=format)["added"] == 1


def test_a_state_file_downloads_only_changes(feed, export, tmp_path):
    feed.settings(max_limit=1000)
    state = {"state_file": str(tmp_path / "state")}
    assert export(**state)["downloaded"] == "full"
    assert (export(**state)["downloaded"], export(**state)["changed"]) == ("changes", False)
    feed.add({"value": "45.8.8.8"})
    assert export(check_mode=True, **state)["added"] == 1
    assert export(**state)["added"] == 1
    assert export(**state)["added"] == 0


def test_that_changes_are_asked_for_otherwise_is_said_once(feed, export, tmp_path):
    feed.settings(max_limit=1000, rejected=["update_id__gt"])
    state = {"state_file": str(tmp_path / "state")}
    warned = [export(**state)["warnings"] for _run in range(3)]
    assert [len(warnings) for warnings in warned] == [0, 1, 0]
    assert "update_id__gt" in warned[1][0]


def test_a_state_file_of_another_selection_is_rebuilt_with_a_warning(export, tmp_path):
    state = {"state_file": str(tmp_path / "state")}
    assert export(**state)["warnings"] == []
    assert "was rebuilt" in export(**state, confidence_min=70)["warnings"][0]


def test_plain_http_to_elsewhere_is_warned_about():
    warnings = []
    params = {name: option.get("default") for name, option in _export.CONNECTION_SPEC.items()}
    known = params | {"username": "u", "api_key": "k"}
    _export.connect(known | {"url": "http://threatstream.example.com"}, warnings.append)
    _export.connect(known | {"url": "http://127.0.0.1:1"}, warnings.append)
    _export.connect(known | {"url": "https://threatstream.example.com"}, warnings.append)
    assert len(warnings) == 1
    assert "unencrypted" in warnings[0]


def ansible(feed, tmp_path, arguments, *options, **environment):
    """The module as ansible runs it; its result, and all that was printed."""
    command = [sys.executable, "-m", "ansible", "adhoc", "localhost", "-c", "local", "-vvvv", *options]
    command += ["-m", "threatlists.aws.threatstream_export", "-a", json.dumps(arguments)]
    command += ["-e", f"ansible_python_interpreter={sys.executable}"]
    done = subprocess.run(
        command,
        check=False,
        capture_output=True,
        text=True,
        env={
            **os.environ,
            "ANSIBLE_COLLECTIONS_PATH": str(paths.COLLECTIONS),
            "ANSIBLE_HOME": str(tmp_path / "home"),
            **environment,
        },
    )
    return done.returncode, done.stdout + done.stderr


def test_as_ansible_runs_it(feed, tmp_path):
    environment = feed.environment() | {"THREATSTREAM_API_KEY": "emulator-key"}
    arguments = {"dest": str(tmp_path / "list"), "state_file": str(tmp_path / "state")}
    code, printed = ansible(feed, tmp_path, arguments, "--check", **environment)
    assert (code, '"changed": true' in printed) == (0, True)
    assert not (tmp_path / "list").exists()
    assert not (tmp_path / "state").exists()
    code, printed = ansible(feed, tmp_path, arguments | {"api_key": "emulator-key"}, "--diff", **environment)
    assert (code, '"changed": true' in printed, "45.9.9.29" in printed) == (0, True, True)
    assert "emulator-key" not in printed
    code, printed = ansible(feed, tmp_path, arguments, **environment)
    assert (code, '"changed": false' in printed) == (0, True)
    assert "emulator-key" not in printed


def test_without_credentials(feed, tmp_path):
    environment = {"THREATSTREAM_URL": feed.url, "THREATSTREAM_USERNAME": "", "THREATSTREAM_API_KEY": "secret-key"}
    code, printed = ansible(feed, tmp_path, {"dest": str(tmp_path / "list")}, **environment)
    assert code
    assert "username is missing. Set the option username or the environment variable THREATSTREAM_USERNAME." in printed
    assert '"code": "InvalidCredentials"' in printed
    assert "secret-key" not in printed
