"""One bank server as a process: `bank serve`."""

import asyncio
import errno
import gc
import logging
import socket
import ssl
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from bank.accepting import Accepting
from bank.api.app import make_app
from bank.api.state import Bank
from bank.ca.issuing import load_issuing
from bank.config import load_config
from bank.connection import TerminalProtocol
from bank.customers.rules import load_rules
from bank.enrolment.serving import enrolment_socket, serve_enrolment
from bank.identify.gallery import LiveGallery
from bank.keys.file import load_server_key_set
from bank.ledger.lanes import Ledger
from bank.ledger.statement import rules_of
from bank.metrics import Metrics, metrics_server
from bank.port_holder import family_of, is_server
from bank.ports import holder
from bank.store.pool import Pool
from bank.store.postgres import read_urls
from bank.terminals.registry import TerminalRegistry
from bank.tls import ServerIdentity, enrolment_context, server_context
from protocol.signing import key_id

log = logging.getLogger("bank.serve")

STOP_S = 2
BACKLOG = 256
GC_ALLOCATIONS = 10_000
"""How many new objects bring about a collection: Python's 700 are made by a dozen requests."""


class PortTaken(Exception):
    """Somebody else listens on the port; the message names who."""


class AlreadyServing(Exception):
    """This very server already answers on the port."""


@dataclass(frozen=True)
class Settings:
    """Where the server finds its things and where it listens."""

    data_dir: Path
    server: str
    port: int
    config_file: Path
    heads_file: Path | None = None
    """Where published heads are kept; None: ``bank/heads/<server>.jsonl`` of the data folder."""

    metrics_port: int = 0
    """Of loopback; 0: any free port, which the log names."""

    enrol_port: int = 0
    """For terminals without a certificate; as `metrics_port`."""

    address: str = "127.0.0.1"
    """The address of this host that terminals reach, on both their ports."""

    @property
    def heads(self) -> Path:
        """The file heads of the ledger's chain are published in."""
        return self.heads_file or self.data_dir / "bank" / "heads" / f"{self.server}.jsonl"

    @property
    def identity(self) -> ServerIdentity:
        """The server's certificate, key, and the CA that both ends trust."""
        folder = self.data_dir / "bank" / "servers" / self.server
        return ServerIdentity(
            folder / "cert.pem", folder / "key.pem", self.data_dir / "bank" / "trust.pem"
        )


def make_bank(settings: Settings) -> Bank:
    """Read configuration, keys and certificate.

    Raises:
        BadConfig, KeysError, CaError, DatabaseUnknown, OSError, ValueError: what is needed is not
            there.
    """
    leaf = x509.load_pem_x509_certificate(settings.identity.certificate_file.read_bytes())
    read_urls(settings.data_dir)
    config, metrics = load_config(settings.config_file), Metrics()

    def url() -> str:
        return read_urls(settings.data_dir).application

    pool = Pool(url)
    return Bank(
        config=config,
        server=settings.server,
        certificate_sha256=key_id(leaf.public_bytes(Encoding.DER)),
        keys=load_server_key_set(settings.data_dir / "bank"),
        pool=pool,
        asking=Pool(url, size=1),
        ledger=Ledger(url, rules_of(config), watcher=metrics),
        metrics=metrics,
        terminals=TerminalRegistry(pool),
        identity=load_rules(settings.config_file),
        gallery=LiveGallery(),
        issuing=load_issuing(settings.data_dir),
        heads_file=settings.heads,
        keys_folder=settings.data_dir / "bank",
    )


def listen(address: str, port: int) -> socket.socket:
    """Return a socket that listens on an address of this host.

    Errors: PortTaken; OSError for an address that is not this host's, or a port that this user may
    not have.
    """
    listener = socket.socket(family_of(address), socket.SOCK_STREAM)
    if sys.platform != "win32":
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((address, port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        if error.errno != errno.EADDRINUSE:
            raise
        raise PortTaken(f"port {port} is taken by {holder(port)}") from error
    return listener


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT, saying ``ready NAME PORT`` once requests are taken.

    Raises:
        AlreadyServing, PortTaken: the port is this server's own already, or another's.
        BadConfig, KeysError, CaError, DatabaseUnknown, OSError, ValueError: as `make_bank`.
    """
    context = server_context(settings.identity)
    bank = make_bank(settings)
    try:
        listener = listen(settings.address, settings.port)
    except PortTaken as taken:
        if is_server(settings.address, settings.port, settings.identity.certificate_file):
            raise AlreadyServing(
                f"server {settings.server} of this folder already answers on port {settings.port}"
            ) from taken
        raise
    config = uvicorn.Config(
        make_app(bank),
        http=TerminalProtocol,
        ws="none",
        interface="asgi3",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=STOP_S,
    )
    with (
        listener,
        metrics_server(bank.metrics, settings.metrics_port) as metrics_port,
        enrolment_socket(settings.address, settings.enrol_port, BACKLOG) as enrolling,
        asyncio.Runner(loop_factory=config.get_loop_factory()) as runner,
    ):
        ports = {"metrics_port": metrics_port, "enrol_port": _port_of(enrolling)}
        log.info("serving", extra={"facts": ports})

        def enrol() -> list[Accepting]:
            strangers = enrolment_context(settings.identity)
            return [serve_enrolment(bank, enrolling, strangers)] if enrolling else []

        server = _Server(config, settings.server, context, bank.metrics, enrol)
        runner.run(server.serve([listener]))


class _Server(uvicorn.Server):
    """uvicorn's server that says when it is ready, and ends with status 0 when told to.

    It accepts connections by `bank.accepting`, not by the event loop's own server.
    """

    def __init__(
        self,
        config: uvicorn.Config,
        name: str,
        context: ssl.SSLContext,
        metrics: Metrics,
        beside: Callable[[], list[Accepting]],
    ) -> None:
        super().__init__(config)
        self._name = name
        self._context = context
        self._metrics = metrics
        self._beside = beside

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen, prepare, and say so."""
        await super().startup([])
        if self.should_exit or not sockets:
            return
        [listener] = sockets
        accepting = Accepting(listener, self._context, self._protocol, self._metrics)
        self.servers = [accepting, *self._beside()]  # type: ignore[list-item]
        port = listener.getsockname()[1]
        readiness = self.config.app.state.readiness  # type: ignore[union-attr]
        self._said = asyncio.create_task(_say(readiness.prepared, f"ready {self._name} {port}"))

    def _protocol(self) -> TerminalProtocol:
        return TerminalProtocol(
            self.config, self.server_state, self.lifespan.state, metrics=self._metrics
        )

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve; a signal that asked for the end is done with when it has come."""
        with self.capture_signals():
            await self._serve(sockets)
            self._captured_signals.clear()


def _port_of(listener: socket.socket | None) -> int | None:
    return listener.getsockname()[1] if listener else None


async def _say(prepared: asyncio.Event, words: str) -> None:
    await prepared.wait()
    # What is there now stays: the collector need not look through galleries and routes again.
    gc.collect()
    gc.freeze()
    gc.set_threshold(GC_ALLOCATIONS)
    sys.stdout.write(words + "\n")
    sys.stdout.flush()
