"""Power cuts at every boundary of an exchange: it stays open, or goes on and is booked once."""

import tempfile
from pathlib import Path

import pytest

from kiosk.transactions.acts import Approved, Begun, GivenUp, OpenSafe, SheetMade
from kiosk.transactions.company import NOBODY
from kiosk.transactions.exchange import OPEN, Exchange
from kiosk.transactions.words import Word
from protocol.ids import new_uid
from protocol.messages.operator import CountSheet, SheetRow
from tests.kiosk.transactions.model import TERMINAL, Fuse, ModelBank, ModelDevice, PowerCut, kiosk

UID = new_uid(7)
LOADED = {"C1": 2000, "C2": 0, "C3": 10}
FOUND = {"C1": 999, "C2": 1500, "C3": 2000}


def sheet(purpose: str = "replenish") -> CountSheet:
    money = {"C1": 5000, "C2": 2000, "C3": 1000}
    return CountSheet.model_validate(
        {
            "exchange": UID,
            "purpose": purpose,
            "currency": "EUR",
            "rows": tuple(
                SheetRow(
                    unit=unit,
                    denomination_minor=money[unit],
                    found=FOUND[unit],
                    loaded=LOADED[unit] if purpose == "replenish" else FOUND[unit],
                )
                for unit in money
            ),
            "bins_minor": 7000,
            "ledger_minor": 10_000_000,
        }
    )


def the(driver) -> Exchange | None:
    return driver.states.get(UID)


def operate(driver, counted: CountSheet) -> None:
    """What is left to do, as an operator would who comes to the machine."""
    if the(driver) is None:
        fresh = Exchange(UID, TERMINAL, "EUR", counted.purpose, ("olga",))
        driver.run(fresh, Begun(None), NOBODY)
    elif the(driver).word in (Word.EXCHANGE, Word.SHEET):
        driver.run(the(driver), OpenSafe(), NOBODY)
    if the(driver).word is Word.EXCHANGE:
        assert the(driver).stopped
        driver.run(the(driver), SheetMade(counted), NOBODY)
    if the(driver).word is Word.SHEET:
        driver.run(the(driver), Approved(("olga", "omar")), NOBODY)


def live(
    act, cut: int, bank: ModelBank, device: ModelDevice, folder: Path
) -> tuple[Exchange, bool]:
    """Act with the power cut at one boundary, then once more without if it came to that.

    Return what became of it, and whether the power was cut.
    """
    died = False
    for at in (cut, 0):
        bank.fuse.at, bank.fuse.ticks = at, 0
        try:
            with kiosk(folder, bank, device, bank.fuse) as driver:
                before = the(driver)
                if before is not None and before.word in OPEN:
                    assert before.word is not Word.APPROVED, "approved is carried on at boot"
                act(driver)
                while not driver.forwarder.drain():
                    pass
                found = the(driver)
                assert found is not None
            return found, died
        except PowerCut:
            died = True
    raise AssertionError("the second time nothing is cut")


@pytest.mark.parametrize("purpose", ["replenish", "balance"])
def test_a_cut_anywhere_books_every_movement_exactly_once(purpose: str) -> None:
    counted = sheet(purpose)
    cut, died = 0, True
    while died:
        cut += 1
        fuse = Fuse()
        bank, device = ModelBank(fuse), ModelDevice(fuse)
        bank.losses = ["reply"] if cut % 2 else []
        with tempfile.TemporaryDirectory() as folder:
            found, died = live(
                lambda driver: operate(driver, counted), cut, bank, device, Path(folder)
            )
        assert found.word is Word.DONE, cut
        moved = [("unload", counted.found_minor), ("load", counted.loaded_minor)]
        wanted = [*(moved if purpose == "replenish" else ()), ("surplus", 2_000)]
        assert bank.moves == wanted, cut
        assert len(found.cases) == 1
        storage = device.state.storage()
        assert storage.exchange == ""
        set_to = LOADED if purpose == "replenish" else FOUND
        assert {each.unit: each.count for each in storage.cassettes} == set_to
    assert cut > 15, "hardly a boundary was found"


def test_an_exchange_is_given_up_with_the_devices_own_counts() -> None:
    def act(driver) -> None:
        if the(driver) is None or the(driver).word in OPEN:
            if the(driver) is None:
                driver.run(Exchange(UID, TERMINAL, "EUR", "balance"), Begun(None), NOBODY)
            driver.run(the(driver), GivenUp(), NOBODY)

    for cut in range(1, 9):
        fuse = Fuse()
        bank, device = ModelBank(fuse), ModelDevice(fuse)
        with tempfile.TemporaryDirectory() as folder:
            found, _ = live(act, cut, bank, device, Path(folder))
        assert (found.word, bank.moves) == (Word.CANCELLED, [])
        assert device.state.exchange == ""
        assert device.state.storage().total_minor == 10_000_000


def test_a_device_that_is_away_leaves_the_exchange_where_it_is(tmp_path: Path) -> None:
    fuse = Fuse()
    bank, device = ModelBank(fuse), ModelDevice(fuse)
    with kiosk(tmp_path, bank, device, fuse) as driver:
        operate_until = Exchange(UID, TERMINAL, "EUR", "replenish", ("olga",))
        driver.run(operate_until, Begun(None), NOBODY)
        driver.run(the(driver), SheetMade(sheet()), NOBODY)
        device.exchange_end, kept = _away, device.exchange_end
        device.away = 1
        driver.run(the(driver), Approved(("olga", "omar")), NOBODY)
        assert (the(driver).word, the(driver).failed, bank.moves) == (Word.APPROVED, True, [])
        device.exchange_end, device.away = kept, 0
        driver.run(the(driver), Approved(("olga", "omar")), NOBODY)
        assert driver.forwarder.drain() or driver.forwarder.drain() or driver.forwarder.drain()
        assert (the(driver).word, len(bank.moves)) == (Word.DONE, 3)


def test_a_device_that_has_forgotten_the_exchange_is_given_the_counts_all_the_same(
    tmp_path: Path,
) -> None:
    fuse = Fuse()
    bank, device = ModelBank(fuse), ModelDevice(fuse)
    with kiosk(tmp_path, bank, device, fuse) as driver:
        driver.run(Exchange(UID, TERMINAL, "EUR", "replenish", ("olga",)), Begun(None), NOBODY)
        driver.run(the(driver), SheetMade(sheet()), NOBODY)
        device.state = type(device.state)()
        driver.run(the(driver), Approved(("olga", "omar")), NOBODY)
        assert the(driver).word is Word.BOOKING
    assert {each.unit: each.count for each in device.state.cassettes} == LOADED


def _away(_uid, _loaded, *, emptied):
    from kiosk.devices.errors import DeviceAway

    raise DeviceAway(f"away, {emptied}")
