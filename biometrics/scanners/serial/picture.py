"""A picture on its way from the sensor's memory to ours."""

import time
from collections.abc import Callable

import numpy as np

from biometrics.arrays import Gray
from biometrics.scanners.errors import Retry, ScanError
from biometrics.scanners.serial.commands import Confirmation, Instruction
from biometrics.scanners.serial.link import Link
from biometrics.scanners.serial.models import Model
from biometrics.scanners.serial.negotiation import ask
from biometrics.scanners.serial.packets import Kind

MAX_PICTURE_BYTES = 128 * 1024
# A sensor that says nothing for so long in the middle of a picture has stalled.
STALL_S = 2.0

_DISTURBED = (
    "The picture of the finger was disturbed on its way. Lift the finger and place it again."
)
# Start and stop bits and what a packet adds: bytes of content a second are less than baud / 11.
_BITS_A_BYTE = 11.5


def fetch(
    link: Link, expected: Model, baud: int, on_progress: Callable[[float], None]
) -> bytearray:
    """The bytes of the picture that the sensor has taken, two pixels each.

    `on_progress` hears shares from 0.0 to 1.0. Raises Retry if packets were damaged or lost,
    ScanError if the sensor refuses, stalls or does not stop.
    """
    answer = ask(link, bytes((Instruction.SEND_PICTURE,)))
    if answer is None:
        raise _stalled(link)
    if answer[0] in (Confirmation.NO_PICTURE, Confirmation.DAMAGED_COMMAND):
        raise Retry(_DISTURBED)
    if answer[0] != Confirmation.DONE:
        raise ScanError(
            f"The fingerprint reader at {link.device} does not give pictures (code "
            f"{answer[0]:#04x})."
        )
    return _collect(link, expected, baud, on_progress)


def _collect(
    link: Link, expected: Model, baud: int, on_progress: Callable[[float], None]
) -> bytearray:
    # Twice what the line needs: a trickle that never stalls must end as well.
    deadline = time.monotonic() + STALL_S + 2 * MAX_PICTURE_BYTES * _BITS_A_BYTE / baud
    damaged = link.damaged
    data = bytearray()
    told = 0.0
    while True:
        packet = link.receive(STALL_S)
        if link.damaged > damaged:
            raise Retry(_DISTURBED)
        if packet is None or time.monotonic() > deadline:
            raise _stalled(link)
        if packet.kind not in (Kind.DATA, Kind.END_OF_DATA):
            continue
        data += packet.content
        if len(data) > MAX_PICTURE_BYTES:
            raise ScanError(f"The fingerprint reader at {link.device} does not stop sending.")
        if packet.kind is Kind.END_OF_DATA:
            return data
        share = min(1.0, len(data) / expected.picture_bytes)
        if share - told >= 0.02:
            told = share
            on_progress(share)


def unpack(data: bytes | bytearray, model: Model) -> Gray:
    """The picture, uint8[height, width]: the high four bits of a byte are the left pixel."""
    packed = np.frombuffer(bytes(data), np.uint8)
    pixels = np.empty((packed.size, 2), np.uint8)
    pixels[:, 0] = packed >> 4
    pixels[:, 1] = packed & 0x0F
    return pixels.reshape(model.height_px, model.width_px) * np.uint8(17)


def incomplete(count: int) -> Retry:
    """What a picture of a size that no sensor sends is reported as."""
    return Retry(f"Of the picture {count} bytes came. Lift the finger and place it again.")


def _stalled(link: Link) -> ScanError:
    return ScanError(
        f"The fingerprint reader at {link.device} stopped in the middle. Unplug it and plug it in "
        "again if this goes on."
    )
