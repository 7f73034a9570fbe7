"""The demo's fingers: six synthetic impressions each, three to enrol and three to log in with."""

from pathlib import Path
from typing import Final

import cv2
import numpy as np

from bank.private_file import write_private
from biometrics import Template, extract
from biometrics.arrays import Gray
from biometrics.synthetic import synthesise

IMPRESSIONS: Final = 6
ENROLLED: Final = 3
# Fingers of the synthesiser that come out well and are far from each other; the n-th person has the
# n-th. A test holds both.
FINGERS: Final = (2, 8, 15, 22, 12, 3)


def picture_files(folder: Path, user_name: str) -> tuple[Path, ...]:
    """Return where a person's pictures lie, first to sixth impression."""
    return tuple(folder / f"{user_name}_{number}.png" for number in range(1, IMPRESSIONS + 1))


def draw(folder: Path, place: int, user_name: str) -> None:
    """Make the pictures that the person at `place` of the demo lacks; about 1 s for all six."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, file in enumerate(picture_files(folder, user_name), start=1):
        if not file.exists():
            encoded, data = cv2.imencode(".png", synthesise(FINGERS[place], number))
            if not encoded:
                raise OSError(f"{file} could not be written as PNG")
            write_private(file, data.tobytes())


def templates(folder: Path, user_name: str) -> tuple[Template, ...]:
    """Return the templates of a person's enrolled impressions, from their pictures.

    Raises:
        BiometricsError: a picture is no fingerprint any more.
        OSError: a picture is missing or damaged.
    """
    return tuple(extract(_read(file)) for file in picture_files(folder, user_name)[:ENROLLED])


def _read(file: Path) -> Gray:
    picture = cv2.imread(str(file), cv2.IMREAD_GRAYSCALE)
    if picture is None:
        raise OSError(f"{file} is missing or damaged")
    return np.asarray(picture, dtype=np.uint8)
