# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Work in threads keeps its order and its errors."""

from __future__ import annotations

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils._aws.concurrency import in_threads


@pytest.mark.parametrize("workers", [1, 2, 8])
def test_results_come_in_the_order_of_the_items(workers: int) -> None:
    assert in_threads(lambda item: item * 2, range(20), workers) == [item * 2 for item in range(20)]
    assert in_threads(lambda item: item, [], workers) == []


@pytest.mark.parametrize("workers", [1, 4])
def test_an_error_is_raised(workers: int) -> None:
    with pytest.raises(ZeroDivisionError):
        in_threads(lambda item: 1 // item, [1, 0, 2], workers)
