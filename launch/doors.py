"""The commands of ``main.py``: name, the module behind it, and what it does in a user's words.

A module behind a door offers ``add_arguments(parser)`` and ``run(arguments) -> int``.
"""

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Door:
    """One command. `screen`: it draws with Qt; `develops`: it needs the developers' tools.

    `private`: it sees fingers, PINs or the bank's keys, so its memory must be written nowhere.
    `extra`: the further set of packages it needs, always or only with the option `extra_with`.
    """

    name: str
    module: str
    help: str
    screen: bool = False
    develops: bool = False
    private: bool = False
    extra: str = ""
    extra_with: str = ""


_ALL = (
    Door("setup", "launch.setup_command", "install what is missing and do nothing else"),
    Door(
        "demo",
        "launch.demo",
        "start the demo: database, two bank servers, kiosk",
        screen=True,
        private=True,
        extra="cluster",
        extra_with="--cluster",
    ),
    Door(
        "kiosk",
        "launch.kiosk_command",
        "run one ATM against a bank that is already there",
        screen=True,
        private=True,
    ),
    Door(
        "teller",
        "ui.teller.cli",
        "run the branch's desktop application",
        screen=True,
        private=True,
    ),
    Door("cases", "ui.teller.cases.cli", "list, show and close suspended cases", private=True),
    Door(
        "chains",
        "ui.teller.chains",
        "list machines whose journal the bank does not know; open new chains",
        private=True,
    ),
    Door("database", "launch.database_command", "run the demo's PostgreSQL alone"),
    Door(
        "cluster",
        "launch.cluster_command",
        "run the database as several nodes that replace each other",
        extra="cluster",
    ),
    Door("bank", "bank.cli", "run and look after a bank server", private=True),
    Door("journal", "kiosk.journal.cli", "read an ATM's journal, or begin a new one"),
    Door("device-sim", "kiosk.devices.cli", "run simulated cash devices"),
    Door("devices", "kiosk.devices.xfs4iot.cli", "show the cash devices, and whether they will do"),
    Door(
        "fingerprint",
        "biometrics.cli",
        "take, read, compare and judge fingerprint pictures",
        private=True,
    ),
    Door("readers", "biometrics.scanners.cli", "list the fingerprint readers that are connected"),
    Door("selftest", "protocol.selftest", "run the known-answer tests of the PIN proof"),
    Door("tour", "launch.tour", "go through the demo by script, without a display", screen=True),
    Door(
        "screens",
        "ui.gallery.cli",
        "draw every screen as a picture, and check sizes, contrast and words",
        screen=True,
    ),
    Door("test", "launch.tests_command", "pass all tests", screen=True, develops=True),
    Door(
        "check", "launch.check_command", "check style, types and rules", screen=True, develops=True
    ),
    Door(
        "soak",
        "benchmarks.soak.cli",
        "move money while everything is killed, and judge what came of it",
        develops=True,
    ),
    Door("bench", "benchmarks.cli", "measure, one JSON line each", develops=True),
    Door(
        "bench-large",
        "benchmarks.large_cli",
        "measure a ledger with 10 million entries (15 GB of disk, an hour)",
        develops=True,
    ),
    Door("faults", "launch.faults_command", "play every row of the fault matrix", develops=True),
)

DOORS = {door.name: door for door in _ALL}
