# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a list file holds, and how it differs from another."""

from __future__ import annotations

import io

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils._errors import ParseError
from ansible_collections.threatlists.aws.plugins.module_utils._lists import networks
from ansible_collections.threatlists.aws.plugins.module_utils._lists import summary as _summary
from hypothesis import given
from hypothesis import strategies as st


def summary(*texts):
    return _summary.inspect("\n".join(texts).encode(), "list")


def test_inspect_reads_what_is_published(tmp_path):
    got = summary("# x", "45.0.0.0-45.0.0.2", "45.0.0.2", "b.example.com", "A.example.com", "?", "::1")
    assert [networks.text(network) for network in got.networks] == ["45.0.0.0/31", "45.0.0.2"]
    assert got.domains == ["a.example.com", "b.example.com"]
    assert (got.entry_count, got.unusable) == (4, 2)
    with pytest.raises(ParseError) as error:
        _summary.inspect(io.BytesIO(b"45.0.0.1"), "list", "STIX")
    assert error.value.code == "WrongFormat"


VALUES = st.lists(
    st.builds("45.0.0.{}/{}".format, st.integers(0, 255), st.integers(26, 32))
    | st.sampled_from(["a.example.com", "*.example.com", "b.a.example.com"]),
    max_size=12,
)


@given(VALUES, VALUES)
def test_compare_counts_what_sets_count(old_values, new_values):
    old, new = summary(*old_values), summary(*new_values)
    difference = _summary.compare(old, new)
    before, after = {*old.networks, *old.domains}, {*new.networks, *new.domains}
    assert (difference.added, difference.removed) == (len(after - before), len(before - after))
    assert difference.lost <= difference.removed
    assert len(difference.removed_entries) == difference.removed
    held = networks.Intervals(new.networks)
    lost = [n for n in old.networks if not held.covers(n)]
    lost += [n for n in old.domains if n not in after and not ("*.example.com" in after and n != "*.example.com")]
    assert difference.lost == len(lost)
    assert difference.loss_percent == (100 * len(lost) / len(before) if before else 0)
