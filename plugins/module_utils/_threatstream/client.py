# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ThreatStream's intelligence search: authentication, paging, retries. Private to the collection.

Facts of the service: docs/dev/threatstream.md#1 and docs/dev/threatstream.md#18.
"""

from __future__ import annotations

import concurrent.futures
import dataclasses
import datetime
import email.utils
import functools
import itertools
import json
import math
import pathlib
import random
import time
import typing as t
import urllib.parse

from ansible_collections.threatlists.aws.plugins.module_utils._errors import (
    ArgumentError,
    CredentialsError,
    SourceError,
)
from ansible_collections.threatlists.aws.plugins.module_utils._lists import proxies
from ansible_collections.threatlists.aws.plugins.module_utils._lists.indicators import Indicator
from ansible_collections.threatlists.aws.plugins.module_utils._progress import Progress
from ansible_collections.threatlists.aws.plugins.module_utils._threatstream.objects import (
    Object,
    Reader,
    number,
    parse,
)
from ansible_collections.threatlists.aws.plugins.module_utils._threatstream.paging import Completeness
from ansible_collections.threatlists.aws.plugins.module_utils._threatstream.selection import Selection

try:
    import requests
    import urllib3
except ImportError:
    HAS_REQUESTS = False
else:
    HAS_REQUESTS = True

DEFAULT_URL = "https://api.threatstream.com"
SEARCH_PATH = "/api/v2/intelligence/"
PAGE = 1000
ATTEMPTS = 5
REDIRECTS = 5
HTTP_OK, HTTP_MULTIPLE_CHOICES, HTTP_BAD_REQUEST, HTTP_SERVER_ERROR = 200, 300, 400, 500
HTTP_UNAUTHORIZED, HTTP_FORBIDDEN, HTTP_NOT_FOUND, HTTP_TOO_MANY = 401, 403, 404, 429
JITTER = random.SystemRandom()


class _TransientCallError(Exception):
    """A failure that is worth another attempt, after C(wait) seconds if the server said so."""

    def __init__(self, problem: str, wait: float | None = None):
        super().__init__(problem)
        self.wait = wait


class _Answer(t.NamedTuple):
    status: int
    headers: t.Mapping[str, str]
    body: bytes


def _origin(url: str) -> tuple[str, str | None, int | None]:
    """Return scheme, host and port; raises ValueError for what is no URL."""
    parts = urllib.parse.urlsplit(url)
    if "@" in parts.netloc:
        raise ValueError("holds credentials")
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def _without_credentials(url: str) -> str:
    address, mark, query = url.partition("?")
    kept = [part for part in query.split("&") if part.partition("=")[0].lower() not in {"username", "api_key"}]
    return f"{address}{mark}{'&'.join(kept)}"


def _retry_after(text: str | None) -> float | None:
    """Return the seconds to wait by a Retry-After header (seconds or a date); None where it says nothing."""
    if not text:
        return None
    try:
        seconds = float(text)
        if math.isnan(seconds):
            return None
    except ValueError:
        try:
            moment = email.utils.parsedate_to_datetime(text)
            moment = moment.replace(tzinfo=moment.tzinfo or datetime.UTC)
        except (ValueError, OverflowError):
            return None
        seconds = (moment - datetime.datetime.now(datetime.UTC)).total_seconds()
    return max(seconds, 0.0)


@dataclasses.dataclass(frozen=True)
class ThreatStream:
    """One ThreatStream. The credential travels in the Authorization header and nowhere else.

    url: its origin, with or without the path of the search. ca_path: a CA bundle, empty for the system's.
    timeout: seconds without a byte. sleep: takes the seconds to wait between attempts.
    """

    url: str
    username: str
    api_key: str = dataclasses.field(repr=False)
    validate_certs: bool = True
    ca_path: str = ""
    timeout: float = 60
    sleep: t.Callable[[float], None] = time.sleep

    def __post_init__(self) -> None:
        if not HAS_REQUESTS:
            raise SourceError("The Python library requests is needed to read ThreatStream.", code="MissingLibrary")
        for option, value in (("username", self.username), ("api_key", self.api_key)):
            if not value:
                raise CredentialsError(
                    f"{option} is missing.",
                    remedy=f"Set the option {option} or the environment variable THREATSTREAM_{option.upper()}.",
                )
            if not (value.isprintable() and value.isascii()):
                raise ArgumentError(f"{option} holds a line break or another character that no header can carry.")
        try:
            scheme, host, _port = _origin(self.url)
        except ValueError as error:
            raise ArgumentError(f"url: not a URL that can be used ({error}).") from error
        if scheme not in {"http", "https"} or not host:
            raise ArgumentError(f"url: {self.url.partition('?')[0]!r} is not an http(s) URL such as {DEFAULT_URL}.")
        if self.timeout <= 0:
            raise ArgumentError(f"timeout: {self.timeout:g} is not a number of seconds above 0.")
        if self.ca_path and not pathlib.Path(self.ca_path).exists():
            raise ArgumentError(f"ca_path: {self.ca_path} is not there.")
        if not self.validate_certs:
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)

    @functools.cached_property
    def host(self) -> str:
        """The name of the host, for messages and provenance."""
        return urllib.parse.urlsplit(self.url).hostname or ""

    @functools.cached_property
    def search_url(self) -> str:
        """The URL of the search: that of v2, unless C(url) names a search itself."""
        base = self.url.partition("?")[0].rstrip("/")
        return f"{base}/" if base.endswith("/intelligence") else base.removesuffix("/api/v2") + SEARCH_PATH

    @functools.cached_property
    def _session(self) -> requests.Session:
        session = requests.Session()
        session.headers["Accept"] = "application/json"
        # As auth, not as a header: requests would replace the header by what .netrc holds for the host.
        session.auth = self._authorize
        return session

    def _authorize(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"apikey {self.username}:{self.api_key}"
        return request

    def indicators(self, selection: Selection) -> t.Iterator[Indicator]:
        """Yield every indicator of the selection. Raises SourceError, which may come last, where some are missing."""
        reader, belongs = Reader(), selection.judge()
        for objects, _meta in self.pages(selection.parameters(datetime.datetime.now(datetime.UTC))):
            if selection.judged_here:
                yield from [
                    one for one, item in zip(map(reader.read, objects), objects, strict=True) if belongs(one, item)
                ]
            else:
                yield from map(reader.read, objects)

    def pages(
        self, parameters: t.Mapping[str, str], *, up_to: int | None = None, counted: bool = True
    ) -> t.Iterator[tuple[list[Object], Object]]:
        """Yield the objects and the meta of each page, by update_id; the next page loads while one is judged.

        up_to: the page that reaches this update_id is the last one asked for. counted: whether meta.total_count tells
        if the download is whole.
        """
        query = urllib.parse.urlencode({**parameters, "order_by": "update_id", "limit": str(PAGE)})
        completeness, progress, count = Completeness(), Progress("threatstream_export"), 0
        with concurrent.futures.ThreadPoolExecutor(max_workers=1) as ahead:
            page = self._page(f"{self.search_url}?{query}")
            for turn in itertools.count(1):
                objects, meta = page
                completeness.page(objects, meta)
                count += len(objects)
                progress.update(turn, None, f"pages, {count:,} indicators")
                if not (objects and meta.get("next")):
                    break
                if up_to is not None and number(objects[-1], "update_id") >= up_to:
                    yield page
                    return
                following = ahead.submit(self._page, self._next(meta["next"]))
                yield page
                page = following.result()
            if counted:
                completeness.end()
            yield page

    def _next(self, following: object) -> str:
        """Return C(meta.next) on the configured origin, without the credentials that a server may echo into it."""
        try:
            if not isinstance(following, str):
                raise ValueError
            url = urllib.parse.urljoin(self.search_url, following)
            foreign = _origin(url) != _origin(self.search_url)
        except ValueError:
            foreign = True
        if foreign:
            raise SourceError(
                "ThreatStream's meta.next points away from the configured url; it was not followed.",
                code="ForeignNext",
            )
        return _without_credentials(url)

    def _page(self, url: str) -> tuple[list[Object], Object]:
        """Return one page; raises SourceError, after several attempts where another may help."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._attempt(url)
            except _TransientCallError as problem:
                if (problem.wait or 0.0) > self.timeout:
                    raise SourceError(
                        f"ThreatStream at {self.host} {problem} and asks to wait {problem.wait:.0f} seconds, "
                        f"longer than timeout ({self.timeout:g}).",
                        code="Unavailable",
                        retryable=True,
                        remedy="Run again after that time, or raise timeout.",
                    ) from problem
                if attempt == ATTEMPTS:
                    raise SourceError(
                        f"ThreatStream at {self.host} {problem}, {ATTEMPTS} times in a row.",
                        code="Unavailable",
                        retryable=True,
                        remedy="Run again later.",
                    ) from problem
                backoff = 2.0 ** (attempt - 1) if problem.wait is None else problem.wait
                self.sleep(
                    backoff * JITTER.uniform(0.5, 1) if problem.wait is None else backoff + JITTER.uniform(0, 0.1)
                )
        raise AssertionError

    def _attempt(self, url: str) -> tuple[list[Object], Object]:
        answer = self._get(url)
        if answer.status != HTTP_OK:
            raise self._refusal(answer)
        try:
            body = parse(answer.body)
        except (ValueError, RecursionError) as error:
            kind = answer.headers.get("Content-Type", "no content type")
            if "json" in kind.lower():
                raise _TransientCallError("sent JSON that is cut off or damaged") from error
            raise SourceError(
                f"url: {self.host} answered with {kind.partition(';')[0]} instead of JSON.",
                code="NotThreatStream",
                remedy="Is a proxy or a sign-in page in between, or is url not ThreatStream's?",
            ) from error
        if isinstance(body, dict) and body.get("error"):
            raise SourceError(f"ThreatStream answered with an error: {self._said(body)}", retryable=True)
        objects, meta = (body.get("objects"), body.get("meta")) if isinstance(body, dict) else (None, None)
        if not isinstance(objects, list) or not isinstance(meta, dict):
            raise SourceError(
                f"url: {self.host} answered with JSON that is no page of intelligence.", code="NotThreatStream"
            )
        return objects, meta

    def _get(self, url: str) -> _Answer:
        verify: bool | str = self.validate_certs and (self.ca_path or True)
        for _redirect in range(REDIRECTS + 1):
            try:
                got = self._session.get(url, timeout=self.timeout, verify=verify, allow_redirects=False, stream=True)
                # One read takes a third of the time that requests takes to join pieces of 10 KB.
                answer = _Answer(got.status_code, got.headers, got.raw.read(decode_content=True))
            except requests.exceptions.SSLError as error:
                raise SourceError(
                    f"url: the TLS certificate of {self.host} was not accepted: {self._clean(error)}",
                    code="CertificateRefused",
                    remedy="Name the right CA bundle in ca_path; validate_certs: false trusts anybody.",
                ) from None
            except requests.exceptions.ProxyError:
                proxy = proxies.host(url)
                raise _TransientCallError(
                    f"cannot be reached: the proxy {proxy} failed or refused the connection"
                ) from None
            except (requests.exceptions.Timeout, urllib3.exceptions.ReadTimeoutError):
                raise _TransientCallError(f"did not answer within {self.timeout:g} seconds (timeout)") from None
            except (requests.exceptions.ConnectionError, urllib3.exceptions.ProtocolError) as error:
                raise _TransientCallError(f"cut or refused the connection ({type(error).__name__})") from None
            except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
                raise SourceError(f"url: {self.host} cannot be read: {self._clean(error)}") from None
            if not (HTTP_MULTIPLE_CHOICES <= answer.status < HTTP_BAD_REQUEST and "Location" in answer.headers):
                return answer
            url = self._redirected(url, answer.headers["Location"])
        raise SourceError(f"url: {self.host} redirects without end.", code="Redirected")

    def _redirected(self, url: str, location: str) -> str:
        try:
            target = urllib.parse.urljoin(url, location)
            host = _origin(target)[1]
            foreign = _origin(target) != _origin(self.search_url)
        except ValueError:
            host, foreign = "an unreadable address", True
        if foreign:
            raise SourceError(
                f"url: {self.host} redirects to another origin ({host}); it was not followed, to keep the credential.",
                code="Redirected",
                remedy="Name ThreatStream's final address in url.",
            )
        return _without_credentials(target)

    def _refusal(self, answer: _Answer) -> Exception:
        status = answer.status
        if status == HTTP_TOO_MANY or status >= HTTP_SERVER_ERROR:
            return _TransientCallError(f"answered {status}", _retry_after(answer.headers.get("Retry-After")))
        try:
            said = self._said(json.loads(answer.body))
        except (ValueError, RecursionError):
            said = ""
        if status == HTTP_UNAUTHORIZED:
            return CredentialsError(
                f"ThreatStream at {self.host} refused username and api_key (401). {said}".strip(),
                remedy="Check username and api_key (THREATSTREAM_USERNAME, THREATSTREAM_API_KEY).",
            )
        if status == HTTP_FORBIDDEN:
            return CredentialsError(
                f"ThreatStream at {self.host} does not let this username read intelligence (403). {said}".strip(),
                code="AccessDenied",
                remedy="Ask ThreatStream's administrator for the permission, or use another username.",
            )
        if status == HTTP_NOT_FOUND:
            return SourceError(
                f"url: {self.host} has no ThreatStream search (404).",
                code="NotThreatStream",
                remedy=f"url is ThreatStream's own address, such as {DEFAULT_URL}.",
            )
        if status == HTTP_BAD_REQUEST:
            return SourceError(f"ThreatStream refused the selection (400): {said}", code="SelectionRefused")
        return SourceError(f"ThreatStream at {self.host} answered {status}. {said}".strip())

    def _said(self, body: t.Any) -> str:
        """Return the service's own words, bounded and without the credential."""
        text = (body.get("error") or body.get("message") or "") if isinstance(body, dict) else ""
        return self._clean(text)

    def _clean(self, text: object) -> str:
        shown = str(text)
        for secret in (self.api_key, urllib.parse.quote(self.api_key), urllib.parse.quote_plus(self.api_key)):
            shown = shown.replace(secret, "********")
        return " ".join(shown.split())[:500]
