"""The machine's doors over a real device process, a real journal and a bank in memory."""

import threading
from dataclasses import replace
from time import monotonic, sleep

import pytest

from backend_client.errors import BankAway
from kiosk.devices.errors import DeviceAway, DeviceRefused
from kiosk.journal import JournalInUse
from kiosk.machine import (
    CashMachine,
    CashPresented,
    CrashPoints,
    NotesCounted,
    NotesOffered,
    TransferRequest,
    WithdrawRequest,
    Working,
)
from kiosk.screens import MoneyState, Notes, Problem, Work
from protocol.messages.money import DepositCheckAnswer
from protocol.messages.terminal import HelloAnswer
from protocol.signing import read_request
from tests.kiosk.transactions.model import (
    ACCOUNT,
    PAYEE,
    SESSION,
    TERMINAL,
    Fuse,
    ModelBank,
    settings,
    sign,
)

NOTES = (Notes(5000, 1), Notes(2000, 2))
REQUEST = WithdrawRequest(ACCOUNT, SESSION, 9000, NOTES)
MOVE = TransferRequest(ACCOUNT, SESSION, PAYEE, 2500, "lunch")


class FakeBank(ModelBank):
    """The model bank with a hello and a deposit check; ``away`` loses everything."""

    away = False
    known_chain: str | None = None
    max_minor = 500_000

    def submit(self, jws, pin=None, deadline_s=1.0):
        if self.away:
            self.losses = ["request"]
        return super().submit(jws, pin, deadline_s)

    def hello(self, request):
        if self.away:
            raise BankAway("away")
        return HelloAnswer(
            bank_time=1_800_000_000,
            business_date="2027-01-15",
            realm="meridian.example",
            terminal=TERMINAL,
            currency="EUR",
            withdraw_each_minor=50_000,
            deposit_each_minor=500_000,
            step_up_minor=30_000,
            signup=True,
            number_login=True,
            standing="foreign" if self.known_chain else "known",
            known_chain=self.known_chain or request.chain,
            known_seq=0,
            known_head=None,
            open_holds=(),
        )

    def check_deposit(self, session, request):
        if self.away:
            raise BankAway("away")
        return DepositCheckAnswer(acceptable=self.max_minor > 0, max_minor=self.max_minor)


class Desk:
    """A machine under test, and what its customer saw."""

    def __init__(self, device_process, tmp_path):
        self.bank = FakeBank(Fuse())
        self.hands = device_process.hands
        self.device_process = device_process
        self.folder = tmp_path / "kiosk" / "journal"
        self.seen = []
        self.machine = self.make()

    def make(self):
        figures = replace(settings(self.folder), take_s=1.0, advice_wait_s=0.5, device_wait_s=0.5)
        self.device = self.device_process.device()
        return CashMachine(figures, self.bank, self.device, sign, CrashPoints())

    def restart(self):
        self.machine.close()
        self.machine = self.make()
        self.machine.open()

    def withdraw(self, request=REQUEST, prove=None):
        return self.machine.withdraw(request, prove, self.seen.append)

    def settled(self):
        deadline = monotonic() + 10
        while self.machine.service().pending and monotonic() < deadline:
            sleep(0.01)
        assert self.machine.service().pending == 0

    @property
    def totals(self):
        return self.hands.facts()["totals"]


@pytest.fixture
def desk(device_process, tmp_path):
    desk = Desk(device_process, tmp_path)
    desk.hands.set_auto_customer(True)
    desk.machine.open()
    desk.machine.hello()
    yield desk
    desk.machine.close()


def test_cash_is_paid_out_and_charged(desk):
    result = desk.withdraw()
    assert (result.ok, result.problem, result.amount_minor) == (True, None, 9000)
    assert len(result.reference) == 9
    assert desk.seen[:2] == [
        Working(Work.AUTHORISING, result.reference),
        Working(Work.COUNTING_OUT, result.reference),
    ]
    assert desk.seen[2] == CashPresented(9000, NOTES, 1)
    desk.settled()
    assert desk.bank.balance[ACCOUNT] == 91_000
    assert desk.totals["taken"] == 9000


def test_nobody_is_served_before_the_bank_has_greeted(device_process, tmp_path):
    desk = Desk(device_process, tmp_path)
    desk.machine.open()
    assert not desk.machine.service().can_withdraw
    assert desk.withdraw().problem is Problem.MACHINE_FAULT
    desk.machine.hello()
    assert desk.machine.service().can_withdraw
    desk.machine.close()


