"""The client over two real bank servers and a real PostgreSQL, as the demo runs them."""

import hashlib
import json
import tempfile
import time
from pathlib import Path

import pytest

from backend_client import Bank, BankSettings, Done, Refused, Server, errors
from launch.demo_parts import DemoParts
from launch.folder import DataFolder
from launch.ports import Ports
from protocol.encoding import b64url_decode, b64url_encode
from protocol.ids import new_uid, reversal_uid
from protocol.messages.money import Order
from protocol.messages.terminal import HelloRequest
from protocol.orders import order_bytes
from protocol.signing import GENESIS, body_hash, sign_request

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def parts():
    """The demo's servers, in a folder that the database's account may enter."""
    with tempfile.TemporaryDirectory(prefix="fortress-bank-") as top:
        Path(top).chmod(0o711)
        folder = DataFolder(Path(top) / "data")
        running = DemoParts(folder, Ports(0, 0))
        try:
            running.start()
            yield running, Path(top) / "data"
        finally:
            running.close()
            folder.wipe()


@pytest.fixture(scope="module")
def bank(parts):
    running, data = parts
    settings = BankSettings(
        servers=[Server(name, "127.0.0.1", running.port(name)) for name in "AB"],
        identity_folder=data / "terminals" / "ATM-0001",
        trust_file=data / "bank" / "trust.pem",
        bank_time_file=data / "bank-time",
        realm="meridian.example",
    )
    with Bank(settings) as opened:
        yield opened


@pytest.fixture(scope="module")
def people(parts):
    _, data = parts
    return {
        person["user_name"]: person
        for person in json.loads((data / "demo" / "customers.json").read_text())
    }


class Signer:
    """A terminal's chain of signed requests, without a journal."""

    def __init__(self, bank):
        self.bank, self.chain, self.seq, self.prev = bank, fresh_uid(), 0, GENESIS

    def sign(self, order, original=None):
        identity = self.bank.identity
        self.seq += 1
        data = sign_request(
            identity.private_key,
            kid=identity.certificate_hash,
            order=order_bytes(order),
            chain=self.chain,
            seq=self.seq,
            prev=self.prev,
            original=original,
        )
        self.prev = body_hash(data)
        return data


def fresh_uid():
    return new_uid(time.time_ns() // 1_000_000)


def make_order(kind, amount_minor, **members):
    return Order(
        uid=fresh_uid(),
        kind=kind,
        amount_minor=amount_minor,
        currency="EUR",
        terminal="ATM-0001",
        **members,
    )


@pytest.fixture(scope="module")
def signer(bank):
    chain = Signer(bank)
    hello = HelloRequest(
        chain=chain.chain,
        seq=0,
        head=b64url_encode(GENESIS),
        open_holds=(),
        pending=0,
        cassettes={},
    )
    assert bank.hello(hello).realm == "meridian.example"
    return chain


@pytest.fixture
def login(bank, people):
    """Amara, logged in by number: factor 1, PIN, session and its hash, account."""
    factor1 = bank.lookup("amara")
    pin = bytearray(people["amara"]["pin"], "ascii")
    answer = bank.prove_login(factor1, pin)
    session_hash = b64url_encode(hashlib.sha256(b64url_decode(answer.session)).digest())
    return factor1, pin, answer.session, session_hash, answer.accounts[0].number


def test_a_wrong_pin_and_an_unknown_number_get_the_same_answer(bank):
    said = []
    for number in ("bo", "0000000001"):
        with pytest.raises(errors.PinRejected) as caught:
            bank.prove_login(bank.lookup(number), bytearray(b"482916"))
        said.append((caught.value.code, caught.value.detail))
    assert said[0] == said[1]


def test_a_withdrawal_is_held_once_and_voided(bank, signer, login):
    *_, session, session_hash, number = login
    order = make_order("authorise", 5_000, source=number, session=session_hash)
    jws = signer.sign(order)
    decision = bank.submit(jws)
    assert isinstance(decision, Done)
    assert decision.outcome.outcome == "held"
    assert bank.submit(jws) == decision
    assert bank.balance(session, number).held_minor == 5_000
    back = make_order("reversal", 5_000, original=order.uid).model_copy(
        update={"uid": reversal_uid("ATM-0001", order.uid)}
    )
    reversed_ = bank.submit(signer.sign(back, original=jws))
    assert isinstance(reversed_, Done)
    assert reversed_.outcome.outcome == "voided"
    assert bank.balance(session, number).held_minor == 0


def test_too_much_is_refused_and_stays_refused(bank, signer, login):
    *_, session_hash, number = login
    jws = signer.sign(make_order("authorise", 60_000, source=number, session=session_hash))
    decision = bank.submit(jws)
    assert isinstance(decision, Refused)
    assert bank.submit(jws) == decision


def test_a_frozen_server_costs_one_attempt_and_a_proven_transfer_is_made_once(
    parts, bank, signer, login, people
):
    running, _ = parts
    factor1, pin, session, session_hash, number = login
    before = bank.balance(session, number).booked_minor
    order = make_order(
        "transfer",
        1_234,
        source=number,
        target=people["bo"]["number"],
        text="Dinner",
        session=session_hash,
    )
    jws = signer.sign(order)
    proof = bank.prove_body(session, factor1.account, "txn", order_bytes(order), pin)
    running.supervisor.freeze("A")
    try:
        decision = bank.submit(jws, proof)
    finally:
        running.supervisor.start("A")
    assert isinstance(decision, Done)
    assert bank.submit(jws, proof) == decision
    assert bank.balance(session, number).booked_minor == before - 1_234


def test_a_stopped_server_is_hardly_noticed(parts, bank, people):
    running, _ = parts
    running.supervisor.stop("A")
    try:
        pin = bytearray(people["chiara"]["pin"], "ascii")
        answer = bank.prove_login(bank.lookup("chiara"), pin)
        assert answer.first_name == "Chiara"
    finally:
        running.supervisor.start("A")


def test_a_session_that_was_ended_reads_nothing(bank, login):
    *_, session, _, number = login
    bank.logout(session)
    bank.logout(session)
    with pytest.raises(errors.SessionEnded):
        bank.balance(session, number)
