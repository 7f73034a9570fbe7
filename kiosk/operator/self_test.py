"""The self-test: how each reading of a part is judged; pure."""

from collections.abc import Sequence

from kiosk.devices.status import DeviceStatus, Place
from kiosk.operator.screens import Check, Part, Verdict

CLOCK_OFF_S = 300
"""The machine's own clock may differ from the bank's by so much before somebody should set it."""
DISK_LOW_MB = 512
DISK_FULL_MB = 64
DISK_SLOW_MS = 500
_OUT_CLEAR = (Place.NONE, Place.TAKEN, Place.REJECTED, Place.RETRACTED)
_IN_CLEAR = (Place.NONE, Place.TAKEN, Place.STORED, Place.RETRACTED)


def reader(fitted: bool, there: bool) -> Check:
    """The fingerprint reader."""
    if not fitted:
        return Check(Part.READER, Verdict.ABSENT, "none")
    return Check(
        Part.READER, Verdict.GOOD if there else Verdict.BAD, "answers" if there else "silent"
    )


def dispenser(status: DeviceStatus | None, *, exchange: bool) -> Check:
    """The part that pays."""
    return _device(
        Part.DISPENSER,
        status,
        works=status is not None and status.pays,
        clear=status is not None and status.outgoing.place in _OUT_CLEAR,
        exchange=exchange,
    )


def acceptor(status: DeviceStatus | None, *, exchange: bool) -> Check:
    """The part that takes."""
    return _device(
        Part.ACCEPTOR,
        status,
        works=status is not None and status.takes,
        clear=status is not None and status.incoming.place in _IN_CLEAR,
        exchange=exchange,
    )


def _device(
    part: Part, status: DeviceStatus | None, *, works: bool, clear: bool, exchange: bool
) -> Check:
    if status is None:
        return Check(part, Verdict.BAD, "silent")
    if status.counters is None:
        return Check(part, Verdict.BAD, "blind")
    if exchange:
        return Check(part, Verdict.WATCH, "exchange")
    if not works:
        return Check(part, Verdict.BAD, "jammed")
    return Check(part, Verdict.GOOD, "ready") if clear else Check(part, Verdict.WATCH, "not_clear")


def printer(fitted: bool, ready: bool) -> Check:
    """The receipt printer."""
    if not fitted:
        return Check(Part.PRINTER, Verdict.ABSENT, "none")
    return Check(
        Part.PRINTER, Verdict.GOOD if ready else Verdict.BAD, "ready" if ready else "not_ready"
    )


def bank(servers: Sequence[tuple[str, bool]]) -> Check:
    """The bank's servers: name, and whether it answers."""
    up = [name for name, healthy in servers if healthy]
    down = [name for name, healthy in servers if not healthy]
    if not up:
        return Check(Part.BANK, Verdict.BAD, "away", ", ".join(down))
    if down:
        return Check(Part.BANK, Verdict.WATCH, "one_away", ", ".join(down))
    return Check(Part.BANK, Verdict.GOOD, "answers", ", ".join(up))


def clock(wall_s: int, bank_s: int) -> Check:
    """The machine's clock beside the latest time the bank has told."""
    off_s = wall_s - bank_s
    if abs(off_s) > CLOCK_OFF_S:
        return Check(Part.CLOCK, Verdict.WATCH, "ahead" if off_s > 0 else "behind", str(abs(off_s)))
    return Check(Part.CLOCK, Verdict.GOOD, "agrees", str(abs(off_s)))


def disk(free_mb: int, written_ms: int | None) -> Check:
    """The disk of the journal; ``written_ms``: what a small write took, None if it failed."""
    if written_ms is None:
        return Check(Part.DISK, Verdict.BAD, "refuses")
    if free_mb < DISK_FULL_MB:
        return Check(Part.DISK, Verdict.BAD, "full", str(free_mb))
    if free_mb < DISK_LOW_MB:
        return Check(Part.DISK, Verdict.WATCH, "low", str(free_mb))
    if written_ms > DISK_SLOW_MS:
        return Check(Part.DISK, Verdict.WATCH, "slow", str(written_ms))
    return Check(Part.DISK, Verdict.GOOD, "works", str(free_mb))


def journal(works: bool, pending: int | None) -> Check:
    """The journal, and what of it the bank has not acknowledged; None: it cannot be read."""
    if not works or pending is None:
        return Check(Part.JOURNAL, Verdict.BAD, "unusable")
    if pending:
        return Check(Part.JOURNAL, Verdict.WATCH, "pending", str(pending))
    return Check(Part.JOURNAL, Verdict.GOOD, "works")
