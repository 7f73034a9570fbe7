"""The rule that lets a kiosk's user open USB readers without being root (udev(7), Linux)."""

import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from biometrics.scanners.libfprint.known import KnownReader

RULES_FOLDER: Final = Path("/etc/udev/rules.d")
# Before 73-seat-late.rules, which acts on the tag `uaccess`.
RULES_FILE: Final = "70-fortress-readers.rules"
_HEAD: Final = """\
# Fingerprint readers of Fortress ATM: the group {group} and whoever sits at the machine may open
# them. Written by `main.py readers --install-rules`; readers by the installed libfprint's list.
ACTION=="remove", GOTO="fortress_readers_end"
"""
_LINE: Final = (
    'SUBSYSTEM=="usb", ENV{{DEVTYPE}}=="usb_device", ATTR{{idVendor}}=="{vendor}", '
    'ATTR{{idProduct}}=="{product}", MODE="0660", GROUP="{group}", TAG+="uaccess"\n'
)
_TAIL: Final = 'LABEL="fortress_readers_end"\n'
_UDEVADM_S: Final = 30.0


def rules(readers: Iterable[KnownReader], group: str) -> str:
    """Return the content of the rules file. Errors: ValueError for what is no group's name."""
    if not group.replace("-", "").replace("_", "").isalnum() or not group.isascii():
        raise ValueError(f"{group!r} is no name of a group")
    wanted = sorted({(r.vendor, r.product) for r in readers if r.gives_pictures})
    lines = [_LINE.format(vendor=v, product=p, group=group) for v, p in wanted]
    return _HEAD.format(group=group) + "".join(lines) + _TAIL


def install(text: str, folder: Path = RULES_FOLDER) -> bool:
    """Write the file and let udev read it; False if udev has to be restarted by hand.

    Errors: OSError if this user may not write there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / RULES_FILE
    unfinished = file.with_suffix(".new")
    unfinished.write_text(text, "utf-8")
    # Others must be able to read it: udev's own tools run as any user.
    unfinished.chmod(0o644)
    unfinished.replace(file)
    if shutil.which("udevadm") is None:
        return False
    commands = (
        ["udevadm", "control", "--reload-rules"],
        ["udevadm", "trigger", "--subsystem-match=usb", "--action=change"],
    )
    try:
        return all(
            subprocess.run(c, capture_output=True, timeout=_UDEVADM_S, check=False).returncode == 0
            for c in commands
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
