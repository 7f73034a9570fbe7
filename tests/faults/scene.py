"""A row of the fault matrix being played: one terminal, one account, one device, one kiosk's disk.

The kiosk is ``main.py kiosk --headless --script FILE``. What its customers do is a script; where a
row needs to act at a moment, the script waits for a file that ``Running.go`` makes.
"""

import json
import re
import sys
from pathlib import Path

from kiosk.journal.dump import lines as journal_lines
from tests.faults.bank_processes import OPENING, PIN, ROOT, USER, RealBank
from tests.faults.forked_device import ForkedDevice
from tests.faults.running import Process, Running, Spawned, eventually
from tests.faults.zygote import Zygote

REQ = 4000
FINAL = ("NONE", "DONE", "REVERSED", "DECLINED", "SUSPENDED", "RETURNED")
WAITS = {
    "take_s": 5,
    "authorise_s": 10,
    "advice_s": 3,
    "device_s": 2,
    "forward_first_s": 0.1,
    "forward_longest_s": 0.5,
}
"""Shorter than in service, so that a row takes seconds."""

LOGIN = f"number {USER}\npin {PIN}\nexpect Menu\n"
END = "await {folder}/end\n"
WITHDRAW = LOGIN + "amount 40\nawait {folder}/go\nconfirm\nfinish\n" + END
DEPOSIT = LOGIN + "insert 20x2\nawait {folder}/go\nconfirm\nfinish\n" + END
GIVE_BACK = LOGIN + "insert 20x2\nawait {folder}/go\ncancel\nfinish\n" + END
OPEN_SLOT = LOGIN + "insert 20x2\n" + END
TRANSFER = LOGIN + "transfer 40 to {payee} for rent\nawait {folder}/go\npin " + PIN + "\n" + END
NOBODY = END


