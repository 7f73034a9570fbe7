"""The kiosk's half: blind the PIN, make its secret of the bank's answer, prove it.

Start: ``blind_pin`` and send ``Blinded.element``. Answer: ``check_issuer`` on the token, then
``unlock`` (slow) and ``prove_pin``. Nothing here keeps state or does input and output.
"""

from dataclasses import dataclass, field

from Crypto.Math.Numbers import Integer

from protocol.errors import BadEncoding, WrongServer
from protocol.pin.context import Context
from protocol.pin.group import decode_element, encode_element, encode_scalar, random_scalar
from protocol.pin.linear_relation import discrete_logarithm
from protocol.pin.oprf import blind, finalize
from protocol.pin.secret import KSF, oprf_input, pin_scalar, stretch, verifier
from protocol.pin.sigma import prove
from protocol.pin.token import parse_token


@dataclass(frozen=True, slots=True)
class Blinded:
    """A blinded PIN: ``element`` (33 bytes) is sent, ``factor`` stays and is used once."""

    element: bytes
    factor: Integer = field(repr=False)


@dataclass(frozen=True, slots=True)
class PinSecret:
    """x, never sent, and the verifier Y (33 bytes)."""

    scalar: Integer = field(repr=False)
    verifier: bytes


@dataclass(frozen=True, slots=True)
class Proof:
    """``data`` (64 bytes) is sent; the parts are for the demo's panel (33, 32 and 32 bytes)."""

    data: bytes
    commitment: bytes
    challenge: bytes
    response: bytes


def blind_pin(account: bytes, pin: bytes | bytearray, factor: Integer | None = None) -> Blinded:
    """Return the blinded PIN of a 16-byte credential id.

    ``factor`` is a fresh random scalar unless a known answer is being checked.

    Raises:
        BadEncoding: ``account`` is not 16 bytes.
        BadPin: ``pin`` is not 4 to 12 ASCII digits.
    """
    factor = factor or random_scalar()
    return Blinded(encode_element(blind(oprf_input(account, pin), factor)), factor)


def check_issuer(token: bytes, server_cert_hash: bytes) -> None:
    """Return if ``token`` names the certificate of the connection that carried it (PIN.md 5).

    Raises:
        BadToken: not a token.
        WrongServer: another certificate: drop the connection and repeat the start once.
    """
    if parse_token(token).issuer != server_cert_hash:
        raise WrongServer("the token names another server")


def unlock(
    account: bytes, pin: bytes | bytearray, blinded: Blinded, evaluated: bytes, ksf: str
) -> PinSecret:
    """Return the PIN's secret from the bank's ``evaluated`` element. Takes about 240 ms.

    Raises:
        BadEncoding: ``evaluated`` is no element, or ``ksf`` is not the one of V01.
        BadPin: ``pin`` is not 4 to 12 ASCII digits.
    """
    if ksf != KSF:
        raise BadEncoding("unknown key-stretching function")
    output = finalize(oprf_input(account, pin), blinded.factor, decode_element(evaluated))
    scalar = pin_scalar(output, stretch(output))
    return PinSecret(scalar, verifier(scalar))


def prove_pin(
    context: Context, token: bytes, secret: PinSecret, nonce: Integer | None = None
) -> Proof:
    """Return the proof for ``context`` under ``token``.

    ``nonce`` is a fresh random scalar unless a known answer is being checked.

    Raises:
        BadToken: not a token.
    """
    head = parse_token(token)
    transcript = prove(
        context.tag(head.ver, head.issuer, token),
        discrete_logarithm(secret.verifier),
        [secret.scalar],
        [nonce or random_scalar()],
    )
    return Proof(
        data=transcript.compact(),
        commitment=transcript.commitments,
        challenge=encode_scalar(transcript.challenge),
        response=encode_scalar(transcript.responses[0]),
    )
