"""The configuration file of a kiosk."""

from pathlib import Path

import pytest

from kiosk.config import DEFAULT_FILE, ConfigUnusable, load_config

READERS = 'readers = [{ driver = "file", device = "" }]'


def test_the_demo_bank() -> None:
    config = load_config()
    assert (config.brand.name, config.brand.currency) == ("Meridian", "EUR")
    assert [(line.name, line.address) for line in config.servers] == [("A", None), ("B", None)]
    assert config.rules.notes_taken_minor == (10000, 5000, 2000, 1000, 500)
    assert not config.test_configuration
    assert config.pictures


def test_a_machine_with_readers_or_with_none(tmp_path: Path) -> None:
    lines = '{ driver = "libfprint" }, { driver = "serial", device = "/dev/ttyUSB0" }'
    file = tmp_path / "bank.toml"
    for wanted, readers in (
        (f"readers = [{lines}]", (("libfprint", ""), ("serial", "/dev/ttyUSB0"))),
        ("readers = []", ()),
    ):
        file.write_text(DEFAULT_FILE.read_text("utf-8").replace(READERS, wanted), "utf-8")
        config = load_config(file)
        assert tuple((line.driver, line.device) for line in config.readers) == readers
        assert not config.pictures


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ('currency = "EUR"', 'currency = "ZZZ"', "currency"),
        ('currency = "EUR"', "", "currency"),
        ("answer_s = 30", "answer_s = 10", "answer_s"),
        ("patience_s = 45", 'patience_s = "long"', "patience_s"),
        ('policy = "primary"', 'policy = "best"', "policy"),
        ("advice_s = 8", "advice_s = 21", "advice_s"),
        ('driver = "none"', 'driver = "fax"', "printer.driver"),
        ('driver = "none"', 'driver = "file"', "address"),
        ("columns = 42", "columns = 8", "columns"),
        ("deposit_notes = 50", "deposit_notes = 0", "deposit_notes"),
        ('servers = ["A", "B"]', 'servers = ["A=atm1.bank.example"]', "HOST:PORT"),
        ('servers = ["A", "B"]', 'servers = ["A=2001:db8::1:1069"]', "HOST:PORT"),
        ('servers = ["A", "B"]', 'servers = ["A=atm1:65536"]', "HOST:PORT"),
        ('servers = ["A", "B"]', 'servers = ["=atm1:1069"]', "no server"),
        (READERS, 'readers = "file"', "list"),
        (READERS, 'readers = [{ driver = "camera" }]', "driver"),
        (READERS, 'readers = [{ device = "/dev/ttyUSB0" }]', "driver"),
        (READERS, 'readers = [{ driver = "serial", device = 0 }]', "device"),
        (READERS, "readers = [" + 9 * '{ driver = "file" },' + "]", "at most"),
        ("[kiosk]", "[kiosk", "]"),
    ],
)
def test_a_bad_value_is_named(tmp_path: Path, old: str, new: str, word: str) -> None:
    text = DEFAULT_FILE.read_text("utf-8")
    assert old in text
    file = tmp_path / "bank.toml"
    file.write_text(text.replace(old, new), "utf-8")
    with pytest.raises(ConfigUnusable, match=r"bank\.toml") as caught:
        load_config(file)
    assert word in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigUnusable, match=r"absent\.toml"):
        load_config(tmp_path / "absent.toml")
