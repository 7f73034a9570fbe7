"""Bits as signs that people read to each other: 5 bits a sign, and no two signs look alike."""

from typing import Final

ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""32 signs: no 0 and O, no 1 and I."""


def signs(data: bytes, count: int) -> str:
    """Return the first 5 x `count` bits of `data`, most significant first, as `count` signs.

    Raises:
        ValueError: `data` has fewer bits.
    """
    if 8 * len(data) < 5 * count:
        raise ValueError("there are fewer bits than that")
    bits = int.from_bytes(data) >> 8 * len(data) - 5 * count
    return "".join(ALPHABET[bits >> 5 * place & 31] for place in range(count - 1, -1, -1))
