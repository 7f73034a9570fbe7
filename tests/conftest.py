"""What the tests of several packages share: a real PostgreSQL."""

import gc
import shutil
import tempfile
import uuid
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from bank.store.postgres import DatabaseUrls, PostgresServer


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol() -> Generator[None, object, object]:
    """Collect what a test with a window left, here: another thread would end it with a crash.

    Not in a fixture: pytest keeps the test's own objects until all fixtures have ended.
    """
    result = yield
    if not gc.isenabled():
        gc.collect()
        gc.enable()
    return result


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A running server of the test session's own, on a free port, in a folder of its own."""
    # Not tmp_path: pytest's folders are closed to the account PostgreSQL runs as under root.
    home = Path(tempfile.mkdtemp(prefix="fortress-postgres-"))
    server = PostgresServer(home)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(home)


@pytest.fixture(scope="module")
def database_url(postgres_server: PostgresServer) -> Iterator[DatabaseUrls]:
    """A fresh, empty database for each test module: its owner's and its application's URL."""
    name = f"test_{uuid.uuid4().hex}"
    yield postgres_server.create_database(name)
    postgres_server.drop_database(name)
