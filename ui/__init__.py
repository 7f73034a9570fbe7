"""Screens: view models over the kiosk and their QML. Nothing outside this package imports Qt.

app.py      the kiosk's window, from the first frame to the end of the process
models/     one facts class a screen, the verbs of a touch, the demo's panel
words.py    sentences for problems and what became of the money; money.py how sums are written
art/        the line language: fingerprint, guilloche, notes, icons
qml/        theme (tokens), controls, screens, demo (the panel), teller
panel.py    what the demo must offer to its panel
gallery/    every screen drawn without a display, and the rules it is held to
engine.py   what every QML engine needs first; lint.py and qmltypes.py qmllint with our types
teller/     the desktop of a branch
"""
