"""A short run against two real servers and a real database, which are killed meanwhile."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.soak.cli import run_single


@pytest.fixture
def folder() -> Iterator[Path]:
    # Not tmp_path: pytest's folders are closed to the account PostgreSQL runs as under root.
    made = Path(tempfile.mkdtemp(prefix="fortress-soak-"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made, ignore_errors=True)


# Some 30 s on a quiet machine; a busy one needs long for each start of a server.
@pytest.mark.timeout(600)
def test_nothing_acknowledged_is_lost_or_done_twice_while_all_is_killed(folder: Path) -> None:
    result = run_single(folder, seconds=10.0, clients=4, seed=7, least_faults=3)
    figures = result.figures()
    assert figures["violations"] == []
    assert figures["verify"][-1] == "The ledger is sound."
    assert sum(result.struck.values()) >= 3
    assert {"held", "posted", "voided"} <= {word.split()[1] for word in figures["decided"]}
    assert figures["sweeps"] > 0