def test_the_proof_is_made_over_the_bytes_that_are_signed(desk):
    proven = []
    submitted = []
    plain = desk.bank.submit

    def submit(jws, pin=None, deadline_s=1.0):
        submitted.append(jws)
        return plain(jws, pin, deadline_s)

    desk.bank.submit = submit
    desk.withdraw(prove=proven.append)
    assert read_request(submitted[0]).order == proven[0]


def test_a_wrong_pin_leaves_nothing_behind(desk):
    def refuse(_order):
        raise BankAway("no proof")

    with pytest.raises(BankAway):
        desk.withdraw(prove=refuse)
    assert desk.bank.calls == []
    assert (desk.totals["cmds"], desk.withdraw().ok) == (0, True)


@pytest.mark.parametrize(
    ("amount", "notes"),
    [(9000, (Notes(5000, 1),)), (0, ()), (-1000, ()), (10000, (Notes(10000, 1),))],
)
def test_what_cannot_be_paid_is_refused_before_the_bank_is_asked(desk, amount, notes):
    result = desk.withdraw(WithdrawRequest(ACCOUNT, SESSION, amount, notes))
    assert (result.problem, result.money) == (Problem.AMOUNT_NOT_PAYABLE, MoneyState.UNTOUCHED)
    assert desk.bank.calls == []


def test_a_refusal_of_the_bank_is_said_as_it_is(desk):
    desk.bank.balance[ACCOUNT] = 8999
    result = desk.withdraw()
    assert (result.problem, result.money) == (Problem.INSUFFICIENT_FUNDS, MoneyState.UNTOUCHED)
    assert desk.totals["cmds"] == 0


def test_cash_not_taken_is_retracted_and_released_once_a_day(desk):
    desk.hands.set_fault("not_taken")
    result = desk.withdraw()
    assert (result.problem, result.money) == (Problem.CASH_NOT_TAKEN, MoneyState.UNTOUCHED)
    assert desk.bank.balance[ACCOUNT] == 100_000
    desk.hands.set_fault("not_taken")
    result = desk.withdraw()
    assert (result.problem, result.money) == (Problem.CASH_NOT_TAKEN, MoneyState.IN_DOUBT)
    desk.settled()
    assert list(desk.bank.cases.values()) == [9000]
    # The notes are inside and counted: the machine itself is in order.
    assert desk.machine.service().can_withdraw


def test_a_retract_of_yesterday_is_no_reason_against_one_of_today(desk):
    desk.hands.set_fault("not_taken")
    assert desk.withdraw().money is MoneyState.UNTOUCHED
    desk.bank.now_s += 86_400
    assert desk.withdraw().ok
    desk.hands.set_fault("not_taken")
    assert desk.withdraw().money is MoneyState.UNTOUCHED


def test_a_machine_that_is_never_started_again_forgets_what_is_a_day_old(desk):
    for _ in range(3):
        assert desk.withdraw().ok
        desk.settled()
        desk.bank.now_s += 86_400
    desk.withdraw()
    assert len(desk.machine._states()) <= 2


def test_a_device_that_refuses_to_be_watched_is_asked_for_its_status(desk, monkeypatch):
    driver = type(desk.device)
    real, refusals = driver.wait_change, [DeviceRefused("hardwareError")] * 3

    def wait_change(device, timeout_s):
        if refusals:
            raise refusals.pop()
        return real(device, timeout_s)

    monkeypatch.setattr(driver, "wait_change", wait_change)
    assert desk.withdraw().ok
    assert len(refusals) < 3


def test_without_an_answer_the_release_follows(desk):
    desk.bank.away = True
    result = desk.withdraw()
    assert (result.problem, result.money) == (Problem.BANK_AWAY, MoneyState.RELEASE_FOLLOWS)
    assert desk.machine.service().pending == 1
    desk.restart()
    desk.bank.away = False
    desk.settled()
    assert desk.bank.balance[ACCOUNT] == 100_000
    assert desk.bank.held == {}


