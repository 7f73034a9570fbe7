"""A log that another program keeps open for appending."""

from pathlib import Path

from bank.log_files import keep_end


def test_the_end_is_kept_and_the_writer_goes_on_in_the_same_file(tmp_path: Path) -> None:
    log = tmp_path / "postgres.log"
    with log.open("ab", buffering=0) as writer:
        for round_ in range(3):
            writer.write(b"line of round %d\n" % round_ * 100)
            keep_end(log, 1000)
            assert log.stat().st_size == 0
        writer.write(b"the last\n")
        keep_end(log, 1000)
    # From the beginning, not behind a hole where the old lines were.
    assert log.read_bytes() == b"the last\n"
    assert (tmp_path / "postgres.log.1").read_bytes() == b"line of round 2\n" * 100


def test_no_log_is_no_error(tmp_path: Path) -> None:
    keep_end(tmp_path / "none.log", 10)
    assert list(tmp_path.iterdir()) == []
