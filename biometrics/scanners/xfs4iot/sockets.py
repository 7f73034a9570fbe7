"""Sockets that go where they were told, and no further."""

import socket


def open_socket(host: str, port: int, timeout_s: float, *, loopback: bool) -> socket.socket:
    """A connected socket. Raises OSError, also if a name of this machine leads elsewhere."""
    # The machine's own name may be bound to its address in the network: here it means loopback.
    for address in ("127.0.0.1", "::1") if loopback else (host,):
        try:
            opened = socket.create_connection((address, port), timeout=timeout_s)
        except OSError as error:
            failure = error
            continue
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        opened.settimeout(None)
        return opened
    raise failure
