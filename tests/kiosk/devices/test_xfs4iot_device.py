"""The driver xfs4iot over a simulated machine: lost conversations, restarts, exchanges.

What both drivers must do alike is in ``tests/kiosk/machine``.
"""

from collections.abc import Callable, Iterator

import pytest

from kiosk.devices.errors import DeviceAway, DeviceRefused
from kiosk.devices.status import Place
from kiosk.devices.xfs4iot import Xfs4IotDevice, driver
from kiosk.screens import Notes
from kiosk.transactions.evidence import Finding, find_incoming, find_outgoing
from launch.front_door import main
from tests.kiosk.xfs4iot_process import Xfs4IotProcess

NOTES = (Notes(5000, 1), Notes(2000, 2))
ALICE, BOB = "a" * 32, "b" * 32
EURO = (10000, 5000, 2000, 1000, 500)


@pytest.fixture
def machine(tmp_path) -> Iterator[Xfs4IotProcess]:
    made = Xfs4IotProcess(tmp_path)
    made.start()
    yield made
    made.kill()


@pytest.fixture
def connect(machine) -> Iterator[Callable[[], Xfs4IotDevice]]:
    """Makes drivers over one note, as a kiosk that is started again does."""
    made: list[Xfs4IotDevice] = []

    def one() -> Xfs4IotDevice:
        for old in made:
            old.close()
        made.append(machine.device())
        return made[-1]

    yield one
    for each in made:
        each.close()


def found(device: Xfs4IotDevice, before, uid: str = ALICE) -> Finding:
    return find_outgoing(uid, 9000, before.counters, device.status())


@pytest.mark.parametrize("again", [False, True], ids=["same kiosk", "kiosk started again"])
@pytest.mark.parametrize(
    ("cut", "finding"),
    [
        ("drop_command", Finding.NOT_MOVED),
        ("drop_completion", Finding.STACKED),
    ],
)
def test_a_conversation_lost_in_a_dispense(machine, connect, cut, finding, again):
    device = connect()
    before = device.status()
    machine.hands.cut(cut)
    with pytest.raises(DeviceAway):
        device.dispense(ALICE, NOTES)
    device = connect() if again else device
    assert found(device, before) is finding
    # Whose it is stays known: it is not dispensed again, and another's question stays without.
    with pytest.raises(DeviceRefused, match="uid_used"):
        device.dispense(ALICE, NOTES)
    assert found(device, before, BOB) is Finding.UNCERTAIN


def test_a_conversation_lost_in_presenting(machine, connect):
    device = connect()
    before = device.status()
    device.dispense(ALICE, NOTES)
    machine.hands.cut("drop_completion")
    with pytest.raises(DeviceAway):
        device.present(ALICE)
    assert found(device, before) is Finding.PRESENTED
    machine.hands.take()
    assert found(connect(), before) is Finding.TAKEN


def test_what_the_last_customer_took_says_nothing_of_the_next(machine, connect):
    device = connect()
    device.dispense(ALICE, NOTES)
    device.present(ALICE)
    machine.hands.take()
    before = device.status()
    assert before.outgoing.place is Place.TAKEN
    assert found(connect(), before, BOB) is Finding.NO_COMMAND


