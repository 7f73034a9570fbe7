"""How good an impression is, and what the person can do about it."""

import enum


class Guidance(enum.Enum):
    """One thing to tell the person; the screen has the words."""

    GOOD = "good"
    NO_FINGER = "no-finger"
    TOO_LIGHT = "too-light"
    TOO_DRY = "too-dry"
    TOO_WET = "too-wet"
    PARTIAL = "partial"
    MOVE_LEFT = "move-left"
    MOVE_RIGHT = "move-right"
    MOVE_UP = "move-up"
    MOVE_DOWN = "move-down"
    SMUDGED = "smudged"
