# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A list fetched by its URL: when it changed, whole, from the host that is meant. Private to the collection."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import ipaddress
import json
import pathlib
import tempfile
import time
import typing as t
import urllib.parse

from ansible_collections.threatlists.aws.plugins.module_utils._errors import (
    ArgumentError,
    CredentialsError,
    SourceError,
)
from ansible_collections.threatlists.aws.plugins.module_utils._lists import atomic, proxies

try:
    import requests
except ImportError:
    HAS_REQUESTS = False
else:
    HAS_REQUESTS = True

CHUNK = 1 << 16
IN_MEMORY = 1 << 23
ATTEMPTS = 3
REDIRECTS = 5
OK, NOT_MODIFIED, MULTIPLE_CHOICES, BAD_REQUEST, NOT_FOUND = 200, 304, 300, 400, 404
REFUSED = frozenset({401, 403})
LATER = frozenset({408, 425, 429, 500, 502, 503, 504})
VALIDATORS = {"ETag": "If-None-Match", "Last-Modified": "If-Modified-Since"}


class _TransientFetchError(Exception):
    """A failure that is worth another attempt, after C(wait) seconds."""

    def __init__(self, problem: str, wait: float = 1.0) -> None:
        super().__init__(problem)
        self.wait = wait


@dataclasses.dataclass(frozen=True)
class Download:
    """One list by its URL.

    label: what errors begin with. headers: go to the URL's own host and no other. cache: a file that keeps the list,
    and beside it what the server said about its version, so that it is fetched again only when it changed; empty for
    none. hosts: further ones that a redirect may lead to. insecure: http is allowed to any host. limit: bytes.
    """

    url: str
    label: str
    headers: t.Mapping[str, str] = dataclasses.field(default_factory=dict, repr=False)
    cache: str = ""
    hosts: t.Collection[str] = ()
    insecure: bool = False
    verify: bool | str = True
    timeout: float = 60
    limit: int = 400_000_000
    sleep: t.Callable[[float], None] = time.sleep

    def __post_init__(self) -> None:
        if not HAS_REQUESTS:
            raise SourceError(f"{self.label}: needs the Python library requests.", code="MissingLibrary")
        problem = unusable(self.url, self.insecure)
        if problem:
            raise ArgumentError(f"{self.label}: {problem}")
        for header, value in self.headers.items():
            if not (header + value).isascii() or not (header + value).isprintable():
                raise ArgumentError(f"{self.label}: the header {header!r} holds what no header can carry.")
        if self.timeout <= 0:
            raise ArgumentError(f"{self.label}: timeout: {self.timeout:g} is not a number of seconds above 0.")

    @contextlib.contextmanager
    def opened(self, keep: bool = True) -> t.Iterator[t.BinaryIO]:
        """Give the list, fetched or, where it has not changed, from the cache.

        keep: write the cache, once the list was read without an error, so that no error page is remembered as the list.
        Raises SourceError or CredentialsError.
        """
        body, validators = self._download()
        try:
            yield body
            if self.cache and keep and validators is not None:
                body.seek(0)
                remember(self.cache, self.url, validators, body)
        finally:
            body.close()

    def _download(self) -> tuple[t.BinaryIO, dict[str, str] | None]:
        """Return the list, open at its beginning, and what the server said about its version.

        The latter is None where the list comes from the cache.
        """
        known = remembered(self.cache, self.url)
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._once(known)
            except _TransientFetchError as problem:
                if attempt == ATTEMPTS:
                    raise SourceError(
                        f"{self.label}: {problem}, {ATTEMPTS} times in a row.",
                        code="Unavailable",
                        retryable=True,
                        remedy="Run again later.",
                    ) from problem
                self.sleep(problem.wait)
        raise AssertionError("the last attempt returns or raises")

    def _once(self, known: dict[str, str]) -> tuple[t.BinaryIO, dict[str, str] | None]:
        with contextlib.ExitStack() as stack:
            body = stack.enter_context(tempfile.SpooledTemporaryFile(max_size=IN_MEMORY))
            validators = self._fetch(body, known)
            if validators is not None:
                body.seek(0)
                stack.pop_all()
                return t.cast("t.BinaryIO", body), validators
        try:
            return pathlib.Path(self.cache).open("rb"), None
        except OSError:  # it vanished meanwhile
            return self._once({})

    def _fetch(self, body: t.IO[bytes], known: dict[str, str]) -> dict[str, str] | None:
        """Put the list into C(body) and return what the server said about its version.

        Returns None where the version is the one known.
        """
        url, headers = self.url, dict(self.headers)
        conditions = {VALIDATORS[name]: value for name, value in known.items()}
        with requests.Session() as session:
            for _redirect in range(REDIRECTS + 1):
                try:
                    with self._get(session, url, headers | conditions) as answer:
                        location = answer.headers.get("Location")
                        if not (MULTIPLE_CHOICES <= answer.status_code < BAD_REQUEST and location):
                            return self._take(answer, body, known)
                except requests.exceptions.RequestException as error:
                    raise self._failure(error) from None
                except OSError as error:
                    raise SourceError(f"{self.label}: cannot be kept here: {error.strerror or error}.") from error
                target = self._redirected(url, location)
                headers = headers if is_same_server(url, target) else {}
                url = target
        raise SourceError(f"{self.label}: redirects without end.", code="Redirected")

    def _get(self, session: requests.Session, url: str, headers: dict[str, str]) -> requests.Response:
        # With an auth of its own, requests takes none from .netrc.
        return session.get(
            url,
            headers=headers,
            auth=lambda request: request,
            timeout=self.timeout,
            verify=self.verify,
            allow_redirects=False,
            stream=True,
        )

    def _take(self, answer: requests.Response, body: t.IO[bytes], known: dict[str, str]) -> dict[str, str] | None:
        status = answer.status_code
        if status == NOT_MODIFIED and known:
            return None
        if status != OK:
            raise self._refusal(answer)
        if "," in answer.headers.get("Content-Encoding", ""):
            raise SourceError(f"{self.label}: is compressed more than once for its way here.", code="WrongFormat")
        size = 0
        for chunk in answer.iter_content(CHUNK):
            size += len(chunk)
            if size > self.limit:
                raise SourceError(f"{self.label}: more than {self.limit} bytes, which are not read.", code="TooLarge")
            body.write(chunk)
        said = answer.headers.get("Content-Length", "")
        if said.isdecimal() and not answer.headers.get("Content-Encoding") and int(said) != size:
            raise _TransientFetchError(f"ended after {size} of {said} bytes")
        return {name: answer.headers[name] for name in VALIDATORS if name in answer.headers}

    def _redirected(self, url: str, location: str) -> str:
        target = urllib.parse.urljoin(url, location)
        problem = unusable(target, self.insecure)
        host = host_of(target)
        if problem:
            raise SourceError(f"{self.label}: redirects to what is not followed: {problem}", code="Redirected")
        if host not in {host_of(self.url), *self.hosts}:
            raise SourceError(
                f"{self.label}: redirects to another host ({host}); it was not followed.",
                code="Redirected",
                remedy="If that host is meant, name it in redirect_hosts, or name the final address in url.",
            )
        return target

    def _failure(self, error: requests.exceptions.RequestException) -> Exception:
        if isinstance(error, requests.exceptions.SSLError):
            return SourceError(
                f"{self.label}: the TLS certificate was not accepted.",
                code="CertificateRefused",
                remedy="Name the right CA bundle in ca_path; validate_certs: false trusts anybody.",
            )
        if isinstance(error, requests.exceptions.ProxyError):
            return _TransientFetchError(f"the proxy {proxies.host(self.url)} failed or refused the connection")
        if isinstance(error, requests.exceptions.Timeout):
            return _TransientFetchError(f"did not answer within {self.timeout:g} seconds (timeout)")
        if isinstance(error, requests.exceptions.InvalidURL | requests.exceptions.InvalidHeader):
            return ArgumentError(f"{self.label}: the URL or a header is not one that can be sent.")
        return _TransientFetchError(f"cut or refused the connection ({type(error).__name__})")

    def _refusal(self, answer: requests.Response) -> Exception:
        status = answer.status_code
        if status in REFUSED:
            return CredentialsError(
                f"{self.label}: access was refused ({status}).", remedy="Check headers, and what the feed asks for."
            )
        if status in LATER:
            asked = answer.headers.get("Retry-After", "")
            wait = float(asked) if asked.isdecimal() else 1.0
            if wait > self.timeout:
                return SourceError(
                    f"{self.label}: answered {status} and asks to wait {wait:.0f} seconds, longer than timeout "
                    f"({self.timeout:g}).",
                    code="Unavailable",
                    retryable=True,
                    remedy="Run again after that time, or raise timeout.",
                )
            return _TransientFetchError(f"answered {status}", wait)
        return SourceError(f"{self.label}: answered {status}.", code="NotFound" if status == NOT_FOUND else None)


