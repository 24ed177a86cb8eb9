# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the times alone prove, where the detector takes no tags."""

from __future__ import annotations

import datetime

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils._guardduty.objects import is_loaded_since
from ansible_collections.threatlists.aws.plugins.module_utils._s3.objects import ObjectState

NOON = datetime.datetime(2026, 11, 24, 12, tzinfo=datetime.UTC)


@pytest.mark.parametrize(("after", "is_proven"), [(-1.0, False), (0.0, False), (0.9, False), (1.0, True), (60.0, True)])
def test_a_list_updated_within_the_second_that_s3_tells_may_hold_what_was_there_before(
    after: float, is_proven: bool
) -> None:
    state = ObjectState("b", "k", "a" * 64, 1, "e", None, NOON, None, {}, None, None)
    assert is_loaded_since(NOON + datetime.timedelta(seconds=after), state) is is_proven
    assert not is_loaded_since(None, state)
