# Copyright (c) 2026, threatlists.aws maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Certificates of the server, over real sockets."""

from __future__ import annotations

import datetime
import http.server
import ipaddress
import ssl
import threading

import pytest
from ansible_collections.threatlists.aws.plugins.module_utils._errors import SourceError
from ansible_collections.threatlists.aws.plugins.module_utils._threatstream.client import ThreatStream
from ansible_collections.threatlists.aws.plugins.module_utils._threatstream.selection import Selection
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

KEY = "emulator-key"


def values(client):
    return [indicator.value for indicator in client.indicators(Selection.from_params({}))]


class OnePage(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = b'{"objects": [], "meta": {"total_count": 0, "next": null}}'
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def tls(tmp_path):
    """A server with a certificate that nobody trusts, and the file that would make it trusted."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(names, critical=False)
        .sign(key, hashes.SHA256())
    )
    trusted, secret = tmp_path / "ca.pem", tmp_path / "key.pem"
    encoding = serialization.Encoding.PEM
    trusted.write_bytes(certificate.public_bytes(encoding))
    clear = serialization.NoEncryption()
    secret.write_bytes(key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, clear))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(trusted, secret)
    with http.server.HTTPServer(("127.0.0.1", 0), OnePage) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"https://127.0.0.1:{server.server_port}", str(trusted)
        server.shutdown()


def test_a_certificate_that_nobody_trusts(tls):
    url, trusted = tls
    with pytest.raises(SourceError, match="url: the TLS certificate") as caught:
        values(ThreatStream(url, "analyst", KEY))
    assert (caught.value.code, "ca_path" in caught.value.remedy) == ("CertificateRefused", True)
    assert values(ThreatStream(url, "analyst", KEY, ca_path=trusted)) == []


def test_validate_certs_false_holds_against_the_environment(tls, monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/ca.pem")
    assert values(ThreatStream(tls[0], "analyst", KEY, validate_certs=False)) == []
