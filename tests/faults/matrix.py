"""The rows of the fault matrix, read from matrix.toml."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("matrix.toml")


@dataclass(frozen=True)
class Row:
    """One row: what breaks, and the predicate over the evidence."""

    id: str
    fault: str
    check: str
    by_hand: bool = False
    needs: tuple[str, ...] = ()
    quick: bool = False

    def holds(self, evidence: Mapping[str, Any]) -> bool:
        """Return whether the predicate is true of the evidence; a name it lacks is an error."""
        return bool(eval(self.check, {"__builtins__": {}}, dict(evidence)))


def load_rows() -> dict[str, Row]:
    """Return all rows by id."""
    document = tomllib.loads(FILE.read_text("utf-8"))
    rows = [Row(**{**row, "needs": tuple(row.get("needs", ()))}) for row in document["row"]]
    return {row.id: row for row in rows}


def row_id(test: str) -> str | None:
    """Return the row a test is named by: ``test_w_k06u[...]`` is W-K06u."""
    words = test.partition("[")[0].split("_")
    if words[0] != "test" or len(words) < 3 or words[1] not in ("w", "d", "t"):
        return None
    if words[1] == "t":
        return f"T-{words[2]}"
    return f"{words[1].upper()}-{words[2][:1].upper()}{words[2][1:]}"
