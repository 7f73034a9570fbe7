import argparse
import json
import multiprocessing
import os
import stat
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.journal import (
    TAIL_LOST,
    ChainLink,
    Journal,
    JournalDamaged,
    JournalFailed,
    JournalForeign,
    JournalInUse,
    JournalUnusable,
    RecordTooLarge,
    ToSign,
    cli,
)
from kiosk.journal.dump import lines

CHAIN = "0" * 31 + "1"


def opened(folder: Path, terminal: str = "ATM-0001"):
    return Journal.open(folder, terminal=terminal, new_chain=lambda: CHAIN, wall=lambda: 1000)


def filled(folder: Path, count: int) -> Path:
    journal, _ = opened(folder)
    for number in range(count):
        journal.append("INTENT", f"{number:032x}", {"amount_minor": number})
    journal.close()
    return folder / "00000001.log"


def signer(link: ChainLink) -> bytes:
    return f"{link.chain}.{link.seq}.{link.prev.hex()}".encode()


def test_records_are_there_after_a_restart(tmp_path):
    filled(tmp_path / "j", 3)
    journal, records = opened(tmp_path / "j")
    journal.close()
    assert [record.data.get("amount_minor") for record in records] == [None, 0, 1, 2]
    assert [record.seq for record in records] == [1, 2, 3, 4]


def test_a_second_kiosk_is_refused(tmp_path):
    journal, _ = opened(tmp_path)
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        assert pool.apply(_open_elsewhere, (str(tmp_path),)) == "JournalInUse"
    with pytest.raises(JournalInUse, match="Another kiosk"):
        opened(tmp_path)
    journal.close()
    opened(tmp_path)[0].close()


def _open_elsewhere(folder: str) -> str:
    try:
        opened(Path(folder))
    except JournalUnusable as error:
        return type(error).__name__
    return "opened"


def test_each_signed_request_has_the_next_place_in_the_chain(tmp_path):
    journal, _ = opened(tmp_path)
    first = journal.append("INTENT", "a", {}, ToSign("u1", "authorise", signer))
    second = journal.append("TAKEN", "a", {}, ToSign("u2", "confirm", signer))
    head = journal.head
    journal.close()
    assert first.signed.jws == f"{CHAIN}.1.{'00' * 32}"
    assert second.signed.jws.startswith(f"{CHAIN}.2.")
    journal, records = opened(tmp_path)
    assert journal.head == head
    assert records[-1].signed == second.signed
    journal.close()


@given(cut=st.integers(1, 40), torn_bytes=st.binary(max_size=40))
@settings(max_examples=40, deadline=None)
def test_a_torn_tail_is_kept_aside_and_noted(tmp_path_factory, cut, torn_bytes):
    folder = tmp_path_factory.mktemp("journal")
    path = filled(folder, 3)
    whole = path.read_bytes()
    last = len(whole.splitlines(keepends=True)[-1])
    torn = whole[-last:-cut] + torn_bytes.replace(b"\n", b"")
    if torn == whole[-last:-1]:
        torn += b"!"
    path.write_bytes(whole[:-last] + torn)
    journal, records = opened(folder)
    journal.append("INTENT", "f" * 32, {})
    journal.close()
    if torn:
        assert records[-1].word == TAIL_LOST
        assert (folder / records[-1].data["file"]).read_bytes() == torn
    assert [record.word for record in records[:3]] == ["OPENED", "INTENT", "INTENT"]
    journal, again = opened(folder)
    journal.close()
    assert [r.seq for r in again] == list(range(1, len(records) + 2))


def test_a_flipped_bit_in_the_last_record_is_a_torn_tail(tmp_path):
    path = filled(tmp_path, 2)
    data = bytearray(path.read_bytes())
    data[-20] ^= 1
    path.write_bytes(data)
    journal, records = opened(tmp_path)
    journal.close()
    assert [record.word for record in records] == ["OPENED", "INTENT", TAIL_LOST]


def test_the_place_of_a_lost_request_is_never_used_again(tmp_path):
    journal, _ = opened(tmp_path)
    journal.append("INTENT", "a", {}, ToSign("u1", "authorise", signer))
    journal.close()
    path = tmp_path / "00000001.log"
    path.write_bytes(path.read_bytes()[:-7])
    journal, _ = opened(tmp_path)
    record = journal.append("INTENT", "b", {}, ToSign("u2", "authorise", signer))
    journal.close()
    assert record.signed.seq == 2


