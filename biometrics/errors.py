"""Everything that can go wrong between a picture and a score.

    BiometricsError
    +-- BadPicture             the file is not a picture that can be used: offer another file
    |   +-- Unreadable         missing, a folder, a pipe, a device, empty, truncated or damaged
    |   +-- WrongFormat        not PNG, JPEG, TIFF or BMP, or more than one picture in the file
    |   +-- TooLarge           more bytes, pixels or decoding time than allowed
    +-- NotAFingerprint        a picture, but no ridges are to be found in it: place a finger
    +-- PoorQuality            a finger, but not enough of it is legible: follow `guidance`, again
    +-- TemplateError          bytes that are no ISO/IEC 19794-2 record, or beyond a limit
    +-- EngineMissing          the chosen engine's package is not installed: install it, or choose
                               another engine

`str(error)` is a sentence that may be shown to a person.
The errors of fingerprint readers are in `biometrics.scanners.errors`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from biometrics.quality import Guidance


class BiometricsError(Exception):
    """Any failure of this package."""


class BadPicture(BiometricsError):
    """The file cannot be used as a picture."""


class Unreadable(BadPicture):
    """The file is missing, empty, truncated, damaged or not an ordinary file."""


class WrongFormat(BadPicture):
    """The content is none of the formats that are read, or holds several pictures."""


class TooLarge(BadPicture):
    """The file has more bytes or pixels, or takes longer to decode, than is allowed."""


class NotAFingerprint(BiometricsError):
    """The picture has no ridges: black, white, noise, stripes, text, a photograph."""


class PoorQuality(BiometricsError):
    """There are ridges, but too few minutiae can be told from them.

    `guidance` says what the person can do, `quality` is the score from 0 to 100.
    """

    def __init__(self, message: str, guidance: Guidance, quality: int) -> None:
        super().__init__(message)
        self.guidance = guidance
        self.quality = quality


class TemplateError(BiometricsError):
    """The bytes are no fingerprint minutiae record, or exceed a limit."""


class EngineMissing(BiometricsError):
    """The package that an optional engine needs is not installed."""
