"""What a customer reads out to the bank: a movement's uid as eight characters, 4-4.

Kiosk and bank make it alone from the uid of the movement (an advice's: from its original's), so
that a machine without a line to the bank can already name the reference the bank will know.
"""

import hashlib

from protocol.ids import uid_bytes
from protocol.signs import signs


def reference(uid: str) -> str:
    """Return the reference of a movement, like ``7KQM-2XHD``: 40 bits of SHA-256 of the uid.

    Raises:
        BadEncoding: ``uid`` is no uid.
    """
    written = signs(hashlib.sha256(b"fortress-atm reference 1" + uid_bytes(uid)).digest(), 8)
    return f"{written[:4]}-{written[4:]}"
