# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a module prints at its end holds no secret, and is whole in all else."""

from __future__ import annotations

from ansible_collections.threatlists.aws.plugins.module_utils import _module


def test_stars_stand_for_secrets_wherever_they_are() -> None:
    result = {"msg": "key abcd-efgh of abcd", "all": ["abcd", {"in": ("xabcdx", 7, None, True)}]}
    assert _module.scrubbed(result, {"abcd", "abcd-efgh", ""}) == {
        "msg": "key ******** of ********",
        "all": [_module.HIDDEN, {"in": ["x********x", 7, None, True]}],
    }


def test_what_is_too_short_to_be_a_secret_spoils_no_path() -> None:
    """A header of a source may be 1, and a digest has many of them."""
    assert _module.scrubbed({"dest": "/tmp/list-1.txt", "header": "1"}, {"1"}) == {
        "dest": "/tmp/list-1.txt",
        "header": _module.HIDDEN,
    }
