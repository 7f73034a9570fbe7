"""What a sensor is told and what it answers: codes and product information."""

import enum
import struct
from dataclasses import dataclass
from typing import Self

BAUD_UNIT = 9600

_PRODUCT = struct.Struct(">16s4s8s2s8sHHHH")


class Instruction(enum.IntEnum):
    """The first byte of a command."""

    TAKE_PICTURE = 0x01  # GenImg
    SEND_PICTURE = 0x0A  # UpImage
    SET_PARAMETER = 0x0E  # SetSysPara
    VERIFY_PASSWORD = 0x13  # VfyPwd
    READ_PRODUCT = 0x3C  # ReadProdInfo; R503 and later


class Confirmation(enum.IntEnum):
    """The first byte of an acknowledgement, as far as a picture needs them."""

    DONE = 0x00
    DAMAGED_COMMAND = 0x01
    NO_FINGER = 0x02
    PICTURE_FAILED = 0x03
    TOO_UNCLEAR = 0x06
    TOO_SMALL = 0x07
    SEND_FAILED = 0x0F
    WRONG_PASSWORD = 0x13
    NO_PICTURE = 0x15
    PASSWORD_NEEDED = 0x21
    SENSOR_BROKEN = 0x29


BAUD_PARAMETER = 4


def verify_password(password: int) -> bytes:
    """The command that opens the sensor; `password` of 32 bits, 0 from the factory."""
    return struct.pack(">BI", Instruction.VERIFY_PASSWORD, password)


def set_baud(baud: int) -> bytes:
    """The command that changes the line's speed, a multiple of 9600 up to 115200."""
    return bytes((Instruction.SET_PARAMETER, BAUD_PARAMETER, baud // BAUD_UNIT))


@dataclass(frozen=True)
class Product:
    """ReadProdInfo: names as the maker wrote them, picture's sides in pixels."""

    module: str
    sensor: str
    width_px: int
    height_px: int

    @classmethod
    def parse(cls, content: bytes) -> Self:
        """From the bytes after the confirmation. Raises ValueError."""
        if len(content) < _PRODUCT.size:
            raise ValueError("the sensor's product information is too short")
        module, _, _, _, sensor, width, height, _, _ = _PRODUCT.unpack_from(content)
        if not (0 < width <= 1000 and 0 < height <= 1000):
            raise ValueError("the sensor's product information makes no sense")
        return cls(_text(module), _text(sensor), width, height)


def _text(field: bytes) -> str:
    """Printable ASCII only: it comes from a stranger and goes to a log."""
    return "".join(chr(b) for b in field.split(b"\0")[0] if 32 <= b < 127)
