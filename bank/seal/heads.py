"""Published heads: records signed by a server, in replies and in a file that is only added to."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

from bank.keys import KeySet, RecordRefused, sign_record
from bank.keys.records import read_signed
from protocol.encoding import Json, b64url_decode, b64url_encode
from protocol.errors import BadEncoding

KIND: Final = "ledger-head"
HEADER: Final = "Ledger-Head"
"""The header of replies that carries the newest head."""
TAIL_BYTES: Final = 4096
"""A head's line has some 370."""


@dataclass(frozen=True, slots=True)
class Head:
    """The chain up to `position` entries, of which `batch` was the last. `sealed_at`: Unix s."""

    batch: int
    position: int
    hash: bytes
    sealed_at: int


class BadHead(ValueError):
    """Not a head, or not signed by this bank."""


def sign_head(keys: KeySet, head: Head) -> str:
    """Return the head as a signed record, some 330 ASCII characters."""
    statement: dict[str, Json] = {
        "batch": head.batch,
        "hash": b64url_encode(head.hash),
        "position": head.position,
        "sealed_at": head.sealed_at,
    }
    return sign_record(keys, KIND, statement).decode("ascii")


def read_head(key: EllipticCurvePublicKey, record: str) -> Head:
    """Return a published head. Errors: BadHead."""
    try:
        found = read_signed(key, KIND, record.encode("ascii"))
        numbers = [found[name] for name in ("batch", "position", "sealed_at")]
        hash_bytes = b64url_decode(found["hash"])
    except (RecordRefused, BadEncoding, KeyError, TypeError, UnicodeEncodeError) as error:
        raise BadHead("not a head of this bank") from error
    if any(type(number) is not int for number in numbers) or len(hash_bytes) != 32:
        raise BadHead("not a head of this bank")
    batch, position, sealed_at = numbers
    return Head(batch, position, hash_bytes, sealed_at)


def publish(file: Path, position: int, record: str) -> None:
    """Add a head to `file` as a line of JSON, and let it reach the disk. Errors: OSError.

    A last line without its end, left by a full disk or a power cut, was never published and goes.
    """
    line = json.dumps({"position": position, "record": record}) + "\n"
    file.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(handle, "r+b") as stream:
        size, tail = _tail(stream)
        torn = len(tail) - (tail.rfind(b"\n") + 1)
        if torn:
            stream.truncate(size - torn)
        stream.write(line.encode("ascii"))
        stream.flush()
        os.fsync(stream.fileno())


def published(file: Path) -> Iterator[str]:
    """Yield the record of each line of a file of heads; "" for one without. Errors: OSError.

    A last line without its end was being written when a server died, and is left out.
    """
    with file.open("rb") as stream:
        for line in stream:
            if line.endswith(b"\n"):
                yield _record(line)


def last_published(file: Path, key: EllipticCurvePublicKey) -> Head | None:
    """Return the newest head in `file`; None where there is none. Errors: OSError, BadHead."""
    if not file.exists():
        return None
    with file.open("rb") as stream:
        _, tail = _tail(stream)
    lines = tail.split(b"\n")[:-1]
    return read_head(key, _record(lines[-1])) if lines else None


def _tail(stream: BinaryIO) -> tuple[int, bytes]:
    """Return a file's size and its last bytes, several lines of them."""
    size = stream.seek(0, os.SEEK_END)
    stream.seek(max(0, size - TAIL_BYTES))
    return size, stream.read()


def _record(line: bytes) -> str:
    try:
        return str(json.loads(line)["record"])
    except (ValueError, KeyError, TypeError):
        return ""
