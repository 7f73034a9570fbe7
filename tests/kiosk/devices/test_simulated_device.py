"""The simulated device as a kiosk and a pair of hands see it, through its socket."""

import json
import socket

import pytest

from kiosk.devices.client import SocketDevice
from kiosk.devices.control import DeviceControl
from kiosk.devices.errors import DeviceAway, DeviceRefused
from kiosk.devices.status import DeviceStatus, Place
from kiosk.screens import Notes

NOTES = (Notes(5000, 1), Notes(2000, 2))
UID, OTHER = "a" * 32, "b" * 32
EURO = (10000, 5000, 2000, 1000, 500)


@pytest.fixture
def device(device_process):
    made = SocketDevice(("127.0.0.1", device_process.port))
    yield made
    made.close()


@pytest.fixture
def hands(device_process):
    return device_process.hands


def adds_up(facts) -> bool:
    status = DeviceStatus.from_json(facts["status"])
    held = sum(c.denomination_minor * c.count for c in status.cassettes)
    out = facts["totals"]
    moving = status.outgoing.picked_minor
    if status.outgoing.place not in (Place.TRANSPORT, Place.STACKED):
        moving = facts["tray_minor"]
    gone = out["taken"] + out["rej"] + out["adrift"] + moving
    return facts["loaded_minor"] == held + gone + out["retr"]


def test_notes_go_from_the_cassettes_into_a_hand(device, hands):
    before = device.status()
    assert device.dispense(UID, NOTES).outgoing.place is Place.STACKED
    presented = device.present(UID)
    assert presented.outgoing.place is Place.PRESENTED
    hands.take()
    changes = [device.wait_change(2) for _ in range(2)]
    assert changes[-1].outgoing.place is Place.TAKEN
    facts = hands.facts()
    assert facts["evidence"][UID] | {"cmds": 1, "taken": 9000} == facts["evidence"][UID]
    after = device.status()
    assert after.cassettes[0].count == before.cassettes[0].count - 1
    assert adds_up(facts)


def test_a_uid_is_dispensed_once(device, hands):
    device.dispense(UID, NOTES)
    device.reject(UID)
    with pytest.raises(DeviceRefused, match="uid_used"):
        device.dispense(UID, NOTES)
    facts = hands.facts()
    assert facts["evidence"][UID]["cmds"] == 2
    assert facts["evidence"][UID]["rej"] == 9000
    assert device.status().counters.dispenses == 1
    assert adds_up(facts)


@pytest.mark.parametrize(
    ("fault", "place", "moved"),
    [
        ("jam_nothing", Place.NONE, {}),
        ("partial", Place.STACKED, {}),
        ("jam_unknown", Place.UNKNOWN, {"adrift": 9000}),
    ],
)
def test_faults_of_dispensing(device, hands, fault, place, moved):
    hands.set_fault(fault)
    with pytest.raises(DeviceRefused):
        device.dispense(UID, NOTES)
    status, facts = device.status(), hands.facts()
    assert status.outgoing.place is place
    assert facts["evidence"][UID] | moved == facts["evidence"][UID]
    assert facts["fault"] is None
    assert adds_up(facts)


@pytest.mark.parametrize(
    ("fault", "place", "taken"),
    [
        ("present_none", Place.STACKED, 0),
        ("present_unknown", Place.UNKNOWN, 9000),
        ("present_unknown_inside", Place.UNKNOWN, 0),
    ],
)
def test_faults_of_presenting(device, hands, fault, place, taken):
    device.dispense(UID, NOTES)
    hands.set_fault(fault)
    with pytest.raises(DeviceRefused):
        device.present(UID)
    assert device.status().outgoing.place is place
    assert hands.facts()["evidence"][UID]["taken"] == taken


@pytest.mark.parametrize(("fault", "retracted"), [("not_taken", 9000), ("took_some", 4000)])
def test_what_is_not_taken_is_retracted_and_counted(device, hands, fault, retracted):
    hands.set_fault(fault)
    device.dispense(UID, NOTES)
    device.present(UID)
    hands.take()
    status = device.retract(UID)
    assert status.outgoing.place is Place.RETRACTED
    assert status.outgoing.inside_minor == retracted
    facts = hands.facts()
    assert facts["evidence"][UID]["taken"] == 9000 - retracted
    assert adds_up(facts)


def test_a_customer_takes_the_notes_after_the_kiosk_died(device_process, device, hands):
    hands.set_fault("walkaway_takes")
    device.dispense(UID, NOTES)
    device.present(UID)
    device.close()
    again = device_process.device()
    assert again.status().outgoing.place is Place.TAKEN
    again.close()


