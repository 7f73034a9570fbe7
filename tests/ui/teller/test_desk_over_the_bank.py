"""The desk over two real bank servers: sign in, find, sign up, open and close accounts."""

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import pytest

from backend_client import Bank, BankSettings, Server
from backend_client.errors import NotFound, NotIdentified, PinRejected
from biometrics.synthetic import synthesise
from launch.demo_parts import SERVERS, DemoParts
from launch.folder import DataFolder, Ports
from protocol.messages.renewal import PinReset
from protocol.messages.signup import Details
from ui.teller.desk import Desk, NotStaff, Shift
from ui.teller.fingers import Fingers, Print

pytestmark = pytest.mark.timeout(300)

FINGERS = Fingers()
STRANGER = 7_003
NEWCOMER = 7_001


@pytest.fixture(scope="module")
def parts() -> Iterator[DemoParts]:
    home = Path(tempfile.mkdtemp(prefix="fortress-desk-"))
    home.chmod(0o711)
    folder = DataFolder(home / "data")
    made = DemoParts(folder, Ports(0, 0))
    try:
        made.start()
        yield made
    finally:
        made.close()
        folder.close()
        folder.wipe()
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="module")
def desk(parts) -> Iterator[Desk]:
    data = parts.folder.path
    settings = BankSettings(
        servers=[Server(name, "127.0.0.1", parts.port(name)) for name in SERVERS],
        identity_folder=data / "terminals" / "TELLER-0001",
        trust_file=data / "bank" / "trust.pem",
        bank_time_file=data / "terminals" / "TELLER-0001" / "bank_time",
        realm="meridian.example",
    )
    with Bank(settings) as bank:
        yield Desk(bank, "EUR", lambda: time.time_ns() // 1_000_000)


def finger(parts, name, number=4) -> Print:
    return FINGERS.picture(parts.folder.path / "demo" / "fingers" / f"{name}_{number}.png")


def drawn(tmp_path, seed, number) -> Path:
    file = tmp_path / f"{seed}_{number}.png"
    assert cv2.imwrite(str(file), synthesise(seed, number))
    return file


@pytest.fixture
def shift(desk, parts) -> Iterator[Shift]:
    made = desk.sign_in(finger(parts, "tessa"), "", bytearray(b"628401"))
    yield made
    desk.sign_out(made)


def test_a_customer_is_not_let_in_and_neither_is_a_stranger(desk, parts, tmp_path):
    with pytest.raises(NotStaff):
        desk.sign_in(finger(parts, "amara"), "", bytearray(b"482915"))
    with pytest.raises(PinRejected):
        desk.sign_in(finger(parts, "tessa"), "", bytearray(b"628402"))
    with pytest.raises(NotIdentified):
        desk.sign_in(FINGERS.picture(drawn(tmp_path, STRANGER, 4)), "", bytearray(b"628401"))


def test_finding_a_customer_with_accounts_and_transactions(desk, shift):
    row = next(r for r in desk.search(shift, "okaf").rows if r.user_name == "amara")
    customer = desk.customer(shift, row.customer)
    assert (customer.first_name, customer.fingers) == ("Amara", 3)
    account = customer.accounts[0]
    assert (account.status, account.booked_minor) == ("open", 248_000)
    statement = desk.statement(shift, account.number, None)
    assert [line.amount_minor for line in statement.rows] == [248_000]


def test_a_newcomer_gets_an_account_and_another_by_pin_only(desk, shift, tmp_path):
    details = Details(
        user_name="gerda", first_name="Gerda", last_name="Holm", phone="+4915133344455", sms=False
    )
    prints = [FINGERS.picture(drawn(tmp_path, NEWCOMER, number)) for number in (1, 2, 3)]
    made = desk.sign_up(details, prints, bytearray(b"730165"))
    assert made.opening_credit_minor == 50_000

    with_money = desk.act(
        shift, "close_account", made.customer, bytearray(b"628401"), number=made.number
    )
    assert (with_money.outcome, with_money.reason) == ("refused", "has_money")

    opened = desk.act(shift, "open_account", made.customer, bytearray(b"628401"), name="Savings")
    assert opened.outcome == "done"
    names = {a.number: a.name for a in desk.customer(shift, made.customer).accounts}
    assert names[opened.number] == "Savings"

    wrong = desk.act(
        shift, "close_account", made.customer, bytearray(b"628402"), number=opened.number
    )
    assert (wrong.outcome, wrong.reason) == ("refused", "pin_refused")


def test_a_forgotten_pin_is_reset_by_two_and_chosen_at_the_desk(desk, shift, parts, tmp_path):
    """The bank's own people: nobody in the demo but Tessa is staff, so Bo is made one first."""
    roles = ["bank", "roles", "bo", "customer", "teller", "--data", str(parts.folder.path)]
    main = Path(__file__).parents[3] / "main.py"
    subprocess.run([sys.executable, str(main), *roles], check=True, capture_output=True)
    row = next(r for r in desk.search(shift, "okaf").rows if r.user_name == "amara")
    amara = desk.customer(shift, row.customer)
    with pytest.raises(NotIdentified):
        desk.find_again(amara, finger(parts, "bo"))
    asked = PinReset(
        found="finger", desk=desk.terminal, record=desk.find_again(amara, finger(parts, "amara"))
    )
    first = desk.reset_pin(shift, amara.customer, asked, bytearray(b"628401"))
    assert first.outcome == "waiting"
    with pytest.raises(NotFound):
        desk.choose_pin(shift, amara.customer, bytearray(b"730164"))
    agreed = asked.model_copy(update={"record": ""})
    second = desk.second_reset(
        finger(parts, "bo"), "", amara.customer, agreed, bytearray(pin_of(parts, "bo"))
    )
    assert second.outcome == "done"
    desk.choose_pin(shift, amara.customer, bytearray(b"730164"))
    assert desk.customer(shift, amara.customer).reset is None
    with pytest.raises(PinRejected):
        desk.sign_in(finger(parts, "amara"), "", bytearray(b"482915"))
    with pytest.raises(NotStaff):
        desk.sign_in(finger(parts, "amara"), "", bytearray(b"730164"))
    changed = finger(parts, "amara")
    with pytest.raises(PinRejected):
        desk.change_pin(amara, changed, bytearray(b"482915"), bytearray(b"284609"))
    desk.change_pin(amara, changed, bytearray(b"730164"), bytearray(b"284609"))
    with pytest.raises(NotStaff):
        desk.sign_in(finger(parts, "amara"), "", bytearray(b"284609"))


def pin_of(parts, name) -> bytes:
    rows = json.loads((parts.folder.path / "demo" / "customers.json").read_text("utf-8"))
    return next(row["pin"] for row in rows if row["user_name"] == name).encode()
