"""The bank's half: evaluate blinded PINs and check proofs (PIN.md 2, 3 and 5)."""

import hmac
from enum import Enum

from Crypto.Math.Numbers import Integer

from protocol.encoding import le32
from protocol.errors import BadEncoding, ProofRejected
from protocol.pin.context import Context
from protocol.pin.group import decode_element, encode_element
from protocol.pin.hash_to_curve import hash_to_curve
from protocol.pin.linear_relation import discrete_logarithm
from protocol.pin.oprf import evaluate
from protocol.pin.secret import ACCOUNT_BYTES
from protocol.pin.sigma import verify_compact
from protocol.pin.token import parse_token


class Matched(Enum):
    """Which of the two PINs a proof was made with."""

    PIN = "pin"
    DURESS = "duress"


def evaluate_blinded(key: Integer, blinded: bytes) -> bytes:
    """Return the evaluated element, 33 bytes, under ``account_key(...)``.

    Raises:
        BadEncoding: ``blinded`` is no element; refuse before a try is spent.
    """
    return encode_element(evaluate(key, decode_element(blinded)))


def verify_proof(context: Context, token: bytes, proof: bytes, verifier: bytes) -> None:
    """Return if ``proof`` shows knowledge of the PIN behind ``verifier`` (33 bytes).

    The tag takes the server certificate from the token: who issued it, not who checks it.

    Raises:
        BadToken: not a token (``check_token`` comes first and checks more).
        ProofRejected: the proof does not hold, or ``verifier`` is no element.
    """
    head = parse_token(token)
    try:
        relation = discrete_logarithm(verifier)
    except BadEncoding as error:
        raise ProofRejected("not a verifier") from error
    verify_compact(context.tag(head.ver, head.issuer, token), relation, proof)


def verify_either(
    context: Context, token: bytes, proof: bytes, verifier: bytes, duress_verifier: bytes
) -> Matched:
    """Return which PIN the proof was made with; both are always checked, at equal cost.

    Raises:
        BadToken: not a token.
        ProofRejected: neither.
    """
    held = [_holds(context, token, proof, candidate) for candidate in (verifier, duress_verifier)]
    if held[0]:
        return Matched.PIN
    if held[1]:
        return Matched.DURESS
    raise ProofRejected("the proof does not hold")


def _holds(context: Context, token: bytes, proof: bytes, verifier: bytes) -> bool:
    try:
        verify_proof(context, token, proof, verifier)
    except ProofRejected:
        return False
    return True


def unknown_account(lookup_key: bytes, number: str) -> bytes:
    """Return the 16-byte credential id that an unknown ``number`` is answered with."""
    return hmac.digest(lookup_key, number.encode(), "sha256")[:ACCOUNT_BYTES]


def first_version(seed: bytes, account: bytes) -> int:
    """Return the version a credential starts with, 1 to 65,536, known or not."""
    return 1 + int.from_bytes(hmac.digest(seed, b"ver" + account, "sha256")) % 2**16


def stand_in_verifier(seed: bytes, ver: int, account: bytes) -> bytes:
    """Return an element (33 bytes) whose logarithm nobody knows.

    It stands where there is no duress PIN, and for both PINs of a credential that does not exist,
    so that the work is the same.
    """
    secret_input = hmac.digest(seed, b"stand-in" + le32(ver) + account, "sha256")
    return encode_element(hash_to_curve(secret_input, b"ATMPIN-V01-StandIn-P256"))
