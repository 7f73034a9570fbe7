"""Compiled kernels, and where the compiled code is kept.

Numba compiles a kernel at its first call, which takes seconds; kept code is loaded in some 0.1 s.
`prepare.py` has it made at set-up, so that nobody waits for a compiler in front of a machine.

Kept code is good for these sources, this numba and this kind of processor, as numpy tells it: all
three are in the name of the folder. The folder lies beside the sources, or among the user's caches
if they may not be written to; what set-up left beside the sources is then copied.
"""

import contextlib
import functools
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar, cast

import numpy as np
import platformdirs

_SOURCES = Path(__file__).parent
_COMPLETE = "complete"
_F = TypeVar("_F", bound=Callable[..., Any])


def compiled(function: _F) -> _F:
    """Compile a function of arrays and numbers; it runs without the interpreter's lock."""
    return _compile(function, fastmath=False)


def compiled_sums(function: _F) -> _F:
    """As `compiled`, for numbers that are finite: sums and maxima are taken in any order, several
    elements at a time."""
    return _compile(function, fastmath={"reassoc", "contract", "nsz", "nnan"})


def _compile(function: _F, fastmath: bool | set[str]) -> _F:
    import numba

    options: dict[str, Any] = {"error_model": "numpy", "nogil": True, "fastmath": fastmath}
    numba.config.CACHE_DIR = str(_folder_to_write())  # type: ignore[attr-defined]
    try:
        made: Any = numba.njit(cache=True, **options)(function)
    except RuntimeError:
        # Nowhere to keep it: each process compiles for itself.
        made = numba.njit(**options)(function)
    return cast(_F, made)


def is_kept() -> bool:
    """Whether all kernels' code is kept for this user, so that loading compiles nothing."""
    return any((folder / _COMPLETE).is_file() for folder in (_beside_sources(), _of_user()))


def note_kept() -> None:
    """All kernels were called: the folder is complete. One that cannot be written stays without."""
    folder = _folder_to_write()
    with contextlib.suppress(OSError):
        (folder / _COMPLETE).touch()
        for other in folder.parent.iterdir():
            if other.name != folder.name:
                shutil.rmtree(other, ignore_errors=True)


@functools.cache
def _folder_to_write() -> Path:
    beside, own = _beside_sources(), _of_user()
    if _can_write(beside):
        return beside
    if (beside / _COMPLETE).is_file() and not own.exists():
        with contextlib.suppress(OSError):
            own.parent.mkdir(parents=True, exist_ok=True)
            part = Path(tempfile.mkdtemp(dir=own.parent))
            shutil.copytree(beside, part / own.name)
            (part / own.name).rename(own)
            part.rmdir()
    return own


def _can_write(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _beside_sources() -> Path:
    return _SOURCES / "__pycache__" / "compiled" / _digest()


def _of_user() -> Path:
    chosen = os.environ.get("NUMBA_CACHE_DIR")
    base = Path(chosen) if chosen else platformdirs.user_cache_path("fortress-atm")
    return base / "compiled" / _digest()


@functools.cache
def _digest() -> str:
    """Of all kernels' sources: a kernel holds the code of those it calls, from other files too."""
    of = hashlib.sha256()
    for source in sorted(_SOURCES.glob("*.py")):
        of.update(source.read_bytes())
    of.update(version("numba").encode())
    of.update(repr(np.show_config(mode="dicts")).encode())
    return of.hexdigest()[:16]
