"""A view as a line of JSON, as scripts and logs have it."""

import json

from kiosk.headless.player import as_json
from kiosk.screens import PrintDrawing, Scanning, View, Wait, Work


def test_what_was_seen_of_a_finger_is_in_no_line() -> None:
    drawing = PrintDrawing(width=2, height=1, ridges=b"\xff\x00", flow=(), marks=())
    for screen in (
        Scanning("lift", None, drawing=drawing),
        Wait(Work.IDENTIFYING, drawing=drawing),
    ):
        line = json.loads(as_json(View(screen, "EUR")))
        assert line["screen"] == type(screen).__name__
        assert "drawing" not in line
