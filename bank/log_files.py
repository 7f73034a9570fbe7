"""Logs that programs of others write by themselves: kept from growing while they run."""

import contextlib
import os
import shutil
from pathlib import Path


def keep_end(log: Path, limit_bytes: int) -> None:
    """Move what is in `log` to ``LOG.1``, in place of what is there, once it is over the limit.

    The file stays the same one, for its writer has it open for appending and goes on in it. A line
    that is written in the very moment of it may be lost. A disk that is full changes nothing.
    """
    with contextlib.suppress(OSError):
        if log.stat().st_size > limit_bytes:
            shutil.copyfile(log, log.with_name(log.name + ".1"))
            os.truncate(log, 0)
