"""What operators see of a server: Prometheus metrics on a loopback port of their own.

They are apart from the terminals' port, so that no terminal reads them and no scrape waits behind
customers; a monitoring host reaches them through the operator's own proxy or tunnel. Labels hold
words of this program only: kinds, outcomes, paths, never an account, a terminal or a person.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server

log = logging.getLogger("bank.metrics")

SECONDS: Final = (
    0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0,
)  # fmt: skip
SIZES: Final = (1, 2, 4, 8, 16, 32, 48, 64)


class Metrics:
    """Every figure of one server, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Histogram(
            "bank_request_seconds", "Time to answer, by path and status class",
            ("path", "status"), buckets=SECONDS, registry=self.registry,
        )  # fmt: skip
        self._turned_away = Counter(
            "bank_turned_away_total", "Requests not served, by why", ("why",),
            registry=self.registry,
        )  # fmt: skip
        self._movements = Counter(
            "bank_movements_total", "Decisions about movements",
            ("kind", "outcome"), registry=self.registry,
        )  # fmt: skip
        self._replays = Counter(
            "bank_replays_total", "Movements answered from what was stored", registry=self.registry
        )
        self._batch_items = Histogram(
            "bank_batch_items", "Movements in one statement", buckets=SIZES, registry=self.registry
        )
        self._batch_seconds = Histogram(
            "bank_batch_seconds", "Time one statement was away, commit and standby included",
            buckets=SECONDS, registry=self.registry,
        )  # fmt: skip
        self._waiting = Gauge(
            "bank_ledger_waiting", "Movements not yet sent to the ledger", registry=self.registry
        )
        self._away = Counter(
            "bank_database_away_total", "Requests that the database did not answer in time",
            registry=self.registry,
        )  # fmt: skip
        self.connections = Gauge(
            "bank_connections", "Terminals' connections that are open", registry=self.registry
        )
        self.handshakes = Gauge(
            "bank_handshakes", "Connections that have not proved whose they are",
            registry=self.registry,
        )  # fmt: skip
        self.database_turns = Gauge(
            "bank_database_turns",
            "Times all connections were made anew, for their server was dead or led no more",
            registry=self.registry,
        )
        self.sealer_lag_s = Gauge(
            "bank_sealer_lag_seconds", "Age of the oldest entry that is not chained yet",
            registry=self.registry,
        )  # fmt: skip
        self.open_alarms = Gauge(
            "bank_alarms", "Alarms nobody has acknowledged", ("kind",), registry=self.registry
        )
        self.unknown_journals = Gauge(
            "bank_unknown_journals", "Terminals whose journal is not the one the bank knows",
            registry=self.registry,
        )  # fmt: skip
        self.open_cases = Gauge(
            "bank_open_cases", "Cases nobody has closed", registry=self.registry
        )
        self.open_holds = Gauge("bank_open_holds", "Holds not settled", registry=self.registry)
        # Labels are few words, looked up at every answer.
        self._request = cache(self._requests.labels)
        self._movement = cache(self._movements.labels)

    def request(self, path: str, status: int, seconds: float) -> None:
        """Count an answered request; `path` is a route's template."""
        self._request(path, f"{status // 100}xx").observe(seconds)

    def turned_away(self, why: str) -> None:
        """Count who was not served.

        Requests: at_once, of_terminal, starts, queue, rate. Connections: handshakes (the oldest
        gave way), no_handshake (failed or too slow), connections, of_terminal_connections.
        """
        self._turned_away.labels(why).inc()

    def movement(self, kind: str, outcome: str, replayed: bool) -> None:
        """Count a movement's answer."""
        if replayed:
            self._replays.inc()
        else:
            self._movement(kind, outcome).inc()

    def batch(self, size: int, seconds: float, waiting: int) -> None:
        """Count a batch that came back (`bank.ledger.batcher.Watcher`)."""
        self._batch_items.observe(size)
        self._batch_seconds.observe(seconds)
        self._waiting.set(waiting)

    def database_away(self) -> None:
        """Count a request that ended in StoreUnavailable."""
        self._away.inc()


@contextmanager
def metrics_server(metrics: Metrics, port: int) -> Iterator[int | None]:
    """Serve ``http://127.0.0.1:PORT/metrics`` from a thread; yields the port (0: a free one).

    A port that is taken yields None and a warning: a bank does not stay closed for want of figures.
    """
    try:
        server, thread = start_http_server(port, "127.0.0.1", metrics.registry)
    except OSError:
        log.warning("no metrics: the port is taken", extra={"facts": {"port": port}})
        yield None
        return
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join(2.0)
