"""The demo's first start: what it makes, that it makes it once, and that it survives a kill."""

import itertools
import json
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import cv2
import psycopg
import pytest

from bank.config import BadConfig
from bank.demo.fingers import FINGERS, IMPRESSIONS
from bank.demo.init import KeysDiffer, init_demo
from bank.demo.people import load_people
from bank.store.postgres import DatabaseUrls, PostgresServer, write_urls
from biometrics import extract, match
from biometrics.synthetic import synthesise
from biometrics.thresholds import identification_threshold

ROOT = Path(__file__).resolve().parents[3]
MONEY = {"amara": 248000, "bo": 115000, "chiara": 32000, "tessa": 0, "olga": 0, "omar": 0}


@pytest.fixture
def urls(postgres_server: PostgresServer, tmp_path: Path) -> Iterator[DatabaseUrls]:
    name = f"demo_{uuid.uuid4().hex}"
    made = postgres_server.create_database(name)
    write_urls(tmp_path, made)
    yield made
    postgres_server.drop_database(name)


def rows(urls: DatabaseUrls, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(urls.owner) as connection:
        return connection.execute(statement).fetchall()


def snapshot(folder: Path) -> dict[Path, bytes]:
    return {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_a_second_start_changes_nothing(tmp_path: Path, urls: DatabaseUrls) -> None:
    init_demo(tmp_path)
    files = snapshot(tmp_path)
    tables = ("customers", "accounts", "entries", "terminal_certificates", "fingers", "audit")
    counts = {table: rows(urls, f"select count(*) from {table}") for table in tables}
    init_demo(tmp_path)
    assert snapshot(tmp_path) == files
    assert {table: rows(urls, f"select count(*) from {table}") for table in tables} == counts


def test_the_demos_customers_have_fingers_pins_and_money(
    tmp_path: Path, urls: DatabaseUrls
) -> None:
    init_demo(tmp_path)
    people = json.loads((tmp_path / "demo" / "customers.json").read_text("utf-8"))
    assert [person["user_name"] for person in people] == list(MONEY)
    for person in people:
        number = person["number"]
        assert rows(urls, f"select booked_minor from accounts where number = '{number}'") == [
            (MONEY[person["user_name"]],)
        ]
        pictures = [tmp_path / file for file in person["fingers"]]
        assert len(pictures) == IMPRESSIONS
        assert all(cv2.imread(str(picture)) is not None for picture in pictures)
    assert people[3]["roles"] == ["customer", "teller"]
    assert {tuple(person["roles"]) for person in people[4:]} == {("operator",)}
    # The money came from somewhere, and so did the notes in the machine.
    assert rows(
        urls, "select booked_minor from accounts where kind in ('cash', 'vault') order by 1"
    ) == [
        (-10_000_000,),
        (0,),
        (10_000_000,),
    ]
    assert rows(urls, "select booked_minor from accounts where kind = 'demo_funding'") == [
        (-sum(MONEY.values()),)
    ]
    assert rows(urls, "select id, kind from terminals order by id") == [
        ("ATM-0001", "atm"),
        ("TELLER-0001", "teller"),
    ]


@pytest.mark.slow
def test_a_start_killed_in_the_middle_is_carried_on(tmp_path: Path, urls: DatabaseUrls) -> None:
    """Killed again and again, a little later each time, until it gets through."""
    command = [sys.executable, str(ROOT / "main.py"), "bank", "init-demo", "--data", str(tmp_path)]
    kills = 0
    for attempt in itertools.count():
        process = subprocess.Popen(command, stderr=subprocess.PIPE)
        try:
            process.communicate(timeout=1.5 * 1.5**attempt)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.communicate()
            kills += 1
            continue
        break
    assert process.returncode == 0
    assert kills > 0
    assert rows(urls, "select count(*) from customers") == [(6,)]
    assert rows(urls, "select sum(booked_minor) from accounts where kind = 'customer'") == [
        (sum(MONEY.values()),)
    ]
    assert len(json.loads((tmp_path / "demo" / "customers.json").read_text("utf-8"))) == 6


def test_another_banks_database_is_left_alone(tmp_path: Path, urls: DatabaseUrls) -> None:
    init_demo(tmp_path)
    other = tmp_path / "other"
    write_urls(other, urls)
    with pytest.raises(KeysDiffer):
        init_demo(other)
    assert rows(urls, "select count(*) from customers") == [(6,)]


def test_the_demos_fingers_are_alike_within_and_far_apart_between() -> None:
    fingers = [
        [extract(synthesise(finger, number)) for number in range(1, IMPRESSIONS + 1)]
        for finger in FINGERS
    ]
    needed = identification_threshold(len(FINGERS))
    for own in fingers:
        for probe in own[3:]:
            best = max(match(probe, enrolled) for enrolled in own[:3])
            others = max(
                match(probe, enrolled)
                for other in fingers
                if other is not own
                for enrolled in other[:3]
            )
            assert best > needed + 10
            assert others < needed - 1


@pytest.mark.parametrize(
    "text",
    [
        "not toml [",
        "[[demo.customers]]\nuser_name = 'x'",
        "[[demo.customers]]\n" * (len(FINGERS) + 1),
    ],
)
def test_wrong_people_are_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "bank.toml"
    file.write_text(text)
    with pytest.raises(BadConfig):
        load_people(file)
    with pytest.raises(BadConfig):
        load_people(tmp_path / "missing.toml")


def test_it_takes_a_few_seconds(tmp_path: Path, urls: DatabaseUrls) -> None:
    began = time.monotonic()
    init_demo(tmp_path)
    # 3 s on two idle cores; the bound is for a busy machine.
    assert time.monotonic() - began < 60