def test_a_quarantine_that_was_not_noted_is_noted_at_the_next_start(tmp_path):
    filled(tmp_path, 1)
    (tmp_path / "torn-00000003.bin").write_bytes(b"half a rec")
    journal, records = opened(tmp_path)
    journal.close()
    assert records[-1].data == {"file": "torn-00000003.bin", "lines": 1}
    journal, again = opened(tmp_path)
    journal.close()
    assert again == records


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_damage_in_the_middle_stops_the_machine(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("journal")
    path = filled(folder, 4)
    whole = bytearray(path.read_bytes())
    last = len(whole.splitlines(keepends=True)[-1])
    position = data.draw(st.integers(0, len(whole) - last - 2))
    whole[position] ^= data.draw(st.sampled_from([1, 2, 4, 64]))
    path.write_bytes(whole)
    with pytest.raises(JournalDamaged, match="Nothing was changed"):
        opened(folder)
    assert path.read_bytes() == whole
    assert not list(folder.glob("torn-*"))


def test_a_missing_record_in_the_middle_stops_the_machine(tmp_path):
    path = filled(tmp_path, 3)
    parts = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(parts[0] + parts[1] + parts[3])
    with pytest.raises(JournalDamaged, match="records are missing"):
        opened(tmp_path)


def test_another_terminals_journal_is_refused(tmp_path):
    filled(tmp_path, 1)
    with pytest.raises(JournalForeign, match="belongs to terminal ATM-0001"):
        opened(tmp_path, terminal="ATM-0002")
    opened(tmp_path)[0].close()


def test_a_folder_that_is_a_file_names_what_to_do(tmp_path):
    (tmp_path / "j").write_text("")
    with pytest.raises(JournalUnusable, match="Check the disk"):
        opened(tmp_path / "j")


def test_after_a_failed_fsync_nothing_is_written_any_more(tmp_path, monkeypatch):
    journal, _ = opened(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", _no_disk)
        with pytest.raises(JournalFailed):
            journal.append("INTENT", "a", {})
    size = (tmp_path / "00000001.log").stat().st_size
    with pytest.raises(JournalFailed, match="restart"):
        journal.append("INTENT", "b", {})
    assert (tmp_path / "00000001.log").stat().st_size == size
    assert journal.failed
    journal.close()


def _no_disk(descriptor: int) -> None:
    raise OSError(5, "Input/output error")


def test_a_record_over_the_limit_is_refused_and_does_no_harm(tmp_path):
    journal, _ = opened(tmp_path)
    with pytest.raises(RecordTooLarge):
        journal.append("INTENT", "a", {"text": "x" * 70_000})
    journal.append("INTENT", "b", {})
    journal.close()
    journal, records = opened(tmp_path)
    journal.close()
    assert [record.word for record in records] == ["OPENED", "INTENT"]


def test_the_dump_is_one_json_line_a_record_while_the_kiosk_runs(tmp_path):
    journal, _ = opened(tmp_path)
    journal.append("INTENT", "a", {"amount_minor": 5000}, ToSign("u1", "authorise", signer))
    dumped = [json.loads(line) for line in lines(tmp_path)]
    journal.close()
    assert [row["word"] for row in dumped] == ["OPENED", "INTENT"]
    assert dumped[1]["data"] == {"amount_minor": 5000}
    assert dumped[1]["signed"]["kind"] == "authorise"


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_only_the_owner_can_read_the_folder(tmp_path):
    filled(tmp_path / "j", 1)
    assert stat.S_IMODE((tmp_path / "j").stat().st_mode) == 0o700


def test_a_journal_closed_on_another_thread_is_free_again(tmp_path):
    opening: list[Journal] = []
    thread = threading.Thread(target=lambda: opening.append(opened(tmp_path)[0]))
    thread.start()
    thread.join()
    opening[0].close()
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        assert pool.apply(_open_elsewhere, (str(tmp_path),)) == "opened"


def test_at_the_shell_there_is_a_journal_or_a_sentence(tmp_path, capsys):
    parser = argparse.ArgumentParser()
    cli.add_arguments(parser)

    def journal(*words: str) -> tuple[int, str]:
        status = cli.run(parser.parse_args([*words, "--data", str(tmp_path)]))
        return status, capsys.readouterr().err

    folder = tmp_path / "kiosk" / "journal"
    none = (2, f"There is no journal in {folder}.\n")
    assert journal("dump") == none
    assert journal("export", "--out", str(tmp_path / "file")) == none
    folder.mkdir(parents=True)
    assert journal("dump") == none
