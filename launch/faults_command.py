"""``main.py faults``: every row of the fault matrix against real processes, and the table of it.

The rows stand in tests/faults/matrix.toml, one test is named by each, and pytest runs them. A row
whose test was skipped, or that has none, is NOT RUN; that fails like a FAIL.
"""

import argparse
import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from xml.etree import ElementTree

from launch.doors import ROOT

FOLDER = ROOT / "tests" / "faults"
BUILD = ROOT / "build" / "faults"
WORKERS = 2
_WORST = ("FAIL", "NOT RUN", "PASS")


@dataclass(frozen=True)
class Result:
    """A row's result, the worst of its tests'; ``why`` is said of what was not run."""

    row: str
    fault: str
    result: str
    seconds: float
    why: str = ""


@dataclass(frozen=True)
class _Case:
    """One test that ran: the row, or its own name where it is none's."""

    row: str
    result: str
    seconds: float
    why: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``faults``."""
    parser.add_argument(
        "rows", nargs="*", metavar="ROW", help="W-K03, D-N01 ... or the beginning of some: W-X"
    )
    parser.add_argument(
        "--workers", type=int, default=WORKERS, help="how many rows at once (default: %(default)s)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Run the rows, print and write the table; 0 only if every row passed."""
    BUILD.mkdir(parents=True, exist_ok=True)
    report = BUILD / "junit.xml"
    report.unlink(missing_ok=True)
    subprocess.run(
        _command(arguments.rows, arguments.workers, report),
        cwd=ROOT,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        check=False,
    )
    rows = _rows(arguments.rows)
    results = _results(rows, _cases(report) if report.exists() else [])
    table = _table(results)
    (BUILD / "table.md").write_text(table, "utf-8")
    (BUILD / "results.json").write_text(json.dumps([asdict(each) for each in results], indent=1))
    print(table)
    missing = sorted({each.why for each in results if each.result == "NOT RUN" and each.why})
    if missing:
        print("Not run: " + "; ".join(missing))
    good = sum(each.result == "PASS" for each in results)
    print(f"{good} of {len(results)} passed.")
    return 0 if good == len(results) > 0 else 1


def _command(rows: Sequence[str], workers: int, report: Path) -> list[str]:
    names = [f"test_{row.lower().replace('-', '_')}" for row in rows]
    chosen = ["-k", " or ".join(names)] if names else []
    spread = ["-n", str(workers), "--dist", "loadgroup"] if workers > 1 else []
    command = [sys.executable, "-m", "pytest", "-q", str(FOLDER), f"--junit-xml={report}"]
    return [*command, *spread, *chosen]


def _rows(wanted: Sequence[str]) -> dict[str, str]:
    """Return what breaks in each wanted row, by the row's id."""
    document = tomllib.loads((FOLDER / "matrix.toml").read_text("utf-8"))
    faults = {row["id"]: row["fault"] for row in document["row"]}
    return {
        row: fault
        for row, fault in faults.items()
        if not wanted or row.lower().startswith(tuple(each.lower() for each in wanted))
    }


def _cases(report: Path) -> list[_Case]:
    found = []
    # Written by our own pytest a moment ago.
    for case in ElementTree.parse(report).iter("testcase"):  # noqa: S314
        properties = {each.get("name"): each.get("value") for each in case.iter("property")}
        skipped = case.find("skipped")
        failed = case.find("failure") is not None or case.find("error") is not None
        result = "FAIL" if failed else "PASS" if skipped is None else "NOT RUN"
        found.append(
            _Case(
                row=properties.get("row") or str(case.get("name")),
                result=result,
                seconds=float(case.get("time", "0")),
                why="" if skipped is None else str(skipped.get("message")),
            )
        )
    return found


def _results(rows: dict[str, str], cases: Iterable[_Case]) -> list[Result]:
    """Return a line for each row, then one for each test that is no row's."""
    by_row: dict[str, list[_Case]] = {row: [] for row in rows}
    for case in cases:
        by_row.setdefault(case.row, []).append(case)
    return [
        Result(
            row=row,
            fault=rows.get(row, "beyond the matrix"),
            result=min((each.result for each in of_row), key=_WORST.index, default="NOT RUN"),
            seconds=round(sum(each.seconds for each in of_row), 1),
            why=next((each.why for each in of_row if each.why), "" if of_row else "no test"),
        )
        for row, of_row in by_row.items()
    ]


def _table(results: Sequence[Result]) -> str:
    lines = ["| row | fault | result | seconds |", "|---|---|---|---|"]
    lines += [f"| {r.row} | {r.fault} | {r.result} | {r.seconds:.1f} |" for r in results]
    return "\n".join(lines) + "\n"
