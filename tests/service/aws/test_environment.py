# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Variables and files that botocore reads, with values that cannot be meant: an error that names them, no traceback."""

from __future__ import annotations

import pathlib
import socket
from collections.abc import Iterator

import pytest
from support.guardduty_cases import KEYS, converge, lst, publish, world
from threatlists_emulators import control
from threatlists_emulators.control import Aws

NO_KEYS = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}
MISSING = "/nonexistent/file"
ROLE = "arn:aws:iam::111111111111:role/x"


@pytest.fixture(scope="module")
def aws() -> Iterator[Aws]:
    with control.aws() as started:
        started.world(world())
        publish(started)
        yield started


@pytest.fixture(autouse=True)
def environment(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    """All that the session has is what the environment gives."""
    for name in ("AWS_REGION", "AWS_PROFILE", "AWS_SESSION_TOKEN", "HTTP_PROXY", "http_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws.url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", next(iter(KEYS.values())))
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "emulated")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")


def said(aws: Aws) -> tuple[str, str]:
    """The code of the failure, and all that is said of it."""
    result = converge(aws, lst(), access_key=None, secret_key=None, endpoint_url=None, region=None).result
    assert result["failed"]
    return result["error"]["code"], result["msg"]


@pytest.mark.parametrize(
    ("given", "code", "named"),
    [
        ({"AWS_ENDPOINT_URL": "http://127.0.0.1:port"}, "InvalidConfiguration", "AWS_ENDPOINT_URL"),
        ({"AWS_ENDPOINT_URL_GUARDDUTY": "http://127.0.0.1:port"}, "InvalidConfiguration", "AWS_ENDPOINT_URL_GUARDDUTY"),
        ({"AWS_ENDPOINT_URL": "ftp://127.0.0.1"}, "InvalidConfiguration", "https://"),
        ({"AWS_METADATA_SERVICE_TIMEOUT": "soon"}, "InvalidConfiguration", "AWS_METADATA_SERVICE_TIMEOUT"),
        ({"AWS_METADATA_SERVICE_NUM_ATTEMPTS": "few"}, "InvalidConfiguration", "AWS_METADATA_SERVICE_NUM_ATTEMPTS"),
        ({"AWS_EC2_METADATA_SERVICE_ENDPOINT": "marsh"}, "InvalidConfiguration", "marsh"),
        ({"AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": "marsh"}, "InvalidConfiguration", "marsh"),
        ({"AWS_PROFILE": "gone"}, "InvalidCredentials", "AWS_PROFILE"),
        ({"AWS_DEFAULT_REGION": "nowhere"}, "InvalidArgument", "AWS_DEFAULT_REGION"),
        ({"AWS_CREDENTIAL_EXPIRATION": "soon"}, "InvalidCredentials", "soon"),
        ({**NO_KEYS, "AWS_WEB_IDENTITY_TOKEN_FILE": MISSING, "AWS_ROLE_ARN": ROLE}, "InvalidCredentials", MISSING),
        ({**NO_KEYS, "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://example.com/"}, "InvalidCredentials", "example.com"),
        (
            {
                **NO_KEYS,
                "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:1/",
                "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": MISSING,
            },
            "InvalidCredentials",
            MISSING,
        ),
    ],
)
def test_a_variable_that_cannot_be_meant_is_named(
    aws: Aws, monkeypatch: pytest.MonkeyPatch, given: dict[str, str], code: str, named: str
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value) if value else monkeypatch.delenv(name)
    found, message = said(aws)
    assert found == code
    assert named in message


@pytest.mark.parametrize(
    ("setting", "named"),
    [
        (f"credential_process = {MISSING}", MISSING),
        ("credential_process = echo hello", "credential"),
        ('credential_process = "unbalanced', "quotation"),
        (f"web_identity_token_file = {MISSING}\nrole_arn = {ROLE}", MISSING),
        ("metadata_service_timeout = soon", "metadata_service_timeout"),
        ("s3 = marsh", "configuration file"),
    ],
)
def test_a_setting_of_the_configuration_file_that_cannot_be_meant_is_named(
    aws: Aws, monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path, setting: str, named: str
) -> None:
    (tmp_path / "config").write_text(f"[default]\n{setting}\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    if is_of_credentials := ("credential" in setting or "identity" in setting):
        for name in NO_KEYS:
            monkeypatch.delenv(name)
    found, message = said(aws)
    assert found == ("InvalidCredentials" if is_of_credentials else "InvalidConfiguration")
    assert named in message


@pytest.mark.parametrize("content", [None, "no certificate\n"])
def test_a_bundle_of_certificates_that_is_none_is_named_and_no_matter_of_the_network(
    aws: Aws, monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path, content: str | None
) -> None:
    bundle = tmp_path / "ca.pem"
    if content:
        bundle.write_text(content)
    monkeypatch.setenv("AWS_CA_BUNDLE", str(bundle))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"https://127.0.0.1:{listening.getsockname()[1]}")
        found, message = said(aws)
    assert found == "InvalidConfiguration"
    assert "AWS_CA_BUNDLE" in message
