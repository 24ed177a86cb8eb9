# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""JSON read value by value, so that memory does not grow with the document. Private to the collection."""

from __future__ import annotations

import codecs
import json
import re
import typing as t

from ansible_collections.threatlists.aws.plugins.module_utils._errors import ParseError

READ_SIZE = 1 << 16
LONGEST_VALUE = 1 << 24
WHITE = frozenset(("", " ", "\t", "\r", "\n"))
COMMA = re.compile(r"[ \t\r\n]*,[ \t\r\n]*")
SPACE = re.compile(r"[ \t\r\n]*")
DECODER = json.JSONDecoder()


class Cursor:
    """A place in a document. name: what errors begin with."""

    def __init__(self, stream: t.BinaryIO, name: str) -> None:
        stream.seek(0)
        head = stream.read(len(codecs.BOM_UTF8))
        stream.seek(0)
        wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        self.decoder = codecs.getincrementaldecoder("utf-16" if wide else "utf-8-sig")(errors="replace")
        self.stream, self.name = stream, name
        self.text, self.at, self.ended, self.lines = "", 0, False, 0

    @property
    def line(self) -> int:
        """The number of the line at this place, from 1."""
        return self.lines + self.text.count("\n", 0, self.at) + 1

    def peek(self) -> str:
        """Return the next character that is no white space, empty at the end."""
        while True:
            space = SPACE.match(self.text, self.at)
            self.at = space.end() if space else self.at
            if self.at < len(self.text) or self.ended:
                return self.text[self.at : self.at + 1]
            self._fill(READ_SIZE)

    def take(self, expected: str) -> str:
        """Step over one of the characters expected. Raises ParseError where another stands."""
        found = self.peek()
        if not found or found not in expected:
            what = " or ".join(map(repr, expected))
            raise self.error(f"{what} is expected, {found!r} stands there" if found else "it ends too early")
        self.at += 1
        return found

    def value(self, longest: int = 0, otherwise: t.Any = None) -> t.Any:
        """Return the value that begins here, of whatever kind, and step over it. Raises ParseError.

        longest: how many characters it may have, 0 for any; for a longer value return C(otherwise), and stay here.
        """
        if self.text[self.at : self.at + 1] in WHITE:
            self.peek()
        size = READ_SIZE
        while True:
            try:
                value, end = DECODER.raw_decode(self.text, self.at)
            except (ValueError, RecursionError) as error:
                if longest and not self.ended and len(self.text) - self.at > longest:
                    return otherwise
                if self.ended or isinstance(error, RecursionError) or len(self.text) - self.at > LONGEST_VALUE:
                    raise self.error(getattr(error, "msg", "it is nested too deeply")) from error
            else:
                # A number that ends where the text read so far ends may go on behind it: 1 may be the start of 12.
                if end < len(self.text) or self.ended:
                    self.at = end
                    return value
            self._fill(size)
            size *= 2

    def elements(self) -> t.Iterator[t.Any]:
        """Yield the values of the array that begins here."""
        self.take("[")
        if self.peek() == "]":
            self.take("]")
            return
        while True:
            yield self.value()
            comma = COMMA.match(self.text, self.at)
            if comma:
                self.at = comma.end()
            elif self.take(",]") == "]":
                return

    def members(self) -> t.Iterator[str]:
        """Yield the names in the object that begins here; the caller takes the value after each name."""
        self.take("{")
        if self.peek() == "}":
            self.take("}")
            return
        while True:
            name = self.value()
            if not isinstance(name, str):
                raise self.error("a name is expected")
            self.take(":")
            yield name
            if self.take(",}") == "}":
                return

    def error(self, what: str) -> ParseError:
        """Return the error for what is wrong at this place, with name and line."""
        return ParseError(f"{self.name}: line {self.line}: not well-formed JSON: {what}.")

    def _fill(self, size: int) -> None:
        chunk = self.stream.read(size)
        self.ended = not chunk
        self.lines += self.text.count("\n", 0, self.at)
        self.text = self.text[self.at :] + self.decoder.decode(chunk, final=self.ended)
        self.at = 0