def test_notes_stop_in_the_transport_when_the_kiosk_dies(device_process, hands):
    with socket.create_connection(("127.0.0.1", device_process.port)) as kiosk:
        kiosk.sendall(b'{"channel": "host"}\n')
        order = {"id": 1, "command": "CashDispenser.Dispense", "uid": UID, "notes": {"5000": 1}}
        kiosk.sendall(json.dumps(order).encode() + b"\n")
        lines = kiosk.makefile()
        lines.readline()
        assert json.loads(lines.readline())["event"] == "transport"
        lines.close()
    status = hands.status()
    assert status.outgoing.place in (Place.TRANSPORT, Place.STACKED)
    device = SocketDevice(("127.0.0.1", device_process.port))
    assert device.reject(UID).outgoing.inside_minor == 5000
    device.close()


def test_counters_outlive_the_process(device_process, device, hands):
    device.dispense(UID, NOTES)
    before = hands.facts()
    device_process.kill()
    device_process.start()
    assert device_process.hands.facts() == before
    assert device.status().outgoing.place is Place.STACKED


def test_a_blind_device_tells_nothing(device, hands):
    device.dispense(UID, NOTES)
    hands.set_sensor_unknown(True)
    status = device.status()
    assert status.counters is None
    assert status.outgoing.place is Place.UNKNOWN


def test_notes_come_in_are_counted_and_stored(device, hands):
    with pytest.raises(DeviceRefused, match="slot_closed"):
        hands.insert(5000, 1)
    device.cash_in_start(UID, EURO, 50, 500000)
    hands.insert(5000, 2)
    hands.insert(700, 1)
    status = device.cash_in(UID)
    assert status.incoming.counted == (Notes(5000, 2),)
    assert status.incoming.refused_count == 1
    device.cash_in_start(UID, EURO, 50, 500000)
    hands.insert(1000, 1)
    device.cash_in(UID)
    assert device.cash_in_end(UID).incoming.place is Place.STORED
    facts = hands.facts()
    assert facts["evidence"][UID] | {"cmds": 1, "given": 11000} == facts["evidence"][UID]


def test_more_than_the_limit_is_handed_back(device, hands):
    device.cash_in_start(UID, EURO, 3, 12000)
    hands.insert(5000, 3)
    hands.insert(1000, 2)
    status = device.cash_in(UID)
    assert status.incoming.counted == (Notes(5000, 2), Notes(1000, 1))
    assert status.incoming.refused_count == 2


def test_notes_in_escrow_go_back_to_the_customer(device, hands):
    device.cash_in_start(UID, EURO, 50, 500000)
    hands.insert(5000, 2)
    device.cash_in(UID)
    assert device.cash_in_rollback(UID).incoming.place is Place.PRESENTED
    hands.take()
    assert device.status().incoming.place is Place.TAKEN
    assert hands.facts()["evidence"][UID]["ret"] == 10000


def test_a_jam_while_storing_is_cleared_by_hand(device, hands):
    device.cash_in_start(UID, EURO, 50, 500000)
    hands.insert(5000, 2)
    device.cash_in(UID)
    hands.set_fault("store_jam")
    with pytest.raises(DeviceRefused, match="jam"):
        device.cash_in_end(UID)
    assert not device.status().takes
    with pytest.raises(DeviceRefused, match="not_clear"):
        device.cash_in_start(OTHER, EURO, 50, 500000)
    hands.clear()
    assert device.status().takes
    assert device.status().cleared == 1


def test_one_kiosk_at_a_time_and_hands_need_the_token(device_process, device, tmp_path):
    device.status()
    second = SocketDevice(("127.0.0.1", device_process.port))
    with pytest.raises(DeviceAway, match="in_use"):
        second.status()
    (tmp_path / "control-token").write_text("guess")
    with pytest.raises(DeviceAway, match="wrong_token"):
        DeviceControl(tmp_path, device_process.port).facts()


@pytest.mark.parametrize("line", [b"\n", b"nonsense\n", b"[1]\n", b'{"channel": "x"}\n'])
def test_nonsense_ends_a_connection_and_nothing_else(device_process, device, line):
    with socket.create_connection(("127.0.0.1", device_process.port), timeout=5) as stranger:
        stranger.sendall(line)
        assert stranger.recv(100) == b""
    assert device.status().pays


@pytest.mark.parametrize(
    "order",
    [{"command": "CashDispenser.Dispense", "uid": UID}, {"command": "Boom", "uid": UID}, {}],
)
def test_a_bad_command_is_refused_in_words(device_process, order):
    with socket.create_connection(("127.0.0.1", device_process.port), timeout=5) as kiosk:
        kiosk.sendall(b'{"channel": "host"}\n' + json.dumps({"id": 7} | order).encode() + b"\n")
        lines = kiosk.makefile()
        lines.readline()
        assert json.loads(lines.readline())["code"] == "invalid_command"
        lines.close()


def test_a_dead_device_is_away():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(DeviceAway):
        SocketDevice(("127.0.0.1", port)).status()
