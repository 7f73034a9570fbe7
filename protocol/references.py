"""What a customer reads out to the bank: a movement's uid as eight characters, 4-4.

Kiosk and bank make it alone from the uid of the movement (an advice's: from its original's), so
that a machine without a line to the bank can already name the reference the bank will know.
"""

import hashlib
from typing import Final

from protocol.ids import uid_bytes

_ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""32 signs: no 0 and O, no 1 and I."""


def reference(uid: str) -> str:
    """Return the reference of a movement, like ``7KQM-2XHD``: 40 bits of SHA-256 of the uid.

    Raises:
        BadEncoding: ``uid`` is no uid.
    """
    bits = int.from_bytes(hashlib.sha256(b"fortress-atm reference 1" + uid_bytes(uid)).digest()[:5])
    signs = "".join(_ALPHABET[bits >> 5 * place & 31] for place in range(7, -1, -1))
    return f"{signs[:4]}-{signs[4:]}"