def test_nothing_is_ordered_that_is_not_noted(machine, connect, monkeypatch):
    device = connect()
    before = device.status()

    def refuse(*_args: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(driver.NoteFile, "write", refuse)
    with pytest.raises(DeviceAway, match="no space left"):
        device.dispense(ALICE, NOTES)
    assert found(device, before) is Finding.NO_COMMAND
    assert machine.hands.facts()["evidence"] == {}


def test_a_damaged_note_stops_the_machine(machine, connect):
    device = connect()
    device.dispense(ALICE, NOTES)
    note = machine.data / "kiosk" / "cash" / "orders.json"
    note.write_bytes(note.read_bytes()[:-20])
    with pytest.raises(DeviceAway, match="damaged"):
        connect().status()


def test_a_machine_at_work_is_asked_later(machine, connect):
    device = connect()
    machine.hands.cut("busy")
    with pytest.raises(DeviceAway, match="at work"):
        device.status()
    while True:
        try:
            assert device.status().pays
        except DeviceAway:
            continue
        break


def test_who_counts_the_units_anew_ends_what_was_noted(machine, connect):
    device = connect()
    before = device.status()
    device.dispense(ALICE, NOTES)
    device.present(ALICE)
    machine.hands.take()
    machine.hands.load(1000, 77)
    status = device.status()
    assert (status.cleared, status.outgoing.uid) == (before.cleared + 1, "")
    assert {each.count for each in status.cassettes} >= {77}
    assert found(device, before) is Finding.UNCERTAIN


@pytest.mark.parametrize("cut", ["drop_command", "drop_completion"])
def test_a_conversation_lost_in_storing(machine, connect, cut):
    device = connect()
    device.status()
    device.cash_in_start(ALICE, EURO, 50, 500_000)
    machine.hands.insert(5000, 2)
    before = device.cash_in(ALICE)
    assert before.incoming.counted == (Notes(5000, 2),)
    machine.hands.cut(cut)
    with pytest.raises(DeviceAway):
        device.cash_in_end(ALICE)
    place = find_incoming(ALICE, before.counters, connect().status())
    assert place is (Place.ESCROW if cut == "drop_command" else Place.STORED)


def test_a_cash_in_that_never_began_holds_nothing(machine, connect):
    device = connect()
    before = device.status()
    machine.hands.cut("drop_command")
    with pytest.raises(DeviceAway):
        device.cash_in_start(ALICE, EURO, 50, 500_000)
    status = connect().status()
    assert find_incoming(ALICE, before.counters, status) is Place.TAKEN
    assert status.incoming.counted == ()


def test_a_suspect_note_is_neither_counted_nor_credited(machine, connect):
    device = connect()
    device.cash_in_start(ALICE, EURO, 50, 500_000)
    machine.hands.set_fault("suspect_note")
    machine.hands.insert(2000, 3)
    assert device.cash_in(ALICE).incoming.counted == (Notes(2000, 2),)
    stored = device.cash_in_end(ALICE).incoming
    assert (stored.place, stored.counted) == (Place.STORED, (Notes(2000, 2),))
    assert machine.hands.facts()["evidence"][ALICE]["suspect"] == 1


def test_an_operator_fills_and_empties_the_machine(machine, connect):
    device = connect()
    device.dispense(ALICE, NOTES)
    device.reject(ALICE)
    held = device.storage()
    assert {each.kind: each.sum_minor for each in held.bins}["reject"] == 9000
    assert device.exchange_start("x1").exchange == "x1"
    assert not device.status().pays
    assert connect().exchange_start("x1").exchange == "x1"
    device = connect()
    loaded = {each.unit: 100 for each in held.cassettes}
    with pytest.raises(DeviceRefused, match="no_exchange"):
        device.exchange_end("x2", loaded, emptied=True)
    with pytest.raises(DeviceRefused, match="other_cassettes"):
        device.exchange_end("x1", {"unit9": 1}, emptied=True)
    after = device.exchange_end("x1", loaded, emptied=True)
    assert after == device.exchange_end("x1", loaded, emptied=True)
    assert [each.count for each in after.cassettes] == [100, 100, 100]
    assert after.total_minor == 100 * (5000 + 2000 + 1000)
    status = device.status()
    assert status.pays
    assert status.cleared == 1


@pytest.mark.parametrize("options", [("--recycler",), ("--dispense-version", "2")])
def test_other_machines(tmp_path, options):
    machine = Xfs4IotProcess(tmp_path, options)
    machine.start()
    device = machine.device()
    try:
        before = device.status()
        device.dispense(ALICE, NOTES)
        device.present(ALICE)
        machine.hands.take()
        assert found(device, before) is Finding.TAKEN
        device.cash_in_start(BOB, EURO, 50, 500_000)
        machine.hands.insert(1000, 3)
        device.cash_in(BOB)
        assert device.cash_in_end(BOB).incoming.place is Place.STORED
    finally:
        device.close()
        machine.kill()


def test_a_dead_machine_is_away(machine, connect):
    device = connect()
    device.status()
    machine.kill()
    with pytest.raises(DeviceAway):
        device.status()
    machine.start()
    assert device.status().pays


def test_an_operator_is_told_what_is_there(machine, capsys):
    assert main(["devices", "--address", machine.address]) == 0
    told = capsys.readouterr().out
    assert f"dispenser  {machine.address}/xfs4iot/v1.0/CashDispenser" in told
    assert "unit2            20 EUR x  1500" in told
    machine.kill()
    assert main(["devices", "--address", machine.address]) == 1
    assert "no XFS4IoT service with CashDispenser" in capsys.readouterr().out
    machine.start()
