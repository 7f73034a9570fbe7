"""``main.py tour``: starts a demo of its own, goes through it, and says what it saw."""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from bank.store.postgres import read_urls
from kiosk import events as do
from kiosk import screens as on
from kiosk.config import load_config
from kiosk.devices.control import DeviceControl
from kiosk.runner import KioskRunner, KioskSettings
from launch.demo_parts import SERVERS, DemoParts
from launch.folder import DataFolder, Ports
from launch.tour import faults, operators, people, visits
from launch.tour.faults import Faults
from launch.tour.people import Cast, NoFingers
from launch.tour.proxy import Proxy
from launch.tour.report import Report, StepFailed, make_way
from launch.tour.visits import Person

if TYPE_CHECKING:
    from ui.gallery.live import LiveStage

START_S = 120.0
BASELINES = 3


def run_tour(out: Path, fingers: Path | None) -> int:
    """Write pictures and summary.json to ``out``; 0 when all was as it must be, 1 when not.

    2 where ``fingers`` does not hold what the tour needs. Errors: LaunchError: ``out`` is no
    folder for it.
    """
    report = Report("synthetic" if fingers is None else str(fingers))
    make_way(out)
    # Also a tour that is killed leaves a folder which the next one knows for its own.
    report.write(out)
    data = Path(tempfile.mkdtemp(prefix="fortress-tour-"))
    # Under root the database runs as another account, which must get through.
    data.chmod(0o711)
    # Nobody looks: the window is drawn without a display, by the software renderer.
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ.setdefault("QT_QUICK_BACKEND", "software")
    try:
        with ExitStack() as stack:
            _go(report, out, fingers, data, stack)
    except NoFingers as error:
        print(error, file=sys.stderr)
        return 2
    except Exception as error:  # noqa: BLE001 - whatever it was, the summary must be written
        if not report.steps or report.steps[-1].ok:
            report.failed("between steps", error)
    finally:
        report.write(out)
        shutil.rmtree(data, ignore_errors=True)
    said = "as it must be" if report.ok else "NOT as it must be"
    print(f"The tour was {said}: {len(report.steps)} steps, pictures and summary.json in {out}")
    return 0 if report.ok else 1


def _go(report: Report, out: Path, fingers: Path | None, data: Path, stack: ExitStack) -> None:
    # Qt is loaded only now that it knows where to draw.
    from ui.gallery.live import LiveStage
    from ui.gallery.render import application

    stack.enter_context(application())
    pictures = data / "tour"
    pictures.mkdir()
    with report.step("fingers") as said:
        cast = people.synthetic(pictures) if fingers is None else people.from_folder(fingers)
        report.share_identified = cast.share_identified
        said.append(f"{cast.first.name} and {cast.second.name} sign up")
    folder = DataFolder(data)
    stack.callback(folder.close)
    parts = DemoParts(folder, Ports(0, 0))
    stack.callback(parts.close)
    with report.step("start of bank and devices"):
        parts.start()
    proxies = {name: Proxy(parts.port(name)) for name in SERVERS}
    for proxy in proxies.values():
        stack.callback(proxy.close)
    device = DeviceControl(data / "kiosk" / "device", parts.device_port)
    stack.callback(device.close)
    config = load_config()
    runner = KioskRunner(
        KioskSettings(
            data=data,
            config=config,
            bank_ports=tuple((name, proxies[name].port) for name in SERVERS),
            device_port=parts.device_port,
        )
    )
    stage = LiveStage(runner, config.brand.name, out)
    stack.callback(stage.close)
    stack.callback(runner.stop)
    runner.start()
    device.set_auto_customer(False)
    hurt = Faults(stage, parts.supervisor, proxies, device, _decided(data, config.terminal, stack))
    _visit(report, stage, device, cast)
    # What the visit has deposited lies in a bin.
    operators.look_after(report, stage, data, device, bins="125")
    _hurt(report, stage, hurt, _person(cast.first, "dora", "Dora", "Weiss", "482917"))


def _person(finger: people.Finger, user: str, first: str, last: str, pin: str) -> Person:
    return Person(user, first, last, f"+49151200000{len(user)}{pin[-1]}", pin, finger)


