"""The client over two real bank servers and a real PostgreSQL, as the demo runs them."""

import hashlib
import json
import logging
import re
import tempfile
import time
import urllib.request
from pathlib import Path

import psycopg
import pytest

from backend_client import Bank, BankSettings, Done, Refused, Server, errors
from bank.store.postgres import read_urls
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


def pages_of(data):
    """What an operator may read: every log, both servers' metrics, what the database runs."""
    logs = [file for file in data.rglob("*") if file.name.endswith((".log", ".log.1"))]
    pages = {file.relative_to(data): file.read_text("utf-8", "replace") for file in logs}
    for server in "AB":
        ports = re.findall(r'"metrics_port":(\d+)', pages[Path("run") / f"{server}.log"])
        with urllib.request.urlopen(f"http://127.0.0.1:{ports[-1]}/metrics", timeout=10) as said:
            pages[f"metrics of {server}"] = said.read().decode()
    with psycopg.connect(read_urls(data).application) as looker:
        running = looker.execute("select query from pg_stat_activity where usename = 'bank_app'")
        pages["pg_stat_activity"] = "\n".join(row[0] for row in running)
    return pages


def test_a_visit_leaves_its_request_ids_and_nothing_personal(parts, bank, signer, people, caplog):
    _, data = parts
    # As `kiosk.cli` has it: of libraries only what matters, for urllib3 would tell each URL.
    caplog.set_level(logging.INFO)
    caplog.set_level(logging.DEBUG, "backend_client")
    amara, bo = people["amara"], people["bo"]
    pin = bytearray(amara["pin"], "ascii")
    factor1 = bank.lookup(amara["user_name"])
    login = bank.prove_login(factor1, pin)
    session, number = login.session, login.accounts[0].number
    session_hash = b64url_encode(hashlib.sha256(b64url_decode(session)).digest())
    hold = make_order("authorise", 7_000, source=number, session=session_hash)
    assert isinstance(bank.submit(signer.sign(hold)), Done)
    taken = signer.sign(make_order("confirm", 7_000, original=hold.uid))
    assert isinstance(bank.submit(taken), Done)
    payee = bank.payee(session, bo["phone"])
    order = make_order(
        "transfer", 4_321, source=number, target=payee.number, text="Blue bicycle",
        session=session_hash,
    )  # fmt: skip
    proof = bank.prove_body(session, factor1.account, "txn", order_bytes(order), pin)
    jws = signer.sign(order)
    assert isinstance(bank.submit(jws, proof), Done)
    bank.statement(session, number)
    bank.balance(session, number)
    with pytest.raises(errors.NotFound):
        bank.payee(session, "somebody.unknown")

    secret = {
        *(str(person[word]) for person in people.values()
          for word in ("user_name", "first_name", "last_name", "pin", "number", "phone")),
        *(person["phone"][3:] for person in people.values()),
        session, session_hash, factor1.account, b64url_decode(factor1.account).hex(),
        hashlib.sha256(b64url_decode(session)).hexdigest(), b64url_decode(session).hex(),
        proof.token, proof.proof, jws.decode().split(".")[1],
        "Blue bicycle", "somebody.unknown", payee.display_name, "Dinner", "4321", "43.21",
    }  # fmt: skip
    pages = pages_of(data) | {"the terminal's log": caplog.text}
    assert len(pages) >= 8, sorted(map(str, pages))
    for where, page in pages.items():
        # Whole words: six digits of a PIN stand in many a random id.
        found = [s for s in secret if re.search(rf"(?<!\w){re.escape(s)}(?!\w)", page, re.I)]
        assert found == [], where

    # The terminal's ids lead to the lines of a server, and to the statement that it sent.
    asked = set(re.findall(r"request ([0-9a-f]{32})", caplog.text))
    assert len(asked) >= 10
    answered = pages[Path("run") / "A.log"] + pages[Path("run") / "B.log"]
    assert {identifier for identifier in asked if identifier not in answered} == set()
    stated = set(re.findall(r"/\* request ([0-9a-f ]+) \*/", pages["pg_stat_activity"]))
    assert asked & {one for each in stated for one in each.split()}


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
