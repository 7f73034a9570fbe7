"""The second port of a server, for terminals without a certificate, and what it listens by."""

import logging
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from uvicorn.server import ServerState

from bank.accepting import Accepting
from bank.api.state import Bank
from bank.connection import TerminalProtocol
from bank.enrolment.listener import make_enrolment_app
from bank.metrics import Metrics
from bank.port_holder import family_of

log = logging.getLogger("bank.enrolment")


@contextmanager
def enrolment_socket(address: str, port: int, backlog: int) -> Iterator[socket.socket | None]:
    """Listen on an address of this host (port 0: a free one); yields the socket.

    A port that is taken yields None and a warning: a bank does not stay closed because nobody can
    be enrolled at one of its servers.
    """
    listener = socket.socket(family_of(address), socket.SOCK_STREAM)
    try:
        listener.bind((address, port))
        listener.listen(backlog)
    except OSError as error:
        log.warning("no terminal can be enrolled here, port %d: %s", port, error.strerror)
        listener.close()
        yield None
        return
    with listener:
        yield listener


def serve_enrolment(bank: Bank, listener: socket.socket, context: ssl.SSLContext) -> Accepting:
    """Accept and answer there until closed; to be called on the running loop."""
    config = uvicorn.Config(
        make_enrolment_app(bank),
        http=TerminalProtocol,
        ws="none",
        interface="asgi3",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
    )
    config.load()
    # Connections here are counted apart: strangers' are not to look like terminals'.
    state, metrics = ServerState(), Metrics()
    return Accepting(
        listener,
        context,
        lambda: TerminalProtocol(config, state, {}, metrics=metrics),
        metrics,
    )
