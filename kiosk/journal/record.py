"""One journal record as one line of text: CRC-32, space, canonical JSON, line feed.

The JSON carries the record's sequence number, so that a line that was lost is seen as well as one
that was changed. CRC-32 (zlib) covers the JSON's bytes.
"""

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from kiosk.journal.errors import RecordTooLarge

MAX_RECORD_BYTES: Final = 65_536
OPENED: Final = "OPENED"
"""The first record of a journal: format, terminal and chain."""
CONTINUED: Final = "CONTINUED"
"""The first record of each later segment: the same, the chain's head, and what is still open."""
TAIL_LOST: Final = "TAIL_LOST"
"""Bytes that were no records were cut off the end and kept in a file."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A request's complete signed bytes and its place in the terminal's chain."""

    uid: str
    kind: str
    seq: int
    jws: str


@dataclass(frozen=True, slots=True)
class Record:
    """A durable fact: ``word`` about the transaction ``tx``, with the state it stands for.

    ``at`` is Unix seconds by the kiosk's clock, for people to read; order is by ``seq`` alone.
    ``tx`` is empty in records about the journal or the machine.
    """

    seq: int
    at: int
    word: str
    tx: str
    data: Mapping[str, Any]
    signed: Signed | None = None


def encode(record: Record) -> bytes:
    """Return the record's line; raises ``RecordTooLarge``."""
    body: dict[str, Any] = {
        "seq": record.seq,
        "at": record.at,
        "word": record.word,
        "tx": record.tx,
        "data": dict(record.data),
    }
    if record.signed is not None:
        signed = record.signed
        body["signed"] = {
            "uid": signed.uid,
            "kind": signed.kind,
            "seq": signed.seq,
            "jws": signed.jws,
        }
    text = json.dumps(body, ensure_ascii=True, separators=(",", ":"), sort_keys=True).encode()
    line = b"%08x %s\n" % (zlib.crc32(text), text)
    if len(line) > MAX_RECORD_BYTES:
        raise RecordTooLarge(f"a {record.word} record of {len(line)} bytes")
    return line


def decode(line: bytes) -> Record | None:
    """Return the record of a line without its line feed, or None if it isn't one."""
    crc, space, text = line[:8], line[8:9], line[9:]
    if space != b" " or crc != b"%08x" % zlib.crc32(text) or len(line) >= MAX_RECORD_BYTES:
        return None
    try:
        body = json.loads(text)
        signed = body.get("signed")
        return Record(
            seq=body["seq"],
            at=body["at"],
            word=body["word"],
            tx=body["tx"],
            data=body["data"],
            signed=Signed(**signed) if signed is not None else None,
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        # The CRC holds and yet it is no record: written by something else.
        return None
