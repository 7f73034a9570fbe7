import dataclasses
from pathlib import Path

import pytest

from bank.config import BadConfig
from bank.customers.rules import load_rules

GOOD = """
[identity]
impressions_least = 3
quality_least = 40
probe_memory_s = 7776000
unidentified_most = 20
unidentified_window_s = 600
"""


def write(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "bank.toml"
    file.write_text(text, "utf-8")
    return file


def test_the_configuration_that_is_shipped_can_be_read() -> None:
    rules = load_rules()
    assert rules.opening_credit_minor == 50000
    assert rules.impressions_least == 1


def test_without_a_demo_nobody_is_given_money(tmp_path: Path) -> None:
    rules = load_rules(write(tmp_path, GOOD))
    assert rules.opening_credit_minor == 0
    assert dataclasses.astuple(rules)[:5] == (3, 40, 7776000, 20, 600)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("quality_least = 40", ""),
        ("quality_least", "quality_most"),
        ("= 40", "= -1"),
        ("= 40", "= 4.5"),
        ("= 40", "= true"),
        ("= 40", '= "40"'),
        ("impressions_least = 3", "impressions_least = 0"),
        ("impressions_least = 3", "impressions_least = 4"),
        ("[identity]", "[identity"),
    ],
)
def test_a_wrong_rule_is_refused(tmp_path: Path, old: str, new: str) -> None:
    with pytest.raises(BadConfig):
        load_rules(write(tmp_path, GOOD.replace(old, new)))


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadConfig):
        load_rules(tmp_path / "missing.toml")
