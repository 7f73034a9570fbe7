"""A kiosk without session or screen: one act at the cash machine, then what is left to deliver.

Run as a program: ``kiosk_process.py SETTINGS.json`` with ``{"home", "identity", "trust", "device",
"banks", "act", "account", "amount", "payee", "pause"}``. Prints a JSON line for each thing that
happens; after ``greeted`` it reads the session's id from stdin. With ``pause`` it waits for a line
on stdin before the request is sent.
"""

import json
import os
import sys
import time
from pathlib import Path

from backend_client import Bank, BankSettings, Policy, Server
from backend_client.errors import BankError
from kiosk.cash import plan
from kiosk.devices.client import SocketDevice
from kiosk.forward import Backoff
from kiosk.machine import (
    CashMachine,
    MachineSettings,
    TransferRequest,
    WithdrawRequest,
    Working,
    from_environment,
    signer,
)
from kiosk.screens import Mix, Work

DELIVER_S = 40.0


def say(**facts: object) -> None:
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


def main() -> None:
    wish = json.loads(Path(sys.argv[1]).read_text())
    home = Path(wish["home"])
    bank = Bank(
        BankSettings(
            servers=[Server(name, "127.0.0.1", port) for name, port in wish["banks"]],
            identity_folder=Path(wish["identity"]),
            trust_file=Path(wish["trust"]),
            bank_time_file=home / "bank_time",
            realm="meridian.example",
            policy=Policy.PRIMARY,
        )
    )
    crash = from_environment(os.environ, home, test_configuration=True)
    machine = CashMachine(
        MachineSettings(
            journal=home / "journal",
            terminal=bank.identity.terminal_id,
            currency="EUR",
            accepts_minor=(10000, 5000, 2000, 1000, 500),
            deposit_notes=50,
            deposit_each_minor=500_000,
            take_s=wish.get("take_s", 5.0),
            advice_wait_s=wish.get("advice_wait_s", 3.0),
            device_wait_s=2.0,
            backoff=Backoff(0.1, 0.5),
        ),
        bank,
        SocketDevice(("127.0.0.1", wish["device"]), on_event=crash.on_device_event),
        signer(bank.identity),
        crash,
    )
    machine.open()
    say(opened=True)
    if wish["act"] != "none":
        greet(machine)
        act(machine, wish, session=sys.stdin.readline().strip())
    deadline = time.monotonic() + DELIVER_S
    while machine.service().pending and time.monotonic() < deadline:
        time.sleep(0.02)
    say(pending=machine.service().pending)
    machine.close()
    bank.close()


def greet(machine: CashMachine) -> None:
    deadline = time.monotonic() + DELIVER_S
    while True:
        try:
            machine.hello()
        except BankError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            say(greeted=True)
            return


def act(machine: CashMachine, wish: dict, session: str) -> None:
    account, amount = wish["account"], wish["amount"]

    def progress(event: object) -> None:
        say(progress=repr(event))
        asking = (Working(Work.AUTHORISING), Working(Work.TRANSFERRING))
        if wish.get("pause") and event in asking:
            say(paused=True)
            sys.stdin.readline()

    began = time.monotonic()
    match wish["act"]:
        case "withdraw":
            notes = plan(machine.service().payable, amount, Mix.MIXED)
            request = WithdrawRequest(account, session, amount, notes)
            result = machine.withdraw(request, None, progress)
        case "transfer":
            move = TransferRequest(account, session, wish["payee"], amount, "rent")
            result = machine.transfer(move, None, progress)
        case "deposit" | "return":
            refused = machine.deposit_begin(account, session, progress)
            if refused is None:
                say(slot="open")
                sys.stdin.readline()
                machine.deposit_count()
                end = machine.deposit_store if wish["act"] == "deposit" else machine.deposit_return
                result = end(progress)
            else:
                result = refused
    say(
        ok=result.ok,
        problem=result.problem,
        money=result.money,
        amount=result.amount_minor,
        reference=result.reference,
        seconds=round(time.monotonic() - began, 2),
    )


if __name__ == "__main__":
    main()
