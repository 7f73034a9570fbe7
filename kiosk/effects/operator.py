"""What an operator asks for: the safe, two people's approval, looks at the machine."""

import hashlib
import logging
import os
import shutil
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from backend_client.errors import BankError, Declined, PinRejected, SessionEnded
from kiosk.devices.errors import DeviceError
from kiosk.devices.status import DeviceStatus
from kiosk.devices.storage import Storage
from kiosk.effects.failures import problem_of, shown
from kiosk.effects.ports import Workshop, World
from kiosk.journal import JournalUnusable
from kiosk.journal.record import Record
from kiosk.machine.exchanges import Exchanges
from kiosk.operator import counts, draft, journal, self_test
from kiosk.operator.records import read_records
from kiosk.operator.screens import Check
from kiosk.pinpad import wipe
from kiosk.screens import Problem
from kiosk.session import answers as a
from kiosk.session import effects as e
from kiosk.transactions.exchange import Exchange
from kiosk.transactions.words import Word
from protocol.encoding import b64url_decode, b64url_encode, canonical_json
from protocol.ids import new_uid
from protocol.messages.operator import CountSheet
from protocol.messages.pin import LoginAnswer
from protocol.messages.staff import Act, ActAnswer

_LOG = logging.getLogger(__name__)
_ROLE: Final = "operator"
_MB: Final = 1024 * 1024
_TRIAL_BYTES: Final = 4096
# What the bank has acknowledged within this time is told as booked, not as being on its way.
_BOOKED_WITHIN_S: Final = 3.0

Look = (
    e.KeepOperator
    | e.ReadCounts
    | e.RunSelfTest
    | e.ReadJournal
    | e.OpenSafe
    | e.KeepSheet
    | e.CloseSafe
    | e.GiveUpExchange
    | e.ServeCustomers
    | e.Restart
)
Report = Callable[[a.ProofMade], None]


def perform(world: World, effect: Look) -> a.Answer | a.SessionLost | None:
    """Carry out what needs no PIN."""
    if isinstance(effect, e.KeepOperator):
        return _keep(world, effect)
    shop = world.workshop
    if shop is None:
        return a.CallFailed(effect.number, Problem.MACHINE_FAULT)
    match effect:
        case e.RunSelfTest(number):
            return a.MachineTested(number, tuple(_checks(world, shop)))
        case e.ReadJournal(number, before, lines):
            return _read_journal(shop, number, before, lines)
        case e.ReadCounts(number):
            return _read_counts(shop, number)
        case e.Restart(number, person, reboot):
            return _restart(shop, number, person, reboot=reboot)
    if shop.exchanges is None:
        return a.CallFailed(effect.number, Problem.MACHINE_FAULT)
    return _at_the_safe(world, shop.exchanges, effect)


def _at_the_safe(
    world: World,
    exchanges: Exchanges,
    effect: e.OpenSafe | e.KeepSheet | e.CloseSafe | e.GiveUpExchange | e.ServeCustomers,
) -> a.Answer:
    match effect:
        case e.OpenSafe():
            return _open(world, exchanges, effect)
        case e.KeepSheet():
            return _keep_sheet(world, exchanges, effect)
        case e.CloseSafe():
            return _close(exchanges, effect)
        case e.GiveUpExchange(number):
            given = exchanges.give_up()
            if isinstance(given, Problem):
                return a.CallFailed(number, given)
            if given.word is not Word.CANCELLED:
                return a.CallFailed(number, Problem.SHEET_BOOKED)
            return a.ExchangeGivenUp(number)
        case e.ServeCustomers(number, person, closed):
            if exchanges.serve(closed=closed, person=person):
                return a.ServiceSet(number, closed)
            return a.CallFailed(number, Problem.MACHINE_FAULT)


# Approval


def approve(
    world: World, effect: e.Approve, pin: bytearray, report: Report
) -> a.SheetApproved | a.PinRefused | a.CallFailed:
    """Prove the operator's PIN over the sheet; it is wiped whatever comes of it."""
    login = effect.login
    try:
        answer = _prove(
            world, effect.visit, login.session, login.credential, effect.sheet, pin, report
        )
    except BankError as error:
        return a.CallFailed(effect.number, problem_of(error))
    finally:
        wipe(pin)
    return _approved(effect.number, answer, login.person)


