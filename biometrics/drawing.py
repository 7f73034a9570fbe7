"""What extraction saw, as data for a screen and as a picture for a person at a shell."""

from dataclasses import dataclass

import cv2
import numpy as np

from biometrics.arrays import Array, Gray, Mask
from biometrics.extraction.extract import Impression, look
from biometrics.extraction.minutiae import Candidate
from biometrics.extraction.orientation import to_pixels
from biometrics.quality import Quality
from biometrics.template import FIELD_STEP_PX, Engine

_SCALE = 2
_INK = (74, 52, 30)
_ENDING, _BIFURCATION, _FLOW = (40, 40, 214), (190, 110, 20), (150, 170, 90)
_POINTER_PX = 11


@dataclass(frozen=True)
class Mark:
    """A minutia at pixel `x`, `y` pointing to `direction_rad`, counter-clockwise from right."""

    x: int
    y: int
    direction_rad: float
    ending: bool


@dataclass(frozen=True, eq=False)
class Overlay:
    """What can be drawn over a picture brought to 500 dpi, all in its pixels.

    `gray`: uint8[h, w], that picture. `mask`: bool[rows, columns], finger or not, and
    `orientation_rad`: float32[rows, columns], both on squares of `step_px`. `lines`: bool[h, w],
    thinned ridges. `marks`: the minutiae.
    """

    gray: Gray
    mask: Mask
    orientation_rad: Array
    step_px: int
    lines: Mask
    marks: tuple[Mark, ...]
    quality: Quality


def overlay(gray: Gray, dpi: int = 500, engine: Engine = Engine.RIDGES) -> Overlay:
    """Arguments and errors as `biometrics.extract`, but a poor picture is drawn, not refused."""
    return overlay_of(look(gray, dpi, engine))


def overlay_of(impression: Impression) -> Overlay:
    """What can be drawn of an impression."""
    seen = impression.seen
    return Overlay(
        gray=seen.gray,
        mask=seen.mask,
        orientation_rad=seen.flow.radians(),
        step_px=FIELD_STEP_PX,
        lines=impression.lines,
        marks=tuple(_mark(each) for _, each in impression.found),
        quality=impression.quality,
    )


def _mark(candidate: Candidate) -> Mark:
    return Mark(candidate.x, candidate.y, candidate.heading, candidate.ending)


def draw(over: Overlay) -> Array:
    """uint8[2h, 2w, 3], BGR: picture, ground outside the mask, flow, ridges and minutiae."""
    shape = over.gray.shape
    inside = to_pixels(over.mask.astype(np.float32), (shape[0], shape[1])) > 0.5
    paper = np.where(inside, 128 + over.gray // 2, 235).astype(np.uint8)
    canvas = np.asarray(cv2.cvtColor(paper, cv2.COLOR_GRAY2BGR), dtype=np.uint8)
    canvas[over.lines] = _INK
    size = (shape[1] * _SCALE, shape[0] * _SCALE)
    canvas = np.asarray(cv2.resize(canvas, size, interpolation=cv2.INTER_NEAREST), dtype=np.uint8)
    _draw_flow(canvas, over)
    for mark in over.marks:
        colour = _ENDING if mark.ending else _BIFURCATION
        at = (mark.x * _SCALE, mark.y * _SCALE)
        cv2.circle(canvas, at, 5, colour, 2, cv2.LINE_AA)
        cv2.line(canvas, at, _towards(at, mark.direction_rad), colour, 2, cv2.LINE_AA)
    return canvas


def _draw_flow(canvas: Array, over: Overlay) -> None:
    for row, column in np.argwhere(over.mask).tolist():
        if row % 2 or column % 2:
            continue
        middle = (
            round((column + 0.5) * over.step_px * _SCALE),
            round((row + 0.5) * over.step_px * _SCALE),
        )
        end = _towards(middle, float(over.orientation_rad[row, column]))
        cv2.line(canvas, middle, end, _FLOW, 1, cv2.LINE_AA)


def _towards(start: tuple[int, int], direction_rad: float) -> tuple[int, int]:
    reach = _POINTER_PX * _SCALE / 2
    return (
        round(start[0] + reach * float(np.cos(direction_rad))),
        round(start[1] - reach * float(np.sin(direction_rad))),
    )
