"""Installing Debian packages: by ourselves where that needs no password, else by the user."""

import os
import shutil
import subprocess
from collections.abc import Sequence

from launch.errors import EnvironmentNotReady

TRIES = 3


def install(packages: Sequence[str], why: str) -> None:
    """Install `packages` by apt. Errors: EnvironmentNotReady with the one line to paste."""
    wanted = sorted(set(packages))
    line = "apt-get install -y --no-install-recommends " + " ".join(wanted)
    if shutil.which("apt-get") is None:
        raise EnvironmentNotReady(
            f"{why} Install what your system calls {', '.join(wanted)}, then start again."
        )
    prefix = _privilege()
    if prefix is None:
        raise EnvironmentNotReady(f"{why} Paste this line, then start again:\n  sudo {line}")
    print(f"{why} Installing: {' '.join(wanted)}", flush=True)
    settings = ["env", "DEBIAN_FRONTEND=noninteractive"]
    for _ in range(TRIES):
        # The lists may be absent or old; an update that fails may still leave usable ones.
        subprocess.run([*prefix, "apt-get", "update", "-qq"], check=False)
        command = [*prefix, *settings, *line.split(), "-qq", "-o", "DPkg::Lock::Timeout=120"]
        if subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode == 0:
            return
    raise EnvironmentNotReady(f"apt-get could not install them. Try it by hand:\n  sudo {line}")


def _privilege() -> list[str] | None:
    if os.name == "posix" and os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    asked = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
    return ["sudo", "-n"] if asked.returncode == 0 else None