def test_notes_in_doubt_stop_the_dispenser_until_a_person_has_cleared_it(desk):
    desk.hands.set_fault("jam_unknown")
    result = desk.withdraw()
    assert (result.problem, result.money) == (Problem.DEVICE_FAULT, MoneyState.IN_DOUBT)
    service = desk.machine.service()
    assert (service.can_withdraw, service.can_deposit) == (False, True)
    assert service.reference == result.reference
    desk.restart()
    desk.machine.hello()
    assert not desk.machine.service().can_withdraw
    desk.settled()
    assert list(desk.bank.cases.values()) == [9000]
    desk.hands.clear()
    assert desk.machine.service().can_withdraw


def test_a_dead_device_is_found_before_the_bank_is_asked(desk, device_process):
    device_process.kill()
    try:
        assert desk.withdraw().problem is Problem.DEVICE_FAULT
        assert desk.machine.service().out_of_service is Problem.DEVICE_FAULT
        assert desk.bank.calls == []
    finally:
        device_process.start()
    assert desk.withdraw().ok


def test_notes_are_counted_stored_and_credited(desk):
    assert desk.machine.deposit_begin(ACCOUNT, SESSION, desk.seen.append) is None
    desk.hands.insert(5000, 2)
    assert desk.machine.deposit_count() == (Notes(5000, 2),)
    assert desk.machine.deposit_more() is None
    desk.hands.insert(1000, 1)
    desk.hands.insert(700, 1)
    counted = (Notes(5000, 2), Notes(1000, 1))
    deadline = monotonic() + 5
    while NotesCounted(counted, 1) not in desk.seen and monotonic() < deadline:
        sleep(0.01)
    assert NotesCounted(counted, 1) in desk.seen
    assert desk.machine.deposit_count() == counted
    result = desk.machine.deposit_store(desk.seen.append)
    assert (result.ok, result.amount_minor) == (True, 11_000)
    assert desk.bank.balance[ACCOUNT] == 111_000
    assert (desk.totals["given"], desk.totals["cmds"]) == (11_000, 1)
    assert desk.machine.service().can_deposit


def test_a_credit_follows_when_the_bank_comes_back(desk):
    desk.machine.deposit_begin(ACCOUNT, SESSION, desk.seen.append)
    desk.hands.insert(5000, 1)
    desk.machine.deposit_count()
    desk.bank.away = True
    result = desk.machine.deposit_store(desk.seen.append)
    assert (result.ok, result.money) == (True, MoneyState.CREDIT_FOLLOWS)
    desk.bank.away = False
    desk.settled()
    assert desk.bank.balance[ACCOUNT] == 105_000


def test_a_customer_gets_the_notes_back(desk):
    desk.machine.deposit_begin(ACCOUNT, SESSION, desk.seen.append)
    desk.hands.insert(5000, 2)
    desk.machine.deposit_count()
    result = desk.machine.deposit_return(desk.seen.append)
    assert (result.ok, result.money) == (True, MoneyState.NOTES_RETURNED)
    assert NotesOffered((Notes(5000, 2),), 1) in desk.seen
    assert (desk.totals["ret"], desk.bank.balance[ACCOUNT]) == (10_000, 100_000)


def test_an_empty_slot_is_simply_closed(desk):
    desk.machine.deposit_begin(ACCOUNT, SESSION, desk.seen.append)
    assert desk.machine.deposit_count() == ()
    assert desk.machine.deposit_return(desk.seen.append).money is MoneyState.NOTES_RETURNED
    assert desk.machine.service().can_deposit


def test_notes_left_in_the_tray_are_kept_with_a_case(desk):
    desk.machine.deposit_begin(ACCOUNT, SESSION, desk.seen.append)
    desk.hands.insert(5000, 2)
    desk.machine.deposit_count()
    desk.hands.set_fault("not_taken")
    result = desk.machine.deposit_return(desk.seen.append)
    assert (result.ok, result.money) == (False, MoneyState.IN_DOUBT)
    desk.settled()
    assert list(desk.bank.cases.values()) == [10_000]
    assert desk.totals["retr"] == 10_000


def test_an_account_closed_after_the_notes_are_stored_becomes_a_case(desk):
    desk.machine.deposit_begin(ACCOUNT, SESSION, desk.seen.append)
    desk.hands.insert(5000, 2)
    desk.machine.deposit_count()
    desk.bank.closed.add(ACCOUNT)
    result = desk.machine.deposit_store(desk.seen.append)
    assert (result.ok, result.money) == (False, MoneyState.IN_DOUBT)
    assert list(desk.bank.cases.values()) == [10_000]