class Scene:
    """Plays one row. The bank is shared by the rows; everything else is the row's own."""

    def __init__(self, bank: RealBank, device: ForkedDevice, folder: Path, zygote: Zygote) -> None:
        self.bank, self.device, self.folder, self.zygote = bank, device, folder, zygote
        self.hands = device.hands
        self.hands.set_auto_customer(True)
        self.account = bank.new_account()
        self.payee = bank.new_payee()
        self.opening = OPENING
        self.running: list[Running] = []
        self.earlier: dict[str, int] = {}
        self.earlier_txs: set[str] = set()
        self.terminal = bank.new_terminal()
        self.install(self.terminal)

    # The machine

    def install(self, terminal: str, **waits: float) -> None:
        """Give the kiosk its configuration, its identity and its ports."""
        self.terminal = terminal
        self.journal_folder.parent.mkdir(parents=True, exist_ok=True)
        for name in ("terminals", "bank", "run"):
            (self.folder / name).mkdir(exist_ok=True)
        for name in (f"terminals/{terminal}", "bank/trust.pem"):
            link = self.folder / name
            if not link.exists():
                link.symlink_to(self.bank.data / name)
        ports = {
            "bank": {name: proxy.port for name, proxy in self.bank.proxies.items()},
            "device": self.device.port,
        }
        (self.folder / "run" / "ports.json").write_text(json.dumps(ports))
        self.configure(**waits)

    def configure(self, **waits: float) -> None:
        text = (ROOT / "config" / "meridian.toml").read_text("utf-8")
        values = {"terminal": json.dumps(self.terminal), "test_configuration": "true"}
        values |= {name: str(value) for name, value in (WAITS | waits).items()}
        for name, value in values.items():
            text, count = re.subn(rf"(?m)^{name} = .*$", f"{name} = {value}", text)
            assert count == 1, name
        (self.folder / "kiosk.toml").write_text(text, "utf-8")

    @property
    def journal_folder(self) -> Path:
        return self.folder / "kiosk" / "journal"

    def kiosk(
        self,
        script: str = NOBODY,
        crash: str = "",
        under: tuple[str, ...] = (),
        **environment: str,
    ) -> Running:
        """Start the kiosk; ``under`` is a program with its options that starts it."""
        mine = self.folder / f"run-{len(self.running)}"
        mine.mkdir()
        (mine / "script").write_text(script.format(folder=mine, payee=self.payee))
        arguments = ["kiosk", "--headless", "--script", str(mine / "script"), "--wait-s", "90"]
        arguments += ["--data", str(self.folder), "--config", str(self.folder / "kiosk.toml")]
        if crash:
            environment["KIOSK_CRASH_AT"] = crash
        out, err = mine / "screens.out", mine / "screens.err"
        if under or "LD_PRELOAD" in environment:
            command = [*under, sys.executable, str(ROOT / "main.py"), *arguments]
            process: Process = Spawned(command, environment, mine / "screens")
        else:
            process = self.zygote.start(arguments, environment, out, err)
        running = Running(process, mine, out, err)
        self.running.append(running)
        return running

    def withdraw(self, crash: str = "", **environment: str) -> Running:
        """Withdraw 40.00 in one go; the kiosk has ended when this returns."""
        return self._whole(WITHDRAW, crash, environment)

    def deposit(self, crash: str = "", script: str = DEPOSIT) -> Running:
        """Deposit two twenties in one go; the kiosk has ended when this returns."""
        return self._whole(script, crash, {})

    def reboot(self, crash: str = "") -> Running:
        """Start the kiosk for nobody: it recovers, delivers what is pending, and ends."""
        return self._whole(NOBODY, crash, {})

    def _whole(self, script: str, crash: str, environment: dict[str, str]) -> Running:
        running = self.kiosk(script, crash, **environment)
        running.go()
        if crash:
            assert running.killed(), (running.screens[-3:], running.said())
        else:
            if "confirm" in script:
                running.until("Success", "Failure")
            if "cancel" in script:
                self.until_word("RETURNED")
            self.finish(running)
        return running

    def paused(self, script: str = WITHDRAW, crash: str = "") -> Running:
        """Start the kiosk and wait until everything but the customer's last touch is done."""
        running = self.kiosk(script, crash)
        match script:
            case _ if "amount" in script:
                # The limits have been asked for as well: nothing but the movement is left.
                running.until("Withdraw", typed="40", left_today_minor=...)
            case _ if script == TRANSFER:
                running.until("EnterPin", use="confirm")
            case _:
                running.until("DepositReview")
        return running

    def finish(self, running: Running) -> None:
        """Wait until the journal says that everything is decided and delivered; end the kiosk."""
        eventually(self.is_settled, lambda: f"settled: {self.words()} {running.said()}")
        status = running.end()
        assert status == 0, (status, running.screens[-2:], running.said())

    def is_settled(self) -> bool:
        rows = [row for row in self.peek() if row.get("tx")]
        last = {row["tx"]: row for row in rows}
        return bool(self.peek()) and all(
            row["word"] in FINAL and (row["word"] != "SUSPENDED" or row["data"]["reported"])
            for row in last.values()
        )

    def restart_device(self, motion_s: float) -> None:
        """Kill the device and start it again, slower; its state is on its disk."""
        self.device.kill()
        self.device.start(motion_s)
        self.hands = self.device.hands

    def end(self) -> None:
        self.bank.heal()
        for running in self.running:
            running.kill()

    # Looking on while the row runs

    def seen(self) -> list[dict]:
        """The last screens of the last kiosk."""
        return self.running[-1].screens[-3:]

    def peek(self) -> list[dict]:
        """The records now on disk, read as ``journal dump`` reads them."""
        return [json.loads(line) for line in journal_lines(self.journal_folder)]

    def words(self, number: int = -1) -> list[str]:
        """The words of a transaction (the last), in order, without repeats."""
        rows = [row for row in self.peek() if row.get("tx")]
        txs = list(dict.fromkeys(row["tx"] for row in rows))
        return [row["word"] for row in rows if row["tx"] == txs[number]] if txs else ["NONE"]

    def until_word(self, word: str) -> None:
        eventually(lambda: word in self.words(), lambda: f"{word}: {self.words()} {self.seen()}")

    def until_held(self) -> None:
        eventually(
            lambda: self.bank.balance(self.account)[1] == REQ, lambda: f"held: {self.seen()}"
        )

    def outcome(self, uid: str) -> tuple[str, str | None] | None:
        """What the bank has on record under a uid: outcome and reason."""
        rows = self.bank.query(
            "select outcome, reason from requests where terminal = %s and uid = %s",
            self.terminal,
            uid,
        )
        return rows[0] if rows else None

    def outcomes(self) -> list[tuple]:
        """All that the bank has on record of this terminal: kinds and outcomes, in order."""
        return self.bank.query(
            "select kind, outcome from requests where terminal = %s order by decided_at",
            self.terminal,
        )

    def reversals(self) -> int:
        """How many reversals the bank has on record of this terminal."""
        [(count,)] = self.bank.query(
            "select count(*) from requests where terminal = %s and kind = 'reversal'",
            self.terminal,
        )
        return count

    def until_place(self, place: str) -> None:
        """Wait until the device has the dispensed notes there."""
        eventually(
            lambda: self.hands.facts()["status"]["outgoing"]["place"] == place, f"notes {place}"
        )

    def signed(self, kind: str) -> bytes:
        """The signed bytes of the last request of a kind in the journal."""
        found = [row["signed"] for row in self.peek() if row.get("signed")]
        return [each["jws"] for each in found if each["kind"] == kind][-1].encode()

    def forget(self) -> None:
        """Count from here on: what is over is another customer's."""
        self.opening = self.bank.balance(self.account)[0]
        self.earlier = self.hands.facts()["totals"]
        self.earlier_txs = {row["tx"] for row in self.peek() if row.get("tx")}

    def kinds(self) -> set[str]:
        """The kinds of transactions in the journal."""
        return {row["data"]["kind"] for row in self.peek() if row.get("tx")}

    def moved(self) -> int:
        """What the payee's account has gained."""
        [(booked,)] = self.bank.query(
            "select booked_minor from accounts where number = %s", self.payee
        )
        return booked - OPENING
