"""A TCP proxy that can lose a reply, so that a server can be killed at an exact point.

The tour stands one before each bank server. TLS passes through it unread: it sees only when
bytes go up (a request) and when bytes come down (a reply).
"""

import contextlib
import selectors
import socket
import threading
from collections.abc import Callable

CHUNK_BYTES = 65_536
CONNECT_TIMEOUT_S = 5.0


class Proxy:
    """Listens on a free loopback port and passes every connection on to ``target_port``.

    ``once_upward`` and ``once_downward`` arm a callback for the next bytes in that direction:
    it runs on the proxy's thread, before upward bytes are passed on, after downward ones were.
    While ``hold_replies`` is set, bytes coming down are read and thrown away, so the client waits
    for an answer that never comes; ``drop`` then closes every connection.
    """

    def __init__(self, target_port: int) -> None:
        self._target_port = target_port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.hold_replies = threading.Event()
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._upward: Callable[[], None] | None = None
        self._upward_bytes = 0
        self._downward: Callable[[], None] | None = None
        self._connections: set[socket.socket] = set()
        self._acceptor = threading.Thread(target=self._accept, name="tour-proxy", daemon=True)
        self._acceptor.start()

    def once_upward(self, callback: Callable[[], None], least_bytes: int = 0) -> None:
        """Call back at the next bytes from the client, just before they are passed on.

        `least_bytes` tells a long request from probes: shorter pieces pass without the call.
        """
        with self._lock:
            self._upward, self._upward_bytes = callback, least_bytes

    def once_downward(self, callback: Callable[[], None]) -> None:
        """Call back at the next bytes from the server, just after they were passed on or lost."""
        with self._lock:
            self._downward = callback

    def drop(self) -> None:
        """Close every connection that is open now."""
        with self._lock:
            connections = tuple(self._connections)
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Stop listening and close everything."""
        self._closing.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.drop()

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        try:
            server = socket.create_connection(
                ("127.0.0.1", self._target_port), timeout=CONNECT_TIMEOUT_S
            )
        except OSError:
            client.close()
            return
        server.settimeout(None)
        for connection in (client, server):
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self._lock:
            self._connections |= {client, server}
        try:
            self._relay(client, server)
        except OSError:
            pass  # either end is gone: the other is closed too, which is all a proxy can say
        finally:
            with self._lock:
                self._connections -= {client, server}
            client.close()
            server.close()

    def _relay(self, client: socket.socket, server: socket.socket) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(client, selectors.EVENT_READ)
            selector.register(server, selectors.EVENT_READ)
            while not self._closing.is_set():
                for key, _ in selector.select(timeout=0.5):
                    source = client if key.fileobj is client else server
                    data = source.recv(CHUNK_BYTES)
                    if not data:
                        return
                    if source is client:
                        self._fire_upward(len(data))
                        server.sendall(data)
                    else:
                        if not self.hold_replies.is_set():
                            client.sendall(data)
                        self._fire_downward()

    def _fire_upward(self, length: int) -> None:
        with self._lock:
            if length < self._upward_bytes:
                return
            callback, self._upward = self._upward, None
        if callback is not None:
            callback()

    def _fire_downward(self) -> None:
        with self._lock:
            callback, self._downward = self._downward, None
        if callback is not None:
            callback()
