# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What each document of tests/fixtures/stix/published holds, to the last address."""

from __future__ import annotations

import pathlib

import pytest
from support import stix_files

HELD = {
    "composition.xml": ["45.61.7.1", "45.61.7.2", "45.61.7.3", "45.61.7.4"],
    "composition_of_indicators.xml": ["45.61.8.1", "45.61.8.0/25"],
    "course_of_action.xml": ["45.61.4.1"],
    "default_namespace_report_1.0.xml": ["45.61.14.1", "45.61.14.2"],
    "delimiter_and_space.xml": [f"45.61.19.{number}" for number in range(1, 5)],
    "email_message.xml": ["45.61.11.1"],
    "incident_and_related_package.xml": ["45.61.10.1", "45.61.10.2"],
    "indicator_by_idref.xml": ["45.61.5.1"],
    "indicator_of_c2.xml": ["45.61.2.1"],
    "infrastructure_of_a_ttp.xml": [f"45.61.3.{number}" for number in range(1, 21)],
    "ipv6.xml": ["45.61.9.1"],
    "joint_report.xml": [f"45.62.0.{number}" for number in range(1, 41)],
    "poll_answer_of_packages.xml": [f"45.61.15.{number}" for number in range(1, 6)],
    "ranges.xml": ["45.61.16.0-45.61.16.15", "45.61.16.95-45.61.16.64", "45.61.16.128/26", "45.61.17.0/24"],
    "socket_and_connection.xml": ["45.61.6.1", "45.61.6.2"],
    "typed_ampersand.xml": [f"45.61.13.{number}" for number in range(1, 6)],
    "utf16_crlf.xml": ["45.61.18.1"],
    "watchlist_1.0.1.xml": ["45.61.1.1", "45.61.1.2", "45.61.1.3"],
    "watchlist_1.2.xml": ["45.61.0.1", "45.61.0.2", "45.61.0.3"],
}


def test_every_document_is_listed() -> None:
    assert sorted(HELD) == [path.name for path in stix_files.PUBLISHED]


@pytest.mark.parametrize("path", stix_files.PUBLISHED, ids=lambda path: path.name)
def test_a_document_gives_its_addresses_in_order(path: pathlib.Path) -> None:
    assert [indicator.value for indicator in stix_files.read(path, []) if indicator.type == "ip"] == HELD[path.name]
