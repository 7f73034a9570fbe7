"""A transaction's state as the data of its journal record, and back."""

from collections.abc import Mapping
from typing import Any

from kiosk.devices.status import Counters
from kiosk.screens import Problem


def members_of(data: Mapping[str, Any], *left_out: str) -> dict[str, Any]:
    """Return the members of a state from a record's data: all but ``kind`` and ``left_out``.

    Raises:
        KeyError, TypeError, ValueError: the record was written by something else.
    """
    members = {name: value for name, value in data.items() if name not in ("kind", *left_out)}
    problem, counters = members["problem"], members.get("counters")
    members["problem"] = None if problem is None else Problem(problem)
    if counters is not None:
        members["counters"] = Counters(**counters)
    return members
