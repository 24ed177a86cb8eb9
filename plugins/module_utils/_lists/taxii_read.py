# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The indicators of a TAXII 2.1 collection, page by page. Private to the collection."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import importlib
import typing as t
import urllib.parse

from ansible_collections.threatlists.aws.plugins.module_utils._errors import (
    ArgumentError,
    CredentialsError,
    SourceError,
    ThreatlistsError,
)
from ansible_collections.threatlists.aws.plugins.module_utils._lists import proxies, stix2_read, url_fetch
from ansible_collections.threatlists.aws.plugins.module_utils._lists.indicators import Indicator, timestamp
from ansible_collections.threatlists.aws.plugins.module_utils._lists.reading import Reading

try:
    import requests
except ImportError:
    HAS_REQUESTS = False
else:
    HAS_REQUESTS = True

PAGE = 1000
MOST_OBJECTS = 10_000_000
REFUSED = frozenset({401, 403})
NOT_FOUND = 404
SERVER_ERROR = 500
TOO_MANY = 429


@dataclasses.dataclass(frozen=True)
class TaxiiCollection:
    """A collection below an API root. label: what errors begin with. added_after: a time, empty for all objects."""

    url: str
    collection: str
    label: str
    username: str = ""
    password: str = dataclasses.field(default="", repr=False)
    added_after: str = ""
    verify: bool | str = True
    timeout: float = 60

    def __post_init__(self) -> None:
        problem = url_fetch.unusable(self.url, insecure=False)
        if problem:
            raise ArgumentError(f"{self.label}: url: {problem.replace('; allow_http: true takes it all the same', '')}")
        if bool(self.username) != bool(self.password):
            missing = "password" if self.username else "username"
            raise CredentialsError(
                f"{self.label}: {missing} is missing.",
                remedy=f"Set {missing}, or the environment variable TAXII_{missing.upper()}.",
            )
        if self.added_after and not timestamp(self.added_after):
            raise ArgumentError(f"{self.label}: added_after: {self.added_after!r} is not a time (ISO 8601).")
        if not HAS_REQUESTS:
            raise SourceError(f"{self.label}: needs the Python library requests.", code="MissingLibrary")

    @property
    def address(self) -> str:
        """The URL of the collection."""
        return f"{self.url.rstrip('/')}/collections/{urllib.parse.quote(self.collection, safe='')}/"

    def indicators(self, reading: Reading) -> t.Iterator[Indicator]:
        """Yield every indicator, in its latest version. Raises SourceError where the end cannot be reached."""
        number = 0
        for page in self._pages():
            for item in page:
                number += 1
                reading.line = number
                if number > MOST_OBJECTS:
                    raise SourceError(
                        f"{self.label}: has no end, or more than {MOST_OBJECTS} objects.", code="TooLarge"
                    )
                if not isinstance(item, dict):
                    raise SourceError(f"{self.label}: object {number} is no STIX object.", code="NotTaxii")
                if item.get("type") == "indicator":
                    yield from stix2_read.indicators(item, self.label)

    def _pages(self) -> t.Iterator[list[t.Any]]:
        """Yield the objects of each page.

        Raises SourceError also where the server says that more follows, but not where.
        """
        filters = {"added_after": timestamp(self.added_after)} if self.added_after else {}
        seen: set[str] = set()
        with self._failures(), self._collection() as collection:
            envelope = collection.get_objects(limit=PAGE, **filters)
            while True:
                objects = envelope.get("objects", []) if isinstance(envelope, dict) else None
                if not isinstance(objects, list):
                    raise SourceError(f"{self.label}: answered with JSON that is no envelope.", code="NotTaxii")
                yield objects
                if envelope.get("more") is not True:
                    return
                following = envelope.get("next")
                if not isinstance(following, str) or not following or (not objects and following in seen):
                    raise SourceError(
                        f"{self.label}: the server says that more follows, but not where; the list would not be whole.",
                        code="NotWhole",
                    )
                seen.add(following)
                envelope = collection.get_objects(limit=PAGE, next=following, **filters)

    @contextlib.contextmanager
    def _collection(self) -> t.Iterator[t.Any]:
        try:
            library = importlib.import_module("taxii2client.v21")
        except ImportError as error:
            raise ThreatlistsError(
                f"{self.label}: needs the Python library taxii2-client.",
                code="MissingLibrary",
                remedy="Install taxii2-client.",
            ) from error
        collection = library.Collection(
            self.address, user=self.username or None, password=self.password or None, verify=self.verify
        )
        session = collection._conn.session
        session.request = functools.partial(session.request, timeout=self.timeout)
        session.max_redirects = 0
        with contextlib.closing(collection):
            yield collection

    @contextlib.contextmanager
    def _failures(self) -> t.Iterator[None]:
        try:
            yield
        except requests.exceptions.HTTPError as error:
            raise self._refusal(error.response) from None
        except requests.exceptions.TooManyRedirects:
            raise SourceError(
                f"{self.label}: redirects; it was not followed, to keep the credential.",
                code="Redirected",
                remedy="Name the final address in url.",
            ) from None
        except requests.exceptions.SSLError:
            raise SourceError(
                f"{self.label}: the TLS certificate was not accepted.",
                code="CertificateRefused",
                remedy="Name the right CA bundle in ca_path; validate_certs: false trusts anybody.",
            ) from None
        except requests.exceptions.ProxyError:
            proxy = proxies.host(self.url)
            raise self._unavailable(f"the proxy {proxy} failed or refused the connection") from None
        except requests.exceptions.Timeout:
            raise self._unavailable(f"did not answer within {self.timeout:g} seconds (timeout)") from None
        except requests.exceptions.RequestException as error:
            raise self._unavailable(f"cut or refused the connection ({type(error).__name__})") from None
        except ThreatlistsError:
            raise
        except (_library_error(), KeyError, TypeError, AttributeError) as error:
            raise SourceError(
                f"{self.label}: did not answer as a TAXII 2.1 collection ({type(error).__name__}).",
                code="NotTaxii",
                remedy="url is an API root such as https://taxii.example.com/api1/, collection the id of one in it.",
            ) from None

    def _refusal(self, answer: requests.Response) -> Exception:
        status = answer.status_code
        if status in REFUSED:
            return CredentialsError(
                f"{self.label}: access was refused ({status}).",
                remedy="Check username and password (TAXII_USERNAME, TAXII_PASSWORD), and who may read the collection.",
            )
        if status == TOO_MANY or status >= SERVER_ERROR:
            return self._unavailable(f"answered {status}")
        return SourceError(f"{self.label}: answered {status}.", code="NotFound" if status == NOT_FOUND else None)

    def _unavailable(self, problem: str) -> SourceError:
        return SourceError(f"{self.label}: {problem}.", code="Unavailable", retryable=True, remedy="Run again later.")


def _library_error() -> type[Exception]:
    """Return what taxii2-client raises for answers that are not TAXII."""
    error: type[Exception] = importlib.import_module("taxii2client.exceptions").TAXIIServiceException
    return error
