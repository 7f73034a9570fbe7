"""Fault rows run against real processes: one bank for all rows, a kiosk and a device for each.

A test is named by its row: ``test_w_k06u`` is W-K06u. Rows that are not ``quick`` in matrix.toml
are marked slow; a row whose programs are missing is skipped, which ``make faults`` counts as NOT
RUN.
"""

import itertools
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from tests.faults.bank_processes import ROOT, RealBank
from tests.faults.drivers import new_scene
from tests.faults.matrix import Row, load_rows, row_id
from tests.faults.scene import Scene
from tests.faults.zygote import Zygote

ROWS = load_rows()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        row = ROWS.get(row_id(item.name) or "")
        if row is None:
            continue
        item.user_properties.append(("row", row.id))
        # The first row of a worker waits for the whole bank to be made.
        item.add_marker(pytest.mark.timeout(600))
        if not row.quick:
            item.add_marker(pytest.mark.slow)
        missing = [program for program in row.needs if shutil.which(program) is None]
        if missing:
            item.add_marker(pytest.mark.skip(reason=f"missing: {', '.join(missing)}"))


@pytest.fixture(scope="session")
def real_bank(postgres_server) -> Iterator[RealBank]:
    home = Path(tempfile.mkdtemp(prefix="fortress-faults-"))
    bank = RealBank(home, postgres_server.create_database("faults"))
    try:
        bank.start()
        yield bank
    finally:
        bank.stop()
        postgres_server.drop_database("faults")
        shutil.rmtree(home)


@pytest.fixture(scope="session")
def zygote() -> Iterator[Zygote]:
    made = Zygote(ROOT)
    yield made
    made.end()


@pytest.fixture
def scenes(real_bank, zygote, tmp_path) -> Callable[[], AbstractContextManager[Scene]]:
    """Makes scenes, each with a device and a terminal of its own."""
    numbers = itertools.count(1)

    @contextmanager
    def one() -> Iterator[Scene]:
        folder = tmp_path / f"scene-{next(numbers)}"
        folder.mkdir()
        made = new_scene(real_bank, folder, zygote)
        try:
            yield made
        finally:
            made.end()
            made.device.kill()

    return one


@pytest.fixture
def scene(scenes) -> Iterator[Scene]:
    with scenes() as one:
        yield one


@pytest.fixture
def row(request) -> Row:
    return ROWS[row_id(request.node.name)]