def test_with_no_bank_no_note_is_taken(desk):
    desk.bank.away = True
    with pytest.raises(BankAway):
        desk.machine.deposit_begin(ACCOUNT, SESSION, desk.seen.append)
    desk.bank.away = False
    desk.bank.max_minor = 0
    result = desk.machine.deposit_begin(ACCOUNT, SESSION, desk.seen.append)
    assert result.problem is Problem.AMOUNT_TOO_LARGE


def test_a_transfer_is_done_refused_or_settled(desk):
    assert desk.machine.transfer(MOVE, None, desk.seen.append).ok
    assert desk.bank.balance == {ACCOUNT: 97_500, PAYEE: 2500}
    much = replace(MOVE, amount_minor=10**6)
    assert desk.machine.transfer(much, None, desk.seen.append).problem is Problem.INSUFFICIENT_FUNDS
    desk.bank.losses = ["reply"]
    assert desk.machine.transfer(MOVE, None, desk.seen.append).ok
    desk.bank.losses = ["request"]
    lost = desk.machine.transfer(MOVE, None, desk.seen.append)
    assert (lost.problem, lost.money) == (Problem.BANK_AWAY, MoneyState.UNTOUCHED)
    assert desk.bank.balance == {ACCOUNT: 95_000, PAYEE: 5000}
    assert desk.bank.calls.count("transfer") == 4
    assert desk.bank.calls.count("settle") == 2


def test_an_unknown_transfer_has_a_reference_and_is_settled_after_a_restart(desk):
    desk.bank.away = True
    result = desk.machine.transfer(MOVE, None, desk.seen.append)
    assert (result.problem, result.money) == (Problem.STILL_UNKNOWN, MoneyState.IN_DOUBT)
    assert result.reference
    desk.restart()
    desk.bank.away = False
    desk.settled()
    assert desk.bank.balance == {ACCOUNT: 100_000, PAYEE: 0}


def test_a_journal_that_the_bank_does_not_know_takes_the_machine_out_of_service(desk):
    desk.bank.known_chain = "f" * 32
    desk.machine.hello()
    assert desk.machine.service().out_of_service is Problem.MACHINE_FAULT
    assert desk.withdraw().problem is Problem.MACHINE_FAULT


def test_two_machines_do_not_share_a_journal(desk):
    with pytest.raises(JournalInUse):
        desk.make().open()


def test_a_machine_that_could_not_open_leaves_its_journal_to_the_next(
    device_process, tmp_path, monkeypatch
):
    desk = Desk(device_process, tmp_path)

    def refuse(uid=""):
        raise RuntimeError("out of threads")

    with monkeypatch.context() as broken:
        broken.setattr(desk.device, "status", refuse)
        with pytest.raises(RuntimeError, match="out of threads"):
            desk.machine.open()
    desk.machine = desk.make()
    desk.machine.open()
    desk.machine.hello()
    assert desk.machine.service().can_withdraw
    desk.machine.close()


def test_service_answers_while_a_customer_is_served(desk):
    desk.hands.set_auto_customer(False)
    results = []
    thread = threading.Thread(target=lambda: results.append(desk.withdraw()))
    thread.start()
    deadline = monotonic() + 5
    while not any(isinstance(p, CashPresented) for p in desk.seen) and monotonic() < deadline:
        assert desk.machine.service().pending == 0
        sleep(0.01)
    desk.hands.take()
    thread.join(10)
    assert results[0].ok


def test_neither_a_hanging_device_nor_a_hanging_bank_keeps_a_machine_open(desk):
    answered = threading.Event()
    submit = desk.bank.submit

    def hang(jws, pin=None, deadline_s=1.0):
        if b'"confirm"' in read_request(jws).order:
            answered.wait(30)
        return submit(jws, pin, deadline_s)

    desk.bank.submit = hang
    assert desk.withdraw().ok
    assert desk.machine.service().pending == 1
    ended = []

    def order():
        try:
            desk.device.dispense("c" * 32, NOTES)
        except DeviceAway:
            ended.append("away")

    desk.device_process.freeze()
    waiting = threading.Thread(target=order)
    waiting.start()
    sleep(0.3)
    began = monotonic()
    try:
        desk.machine.close()
        took_s = monotonic() - began
        waiting.join(2)
        assert ended == ["away"]
        assert took_s < 4
    finally:
        answered.set()
        desk.device_process.thaw()
        waiting.join(30)
