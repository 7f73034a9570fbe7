"""The log of a child: its newest lines, in two files that are never larger than they may be."""

import contextlib
from pathlib import Path
from typing import BinaryIO, Final

LIMIT_BYTES: Final = 1 << 20


class KeptLog:
    """Appends to ``NAME.log``; when that is full it becomes ``NAME.log.1``, in place of the last.

    So the end of what a child said is always there, with at least `limit_bytes` before it if it
    said as much, and months of it take no more than twice that.
    """

    def __init__(self, file: Path, limit_bytes: int = LIMIT_BYTES) -> None:
        """Nothing is opened yet."""
        self._file = file
        self._limit_bytes = limit_bytes
        self._out: BinaryIO | None = None

    def write(self, line: bytes) -> None:
        """Append a line, for everybody to see at once; on a disk that is full it is lost."""
        # Nobody may wait for a log: a child whose output is read no more stops at its next line.
        with contextlib.suppress(OSError):
            if self._out is None:
                self._out = self._file.open("ab")
            if self._out.tell() + len(line) > self._limit_bytes:
                self.close()
                with contextlib.suppress(OSError):
                    self._file.replace(self._file.with_name(self._file.name + ".1"))
                self._out = self._file.open("wb")
            self._out.write(line)
            self._out.flush()

    def close(self) -> None:
        """Close the file; another line opens it again."""
        out, self._out = self._out, None
        if out is not None:
            with contextlib.suppress(OSError):
                out.close()
