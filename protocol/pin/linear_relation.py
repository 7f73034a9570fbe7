"""Statements "I know scalars that make these linear equations over P-256 true".

Encoding and validation follow draft-irtf-cfrg-sigma-protocols. Element 0 is the generator and is
not encoded; elements 1 and up follow the equations. The PIN proof is the smallest such statement,
``Y = x * G``; the others are what the draft's test vectors are made of.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from Crypto.Math.Numbers import Integer

from protocol.encoding import le32
from protocol.errors import BadEncoding
from protocol.pin.group import (
    ELEMENT_BYTES,
    SCALAR_BYTES,
    Element,
    N,
    decode_element,
    decode_scalar,
    encode_element,
    encode_scalar,
    generator,
    identity,
    multiply,
)

_MAX_BYTES: Final = 4096
_ONE: Final = (1).to_bytes(SCALAR_BYTES)


@dataclass(frozen=True, slots=True)
class ImageTerm:
    """``coefficient`` times element number ``element``, on the known side."""

    element: int
    coefficient: Integer


@dataclass(frozen=True, slots=True)
class WitnessTerm:
    """``coefficient`` times secret scalar ``scalar`` times element number ``element``."""

    scalar: int
    element: int
    coefficient: Integer


@dataclass(frozen=True, slots=True)
class Equation:
    """The sum of the image terms equals the sum of the witness terms."""

    image: tuple[ImageTerm, ...]
    witness: tuple[WitnessTerm, ...]


@dataclass(frozen=True, slots=True)
class LinearRelation:
    """A validated statement: ``encoded`` is what the challenge absorbs."""

    encoded: bytes
    equations: tuple[Equation, ...]
    elements: tuple[Element, ...]
    """Element 0 is the generator."""
    scalar_count: int

    def images(self) -> list[Element]:
        """Return the known side of each equation."""
        return [
            _sum(_scale(self.elements[term.element], term.coefficient) for term in equation.image)
            for equation in self.equations
        ]

    def apply(self, scalars: list[Integer]) -> list[Element]:
        """Return the secret side of each equation for ``scalars`` (``scalar_count`` of them)."""
        return [
            _sum(
                multiply(self.elements[term.element], term.coefficient * scalars[term.scalar] % N)
                for term in equation.witness
            )
            for equation in self.equations
        ]


def discrete_logarithm(public: bytes) -> LinearRelation:
    """Return the statement ``public = x * G`` for a 33-byte element (PIN.md 3, ``inst``).

    Raises:
        BadEncoding: ``public`` is no element.
    """
    term = _ONE
    return parse(
        b"".join(map(le32, (1, 1, 1))) + term + b"".join(map(le32, (1, 0, 0))) + term + public
    )


def parse(encoded: bytes) -> LinearRelation:
    """Return the statement in ``encoded``, decoded and validated.

    Raises:
        BadEncoding: truncated or trailing bytes, a bad element or scalar, a coefficient of zero,
            an equation without terms, an element or scalar index that is out of range or never
            used, or image terms that sum to the identity (which would hold for any prover).
    """
    if len(encoded) > _MAX_BYTES:
        raise BadEncoding("statement too long")
    reader = _Reader(encoded)
    equations = tuple(_read_equation(reader) for _ in range(reader.count()))
    rest = reader.rest()
    if not equations or len(rest) % ELEMENT_BYTES:
        raise BadEncoding("not a statement")
    elements = (
        generator(),
        *(
            decode_element(rest[start : start + ELEMENT_BYTES])
            for start in range(0, len(rest), ELEMENT_BYTES)
        ),
    )
    named = {term.element for equation in equations for term in equation.image}
    named |= {term.element for equation in equations for term in equation.witness}
    if named | {0} != set(range(len(elements))):
        raise BadEncoding("an element is missing or never used")
    scalars = {term.scalar for equation in equations for term in equation.witness}
    if scalars != set(range(len(scalars))):
        raise BadEncoding("a scalar appears in no equation")
    relation = LinearRelation(encoded, equations, elements, len(scalars))
    if any(image.is_point_at_infinity() for image in relation.images()):
        raise BadEncoding("an image is the identity")
    return relation


def encode_commitments(commitments: list[Element]) -> bytes:
    """Return the commitments' bytes, one a equation; raises ``BadEncoding`` for the identity."""
    return b"".join(map(encode_element, commitments))


def encode_scalars(scalars: list[Integer]) -> bytes:
    """Return the scalars' bytes one after the other."""
    return b"".join(map(encode_scalar, scalars))


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, length: int) -> bytes:
        piece = self._data[self._at : self._at + length]
        if len(piece) != length:
            raise BadEncoding("statement cut short")
        self._at += length
        return piece

    def count(self) -> int:
        return int.from_bytes(self.take(4), "little")

    def coefficient(self) -> Integer:
        value = decode_scalar(self.take(SCALAR_BYTES))
        if value == 0:
            raise BadEncoding("a coefficient is zero")
        return value

    def rest(self) -> bytes:
        return self._data[self._at :]


def _read_equation(reader: _Reader) -> Equation:
    image = tuple(ImageTerm(reader.count(), reader.coefficient()) for _ in range(reader.count()))
    witness = tuple(
        WitnessTerm(reader.count(), reader.count(), reader.coefficient())
        for _ in range(reader.count())
    )
    if not image or not witness:
        raise BadEncoding("an equation without terms")
    return Equation(image, witness)


def _scale(element: Element, coefficient: Integer) -> Element:
    # Nearly every coefficient is 1, and all are public.
    return element if coefficient == 1 else multiply(element, coefficient)


def _sum(elements: Iterable[Element]) -> Element:
    total = identity()
    for element in elements:
        total += element
    return total
