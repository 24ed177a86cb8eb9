# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One root for every error that users see. Private to the collection."""

from __future__ import annotations

import typing as t


class ThreatlistsError(Exception):
    """Something a person must act on: C(str(error)) says what was wrong and where.

    code: stable CamelCase word that a playbook can branch on.
    retryable: whether the same call may succeed later without anybody changing anything.
    remedy: what to do, as a sentence; empty where the message says it already.
    """

    code = "Error"
    retryable = False

    def __init__(self, message: str, *, code: str | None = None, retryable: bool | None = None, remedy: str = ""):
        super().__init__(message)
        self.code = code or self.code
        self.retryable = self.retryable if retryable is None else retryable
        self.remedy = remedy

    def as_result(self) -> dict[str, object]:
        """Return the O(error) of results: C({code, message, retryable, remedy})."""
        return {"code": self.code, "message": str(self), "retryable": self.retryable, "remedy": self.remedy}


class ArgumentError(ThreatlistsError):
    """An option, or a combination of options, that cannot be meant."""

    code = "InvalidArgument"


class CredentialsError(ThreatlistsError):
    """Credentials that are missing, dead or expired: never a reason to skip."""

    code = "InvalidCredentials"


class SourceError(ThreatlistsError):
    """A source of indicators that failed, or whose answer cannot be trusted to be whole."""

    code = "SourceFailed"


class ParseError(SourceError):
    """A file that is not what it should be; the message names line and column where known."""

    code = "NotWellFormed"


class GuardError(ThreatlistsError):
    """A guard refused to replace a list: the old one stays."""

    code = "GuardRefused"


class ListFileError(ThreatlistsError):
    """A list file that could not be read or written."""

    code = "FileFailed"


class PublishError(ThreatlistsError):
    """An object in S3 that could not be read or written."""

    code = "PublishFailed"


class SignatureError(ThreatlistsError):
    """The signature of an object that is missing or does not verify, or that could not be made or checked."""

    code = "SignatureFailed"


class GuardDutyError(ThreatlistsError):
    """A list that could not be brought to its declared state."""

    code = "GuardDutyFailed"


class PartialFailure(ThreatlistsError):
    """Some of many failed; C(result) is what the module would have returned had none failed."""

    def __init__(self, message: str, *, result: dict[str, t.Any], **what: t.Any) -> None:
        super().__init__(message, **what)
        self.result = result

    @classmethod
    def of(
        cls, errors: t.Sequence[ThreatlistsError], count: int, noun: str, result: dict[str, t.Any], did: str = "failed"
    ) -> PartialFailure:
        """Return the error of a run in which some of C(count) failed, with all results; each reason is told once."""
        return cls(
            f"{len(errors)} of {count} {noun} {did}: {' | '.join(dict.fromkeys(map(str, errors)))}",
            code=errors[0].code,
            retryable=all(error.retryable for error in errors),
            remedy=" ".join(dict.fromkeys(error.remedy for error in errors)).strip(),
            result=result,
        )
