# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What may happen to a document: hypothesis draws it, support.stix_files does it."""

from __future__ import annotations

from hypothesis import strategies as st

PIECES = [b"<", b">", b"&", b"&x;", b"&amp;", b'"', b"</", b"/>", b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<?", b"\0"]
PIECES += [b"\xff", b"Address_Value", b"idref=", b"##comma##", b",", b"Observable", b"<stix:Indicator>", b"1.2.3.4"]
MUTATIONS = st.lists(
    st.tuples(st.floats(0, 1), st.sampled_from(["delete", "insert", "repeat", "cut"]), st.sampled_from(PIECES)),
    min_size=1,
    max_size=4,
)