def approve_as_second(
    world: World, effect: e.ApproveAsSecond, pin: bytearray, report: Report
) -> a.SheetApproved | a.PinRefused | a.CallFailed:
    """Sign another operator in, approve the sheet, sign out; the PIN is wiped."""
    number, factor1 = effect.number, effect.factor1
    try:
        login = world.bank.prove_login(
            factor1, pin, lambda facts: report(a.ProofMade(effect.visit, shown(facts)))
        )
        try:
            problem = _not_the_second(login, effect.first)
            if problem is not None:
                return a.CallFailed(number, problem)
            answer = _prove(
                world, effect.visit, login.session, factor1.account, effect.sheet, pin, report
            )
        finally:
            _log_out(world, login.session)
    except PinRejected as error:
        return a.PinRefused(number, error.tries_left)
    except BankError as error:
        problem = problem_of(error)
        # It is the second person's session that is meant, and the first one's goes on.
        return a.CallFailed(
            number, Problem.BANK_AWAY if problem is Problem.SESSION_ENDED else problem
        )
    finally:
        wipe(pin)
    return _approved(number, answer, login.customer)


def _not_the_second(login: LoginAnswer, first: str) -> Problem | None:
    if _ROLE not in login.roles:
        return Problem.NOT_OPERATOR
    return Problem.SAME_PERSON if login.customer == first else None


def _prove(
    world: World,
    visit: int,
    session: str,
    credential: str,
    sheet: CountSheet,
    pin: bytearray,
    report: Report,
) -> ActAnswer:
    shop = world.workshop
    act = Act(
        uid=new_uid(world.now_ms()),
        act="approve_exchange",
        exchange=sheet,
        terminal="" if shop is None else shop.terminal,
        session=b64url_encode(hashlib.sha256(b64url_decode(session)).digest()),
    )
    body = canonical_json(act.model_dump(exclude_none=True))
    proof = world.bank.prove_body(
        session,
        credential,
        "staff-act",
        body,
        pin,
        lambda facts: report(a.ProofMade(visit, shown(facts))),
    )
    return world.bank.operator_act(session, body, proof)


def _approved(
    number: int, answer: ActAnswer, person: str
) -> a.SheetApproved | a.PinRefused | a.CallFailed:
    if answer.outcome != "refused":
        return a.SheetApproved(number, person, answer.outcome == "done")
    if answer.reason == "pin_refused":
        return a.PinRefused(number, None)
    return a.CallFailed(number, Problem.SHEET_BOOKED)


def _log_out(world: World, session: str) -> None:
    try:
        world.bank.logout(session)
    except BankError:
        _LOG.info("the second operator's session ends by itself")


# The safe


def _open(world: World, exchanges: Exchanges, effect: e.OpenSafe) -> a.SafeOpened | a.CallFailed:
    number = effect.number
    try:
        cash = world.bank.operator_cash(effect.login.session)
    except BankError as error:
        return a.CallFailed(number, problem_of(error))
    found = exchanges.begin(effect.purpose, effect.login.person)
    if isinstance(found, Exchange) and found.word is Word.APPROVED:
        found = exchanges.close_safe(found.people)
    storage = exchanges.storage()
    if isinstance(found, Problem):
        return a.CallFailed(number, found)
    if storage is None:
        return a.CallFailed(number, Problem.DEVICE_FAULT)
    return a.SafeOpened(
        number=number,
        uid=found.uid,
        purpose=found.purpose,
        storage=storage,
        sheet=found.sheet,
        approved=found.word not in (Word.EXCHANGE, Word.SHEET),
        held_minor=cash.held_minor,
    )


def _keep_sheet(
    world: World, exchanges: Exchanges, effect: e.KeepSheet
) -> a.SheetKept | a.CallFailed:
    number = effect.number
    try:
        cash = world.bank.operator_cash(effect.login.session)
    except BankError as error:
        return a.CallFailed(number, problem_of(error))
    sheet = draft.sheet(effect.draft, effect.uid, cash.currency, cash.ledger_minor)
    found = exchanges.count(sheet)
    if isinstance(found, Problem):
        return a.CallFailed(number, found)
    if found.uid != effect.uid or found.sheet != sheet:
        return a.CallFailed(number, Problem.SHEET_BOOKED)
    return a.SheetKept(number, sheet, cash.held_minor)


