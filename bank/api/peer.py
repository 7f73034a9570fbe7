"""Which terminal speaks: the holder of the verified TLS certificate."""

from dataclasses import dataclass
from typing import Any, Final

from fastapi import Request

from bank.api.problems import HttpProblem
from bank.api.state import Bank, bank_of
from bank.terminals.registry import Terminal
from protocol.signing import key_id

CHAIN_REFUSED: Final = (
    "the terminal's journal is not the one the bank knows: say hello, or let two people open a new"
    " chain"
)


@dataclass(frozen=True)
class Peer:
    """The terminal at the other end, and SHA-256 of the certificate it showed."""

    terminal: Terminal
    certificate_sha256: bytes


def peer_certificate(scope: Any) -> bytes:
    """Return the verified certificate's DER.

    Raises:
        HttpProblem: 403 where the connection has none.
    """
    tls = scope.get("extensions", {}).get("tls", {})
    der = tls.get("client_certificate_der")
    if not isinstance(der, bytes):
        raise HttpProblem(403, "forbidden", "a certificate is needed")
    return der


async def peer_of(bank: Bank, scope: Any) -> Peer:
    """Return the terminal whose certificate came with the connection, whatever its status.

    By a certificate that is over or denied nobody gets anything, whatever it was for: what a
    terminal signed while it was good comes in by its next one (MONEY.md 5).

    Raises:
        HttpProblem: 403 for a certificate that was not issued to a terminal, or is not good.
        StoreUnavailable: it could not be looked up.
    """
    sha256 = key_id(peer_certificate(scope))
    terminal = await bank.terminals.by_certificate(sha256)
    if terminal is None:
        raise HttpProblem(403, "forbidden", "this certificate was not issued to a terminal")
    if terminal.certificate == "over":
        raise HttpProblem(403, "certificate_over", "the certificate is over: enrol again")
    if terminal.certificate == "denied":
        raise HttpProblem(403, "certificate_denied", "the certificate is denied: enrol again")
    return Peer(terminal, sha256)


async def any_terminal(request: Request) -> Peer:
    """Dependency: a terminal whose certificate was issued to it, whatever its status.

    Enough to bring advices and to ask what became of an order.
    """
    return await peer_of(bank_of(request), request.scope)


async def released_terminal(request: Request) -> Peer:
    """Dependency: a terminal that is not denied, whatever the bank knows of its chain."""
    peer = await any_terminal(request)
    if not peer.terminal.active:
        raise HttpProblem(403, "terminal_denied", "this terminal may start nothing new")
    return peer


async def active_terminal(request: Request) -> Peer:
    """Dependency: a terminal that may start something new."""
    peer = await released_terminal(request)
    if not peer.terminal.chain_known:
        raise HttpProblem(403, "chain_refused", CHAIN_REFUSED)
    return peer
