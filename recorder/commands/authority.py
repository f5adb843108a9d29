"""Which certificate does a tablet trust when the server is a laptop on the same network?

An authority of this installation's own signs one certificate for every name and address that the machine has now. A
tablet installs the authority's `ca.crt` once; the server's certificate is made anew when it has nearly run out, or when
the machine has another address, and the tablet need not be told. All of it rests in one folder: `ca.crt` is for
everybody, `ca.key` and `server.pem` hold keys and are readable by their owner only. Elliptic curve P-256.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY_DAYS = 3650
SERVER_DAYS = 397
"""The longest that browsers take from an authority of their own list; tablets hold others to it as well."""
RENEW_DAYS = 30
TEST_ADDRESS = "192.0.2.1"  # RFC 5737: nobody's; nothing is sent to it

Host = str | IPv4Address | IPv6Address


@dataclass(frozen=True)
class Certificates:
    """Where the authority's certificate and the server's (with its key) rest; `renewed`: the latter is new."""

    authority: Path
    server: Path
    renewed: bool


def certificates(folder: Path, hosts: Iterable[Host], at: datetime | None = None) -> Certificates:
    """The certificates of a server that is reached by these names and addresses, made where there are none that hold.

    Parameters: `folder`, where they rest; `hosts`, names as text and addresses as such; `at`, the time (now).
    """
    at, hosts = at or datetime.now(UTC), tuple(dict.fromkeys(hosts))
    folder.mkdir(parents=True, exist_ok=True)
    authority, key, server = folder / "ca.crt", folder / "ca.key", folder / "server.pem"
    if not (authority.exists() and key.exists()) or _ends(authority) < at + timedelta(days=SERVER_DAYS):
        _make_authority(authority, key, at)
        server.unlink(missing_ok=True)
    if server.exists() and _holds(server, authority, hosts, at):
        return Certificates(authority, server, renewed=False)
    _make_server(server, authority, key, hosts, at)
    return Certificates(authority, server, renewed=True)


def addresses() -> list[IPv4Address | IPv6Address]:
    """The addresses by which others on the network reach this machine; none without a network."""
    found = {_outward(socket.AF_INET, TEST_ADDRESS)}
    try:
        found |= {ip_address(str(row[4][0])) for row in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
    except OSError:
        pass  # a machine that does not know its own name
    return sorted((one for one in found if one is not None and not one.is_loopback), key=int)


def names() -> list[Host]:
    """The names of this machine, and the addresses that it has for itself."""
    name = socket.gethostname()
    own = [name] if "." in name else [name, f"{name}.local"]
    return [*(own if name != "localhost" else []), "localhost", ip_address("127.0.0.1"), ip_address("::1")]


def as_host(words: str) -> Host:
    """A name, or the address that the words are.

    >>> as_host("laptop.local"), as_host("10.0.0.7")
    ('laptop.local', IPv4Address('10.0.0.7'))
    """
    try:
        return ip_address(words)
    except ValueError:
        return words


def _outward(family: socket.AddressFamily, towards: str) -> IPv4Address | IPv6Address | None:
    """The address from which this machine would send to another one; None without a network."""
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((towards, 9))
            return ip_address(probe.getsockname()[0])
        except OSError:
            return None


def _make_authority(certificate: Path, key: Path, at: datetime) -> None:
    made = ec.generate_private_key(ec.SECP256R1())
    name = _name(f"Recorder on {socket.gethostname()}"[:64])
    builder = (
        _begun(name, made.public_key(), at, AUTHORITY_DAYS)
        .issuer_name(name)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(key_cert_sign=True), critical=True)
    )
    _write(key, _as_pem(made), 0o600)
    _write(certificate, builder.sign(made, hashes.SHA256()).public_bytes(serialization.Encoding.PEM), 0o644)


def _make_server(server: Path, authority: Path, key: Path, hosts: tuple[Host, ...], at: datetime) -> None:
    above, signer = _certificate(authority), serialization.load_pem_private_key(key.read_bytes(), None)
    assert isinstance(signer, ec.EllipticCurvePrivateKey), "the authority's key was made here"
    made = ec.generate_private_key(ec.SECP256R1())
    subject_key = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
    certificate = (
        _begun(_name(str(hosts[0])[:64]), made.public_key(), at, SERVER_DAYS)
        .issuer_name(above.subject)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(digital_signature=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName([_general(host) for host in hosts]), critical=False)
        .add_extension(subject_key, critical=False)
        .sign(signer, hashes.SHA256())
    )
    _write(server, _as_pem(made) + certificate.public_bytes(serialization.Encoding.PEM), 0o600)


def _begun(name: x509.Name, key: ec.EllipticCurvePublicKey, at: datetime, days: int) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(hours=1))  # a tablet's clock may be behind
        .not_valid_after(at + timedelta(days=days) - timedelta(hours=1))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(*, digital_signature: bool = False, key_cert_sign: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        key_cert_sign=key_cert_sign,
        crl_sign=key_cert_sign,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _name(words: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, words)])


def _general(host: Host) -> x509.GeneralName:
    return x509.DNSName(host) if isinstance(host, str) else x509.IPAddress(host)


def _holds(server: Path, authority: Path, hosts: tuple[Host, ...], at: datetime) -> bool:
    """Whether the server's certificate is this authority's, lasts a while, and names every host."""
    certificate = _certificate(server)
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return (
        certificate.issuer == _certificate(authority).subject
        and certificate.not_valid_after_utc > at + timedelta(days=RENEW_DAYS)
        and {_general(host) for host in hosts} <= set(names)
    )


def _ends(certificate: Path) -> datetime:
    return _certificate(certificate).not_valid_after_utc


def _certificate(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def _as_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _write(path: Path, content: bytes, mode: int) -> None:
    """Write a file that never has other rights than these, and is whole when it appears."""
    beside = path.with_name(path.name + ".new")
    beside.unlink(missing_ok=True)
    with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
    os.replace(beside, path)
