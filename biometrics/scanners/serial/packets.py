"""Packets of the ZFM, R30x, AS608 and R503 sensors: pure, no port.

Layout, big endian: EF 01, address (4), kind (1), length (2), content, checksum (2). The length
counts content and checksum; the checksum is the sum of kind, length and content, modulo 65536.
Source: the makers' user manuals (R503 user manual 1.2.2, section IV).
"""

import enum
import struct
from dataclasses import dataclass

START = b"\xef\x01"
ANY_ADDRESS = 0xFFFFFFFF
MAX_CONTENT_BYTES = 256

_HEAD = struct.Struct(">2sIBH")
_CHECKSUM_BYTES = 2


class Kind(enum.IntEnum):
    """What a packet is."""

    COMMAND = 0x01
    DATA = 0x02
    ACKNOWLEDGE = 0x07
    END_OF_DATA = 0x08


_KINDS = frozenset(int(kind) for kind in Kind)


@dataclass(frozen=True)
class Packet:
    """One packet: `content` of 1 to MAX_CONTENT_BYTES bytes."""

    kind: Kind
    content: bytes


def encode(packet: Packet, address: int = ANY_ADDRESS) -> bytes:
    """The packet as it goes over the line. Raises ValueError for content out of its limits."""
    if not 1 <= len(packet.content) <= MAX_CONTENT_BYTES:
        raise ValueError("a packet holds 1 to 256 bytes")
    length = len(packet.content) + _CHECKSUM_BYTES
    head = _HEAD.pack(START, address, packet.kind, length)
    return head + packet.content + _checksum(packet.kind, packet.content)


class Decoder:
    """Finds packets in a stream, whatever stands between them.

    Bytes that cannot begin a packet are stepped over one by one, so that a packet behind noise, or
    behind a packet that lost bytes, is found as soon as it is complete. `damaged` counts what
    looked like a packet for `address` and had a wrong checksum, `noise_bytes` what was thrown away.
    """

    def __init__(self, address: int = ANY_ADDRESS) -> None:
        self._prefix = START + struct.pack(">I", address)
        self._buffer = bytearray()
        self.damaged = 0
        self.noise_bytes = 0

    def feed(self, data: bytes) -> list[Packet]:
        """The packets completed by these bytes, in order."""
        self._buffer += data
        found: list[Packet] = []
        while (packet := self._next()) is not None:
            found.append(packet)
        return found

    def silence(self) -> list[Packet]:
        """The packets inside one that was begun and will not be completed: the line is silent."""
        found: list[Packet] = []
        while self._buffer:
            self._drop(1)
            found += self.feed(b"")
        return found

    def _next(self) -> Packet | None:
        buffer = self._buffer
        while self._seek():
            if len(buffer) < _HEAD.size:
                return None
            _, _, kind, length = _HEAD.unpack_from(buffer)
            content_bytes = length - _CHECKSUM_BYTES
            if kind not in _KINDS or not 1 <= content_bytes <= MAX_CONTENT_BYTES:
                self._drop(1)
                continue
            end = _HEAD.size + length
            if len(buffer) < end:
                return None
            content = bytes(buffer[_HEAD.size : end - _CHECKSUM_BYTES])
            if bytes(buffer[end - _CHECKSUM_BYTES : end]) != _checksum(kind, content):
                self.damaged += 1
                # The next packet may begin inside this one, if bytes of it were lost.
                self._drop(1)
                continue
            del buffer[:end]
            return Packet(Kind(kind), content)
        return None

    def _seek(self) -> bool:
        """Throw away what cannot begin a packet; whether anything is left."""
        buffer, prefix = self._buffer, self._prefix
        at = buffer.find(prefix)
        if at < 0:
            # The prefix may have begun at the very end.
            keep = next(
                (n for n in range(len(prefix) - 1, 0, -1) if buffer.endswith(prefix[:n])), 0
            )
            at = len(buffer) - keep
        self._drop(at)
        return bool(buffer) and len(buffer) >= len(prefix)

    def _drop(self, count: int) -> None:
        self.noise_bytes += count
        del self._buffer[:count]


def _checksum(kind: int, content: bytes) -> bytes:
    length = len(content) + _CHECKSUM_BYTES
    total = kind + (length >> 8) + (length & 0xFF) + sum(content)
    return struct.pack(">H", total & 0xFFFF)