def unusable(url: str, insecure: bool) -> str:
    """Return why a URL cannot be used, empty where it can."""
    try:
        scheme, host, _port = origin(url)
    except ValueError:
        return "is not a URL that can be used."
    if "@" in urllib.parse.urlsplit(url).netloc:
        return "holds a credential; it belongs into headers."
    if scheme not in {"http", "https"} or not host:
        return "is not an https URL."
    if scheme == "http" and not insecure and not _is_loopback(host):
        return "is http, over which anybody can change a list; allow_http: true takes it all the same."
    return ""


def origin(url: str) -> tuple[str, str, int | None]:
    """Return scheme, host and port. Raises ValueError."""
    parts = urllib.parse.urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def is_same_server(url: str, target: str) -> bool:
    """Return whether a redirect stays on the same server, or does no more than turn http into https."""
    upgrade = ("http", host_of(url), 80), ("https", host_of(url), 443)
    return origin(target) == origin(url) or (origin(url), origin(target)) == upgrade


def host_of(url: str) -> str:
    """Return the host of a URL. Raises ValueError."""
    return origin(url)[1]


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def remembered(cache: str, url: str) -> dict[str, str]:
    """Return what the server said about the version in the cache; empty without a cache that is as it was written."""
    if not cache:
        return {}
    try:
        kept = json.loads(pathlib.Path(f"{cache}.json").read_text(encoding="utf-8"))
        if kept["url"] == _named(url) and kept["sha256"] == atomic.digest(cache):
            return {name: str(kept[name]) for name in VALIDATORS if name in kept}
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return {}


def remember(cache: str, url: str, validators: dict[str, str], body: t.IO[bytes]) -> None:
    """Write the list and what the server said about its version into the cache. Raises ListFileError.

    Where that is cut short between the two files, the next run fetches the list again.
    """
    written = atomic.write(cache, iter(lambda: body.read(CHUNK), b""), scratch=False, option="cache")
    kept = {"url": _named(url), "sha256": written.sha256, **validators}
    atomic.write(f"{cache}.json", [json.dumps(kept, indent=2).encode()], scratch=False, option="cache")


def _named(url: str) -> str:
    """Return a digest of the URL, since its query may be a secret."""
    return hashlib.sha256(url.encode()).hexdigest()
