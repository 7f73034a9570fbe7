"""Proofs of linear relations, suite sigma-proofs_Shake128_P256 (draft-irtf-cfrg-sigma-protocols).

Compact: challenge and responses. Batchable: commitments and responses. The tag names the flavour
(``CMPT``, ``DSFS``), so one can never be passed off as the other.
"""

import hmac
from dataclasses import dataclass
from typing import Final

from Crypto.Math.Numbers import Integer

from protocol.errors import BadEncoding, ProofRejected
from protocol.pin.fiat_shamir import session_id, squeeze_scalar
from protocol.pin.group import (
    ELEMENT_BYTES,
    SCALAR_BYTES,
    Element,
    N,
    decode_element,
    decode_scalar,
    encode_scalar,
    multiply,
)
from protocol.pin.linear_relation import LinearRelation, encode_commitments, encode_scalars

SUITE: Final = b"sigma-proofs_Shake128_P256"


@dataclass(frozen=True, slots=True)
class Transcript:
    """A proof before it is written: commitments (33 bytes each), challenge, responses."""

    commitments: bytes
    challenge: Integer
    responses: tuple[Integer, ...]

    def compact(self) -> bytes:
        """Return challenge and responses, 32 bytes each."""
        return encode_scalar(self.challenge) + encode_scalars(list(self.responses))

    def batchable(self) -> bytes:
        """Return commitments and responses."""
        return self.commitments + encode_scalars(list(self.responses))


def prove(
    tag: bytes, relation: LinearRelation, witness: list[Integer], nonces: list[Integer]
) -> Transcript:
    """Return a proof that the prover knows ``witness``.

    ``nonces`` are as many fresh secret scalars; one used twice gives the witness away.

    Raises:
        BadEncoding: a commitment came out as the identity (nonces of zero).
    """
    commitments = encode_commitments(relation.apply(nonces))
    challenge = squeeze_scalar(session_id(tag), relation.encoded + commitments)
    responses = tuple(
        (nonce + challenge * secret) % N for nonce, secret in zip(nonces, witness, strict=True)
    )
    return Transcript(commitments, challenge, responses)


def verify_compact(tag: bytes, relation: LinearRelation, proof: bytes) -> None:
    """Return if ``proof`` (challenge and responses) holds.

    Raises:
        ProofRejected: wrong length, a scalar not below n, a commitment that comes out as the
            identity, or another challenge.
    """
    try:
        challenge, *responses = _scalars(proof, 1 + relation.scalar_count)
        commitments = encode_commitments(
            [
                left + -multiply(right, challenge)
                for left, right in zip(relation.apply(responses), relation.images(), strict=True)
            ]
        )
    except BadEncoding as error:
        raise ProofRejected("not a compact proof") from error
    expected = squeeze_scalar(session_id(tag), relation.encoded + commitments)
    if not hmac.compare_digest(encode_scalar(expected), encode_scalar(challenge)):
        raise ProofRejected("the challenge differs")


def verify_batchable(tag: bytes, relation: LinearRelation, proof: bytes) -> None:
    """Return if ``proof`` (commitments and responses) holds.

    Raises:
        ProofRejected: wrong length, a bad element, a scalar not below n, or an equation fails.
    """
    split = ELEMENT_BYTES * len(relation.equations)
    try:
        commitments = [
            decode_element(proof[start : start + ELEMENT_BYTES])
            for start in range(0, split, ELEMENT_BYTES)
        ]
        responses = _scalars(proof[split:], relation.scalar_count)
    except BadEncoding as error:
        raise ProofRejected("not a batchable proof") from error
    challenge = squeeze_scalar(session_id(tag), relation.encoded + proof[:split])
    expected: list[Element] = [
        commitment + multiply(image, challenge)
        for commitment, image in zip(commitments, relation.images(), strict=True)
    ]
    if relation.apply(responses) != expected:
        raise ProofRejected("an equation does not hold")


def _scalars(data: bytes, count: int) -> list[Integer]:
    if len(data) != count * SCALAR_BYTES:
        raise BadEncoding(f"expected {count} scalars")
    return [
        decode_scalar(data[start : start + SCALAR_BYTES])
        for start in range(0, len(data), SCALAR_BYTES)
    ]
