"""Which services a machine publishes, and which of them is wanted."""

import ssl
from collections.abc import Iterable, Iterator
from typing import Any, Final

from biometrics.scanners.xfs4iot.address import PATH, PORTS, is_publisher, publisher_of
from biometrics.scanners.xfs4iot.connection import Connection, Limits
from biometrics.scanners.xfs4iot.errors import ServiceError

MAX_SERVICES: Final = 50
_QUICK: Final = Limits(connect_s=0.5, acknowledge_s=1.0, grace_s=0.5)


def publishers(named: str) -> Iterator[str]:
    """The addresses where a publisher may be: the one that is named, or the standard's."""
    if named:
        yield publisher_of(named)
        return
    for port in PORTS:
        scheme = "wss" if port == 443 else "ws"
        yield f"{scheme}://127.0.0.1:{port}{PATH}"


def services(publisher: str, tls: ssl.SSLContext | None = None) -> tuple[str, ...]:
    """The addresses of what is published there, in order. Raises ServiceError, ValueError."""
    found: list[str] = []

    def take(_name: str, payload: dict[str, Any]) -> None:
        found.extend(_addresses(payload))

    connection = Connection(publisher, limits=_QUICK, tls=tls)
    try:
        take("", connection.command("ServicePublisher.GetServices", timeout_s=2.0, on_event=take))
    finally:
        connection.close()
    return tuple(dict.fromkeys(found))[:MAX_SERVICES]


def all_services(named: str, tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """What is published at the named address or, without one, by any publisher of this machine.

    A publisher that fails is passed over. An address of a service stands for itself.
    """
    if named and not is_publisher(named):
        yield named
        return
    for publisher in publishers(named):
        try:
            yield from services(publisher, tls)
        except ServiceError:
            continue


def capabilities(uri: str, tls: ssl.SSLContext | None = None) -> dict[str, Any]:
    """Common.Capabilities of a service. Raises ServiceError, ValueError."""
    connection = Connection(uri, limits=_QUICK, tls=tls)
    try:
        return connection.command("Common.Capabilities", timeout_s=2.0)
    finally:
        connection.close()


def _addresses(payload: dict[str, Any]) -> Iterable[str]:
    listed = payload.get("services")
    for item in listed if isinstance(listed, list) else ():
        # Written both ways in services that are about.
        uri = item.get("serviceURI", item.get("serviceUri")) if isinstance(item, dict) else None
        if isinstance(uri, str) and len(uri) <= 200:
            yield uri