def _visit(report: Report, stage: "LiveStage", device: DeviceControl, cast: Cast) -> None:
    dora = _person(cast.first, "dora", "Dora", "Weiss", "482917")
    emil = _person(cast.second, "emil", "Emil", "Brandt", "730169")
    with report.step("welcome"):
        stage.wait(on.Welcome, lambda s: s.takes_notes and bool(s.pays_minor), START_S)
        stage.picture("welcome")
    with report.step("sign up") as said:
        done = visits.sign_up(stage, dora, pictures=True)
        said.append(f"opening credit {done.amount_minor} minor")
        if done.amount_minor <= 0:
            raise StepFailed("no opening credit")
    with report.step("sign up, a second person"):
        visits.sign_up(stage, emil, pictures=False)
    with report.step("a stranger's finger is refused"):
        stage.runner.offer_picture(cast.stranger)
        screen = stage.wait(
            on.Scanning,
            lambda s: s.problem in (on.Problem.FINGER_NOT_KNOWN, on.Problem.FINGER_AMBIGUOUS),
        )
        stage.picture(f"stranger_{screen.problem}")
        stage.send(do.Cancel())
        stage.wait(on.Welcome)
    with report.step("a wrong PIN is refused"):
        visits.show_finger(stage, emil)
        visits.type_pin(stage, "999990")
        stage.send(do.PinEnter())
        stage.wait(on.EnterPin, lambda s: s.problem is on.Problem.PIN_WRONG)
        stage.picture("pin_wrong")
        stage.send(do.Cancel())
        stage.wait(on.Welcome)
    with report.step("log in") as said:
        finger_ms = visits.show_finger(stage, dora)
        visits.type_pin(stage, dora.pin)
        stage.picture("pin")
        times = _enter(stage)
        report.finger_to_menu_ms = finger_ms + times
        said.append(f"finger to PIN {finger_ms} ms, PIN to menu {times} ms")
        stage.picture("menu")
    with report.step("balance") as said:
        before = visits.balance(stage)
        stage.picture("balance")
        said.append(f"{before} minor")
        visits.to_menu(stage)
    with report.step("deposit") as said:
        visits.deposit(stage, device, {5_000: 2, 2_000: 1, 500: 1})
        stage.picture("deposit_review")
        stage.send(do.Confirm())
        paid = stage.wait(on.Success, lambda s: s.kind == "deposit")
        stage.picture("deposit_done")
        said.append(f"{paid.amount_minor} minor, reference {paid.reference}")
        stage.send(do.Confirm())
        stage.wait(on.Menu)
    with report.step("withdraw") as said:
        visits.choose_sum(stage, 10_000)
        stage.picture("withdraw")
        said.append(f"presented after {visits.press_take(stage)} ms")
        visits.take_notes(stage, device)
        stage.picture("withdraw_done")
        stage.send(do.Confirm())
        stage.wait(on.Menu)
    with report.step("transfer") as said:
        sent = visits.transfer(stage, dora, "amara", "25.50", "Tour guide")
        stage.picture("transfer_done")
        said.append(f"{sent.amount_minor} minor to {sent.payee_name}")
        stage.send(do.Confirm())
        stage.wait(on.Menu)
    with report.step("statement"):
        stage.send(do.Choose("statement"))
        screen_of = stage.wait(on.Statement)
        stage.picture("statement")
        moved = [line.amount_minor for line in screen_of.lines]
        if sorted(moved) != sorted((50_000, 12_500, -10_000, -2_550)):
            raise StepFailed(f"the statement says {moved}")
        visits.to_menu(stage)
    with report.step("the sum is right"):
        after = visits.balance(stage)
        if after != before + 12_500 - 10_000 - 2_550:
            raise StepFailed(f"{before} became {after}")
        visits.to_menu(stage)
    with report.step("log out"):
        stage.send(do.Finish())
        stage.wait(on.Goodbye)
        stage.picture("goodbye")
        stage.wait(on.Welcome)


def _enter(stage: "LiveStage") -> int:
    from time import monotonic

    started_s = monotonic()
    stage.send(do.PinEnter())
    stage.wait(on.Menu)
    return visits.ms_since(started_s)


def _hurt(report: Report, stage: "LiveStage", hurt: Faults, person: Person) -> None:
    """The faults; each wait is less what the same touch takes when nothing is wrong."""
    with report.step("as it is without a fault") as said:
        logins, cash = [], []
        for _ in range(BASELINES):
            logins.append(visits.log_in(stage, person).pin_ms)
            visits.choose_sum(stage, 1_000)
            cash.append(visits.press_take(stage))
            _take_and_go(stage, hurt.device)
        usual_login, usual_cash = sorted(logins)[1], sorted(cash)[1]
        said.append(f"PIN to menu {usual_login} ms, take to cash {usual_cash} ms")
    with report.step("1069 killed in the PIN proof") as said:
        login_wait = faults.killed_between_start_and_finish(hurt, person) - usual_login
        said.append(f"{login_wait} ms more")
        hurt.primary_preferred()
        _stay(stage)
    with report.step("1069 killed after the hold") as said:
        hold_wait = faults.killed_after_commit(hurt, 1_000) - usual_cash
        said.append(f"{hold_wait} ms more")
        _again(stage)
        hurt.primary_preferred()
        _stay(stage)
    report.failover_wait_ms = max(0, login_wait, hold_wait)
    with report.step("1069 killed before the confirm") as said:
        said.append(f"notes taken to done {faults.killed_before_confirm(hurt, 1_000)} ms")
        _again(stage)
        hurt.primary_preferred()
        _stay(stage)
    with report.step("1070 frozen in an authorise") as said:
        report.frozen_wait_ms = max(0, faults.frozen_in_authorise(hurt, 1_000) - usual_cash)
        said.append(f"{report.frozen_wait_ms} ms more")
        _again(stage)
    with report.step("every hold is settled"):
        visits.log_out(stage)


def _take_and_go(stage: "LiveStage", device: DeviceControl) -> None:
    visits.take_notes(stage, device)
    _again(stage)
    visits.log_out(stage)


def _again(stage: "LiveStage") -> None:
    stage.send(do.Confirm())
    stage.wait(on.Menu)


def _stay(stage: "LiveStage") -> None:
    """Answer the question whether more time is needed, if it is asked."""
    stage.send(do.MoreTime())
    stage.wait(on.Menu)


def _decided(data: Path, terminal: str, stack: ExitStack) -> Callable[[], int]:
    """Count this terminal's decided requests, from the ledger itself."""
    connection = stack.enter_context(psycopg.connect(read_urls(data).owner, autocommit=True))

    def count() -> int:
        row = connection.execute(
            "select count(*) from requests where terminal = %s", (terminal,)
        ).fetchone()
        return int(row[0]) if row else 0

    return count
