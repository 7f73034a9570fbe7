"""Files with secrets: written whole or not at all, and readable by this user alone."""

import contextlib
import os
from pathlib import Path


def write_private(file: Path, data: bytes) -> None:
    """Write `data` whole or not at all, to a file that only this user can read (0600).

    Once it has returned, the file outlives a power cut. Errors: OSError.
    """
    unfinished = file.with_name(file.name + ".new")
    unfinished.unlink(missing_ok=True)
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        unfinished.replace(file)
    except BaseException:
        with contextlib.suppress(OSError):
            unfinished.unlink()
        raise
    _keep_name(file.parent)


def _keep_name(folder: Path) -> None:
    """Let a folder's names reach the disk, where the system has a way to ask for that."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
