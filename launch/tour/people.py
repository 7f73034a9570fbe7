"""Whose fingers the tour shows: synthetic ones, or real pictures for measuring."""

import re
from dataclasses import dataclass
from pathlib import Path

import cv2

import biometrics
from biometrics import pictures
from biometrics.synthetic import synthesise
from biometrics.thresholds import decide

ENROLLED = (1, 2, 3)
LOGIN = 4
_NAME = re.compile(r"(\w+?)_(\d+)\.(tif|tiff|png|bmp|jpg|jpeg)", re.IGNORECASE)


class NoFingers(Exception):
    """The folder does not hold two fingers with four impressions each and a third to refuse."""


@dataclass(frozen=True)
class Finger:
    """Pictures to enrol with, and one to log in with."""

    name: str
    enrolled: tuple[Path, ...]
    login: Path


@dataclass(frozen=True)
class Cast:
    """Two who sign up, one who stays a stranger, and how many of all fingers get through."""

    first: Finger
    second: Finger
    stranger: Path
    share_identified: float | None


def synthetic(folder: Path, first_seed: int = 7_001) -> Cast:
    """Draw three fingers into the folder."""

    def finger(seed: int) -> Finger:
        paths = {}
        for impression in (*ENROLLED, LOGIN):
            paths[impression] = folder / f"{seed}_{impression}.png"
            cv2.imwrite(str(paths[impression]), synthesise(seed, impression))
        return Finger(str(seed), tuple(paths[i] for i in ENROLLED), paths[LOGIN])

    first, second, third = (finger(first_seed + n) for n in range(3))
    return Cast(first, second, third.login, None)


def from_folder(folder: Path) -> Cast:
    """Choose the two fingers whose login picture matches its own enrolment best.

    Also says what share of all fingers would be identified 1:N, each by its login picture among
    all enrolled ones.

    Raises:
        NoFingers: fewer than three fingers with impressions 1 to 4.
    """
    if not folder.is_dir():
        raise NoFingers(f"{folder} is no folder.")
    dpi = _dpi(folder)
    fingers = _fingers(folder)
    if len(fingers) < 3:
        raise NoFingers(f"{folder} does not hold three fingers with impressions 1 to 4.")
    enrolled = {f.name: [_template(path, dpi) for path in f.enrolled] for f in fingers}
    gallery = biometrics.Gallery()
    for name, templates in enrolled.items():
        gallery.add(name, [t for t in templates if t is not None])
    own: dict[str, float] = {}
    through = 0
    for finger in fingers:
        probe = _template(finger.login, dpi)
        found = gallery.identify(probe, 2) if probe is not None else []
        own[finger.name] = dict(found).get(finger.name, 0.0)
        through += decide(found, len(gallery)).finger == finger.name
    best = sorted(fingers, key=lambda f: own[f.name], reverse=True)
    return Cast(best[0], best[1], best[2].login, through / len(fingers))


def _fingers(folder: Path) -> list[Finger]:
    found: dict[str, dict[int, Path]] = {}
    for path in sorted(folder.iterdir()):
        if match := _NAME.fullmatch(path.name):
            found.setdefault(match[1], {})[int(match[2])] = path
    return [
        Finger(name, tuple(by[i] for i in ENROLLED), by[LOGIN])
        for name, by in found.items()
        if all(i in by for i in (*ENROLLED, LOGIN))
    ]


def _dpi(folder: Path) -> int | None:
    file = folder / "dpi.txt"
    return int(file.read_text("ascii").split()[0]) if file.is_file() else None


def _template(path: Path, dpi: int | None) -> biometrics.Template | None:
    picture = pictures.read(path)
    try:
        return biometrics.extract(picture.gray, dpi or picture.dpi or 500)
    except biometrics.BiometricsError:
        return None
