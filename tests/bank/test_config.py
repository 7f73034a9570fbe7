"""The bank's rules from a file: complete, of the right kind, or refused by name."""

from pathlib import Path

import pytest

from bank.config import DEFAULT_FILE, BadConfig, load_config


def test_the_demo_banks_rules() -> None:
    config = load_config()
    assert (config.currency, config.step_up_minor) == ("EUR", 30_000)
    assert config.withdraw_day_without_finger_minor < config.withdraw_day_minor


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("step_up_minor = 30000", "", "step_up_minor"),
        ("step_up_minor = 30000", 'step_up_minor = "30000"', "step_up_minor"),
        ("step_up_minor = 30000", "step_up_minor = true", "step_up_minor"),
        ("step_up_minor = 30000", "step_up_minor = -1", "step_up_minor"),
        ("step_up_minor = 30000", "step_up_minor = 30000\nstep_up = 1", "step_up"),
        ('time_zone = "Europe/Berlin"', 'time_zone = "Europe/Nowhere"', "Europe/Nowhere"),
        ("[bank]", "[bank", ""),
        ("[bank]", "[banks]", "[bank]"),
    ],
)
def test_a_wrong_rule_is_named(tmp_path: Path, old: str, new: str, named: str) -> None:
    text = DEFAULT_FILE.read_text("utf-8")
    assert old in text
    file = tmp_path / "bank.toml"
    file.write_text(text.replace(old, new), "utf-8")
    with pytest.raises(BadConfig) as refused:
        load_config(file)
    assert named in str(refused.value)


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(BadConfig):
        load_config(tmp_path / "none.toml")
