"""A segment a day, put away when all is over in it, and readable all the same."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.journal import Journal, JournalDamaged, Standing, ToSign
from kiosk.journal.dump import lines

DAY_S = 86_400
CHAIN = "0" * 31 + "1"
STANDINGS = {"DONE": Standing.OVER, "STUCK": Standing.KEPT}


class Clock:
    def __init__(self) -> None:
        self.now = 1000 * DAY_S

    def __call__(self) -> int:
        return self.now


def opened(folder: Path, clock: Clock, most: int = 400):
    return Journal.open(
        folder,
        terminal="ATM-0001",
        new_chain=lambda: CHAIN,
        wall=clock,
        judge=lambda record: STANDINGS.get(record.word, Standing.OPEN),
        archive_most=most,
    )


def days(journal: Journal, clock: Clock, number: int, last: str = "DONE") -> None:
    """Some days with a transaction each, all but the last of them over."""
    for day in range(number):
        tx = f"{clock.now:032x}"
        journal.append("INTENT", tx, {}, ToSign(tx, "authorise", lambda link: b"%d" % link.seq))
        journal.append("DONE" if day < number - 1 else last, tx, {})
        clock.now += DAY_S


def live(folder: Path) -> list[str]:
    return [path.name[:8] for path in sorted(folder.glob("*.log"))]


def kept(folder: Path) -> list[str]:
    return [path.name[:8] for path in sorted(folder.glob("archive/*.log.gz"))]


def test_a_day_is_a_segment_and_old_ones_are_put_away(tmp_path):
    clock = Clock()
    journal, _ = opened(tmp_path, clock)
    days(journal, clock, 6)
    head = journal.head
    journal.close()
    assert live(tmp_path) == ["00000004", "00000005", "00000006"]
    assert kept(tmp_path) == ["00000001", "00000002", "00000003"]
    records = [json.loads(line) for line in lines(tmp_path)]
    assert [record["seq"] for record in records] == list(range(1, len(records) + 1))
    assert [record["word"] for record in records].count("DONE") == 6
    journal, again = opened(tmp_path, clock)
    journal.close()
    assert journal.head == head
    assert again[0].word == "CONTINUED"


def test_the_chain_goes_on_over_segments(tmp_path):
    clock = Clock()
    journal, _ = opened(tmp_path, clock)
    days(journal, clock, 6)
    journal.close()
    journal, _ = opened(tmp_path, clock)
    days(journal, clock, 1)
    journal.close()
    signed = [json.loads(line).get("signed") for line in lines(tmp_path)]
    assert [each["seq"] for each in signed if each] == list(range(1, 8))


def test_what_is_open_stays_live(tmp_path):
    clock = Clock()
    journal, _ = opened(tmp_path, clock)
    journal.append("REVERSAL_PENDING", "f" * 32, {})
    days(journal, clock, 5)
    assert live(tmp_path)[0] == "00000001"
    journal.append("DONE", "f" * 32, {})
    days(journal, clock, 2)
    journal.close()
    assert live(tmp_path)[0] == "00000005"


def test_what_a_restart_must_know_is_carried_over(tmp_path):
    clock = Clock()
    journal, _ = opened(tmp_path, clock)
    journal.append("STUCK", "f" * 32, {"case": "C-1"})
    days(journal, clock, 6)
    journal.close()
    assert "00000001" in kept(tmp_path)
    journal, records = opened(tmp_path, clock)
    journal.close()
    assert [r.data for r in records if r.word == "STUCK"] == [{"case": "C-1"}]


def test_the_archive_has_an_end(tmp_path):
    clock = Clock()
    journal, _ = opened(tmp_path, clock, most=2)
    days(journal, clock, 9)
    journal.close()
    assert kept(tmp_path) == ["00000005", "00000006"]
    opened(tmp_path, clock)[0].close()


def test_a_power_cut_while_a_segment_is_put_away(tmp_path):
    clock = Clock()
    journal, _ = opened(tmp_path, clock)
    days(journal, clock, 2)
    first = (tmp_path / "00000001.log").read_bytes()
    days(journal, clock, 4)
    journal.close()
    (tmp_path / "00000001.log").write_bytes(first)
    for name in ("00000002", "00000003"):
        (tmp_path / "archive" / f"{name}.log.gz").unlink()
    with pytest.raises(JournalDamaged, match="missing"):
        opened(tmp_path, clock)


@pytest.mark.parametrize("gone", ["00000004", "00000005"])
def test_a_missing_segment_is_no_shorter_journal(tmp_path, gone):
    clock = Clock()
    journal, _ = opened(tmp_path, clock)
    days(journal, clock, 6)
    journal.close()
    (tmp_path / f"{gone}.log").unlink()
    with pytest.raises(JournalDamaged, match="missing"):
        opened(tmp_path, clock)


def test_a_transaction_that_was_open_and_is_gone_is_damage(tmp_path):
    clock = Clock()
    journal, _ = opened(tmp_path, clock)
    days(journal, clock, 1, last="TAKEN")
    days(journal, clock, 1)
    journal.close()
    (tmp_path / "archive").mkdir()
    (tmp_path / "00000001.log").rename(tmp_path / "archive" / "00000001.log.gz")
    with pytest.raises(JournalDamaged, match="was open"):
        opened(tmp_path, clock)


def test_torn_tails_are_kept_as_long_as_what_notes_them_and_no_longer(tmp_path):
    clock, written = Clock(), {}
    for day in range(8):
        # A day that ends in a power cut, in the middle of a record.
        journal, _ = opened(tmp_path, clock, most=2)
        journal.append("DONE", f"{day:032x}", {})
        journal.close()
        with max(tmp_path.glob("*.log")).open("ab") as file:
            file.write(b"torn on day %d" % day)
        journal, records = opened(tmp_path, clock, most=2)
        written[records[-1].data["file"]] = b"torn on day %d" % day
        journal.close()
        clock.now += DAY_S
    journal, _ = opened(tmp_path, clock, most=2)
    journal.append("DONE", "f" * 32, {})
    journal.close()
    assert len(written) == 8  # no name twice
    noted = [json.loads(line) for line in lines(tmp_path)]
    named = {record["data"]["file"] for record in noted if record["word"] == "TAIL_LOST"}
    there = {path.name: path.read_bytes() for path in tmp_path.rglob("torn-*.bin")}
    assert len(kept(tmp_path)) == 2
    assert 2 <= len(named) < 8
    assert there == {name: written[name] for name in named}


@given(jumps=st.lists(st.sampled_from([0, 1, -1, 3, -400, 3650]), max_size=12))
@settings(max_examples=30, deadline=None)
def test_a_clock_that_jumps_loses_nothing(tmp_path_factory, jumps):
    folder = tmp_path_factory.mktemp("jumps")
    clock = Clock()
    journal, _ = opened(folder, clock)
    for number, jump in enumerate(jumps):
        clock.now += jump * DAY_S
        journal.append("DONE", f"{number:032x}", {})
    journal.close()
    opened(folder, clock)[0].close()
    done = [json.loads(line) for line in lines(folder)]
    assert [r["tx"] for r in done if r["word"] == "DONE"] == [
        f"{number:032x}" for number in range(len(jumps))
    ]
