# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Same entries, same bytes: whatever the order, the names, the sources that rank lower, and what they say."""

from __future__ import annotations

import json
import random
import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import list_cases

ENTRIES = st.lists(
    st.integers(0, 255).map("45.0.0.{}".format)
    | st.sampled_from(["45.0.1.0/24", "45.0.2.0-45.0.2.9", "a.example.com", "*.b.example.com"]),
    min_size=1,
    max_size=12,
)
SAID = st.fixed_dictionaries(
    {
        "confidence": st.integers(-1, 100),
        "source": st.sampled_from(["PhishMe", "Analyst"]),
        "tlp": st.sampled_from(["", "red", "green"]),
        "modified": st.sampled_from(["2026-01-01T00:00:00.000Z", "2026-02-01T00:00:00.000Z"]),
    }
)


@pytest.mark.parametrize("format", ["TXT", "STIX"])
@given(entries=ENTRIES, said=st.lists(SAID, min_size=12, max_size=12), seed=st.randoms(use_true_random=False))
def test_the_file_is_a_function_of_its_entries(
    format: str,
    entries: list[str],
    said: list[dict[str, t.Any]],
    seed: random.Random,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("bytes")
    common = {"format": format, "kind": "threatentityset"}
    list_cases.merge(entries=entries, dest=folder / "one", **common)
    shuffled = seed.sample(entries, len(entries))
    feed = folder / f"feed-{seed.randint(0, 9)}.jsonl"
    lines = [json.dumps({"value": value, **more}) for more, value in zip(said, entries, strict=False)]
    feed.write_text("\n".join(lines))
    sources = [{"entries": shuffled, "name": "another name"}, {"file": feed}]
    list_cases.merge(sources=seed.sample(sources, 2), dest=folder / "other", **common)
    assert (folder / "one").read_bytes() == (folder / "other").read_bytes()
