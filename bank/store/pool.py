"""Connections to the primary database, and how long anyone waits for one.

A statement that is past its deadline is never cancelled. Cancelling a COMMIT that waits for its
standby reports success for what the standby may not have (DESIGN.md 6, traps 1 and 2), and psycopg
cancels when its task is cancelled. So the statement runs in a task of its own, and on the deadline
the connection's socket is shut: the outcome is unknown and is said to be.

Of several database servers one leads. When a connection turns out dead, silent or read-only, all
that were made before are suspect and are made anew, and its server is tried last from then on.
"""

import asyncio
import contextlib
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeAlias, TypeVar

import psycopg
from psycopg import errors
from psycopg_pool import AsyncConnectionPool, PoolClosed, PoolTimeout, TooManyRequests

from bank.store.errors import StoreUnavailable
from bank.store.hosts import Place, doubtful_last
from bank.store.named import NamedConnection

Connection: TypeAlias = psycopg.AsyncConnection[tuple[Any, ...]]
Answer = TypeVar("Answer")

# A server that is back is found within this time, for longer pauses between tries are never made.
_RECONNECT_S = 2.0

_GRACE_S = 0.4
"""What a running statement gets when its pool is closed."""

_SESSION_SETTINGS = " ".join(
    f"-c {name}={value}"
    for name, value in {
        "idle_in_transaction_session_timeout": "1s",
        # Bounds a wait for a row lock (nothing is written then), not the wait for a standby.
        "lock_timeout": "4s",
        "timezone": "UTC",
        "application_name": "bank",
    }.items()
)


class Pool:
    """At most `size` connections; who finds none free within `wait_s` is told so.

    `url` may be a function: it is asked at each new connection, for the port may have changed.
    """

    def __init__(
        self,
        url: str | Callable[[], str],
        *,
        size: int = 12,
        wait_s: float = 1.0,
        deadline_s: float = 4.0,
    ) -> None:
        self._deadline_s = deadline_s
        self._url = url
        self._doubtful: Place | None = None
        self.turns = 0
        self._running: set[asyncio.Task[Any]] = set()
        self._lent_now: set[Connection] = set()
        self._renewed_s = 0.0
        self._renewing: asyncio.Task[None] | None = None
        self._pool: AsyncConnectionPool[Connection] = AsyncConnectionPool(
            self._address,
            connection_class=NamedConnection,
            kwargs={
                "autocommit": True,
                # A prepared statement's first use would be a second round trip.
                "prepare_threshold": None,
                "connect_timeout": 2,
                "target_session_attrs": "read-write",
                "tcp_user_timeout": 4000,
                "options": _SESSION_SETTINGS,
            },
            min_size=min(2, size),
            max_size=size,
            max_waiting=size * 16,
            timeout=wait_s,
            reconnect_timeout=_RECONNECT_S,
            open=False,
        )

    async def open(self) -> None:
        """Begin to connect, in the background."""
        await self._pool.open()

    async def close(self) -> None:
        """Close every connection, in at most 2 s.

        What still runs is not cancelled: its socket is shut, and its asker is told "unknown".
        """
        if self._running:
            await asyncio.wait(self._running, timeout=_GRACE_S)
        for connection in tuple(self._lent_now):
            _shut(connection)
        if self._running:
            await asyncio.wait(self._running, timeout=_GRACE_S)
        await self._pool.close(timeout=1.0)

    async def run(
        self, work: Callable[[Connection], Awaitable[Answer]], *, deadline_s: float | None = None
    ) -> Answer:
        """Run `work` on a connection of its own, in autocommit mode.

        Raises:
            StoreUnavailable: the deadline passed, or the database is away or read-only; what
                `work` wrote may or may not have taken effect.
            psycopg.Error: the statement itself is wrong.
        """
        task = asyncio.ensure_future(self._run(work, deadline_s or self._deadline_s))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            # The asker went away; the statement ends by itself.
            task.add_done_callback(lambda done: done.cancelled() or done.exception())
            raise

    async def _run(
        self, work: Callable[[Connection], Awaitable[Answer]], deadline_s: float
    ) -> Answer:
        async with self._lent(deadline_s) as connection:
            return await work(connection)

    @contextlib.asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """A connection for reads and other work that may be repeated; not for money.

        Raises:
            StoreUnavailable: no connection is free, or the database went away.
        """
        async with self._lent(self._deadline_s) as connection:
            yield connection

    @contextlib.asynccontextmanager
    async def _lent(self, deadline_s: float) -> AsyncIterator[Connection]:
        try:
            async with self._pool.connection() as connection:
                place, lent_s = (connection.info.host, connection.info.port), time.monotonic()
                self._lent_now.add(connection)
                with _shut_after(connection, deadline_s):
                    try:
                        yield connection
                    except errors.ReadOnlySqlTransaction:
                        # A primary that was demoted: this connection will never do again.
                        await connection.close()
                        raise
                    finally:
                        self._lent_now.discard(connection)
                        if connection.closed:
                            self._doubt(place, lent_s)
        except (PoolTimeout, TooManyRequests, PoolClosed) as error:
            raise StoreUnavailable("no connection is free") from error
        except errors.ReadOnlySqlTransaction as error:
            raise StoreUnavailable("the database is read-only") from error
        except (
            psycopg.OperationalError,
            psycopg.InterfaceError,
            errors.IdleInTransactionSessionTimeout,
        ) as error:
            raise StoreUnavailable("the database did not answer") from error

    def _address(self) -> str:
        url = self._url if isinstance(self._url, str) else self._url()
        return doubtful_last(url, self._doubtful)

    def _doubt(self, place: Place, lent_s: float) -> None:
        # Of many statements that were waiting when their server died only the first one counts.
        if lent_s > self._renewed_s:
            self._renewed_s = time.monotonic()
            self._doubtful = place
            self.turns += 1
            self._renewing = asyncio.create_task(self._pool.drain())


@contextlib.contextmanager
def _shut_after(connection: Connection, deadline_s: float) -> Any:
    timer = asyncio.get_running_loop().call_later(deadline_s, _shut, connection)
    try:
        yield
    finally:
        timer.cancel()


def _shut(connection: Connection) -> None:
    """End the connection's conversation so that whoever waits on it is woken by an error."""
    with (
        contextlib.suppress(OSError, psycopg.Error),
        socket.socket(fileno=socket.dup(connection.fileno())) as twin,
    ):
        twin.shutdown(socket.SHUT_RDWR)
