"""A process that has imported the kiosk already, and forks one at each request.

Importing takes longer than most rows. Run as a program: a line ``{"wish", "crash", "stdin",
"stdout"}`` (the last two are FIFOs) starts a kiosk and is answered by its pid; a line ``{"wait":
PID}`` is answered by its exit status, negative for a signal. One thread only, so forking is safe.
"""

import json
import os
import subprocess
import sys
from pathlib import Path


def main() -> None:
    from tests.faults import kiosk_process

    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        order = json.loads(line)
        if "wait" in order:
            _, status = os.waitpid(order["wait"], 0)
            answer = os.waitstatus_to_exitcode(status)
        else:
            answer = os.fork()
            if answer == 0:
                become_kiosk(order, kiosk_process)
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


def become_kiosk(order: dict, kiosk_process) -> None:
    status = 1
    try:
        os.dup2(os.open(order["stdin"], os.O_RDONLY), 0)
        os.dup2(os.open(order["stdout"], os.O_WRONLY), 1)
        os.environ["KIOSK_CRASH_AT"] = order["crash"]
        sys.argv[1:] = [order["wish"]]
        sys.stdin = os.fdopen(0, "r", closefd=False)
        sys.stdout = os.fdopen(1, "w", closefd=False)
        kiosk_process.main()
        status = 0
    finally:
        sys.stdout.flush()
        os._exit(status)


class Zygote:
    """The forking process; ``start`` returns a ``Forked``."""

    def __init__(self, root: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.zygote"],
            cwd=root,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout.readline() == "ready\n"

    def start(self, wish: Path, crash: str) -> "Forked":
        pipes = [str(wish.with_suffix(end)) for end in (".in", ".out")]
        for pipe in pipes:
            os.mkfifo(pipe)
        order = {"wish": str(wish), "crash": crash, "stdin": pipes[0], "stdout": pipes[1]}
        pid = self._ask(order)
        return Forked(self, pid, open(pipes[0], "w"), open(pipes[1]))  # noqa: PTH123

    def wait(self, pid: int) -> int:
        return self._ask({"wait": pid})

    def _ask(self, order: dict) -> int:
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def end(self) -> None:
        self._process.communicate(timeout=10)


class Forked:
    """A kiosk: its pid, and the ends of its stdin and stdout."""

    def __init__(self, zygote: Zygote, pid: int, stdin, stdout) -> None:
        self._zygote = zygote
        self._status: int | None = None
        self.pid, self.stdin, self.stdout = pid, stdin, stdout

    def kill(self) -> None:
        if self._status is None:
            os.kill(self.pid, 9)

    def wait(self) -> int:
        """Return the exit status; the ends are closed."""
        if self._status is None:
            self._status = self._zygote.wait(self.pid)
            self.stdin.close()
            self.stdout.close()
        return self._status


if __name__ == "__main__":
    main()
