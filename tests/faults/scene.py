"""A row of the fault matrix being played, and its evidence.

All evidence is the device's, the ledger's and `journal dump`'s; nothing is asked of the kiosk.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.faults.bank_processes import OPENING, ROOT, RealBank
from tests.faults.zygote import Forked, Zygote
from tests.kiosk.device_process import DeviceProcess

REQ = 4000
PATIENCE_S = 60.0


def eventually(condition: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


@dataclass
class Running:
    """A kiosk process and the lines it has printed."""

    process: Forked
    lines: list[dict[str, Any]] = field(default_factory=list)

    def until(self, key: str) -> dict[str, Any]:
        """Read lines up to one with ``key``."""
        while line := self.process.stdout.readline():
            self.lines.append(json.loads(line))
            if key in self.lines[-1]:
                return self.lines[-1]
        raise AssertionError(f"the kiosk ended before it said {key!r}: {self.lines[-3:]}")

    def write(self, line: str) -> None:
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def go_on(self) -> None:
        self.write("")

    def end(self) -> int:
        """Read all that is left and return the exit status, negative for a signal."""
        self.lines += [json.loads(line) for line in self.process.stdout]
        return self.process.wait()

    @property
    def result(self) -> dict[str, Any]:
        return next(line for line in self.lines if "money" in line)


class Scene:
    """One terminal, one customer, one device; the bank is shared."""

    def __init__(self, bank: RealBank, device: DeviceProcess, folder: Path, zygote: Zygote) -> None:
        self.bank, self.device, self.folder, self.zygote = bank, device, folder, zygote
        self.hands = device.hands
        self.hands.set_auto_customer(True)
        self.terminal = bank.new_terminal()
        self.customer, self.account = bank.new_account()
        _, self.payee = bank.new_account()
        self.running: list[Running] = []
        self.before = 0

    def kiosk(self, act: str = "none", crash: str = "", **more: object) -> Running:
        """Start the kiosk; it opens a session of its own for an act."""
        wish = {
            "home": str(self.folder / "kiosk"),
            "identity": str(self.bank.data / "terminals" / self.terminal),
            "trust": str(self.bank.data / "bank" / "trust.pem"),
            "device": self.device.port,
            "banks": [[name, proxy.port] for name, proxy in self.bank.proxies.items()],
            "act": act,
            "account": self.account,
            "payee": self.payee,
            "amount": REQ,
            **more,
        }
        (self.folder / "kiosk").mkdir(exist_ok=True)
        file = self.folder / f"wish-{len(self.running)}.json"
        file.write_text(json.dumps(wish))
        process = self.zygote.start(file, crash)
        running = Running(process)
        self.running.append(running)
        if act != "none":
            # The exchange at boot ends every session of the terminal: only now one is opened.
            running.until("greeted")
            running.write(self.bank.new_session(self.customer, self.terminal))
        return running

    def withdraw(self, crash: str = "") -> Running:
        """Withdraw in one go; the kiosk has ended when this returns."""
        running = self.kiosk("withdraw", crash)
        died = running.end() < 0
        assert died == bool(crash), running.lines
        return running

    def deposit(self, crash: str = "", act: str = "deposit") -> Running:
        """Put two twenties in; the kiosk has ended when this returns."""
        running = self.kiosk(act, crash)
        if crash != "D0":
            running.until("slot")
            self.hands.insert(2000, 2)
            running.go_on()
        died = running.end() < 0
        assert died == bool(crash), running.lines
        return running

    def reboot(self, crash: str = "") -> Running:
        """Start the kiosk for nobody: it recovers, delivers what is pending, and ends."""
        running = self.kiosk("none", crash)
        status = running.end()
        assert (status < 0) == bool(crash), running.lines
        return running

    def end(self) -> None:
        for running in self.running:
            running.process.kill()
            running.process.wait()

    # Evidence

    @property
    def net(self) -> int:
        """What the ledger has taken from the customer, holds included."""
        [(booked, held)] = self.bank.query(
            "select booked_minor, held_minor from accounts where number = %s", self.account
        )
        return OPENING - booked + held - self.before

    @property
    def entries(self) -> int:
        [(count,)] = self.bank.query(
            "select count(*) from entries where terminal = %s", self.terminal
        )
        return count

    @property
    def cases(self) -> list[int]:
        """The sums of the open cases the bank knows of this terminal."""
        rows = self.bank.query(
            "select amount_minor from cases where terminal = %s and closed_at is null",
            self.terminal,
        )
        return [amount for (amount,) in rows]

    def journal(self) -> list[dict[str, Any]]:
        command = [sys.executable, str(ROOT / "main.py"), "journal", "dump"]
        done = subprocess.run(
            [*command, "--data", str(self.folder)], capture_output=True, text=True, check=True
        )
        return [json.loads(line) for line in done.stdout.splitlines()]

    def words(self, number: int = -1) -> list[str]:
        """The words of a transaction (the last), in order."""
        rows = [row for row in self.journal() if row["tx"]]
        txs = list(dict.fromkeys(row["tx"] for row in rows))
        return [row["word"] for row in rows if row["tx"] == txs[number]] if txs else ["NONE"]

    @property
    def device_totals(self) -> dict[str, int]:
        return self.hands.facts()["totals"]

    def forget(self) -> None:
        """Count the customer's money from here on."""
        self.before += self.net

    def check(self) -> dict[str, Any]:
        """Check what must be true in every row, and return the row's evidence."""
        self.hands.set_sensor_unknown(False)
        facts = self.hands.facts()
        totals = facts["totals"]
        words, cases, net = self.words(), self.cases, self.net
        assert all(row["cmds"] <= 1 for row in facts["evidence"].values())
        assert words[-1] in ("NONE", "DONE", "REVERSED", "DECLINED", "SUSPENDED", "RETURNED")
        if words[-1] != "SUSPENDED":
            # ``forget`` moved earlier, completed transactions out of ``net`` only.
            assert net + self.before == totals["taken"] - totals["given"]
            assert cases == []
        [(out_of_balance,)] = self.bank.query("select coalesce(sum(amount_minor), 0) from postings")
        assert out_of_balance == 0
        [(held,)] = self.bank.query(
            "select held_minor from accounts where number = %s", self.account
        )
        assert held == (net if words[-1] == "SUSPENDED" and net > 0 else 0)
        status = facts["status"]
        held = sum(c["denomination_minor"] * c["count"] for c in status["cassettes"])
        moving = facts["tray_minor"]
        if status["outgoing"]["place"] in ("transport", "stacked"):
            moving += status["outgoing"]["picked_minor"]
        kept = totals["retr"] if totals["given"] == 0 and "STORING" not in words else 0
        gone = totals["taken"] + totals["rej"] + totals["adrift"] + moving
        if "ACCEPTING" not in words:
            assert facts["loaded_minor"] == held + gone + kept
        return {
            "net": net,
            "j": words[-1],
            "words": words,
            "case": sum(cases),
            **totals,
        }
