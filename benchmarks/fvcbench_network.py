"""Adapter for fvcbench: this project's matcher with minutiae found by the network (extra `deep`).

Run from the project's root: python fvcbench.py --engine benchmarks/fvcbench_network.py DIR ...
"""

import sys
from typing import Any

sys.path.insert(0, ".")
import biometrics

NAME = "fortress-atm-network"


def extract(gray: Any, dpi: int) -> biometrics.Template:
    """The template of a picture."""
    return biometrics.extract(gray, dpi, biometrics.Engine.NETWORK)


def match(probe: biometrics.Template, candidate: biometrics.Template) -> float:
    """Higher is more alike."""
    return biometrics.match(probe, candidate)


def template_bytes(template: biometrics.Template) -> int:
    """Size of the record that is stored."""
    return len(template.to_iso())
