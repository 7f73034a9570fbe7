"""``kiosk --headless`` over a real device-sim, two real bank servers and a real database."""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from kiosk.config import DEFAULT_FILE
from launch.demo_parts import DEVICE, DemoParts
from launch.doors import ROOT
from launch.folder import DataFolder, Ports
from tests.kiosk.xfs4iot_process import Xfs4IotProcess

pytestmark = pytest.mark.timeout(400)


@pytest.fixture(scope="module")
def parts() -> Iterator[DemoParts]:
    # Not tmp_path: pytest's folders are closed to the account PostgreSQL runs as under root.
    home = Path(tempfile.mkdtemp(prefix="fortress-kiosk-"))
    home.chmod(0o711)
    folder = DataFolder(home / "data")
    found = DemoParts(folder, Ports(0, 0))
    try:
        found.start()
        yield found
    finally:
        found.close()
        folder.close()
        # After a failed start the database may still be leaving while its files are removed.
        with suppress(FileNotFoundError):
            folder.wipe()
        shutil.rmtree(home, ignore_errors=True)


def play(
    parts: DemoParts, script: str, status: int = 0, wait_s: int = 60, config: Path = DEFAULT_FILE
) -> list[dict[str, object]]:
    """Play a script in a process of its own; return the screens it showed."""
    data = str(parts.folder.path)
    main = str(ROOT / "main.py")
    ended = subprocess.run(
        [
            sys.executable,
            main,
            "kiosk",
            "--headless",
            "--data",
            data,
            "--script",
            "-",
            f"--wait-s={wait_s}",
            f"--config={config}",
        ],
        input=script,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert ended.returncode == status, ended.stdout[-2000:] + ended.stderr
    assert "Traceback" not in ended.stderr
    return [json.loads(row) for row in ended.stdout.splitlines()]


def fingers(parts: DemoParts) -> Path:
    return parts.folder.path / "demo" / "fingers"


def test_finger_pin_withdrawal_balance(parts: DemoParts) -> None:
    shown = play(
        parts,
        f"""
        finger {fingers(parts)}/amara_4.png
        pin 482915
        expect Menu first_name=Amara
        withdraw 60
        expect Success kind=withdraw amount_minor=6000
        confirm
        balance
        expect Balance available_minor=242000
        back
        logout
        expect Goodbye
        """,
    )
    names = [screen["screen"] for screen in shown]
    assert names.index("Scanning") < names.index("EnterPin") < names.index("Menu")
    assert names.index("TakeCash") < names.index("Success") < names.index("Balance")
    assert "482915" not in json.dumps(shown)


def test_deposit_transfer_statement_and_a_wrong_pin_between(parts: DemoParts) -> None:
    shown = play(
        parts,
        """
        number chiara
        pin 000000
        expect EnterPin problem=pin_wrong_by_number
        pin 915372
        expect Menu first_name=Chiara
        deposit 50x1 20x2
        expect Success kind=deposit amount_minor=9000
        confirm
        return 100x1
        expect Menu
        transfer 25.00 to bo for the rent of March
        pin 111111
        expect EnterPin use=confirm problem=pin_wrong
        pin 915372
        expect Success kind=transfer amount_minor=2500
        confirm
        withdraw 900
        expect Withdraw problem=limit_each
        back
        cancel
        statement
        expect Statement
        logout
        """,
    )
    (statement,) = [screen for screen in shown if screen["screen"] == "Statement"]
    lines = statement["lines"]
    assert isinstance(lines, list)
    assert [(line["amount_minor"], line["text"]) for line in lines[:2]] == [
        (-2500, "the rent of March"),
        (9000, ""),
    ]
    reviews = [screen for screen in shown if screen["screen"] == "TransferReview"]
    assert reviews[0]["payee_name"] == "Bo L."


def test_signing_up_with_a_finger_of_ones_own(parts: DemoParts, tmp_path: Path) -> None:
    import cv2

    from biometrics import synthetic

    for impression in (1, 2, 3):
        cv2.imwrite(str(tmp_path / f"{impression}.png"), synthetic.synthesise(991, impression))
    play(
        parts,
        f"""
        finger {tmp_path}/1.png
        expect Scanning problem=finger_not_known
        cancel
        signup amara Dina Haddad +4915110000009 739142 {tmp_path}/1.png
        expect Signup step=name
        cancel
        signup dina Dina Haddad +4915110000009 739142 {tmp_path}/1.png {tmp_path}/2.png
        expect Success kind=signup amount_minor=50000
        confirm
        finger {tmp_path}/3.png
        pin 739142
        expect Menu first_name=Dina
        logout
        """,
    )


def test_a_script_that_wants_the_impossible_says_where_the_kiosk_stands(parts: DemoParts) -> None:
    shown = play(
        parts, "finger /nowhere/at/all.png\nexpect Scanning\nlogout\nbalance\n", 1, wait_s=8
    )
    assert "balance" in str(shown[-1]["error"])


def test_any_vendors_machine_takes_the_devices_place(parts: DemoParts, tmp_path: Path) -> None:
    """The driver xfs4iot over a simulated machine, after the simulated devices are taken out."""
    parts.supervisor.stop(DEVICE)
    machine = Xfs4IotProcess(parts.folder.path, port=parts.device_port)
    machine.start()
    theirs = '[kiosk.cash]\ndriver = "simulator"\naddress = ""'
    ours = f'[kiosk.cash]\ndriver = "xfs4iot"\naddress = "{machine.address}"'
    text = DEFAULT_FILE.read_text("utf-8")
    assert text.count(theirs) == 1
    config = tmp_path / "kiosk.toml"
    config.write_text(text.replace(theirs, ours), "utf-8")
    try:
        play(
            parts,
            """
            number bo
            pin 730164
            withdraw 60
            expect Success kind=withdraw amount_minor=6000
            confirm
            deposit 50x1 20x2
            expect Success kind=deposit amount_minor=9000
            confirm
            return 20x1
            expect Menu
            logout
            """,
            config=config,
        )
        totals = machine.hands.facts()["totals"]
    finally:
        machine.kill()
        parts.supervisor.start(DEVICE)
    moved = {name: totals[name] for name in ("taken", "given", "ret", "retr", "rej", "adrift")}
    assert moved == {"taken": 6000, "given": 9000, "ret": 2000, "retr": 0, "rej": 0, "adrift": 0}
