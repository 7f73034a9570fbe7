"""A process that has imported the program already, and forks a command of it at each request.

Importing takes longer than most rows. The child calls ``launch.front_door.main``, as ``main.py``
does, with the command line it is given; only the import happened earlier. Rows that need another
loader or user from the first instruction on (faketime, setpriv) start ``main.py`` itself.

Run as a program: a line ``{"arguments", "environment", "stdout", "stderr"}`` (the last two are
paths) starts a command and is answered by its pid; a line ``{"wait": PID}`` is answered by its exit
status, negative for a signal. One thread only, so forking is safe.
"""

import gc
import importlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

LOADED = (
    "launch.front_door",
    "launch.kiosk_command",
    "kiosk.headless.hand",
    "kiosk.opening",
    "kiosk.effects.perform",
    "kiosk.journal.cli",
    "kiosk.devices.cli",
    "cryptography.hazmat.primitives.kdf.argon2",
)


def main() -> None:
    for module in LOADED:
        importlib.import_module(module)
    gc.freeze()
    assert len(list(Path("/proc/self/task").iterdir())) == 1, "a thread would be lost in the fork"
    answer: int | str = "ready"
    sys.stdout.write(f"{answer}\n")
    sys.stdout.flush()
    for line in sys.stdin:
        order = json.loads(line)
        if "wait" in order:
            _, status = os.waitpid(order["wait"], 0)
            answer = os.waitstatus_to_exitcode(status)
        else:
            answer = os.fork()
            if answer == 0:
                become_command(order)
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


def become_command(order: dict[str, Any]) -> None:
    from launch import front_door

    status = 1
    try:
        os.setsid()
        for descriptor, path in ((1, order["stdout"]), (2, order["stderr"])):
            os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), descriptor)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.environ.update(order["environment"])
        sys.argv = ["main.py", *order["arguments"]]
        sys.stdout = os.fdopen(1, "w", closefd=False)
        sys.stderr = os.fdopen(2, "w", closefd=False)
        status = front_door.main(order["arguments"])
    except SystemExit as end:
        status = int(end.code or 0)
    except BaseException:  # noqa: BLE001
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


class Zygote:
    """The forking process; ``start`` returns a ``Forked``."""

    def __init__(self, root: Path) -> None:
        # A library's pool of threads would not survive the fork.
        environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        environment.pop("FORTRESS_CHILD", None)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.zygote"],
            cwd=root,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout.readline() == "ready\n"

    def start(
        self, arguments: list[str], environment: Mapping[str, str], stdout: Path, stderr: Path
    ) -> "Forked":
        pid = self._ask(
            {
                "arguments": arguments,
                "environment": dict(environment),
                "stdout": str(stdout),
                "stderr": str(stderr),
            }
        )
        return Forked(self, pid)

    def wait(self, pid: int) -> int:
        return self._ask({"wait": pid})

    def _ask(self, order: dict[str, Any]) -> int:
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def end(self) -> None:
        self._process.communicate(timeout=10)


class Forked:
    """A command forked off: its pid and, in the end, its status."""

    def __init__(self, zygote: Zygote, pid: int) -> None:
        self._zygote = zygote
        self._status: int | None = None
        self.pid = pid

    def kill(self) -> None:
        self.signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.signal(signal.SIGTERM)

    def signal(self, number: int) -> None:
        if self._status is None:
            os.kill(self.pid, number)

    def wait(self) -> int:
        """Return the exit status."""
        if self._status is None:
            self._status = self._zygote.wait(self.pid)
        return self._status


if __name__ == "__main__":
    main()
