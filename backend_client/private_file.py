"""Files with a terminal's secrets: written whole or not at all, readable by this user alone."""

import os
from pathlib import Path


def write_private(file: Path, data: bytes) -> None:
    """Write `data` whole or not at all, 0600 where the system has such bits.

    Once it has returned, the file outlives a power cut. Errors: OSError.
    """
    draft = file.with_name(file.name + ".new")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(file)
    keep_names(file.parent)


def keep_names(folder: Path) -> None:
    """Let a folder's names reach the disk, where the system has a way to ask for that."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