def _close(exchanges: Exchanges, effect: e.CloseSafe) -> a.SafeClosed | a.CallFailed:
    found = exchanges.close_safe(effect.people)
    if isinstance(found, Problem):
        return a.CallFailed(effect.number, found)
    if found.sheet is None or found.word not in (Word.BOOKING, Word.DONE):
        return a.CallFailed(effect.number, Problem.DEVICE_FAULT)
    found = exchanges.booked(found, _BOOKED_WITHIN_S)
    sheet = found.sheet
    if sheet is None:
        return a.CallFailed(effect.number, Problem.DEVICE_FAULT)
    return a.SafeClosed(effect.number, sheet, found.cases, exchanges.pending)


# Looks at the machine


def _keep(world: World, effect: e.KeepOperator) -> a.SessionLost | None:
    try:
        world.bank.operator_cash(effect.login.session)
    except (SessionEnded, Declined):
        return a.SessionLost(effect.visit)
    except BankError:
        return None
    return None


def _read_counts(shop: Workshop, number: int) -> a.CountsRead | a.CallFailed:
    storage = _storage(shop)
    if storage is None:
        return a.CallFailed(number, Problem.DEVICE_FAULT)
    try:
        found = counts.tally(read_records(shop.journal))
    except JournalUnusable as error:
        _LOG.warning("counts without the journal: %s", error)
        found = counts.tally(())
    return a.CountsRead(number, counts.compared(storage, found))


def _read_journal(
    shop: Workshop, number: int, before: int | None, lines: int
) -> a.JournalRead | a.CallFailed:
    try:
        records: Iterable[Record] = read_records(shop.journal)
        page, older = journal.page(records, before, lines)
    except JournalUnusable as error:
        _LOG.warning("the journal cannot be shown: %s", error)
        return a.CallFailed(number, Problem.MACHINE_FAULT)
    return a.JournalRead(number, page, older)


def _checks(world: World, shop: Workshop) -> Iterable[Check]:
    status, exchanges = _status(shop), shop.exchanges
    stopped = exchanges is not None and exchanges.open is not None
    yield self_test.reader(shop.reader_fitted, world.readers.there)
    yield self_test.dispenser(status, exchange=stopped)
    yield self_test.acceptor(status, exchange=stopped)
    yield self_test.printer(shop.printer_fitted, world.printer_ready())
    yield self_test.bank([(each.name, each.healthy) for each in world.bank.health()])
    yield self_test.clock(int(world.now_ms() / 1000), world.bank.latest_time_s())
    yield self_test.disk(_free_mb(shop.journal), _written_ms(shop.journal.parent))
    pending = None if exchanges is None else exchanges.pending
    yield self_test.journal(exchanges is not None and exchanges.journal_works, pending)


def _status(shop: Workshop) -> DeviceStatus | None:
    try:
        return shop.device.status()
    except DeviceError:
        return None


def _storage(shop: Workshop) -> Storage | None:
    try:
        return shop.device.storage()
    except DeviceError:
        return None


def _free_mb(folder: Path) -> int:
    try:
        return shutil.disk_usage(folder).free // _MB
    except OSError:
        return 0


def _written_ms(folder: Path) -> int | None:
    """What a small durable write takes; None if the disk refuses it."""
    trial = folder / "self-test.tmp"
    began_s = time.monotonic()
    try:
        with trial.open("wb") as file:
            file.write(bytes(_TRIAL_BYTES))
            file.flush()
            os.fsync(file.fileno())
        trial.unlink()
    except OSError:
        return None
    return int((time.monotonic() - began_s) * 1000)


def _restart(shop: Workshop, number: int, person: str, *, reboot: bool) -> a.CallFailed | None:
    """Note who asked, and let it happen; the runner ends the program when this says nothing."""
    word = "REBOOT" if reboot else "RESTART"
    if shop.exchanges is not None:
        # A journal that refuses is a reason to start again, not one against it.
        shop.exchanges.note(word, "", {"person": person})
    if reboot and not shop.reboot():
        return a.CallFailed(number, Problem.MACHINE_FAULT)
    return None
