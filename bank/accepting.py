"""Connections before they are anybody's: accepted, and given a few seconds to prove who they are.

uvicorn would leave both to the event loop, which takes any number of connections and gives each a
minute for its TLS handshake: whoever may open TCP could then take every file descriptor without a
certificate. Here handshakes are few, short and paced, and when there are too many the oldest gives
way: an honest peer is done in milliseconds, so the oldest is the one that says nothing.
"""

import asyncio
import logging
import socket
import ssl
from collections.abc import Callable
from typing import Final

from bank.metrics import Metrics

log = logging.getLogger("bank.accepting")

MAX_HANDSHAKES: Final = 64
HANDSHAKE_S: Final = 5.0
GOODBYE_S: Final = 2.0
"""For a peer to take what was sent, and to answer the end of TLS."""
HANDSHAKES_PER_S: Final = 200.0
"""A handshake costs half a millisecond of processor, whoever asks: those who are in come first."""
NO_ROOM_S: Final = 0.1
"""Pause after the system had no file descriptor for a connection."""


class Accepting:
    """Accepts from `listener` until closed, and hands each peer that proved itself to a protocol.

    It looks to uvicorn like a server of the event loop: `close` and `wait_closed`.
    """

    def __init__(
        self,
        listener: socket.socket,
        context: ssl.SSLContext,
        make_protocol: Callable[[], asyncio.Protocol],
        metrics: Metrics,
    ) -> None:
        """To be called on the running loop."""
        listener.setblocking(False)
        self._listener = listener
        self._context = context
        self._make_protocol = make_protocol
        self._metrics = metrics
        self._handshakes: dict[asyncio.Task[None], None] = {}
        self._task = asyncio.get_running_loop().create_task(self._accept(), name="accepting")

    def close(self) -> None:
        """Accept nobody any more, and drop who has not proved itself."""
        for task in (self._task, *self._handshakes):
            task.cancel()

    async def wait_closed(self) -> None:
        """Wait until that is done."""
        await asyncio.gather(self._task, *self._handshakes, return_exceptions=True)

    async def _accept(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                peer, _ = await loop.sock_accept(self._listener)
            except OSError as error:
                log.warning("no connection could be accepted: %s", error.strerror)
                await asyncio.sleep(NO_ROOM_S)
                continue
            if len(self._handshakes) >= MAX_HANDSHAKES:
                # A dict keeps the order in which they came.
                oldest = next(iter(self._handshakes))
                del self._handshakes[oldest]
                oldest.cancel()
                self._metrics.turned_away("handshakes")
            task = loop.create_task(self._shake_hands(peer), name="handshake")
            self._handshakes[task] = None
            self._metrics.handshakes.set(len(self._handshakes))
            task.add_done_callback(self._over)
            await asyncio.sleep(1 / HANDSHAKES_PER_S)

    def _over(self, task: asyncio.Task[None]) -> None:
        self._handshakes.pop(task, None)
        self._metrics.handshakes.set(len(self._handshakes))

    async def _shake_hands(self, peer: socket.socket) -> None:
        try:
            peer.setblocking(False)
            peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            await asyncio.get_running_loop().connect_accepted_socket(
                self._make_protocol,
                peer,
                ssl=self._context,
                ssl_handshake_timeout=HANDSHAKE_S,
                ssl_shutdown_timeout=GOODBYE_S,
            )
        except OSError as error:
            # Strangers, and health checks of a proxy: counted, but no line of the log each.
            log.debug("no handshake: %s", type(error).__name__)
            self._metrics.turned_away("no_handshake")
            peer.close()
        except asyncio.CancelledError:
            peer.close()
            raise
