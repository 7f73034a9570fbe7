"""Where services may be: which addresses are talked to, and which never."""

import ipaddress
import socket
from typing import Final
from urllib.parse import urlsplit

PATH: Final = "/xfs4iot/v1.0"
# The standard's ports for a machine's publisher of services.
PORTS: Final = (80, 443, *range(5846, 5857))


def is_publisher(uri: str) -> bool:
    """Whether the address names a machine's publisher and not one of its services."""
    return urlsplit(uri).path.rstrip("/").lower() in ("", PATH)


def publisher_of(uri: str) -> str:
    """The address with the standard's path if it has none."""
    return uri if urlsplit(uri).path.rstrip("/") else uri.rstrip("/") + PATH


def place_of(uri: str) -> tuple[str, int, bool]:
    """Host, port, and whether TLS is spoken.

    Unencrypted addresses must be on this machine, whoever named them. Raises ValueError.
    """
    parts = urlsplit(uri)
    secure = parts.scheme == "wss"
    if parts.scheme not in ("ws", "wss") or not parts.hostname:
        raise ValueError(f"{uri!r} is no address of a service: ws://HOST:PORT or wss://HOST:PORT")
    if parts.username or parts.password:
        raise ValueError("an address of a service holds no password")
    if not secure and not is_loopback(parts.hostname):
        raise ValueError(f"{uri!r} is not on this machine: use wss there")
    return parts.hostname, parts.port or (443 if secure else 80), secure


def is_loopback(host: str) -> bool:
    """Whether a host's name or address is this machine's, without asking any name server."""
    if host.lower() in ("localhost", socket.gethostname().lower()):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
