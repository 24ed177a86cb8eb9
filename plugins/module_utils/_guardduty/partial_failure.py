# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A run of which some failed and the rest is done. Private to the collection."""

from __future__ import annotations

import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._errors import GuardDutyError, ThreatlistsError


class PartialFailure(GuardDutyError):
    """Some lists failed; C(result) is what the module would have returned without."""

    def __init__(self, message: str, *, result: dict[str, t.Any], **what: t.Any) -> None:
        super().__init__(message, **what)
        self.result = result

    @classmethod
    def of(
        cls, errors: t.Sequence[ThreatlistsError], count: int, noun: str, result: dict[str, t.Any]
    ) -> PartialFailure:
        """Return the error of a run in which some of C(count) failed, with all results; each reason is told once."""
        return cls(
            f"{len(errors)} of {count} {noun} failed: {' | '.join(dict.fromkeys(map(str, errors)))}",
            code=errors[0].code,
            retryable=all(error.retryable for error in errors),
            remedy=" ".join(dict.fromkeys(error.remedy for error in errors)).strip(),
            result=result,
        )
