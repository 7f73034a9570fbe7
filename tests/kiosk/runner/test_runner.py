"""The runner over a bank, a cash machine and a reader in this process."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.config import Config, load_config
from kiosk.effects.ports import World
from kiosk.events import (
    Cancel,
    Choose,
    Confirm,
    Finish,
    NotesIn,
    NumberEntered,
    PickAmount,
    PinDigit,
    PinEnter,
    QuickAmount,
    SignupField,
    SignupStart,
    Text,
    TouchStart,
    TypeAmount,
    UseNumber,
    UserEvent,
)
from kiosk.runner import KioskRunner, KioskSettings, NotReady
from kiosk.scanning.readers import Readers
from kiosk.screens import (
    Balance,
    DepositInsert,
    DepositReview,
    EnterNumber,
    EnterPin,
    Failure,
    Goodbye,
    Menu,
    MoneyState,
    OutOfService,
    Problem,
    Scanning,
    Screen,
    Statement,
    Success,
    TransferAmount,
    TransferPayee,
    TransferReview,
    TransferText,
    View,
    Wait,
    Welcome,
    Withdraw,
)
from tests.kiosk.runner.fakes import BlankScanner, FakeBank, FakeCash

WAIT_S = 30.0


class Kiosk:
    """A runner and everything it has shown."""

    def __init__(self, world: World, config: Config) -> None:
        self.views: list[View] = []
        self.changed = threading.Condition()
        self.opened = 0
        self.world = world
        self.runner = KioskRunner(KioskSettings(Path("unused"), config), self._open)
        self.runner.subscribe(self._seen)

    def _open(self, _settings: KioskSettings) -> World:
        self.opened += 1
        if self.opened < 2:
            raise NotReady("not yet")
        return self.world

    def _seen(self, view: View) -> None:
        with self.changed:
            self.views.append(view)
            self.changed.notify_all()

    def until(self, kind: type[Screen], more: Callable[[Screen], bool] = lambda _s: True) -> Screen:
        def there() -> bool:
            screen = self.runner.view().screen
            return isinstance(screen, kind) and more(screen)

        with self.changed:
            assert self.changed.wait_for(there, WAIT_S), self.runner.view()
            return self.runner.view().screen

    def send(self, *events: UserEvent) -> None:
        for event in events:
            self.runner.send(event)

    def pin(self, digits: str = "482915") -> None:
        self.send(*(PinDigit(int(d)) for d in digits), PinEnter())

    def log_in(self) -> None:
        self.until(Welcome)
        self.send(UseNumber(), NumberEntered("amara"))
        self.until(EnterPin)
        self.pin()
        self.until(Menu)


@pytest.fixture
def bank() -> FakeBank:
    return FakeBank()


@pytest.fixture
def cash() -> FakeCash:
    return FakeCash()


@pytest.fixture
def config() -> Config:
    return load_config()


@pytest.fixture
def kiosk(bank: FakeBank, cash: FakeCash, config: Config) -> Iterator[Kiosk]:
    from biometrics.scanners import FileScanner

    world = World(
        bank, cash, Readers([("file", FileScanner())]), 20.0, 20, lambda: 1_700_000_000_000
    )
    found = Kiosk(world, config)
    found.runner.start()
    yield found
    found.runner.stop()


def test_starts_when_the_world_can_be_opened(kiosk: Kiosk) -> None:
    kiosk.until(Welcome)
    assert isinstance(kiosk.views[0].screen, Wait)
    assert kiosk.runner.view().servers == (("A", True), ("B", True))
    assert kiosk.opened == 2


def test_number_pin_and_every_choice_of_the_menu(kiosk: Kiosk, bank: FakeBank) -> None:
    kiosk.log_in()
    kiosk.send(Choose("balance"))
    assert getattr(kiosk.until(Balance), "available_minor", 0) == 242000
    kiosk.send(Cancel())
    kiosk.until(Menu)
    kiosk.send(Choose("statement"))
    kiosk.until(Statement)
    kiosk.send(Cancel())
    kiosk.until(Menu)
    kiosk.send(QuickAmount(5000))
    kiosk.until(Withdraw)
    kiosk.send(Confirm())
    kiosk.until(Success)
    kiosk.send(Confirm())
    kiosk.until(Menu)
    kiosk.send(Finish())
    kiosk.until(Goodbye)
    deadline = time.monotonic() + WAIT_S
    while "logout" not in bank.calls and time.monotonic() < deadline:
        time.sleep(0.01)
    assert "logout" in bank.calls


def test_step_up_and_transfer_prove_the_pin_and_wipe_it(
    kiosk: Kiosk, bank: FakeBank, cash: FakeCash
) -> None:
    kiosk.log_in()
    kiosk.send(Choose("withdraw"), PickAmount(40000), Confirm())
    kiosk.until(EnterPin)
    kiosk.pin()
    kiosk.until(Success)
    kiosk.send(Confirm())
    kiosk.until(Menu)
    kiosk.send(Choose("transfer"), Text("bo.l"))
    kiosk.until(TransferAmount)
    kiosk.send(TypeAmount("25.00"), Confirm())
    kiosk.until(TransferText)
    kiosk.send(Text("Rent"))
    kiosk.until(TransferReview)
    kiosk.send(Confirm())
    kiosk.until(EnterPin)
    kiosk.pin()
    assert getattr(kiosk.until(Success), "payee_name", "") == "Bo L."
    assert cash.proofs == 2
    assert len(bank.pin_buffers) == 3
    assert all(not any(buffer) for buffer in bank.pin_buffers)


def test_an_unknown_payee(kiosk: Kiosk) -> None:
    kiosk.log_in()
    kiosk.send(Choose("transfer"), Text("nobody"))
    kiosk.until(TransferPayee, lambda s: getattr(s, "problem", None) is Problem.PAYEE_UNKNOWN)


def test_deposit(kiosk: Kiosk) -> None:
    kiosk.log_in()
    kiosk.send(Choose("deposit"))
    kiosk.until(DepositInsert)
    kiosk.send(NotesIn())
    assert getattr(kiosk.until(DepositReview), "total_minor", 0) == 9000
    kiosk.send(Confirm())
    kiosk.until(Success)
    kiosk.send(Confirm())
    kiosk.until(Menu)
    kiosk.send(Choose("deposit"))
    kiosk.until(DepositInsert)
    kiosk.send(Cancel())
    kiosk.until(Menu)


def test_wrong_pin_three_times_and_the_proof_for_the_panel(kiosk: Kiosk) -> None:
    kiosk.until(Welcome)
    kiosk.send(UseNumber(), NumberEntered("amara"))
    for problem in (Problem.PIN_WRONG, Problem.PIN_LAST_TRY):
        kiosk.until(EnterPin)
        kiosk.pin("0000")
        kiosk.until(EnterPin, lambda s, p=problem: getattr(s, "problem", None) is p)  # type: ignore[misc]
    kiosk.pin("0000")
    assert getattr(kiosk.until(Failure), "problem", None) is Problem.PIN_LOCKED
    proof = kiosk.runner.view().proof
    assert proof is not None
    assert (proof.verdict, proof.server, len(proof.commitment)) == ("refused", "A", 66)


def test_no_view_ever_shows_a_pin(kiosk: Kiosk) -> None:
    kiosk.log_in()
    assert "482915" not in repr(kiosk.views)


def test_pictures_that_are_no_fingers(kiosk: Kiosk, tmp_path: Path) -> None:
    kiosk.until(Welcome)
    nonsense = tmp_path / "nonsense.png"
    nonsense.write_bytes(b"no picture at all")
    kiosk.runner.offer_picture(nonsense)
    kiosk.until(Scanning, lambda s: getattr(s, "problem", None) is Problem.PICTURE_WRONG_FORMAT)
    kiosk.runner.offer_picture(tmp_path / "absent.png")
    kiosk.until(Scanning, lambda s: getattr(s, "problem", None) is Problem.PICTURE_UNREADABLE)
    kiosk.send(Cancel())
    kiosk.until(Welcome)


def test_a_picture_offered_to_nobody_is_not_kept(kiosk: Kiosk, tmp_path: Path) -> None:
    kiosk.until(Welcome)
    kiosk.send(UseNumber())
    kiosk.until(EnterNumber)
    kiosk.runner.offer_picture(b"nonsense")
    kiosk.send(Cancel(), TouchStart())
    time.sleep(0.3)
    assert kiosk.runner.view().screen == Scanning("ready", None)


def test_a_synthetic_finger_leads_to_the_pin(kiosk: Kiosk, tmp_path: Path) -> None:
    cv2 = pytest.importorskip("cv2")
    from biometrics import synthetic

    picture = tmp_path / "finger.png"
    cv2.imwrite(str(picture), synthetic.synthesise(7, 1))
    kiosk.until(Welcome)
    kiosk.runner.offer_picture(picture)
    kiosk.until(EnterPin)


@pytest.mark.parametrize(
    ("picture", "problem"),
    [(True, Problem.NOT_A_FINGERPRINT), (False, Problem.FINGER_TIMEOUT)],
)
def test_a_reader_that_sees_no_finger(
    bank: FakeBank, cash: FakeCash, config: Config, picture: bool, problem: Problem
) -> None:
    blank = Readers([("blank", BlankScanner(picture=picture))])
    world = World(bank, cash, blank, 1.0, 20, lambda: 1)
    kiosk = Kiosk(world, config)
    kiosk.runner.start()
    try:
        kiosk.until(Welcome)
        kiosk.send(TouchStart())
        kind: type[Screen] = Scanning if picture else Welcome
        kiosk.until(kind, lambda s: getattr(s, "problem", None) is problem)
    finally:
        kiosk.runner.stop()


def test_the_bank_goes_away_and_comes_back(kiosk: Kiosk, bank: FakeBank) -> None:
    kiosk.until(Welcome)
    bank.away = True
    kiosk.until(Welcome, lambda s: getattr(s, "problem", None) is Problem.BANK_AWAY)
    bank.away = False
    kiosk.until(Welcome, lambda s: getattr(s, "problem", 1) is None)


def test_a_terminal_the_bank_has_denied_serves_nobody_until_it_is_released(
    kiosk: Kiosk, bank: FakeBank
) -> None:
    kiosk.until(Welcome)
    bank.is_denied = True
    kiosk.until(OutOfService, lambda s: getattr(s, "reason", None) is Problem.TERMINAL_DENIED)
    bank.is_denied = False
    kiosk.until(Welcome)


def test_a_terminal_whose_certificate_is_over_says_so(kiosk: Kiosk, bank: FakeBank) -> None:
    kiosk.until(Welcome)
    bank.is_denied = bank.must_be_enrolled = True
    kiosk.until(OutOfService, lambda s: getattr(s, "reason", None) is Problem.NOT_ENROLLED)


class NextCertificate:
    """A certificate that has come, and whether somebody was served when it was taken up."""

    def __init__(self) -> None:
        self.asked: list[bool] = []
        self.there = False
        self.taken_up = threading.Event()

    def look(self, *, idle: bool) -> object:
        self.asked.append(idle)
        return "identity" if self.there and not self.taken_up.is_set() else None

    def take_up(self, _identity: object) -> None:
        self.taken_up.set()


def test_a_new_certificate_waits_until_the_visit_is_over(
    bank: FakeBank, cash: FakeCash, config: Config
) -> None:
    from biometrics.scanners import FileScanner

    renewal = NextCertificate()
    readers = Readers([("file", FileScanner())])
    world = World(bank, cash, readers, 20.0, 20, lambda: 1_700_000_000_000, renewal=renewal)
    kiosk = Kiosk(world, config)
    kiosk.runner.start()
    try:
        kiosk.log_in()
        looks = len(renewal.asked)
        renewal.there = True
        deadline = time.monotonic() + WAIT_S
        while len(renewal.asked) < looks + 3 and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not any(renewal.asked[looks + 1 :])
        assert not renewal.taken_up.is_set()
        kiosk.send(Cancel())
        assert renewal.taken_up.wait(WAIT_S)
    finally:
        kiosk.runner.stop()


def test_what_the_bank_has_to_say_is_shown_at_once(
    bank: FakeBank, cash: FakeCash, config: Config
) -> None:
    """The machine is not looked at again for a minute unless there is news."""
    greeted = threading.Event()
    world = World(bank, cash, Readers([]), 1.0, 20, lambda: 1, greeted=greeted.is_set)
    kiosk = Kiosk(world, replace(config, rules=replace(config.rules, service_s=60.0)))
    kiosk.runner.start()
    try:
        kiosk.until(Wait)
        greeted.set()
        world.news.set()
        kiosk.until(Welcome)
    finally:
        kiosk.runner.stop()


def test_a_late_login_never_opens_the_menu(kiosk: Kiosk, bank: FakeBank) -> None:
    kiosk.until(Welcome)
    kiosk.send(UseNumber(), NumberEntered("amara"))
    kiosk.until(EnterPin)
    bank.gate.clear()
    kiosk.pin()
    kiosk.until(Wait)
    kiosk.send(Cancel())
    kiosk.until(Welcome)
    bank.gate.set()
    deadline = time.monotonic() + WAIT_S
    while "logout" not in bank.calls and time.monotonic() < deadline:
        time.sleep(0.01)
    assert "logout" in bank.calls
    assert not any(isinstance(v.screen, Menu) for v in kiosk.views)


def test_a_broken_cash_machine_is_never_told_as_untouched(kiosk: Kiosk, cash: FakeCash) -> None:
    cash.broken = True
    kiosk.log_in()
    kiosk.send(QuickAmount(5000), Confirm())
    failure = kiosk.until(Failure)
    assert isinstance(failure, Failure)
    assert (failure.problem, failure.money) == (Problem.MACHINE_FAULT, MoneyState.IN_DOUBT)


def test_more_time_is_asked_in_figures(bank: FakeBank, cash: FakeCash, config: Config) -> None:
    quick = replace(config, rules=replace(config.rules, patience_s=0.2, typing_patience_s=0.2))
    kiosk = Kiosk(World(bank, cash, Readers([]), 1.0, 20, lambda: 1), quick)
    kiosk.runner.start()
    try:
        kiosk.until(Welcome)
        kiosk.send(UseNumber())
        kiosk.until(EnterNumber)
        with kiosk.changed:
            assert kiosk.changed.wait_for(
                lambda: kiosk.runner.view().more_time_s == config.rules.answer_s - 1, WAIT_S
            )
    finally:
        kiosk.runner.stop()


def test_stop_wipes_and_ends_quickly(kiosk: Kiosk) -> None:
    kiosk.until(Welcome)
    kiosk.send(TouchStart())
    kiosk.until(Scanning)
    began = time.monotonic()
    kiosk.runner.stop()
    kiosk.runner.stop()
    assert time.monotonic() - began < 5


def test_signup_begins_with_its_form(kiosk: Kiosk) -> None:
    kiosk.until(Welcome)
    kiosk.send(SignupStart(), SignupField("user_name", "dina"))
    deadline = time.monotonic() + WAIT_S
    while time.monotonic() < deadline:
        if getattr(kiosk.runner.view().screen, "values", {}).get("user_name") == "dina":
            return
        time.sleep(0.01)
    pytest.fail("the form was not shown")


def test_what_is_opened_after_the_stop_is_closed(kiosk: Kiosk, config: Config) -> None:
    opening, may_go_on, closed = threading.Event(), threading.Event(), threading.Event()

    def open_slowly(_settings: KioskSettings) -> World:
        opening.set()
        assert may_go_on.wait(WAIT_S)
        return replace(kiosk.world, close=closed.set)

    runner = KioskRunner(KioskSettings(Path("unused"), config), open_slowly)
    runner.start()
    assert opening.wait(WAIT_S)
    runner.stop()
    may_go_on.set()
    assert closed.wait(WAIT_S)


def test_a_system_without_threads_breaks_what_was_asked_and_not_the_session(
    kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    kiosk.log_in()
    real = threading.Thread.start

    def start(thread: threading.Thread) -> None:
        if thread.name == "kiosk-ReadBalance":
            raise RuntimeError("can't start new thread")
        real(thread)

    monkeypatch.setattr(threading.Thread, "start", start)
    kiosk.send(Choose("balance"))
    assert getattr(kiosk.until(Failure), "problem", None) is Problem.MACHINE_FAULT
    kiosk.send(Confirm())
    kiosk.until(Menu)
