"""Certificates are checked against the name that was asked for, although the address behind it is dialled."""

from __future__ import annotations

import datetime
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from dotbridge.errors import ConfigError
from dotbridge.http import codes
from dotbridge.http.client import HttpClient
from dotbridge.http.errors import OutcomeUnknown, Transient
from dotbridge.http.operation import Operation
from dotbridge.http.retry import Retries
from integration.client.scripted import Answer, Scripted, as_json

READ = Operation("things.read", "GET")
IMPORT = Operation("things.import", "PUT")
QUICK = Retries(attempts=3, total=5.0, first=0.01, most=0.02)


def certificate(folder: Path, name: str) -> Path:
    """A self-signed certificate for ``name`` with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = folder / f"{name}.pem"
    file.write_bytes(private + signed.public_bytes(serialization.Encoding.PEM))
    return file


@pytest.fixture(params=["localhost"])
def server(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scripted]:
    file = certificate(tmp_path, request.param)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    server = Scripted(context)
    yield server
    server.close()


def client(server: Scripted) -> HttpClient:
    return HttpClient(f"https://localhost:{server.port}", timeout=1.0, retries=QUICK, allow_private=True)


def test_a_trusted_certificate_of_the_right_name_is_accepted(server: Scripted) -> None:
    server.answers(as_json(1), as_json(2))
    assert client(server).request(READ, "/").json() == 1
    assert client(server).request(IMPORT, "/", body=b"{}").json() == 2
    assert server.requests[0].headers["Host"] == f"localhost:{server.port}"


@pytest.mark.parametrize("server", ["elsewhere.example.com"], indirect=True)
@pytest.mark.parametrize("operation", [READ, IMPORT], ids=lambda operation: operation.method)
def test_a_certificate_of_another_name_is_refused(operation: Operation, server: Scripted) -> None:
    with pytest.raises(ConfigError) as refused:
        client(server).request(operation, "/", body=b"{}")
    assert refused.value.code is codes.CERTIFICATE_REFUSED
    assert server.requests == []


def test_an_unknown_issuer_is_refused(server: Scripted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(ConfigError) as refused:
        client(server).request(READ, "/")
    assert refused.value.code is codes.CERTIFICATE_REFUSED


def test_a_request_that_broke_after_the_handshake_may_have_been_taken(server: Scripted) -> None:
    server.answers(Answer(reset=True))
    with pytest.raises(OutcomeUnknown):
        client(server).request(IMPORT, "/", body=b"{}")


def test_a_handshake_that_fails_sent_nothing() -> None:
    plain = Scripted()
    try:
        with pytest.raises(Transient) as failed:
            client(plain).request(IMPORT, "/", body=b"{}")
        assert failed.value.code is codes.UNREACHABLE
        assert plain.requests == []
    finally:
        plain.close()
