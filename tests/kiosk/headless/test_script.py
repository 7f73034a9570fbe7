"""Scripts are understood whole before anything is done."""

import argparse
from pathlib import Path

import pytest

from kiosk import cli
from kiosk.headless import BadScript, Line, parse_script
from kiosk.headless.script import notes_of
from kiosk.screens import Notes


def test_lines_comments_and_quotes() -> None:
    text = "# a visit\n\nnumber 'bo l'  # who\nwithdraw 60 small\n"
    assert parse_script(text) == (
        Line(3, "number", ("bo l",)),
        Line(4, "withdraw", ("60", "small")),
    )


def test_notes() -> None:
    line = Line(1, "deposit", ("20x2", "50x1", "20x1"))
    assert notes_of(line) == (Notes(5000, 1), Notes(2000, 3))


def test_a_pin_is_not_repeated_in_messages() -> None:
    assert "482915" not in str(Line(1, "pin", ("482915",)))
    assert "482915" not in str(Line(1, "signup", ("a", "b", "c", "d", "482915", "p")))


@pytest.mark.parametrize(
    "row",
    [
        "dance",
        "finger",
        "pin 12a4",
        "withdraw 60 biggest",
        "amount",
        "amount 60 biggest",
        "insert 20",
        "await",
        "deposit 20",
        "deposit 0x2",
        "deposit 20x0",
        "transfer 25 bo rent now please",
        "transfer 25 to bo for",
        "sleep long",
        "expect Menu first_name",
        "number 'open quote",
        "signup dina Dina Haddad",
    ],
)
def test_what_cannot_be_understood_names_its_line(row: str) -> None:
    with pytest.raises(BadScript, match="line 2"):
        parse_script(f"balance\n{row}")


def test_a_script_has_a_limit() -> None:
    with pytest.raises(BadScript, match="10000"):
        parse_script("back\n" * 10_001)


def test_a_script_over_the_limit_is_refused_and_not_played_in_part(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "long.txt"
    file.write_text("balance\n" * 200_000)
    parser = argparse.ArgumentParser()
    cli.add_arguments(parser)
    options = ["--headless", "--script", str(file), "--data", str(tmp_path)]
    assert cli.run(parser.parse_args(options)) == cli.EXIT_BAD_USE
    assert "at most" in capsys.readouterr().err
