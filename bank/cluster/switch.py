"""A node's power switch: a file that says what the node is to do.

Whoever may write it, the demo's panel, a test or ``cluster kill`` in another shell, needs no word
with the process that runs the node; and a node that was switched off stays off over a restart.
"""

from enum import StrEnum

from bank.cluster.layout import Layout, Node


class Power(StrEnum):
    """What a node is to do."""

    ON = "on"
    OFF = "off"
    FROZEN = "frozen"


def read_power(layout: Layout, node: Node) -> Power:
    """What the node is to do; on, if nobody said anything."""
    try:
        return Power((layout.home / "switch" / node.name).read_text("ascii"))
    except (OSError, ValueError):
        return Power.ON


def write_power(layout: Layout, node: Node, power: Power) -> None:
    """Say what the node is to do; it obeys within a moment. Errors: OSError."""
    folder = layout.home / "switch"
    unfinished = folder / f"{node.name}.new"
    unfinished.write_text(power.value, "ascii")
    unfinished.replace(folder / node.name)
