"""Our own note of the last order given to the machine, durable before the order is sent.

A real device knows no uid. So before each order that begins or ends a movement the driver writes
down whose it is and what the machine's counts were; whatever is found afterwards is held against
that. One file, written whole and fsynced (``kiosk.journal.disk``), a few kilobytes long.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, Self

from kiosk.cash.notes import from_tally, tally
from kiosk.devices.xfs4iot.counts import Counts, from_rows, to_rows
from kiosk.devices.xfs4iot.readings import Presented, PresentStatus
from kiosk.journal.disk import write_whole
from kiosk.screens import Notes

FORMAT: Final = 1


class NoteDamaged(Exception):
    """The file is there and is no note: nothing may be concluded about any transaction."""


class Stage(StrEnum):
    """How far a cash-in was ordered."""

    ASKED = "asked"  # CashInStart is about to be sent
    OPEN = "open"  # it has completed: notes may come in
    STORING = "storing"  # CashInEnd is about to be sent
    RETURNING = "returning"  # CashInRollback is about to be sent


@dataclass(frozen=True, slots=True)
class OutNote:
    """The last dispense: whose it is, and counts and GetPresentStatus just before it was sent."""

    uid: str
    before: Counts
    present: PresentStatus


@dataclass(frozen=True, slots=True)
class InNote:
    """The last cash-in: whose, how far, the counts before it began, and what was in escrow when
    it was last ordered on."""

    uid: str
    stage: Stage
    before: Counts
    counted: tuple[Notes, ...] = ()


@dataclass(frozen=True, slots=True)
class Book:
    """All that is noted.

    ``dispenses``, ``accepts`` and ``stores`` count orders over the machine's life; ``loaded`` is
    what its units held when somebody last counted them, ``cleared`` how often that changed or an
    exchange ended. ``exchange`` and ``exchanged``: the exchange that is open, and the last ended.
    """

    dispenses: int = 0
    accepts: int = 0
    stores: int = 0
    cleared: int = 0
    exchange: str = ""
    exchanged: str = ""
    loaded: Counts | None = None
    out: OutNote | None = None
    into: InNote | None = None

    def dispensing(self, uid: str, now: Counts, present: PresentStatus) -> Self:
        """Return the book with a dispense that is about to be ordered."""
        return replace(self, dispenses=self.dispenses + 1, out=OutNote(uid, now, present))

    def accepting(self, uid: str, now: Counts) -> Self:
        """Return the book with a cash-in that is about to begin."""
        return replace(self, accepts=self.accepts + 1, into=InNote(uid, Stage.ASKED, now))

    def staged(self, stage: Stage, counted: tuple[Notes, ...] = ()) -> Self:
        """Return the book with the cash-in ordered on."""
        into = self.into and replace(self.into, stage=stage, counted=counted)
        return replace(self, into=into, stores=self.stores + (stage is Stage.STORING))

    def recounted(self, loaded: Counts) -> Self:
        """Return the book after a person has counted the units: what was noted is over."""
        if self.loaded is None:
            return replace(self, loaded=loaded)
        return replace(self, loaded=loaded, cleared=self.cleared + 1, out=None, into=None)

    def exchanging(self, uid: str) -> Self:
        """Return the book with an exchange that is about to begin."""
        return replace(self, exchange=uid)

    def exchange_over(self, loaded: Counts) -> Self:
        """Return the book after an operator has closed the machine again."""
        book = replace(self, exchange="", exchanged=self.exchange, loaded=loaded)
        return replace(book, cleared=self.cleared + 1, out=None, into=None)


class NoteFile:
    """The book on disk."""

    def __init__(self, path: Path) -> None:
        """Nothing is read yet."""
        self._path = path

    def read(self) -> Book:
        """Return the book, a new one if there is none yet.

        Raises:
            NoteDamaged: see the class.
            OSError: the disk.
        """
        try:
            body = json.loads(self._path.read_bytes())
        except FileNotFoundError:
            return Book()
        except ValueError as error:
            raise NoteDamaged(f"{self._path} is damaged") from error
        try:
            return _book(body)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise NoteDamaged(f"{self._path} is damaged") from error

    def write(self, book: Book) -> None:
        """Make the book durable; raises ``OSError``."""
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_whole(self._path, json.dumps(_body(book)).encode())


def _body(book: Book) -> dict[str, Any]:
    out, into = book.out, book.into
    return {
        "format": FORMAT,
        "dispenses": book.dispenses,
        "accepts": book.accepts,
        "stores": book.stores,
        "cleared": book.cleared,
        "exchange": book.exchange,
        "exchanged": book.exchanged,
        "loaded": None if book.loaded is None else to_rows(book.loaded),
        "out": None
        if out is None
        else {
            "uid": out.uid,
            "before": to_rows(out.before),
            "presented": out.present.presented,
            "presented_minor": out.present.amount_minor,
        },
        "into": None
        if into is None
        else {
            "uid": into.uid,
            "stage": into.stage,
            "before": to_rows(into.before),
            "counted": tally(into.counted),
        },
    }


def _book(body: Mapping[str, Any]) -> Book:
    if body["format"] != FORMAT:
        raise ValueError("another format")
    out, into, loaded = body["out"], body["into"], body["loaded"]
    return Book(
        dispenses=int(body["dispenses"]),
        accepts=int(body["accepts"]),
        stores=int(body["stores"]),
        cleared=int(body["cleared"]),
        exchange=str(body["exchange"]),
        exchanged=str(body["exchanged"]),
        loaded=None if loaded is None else from_rows(loaded),
        out=None
        if out is None
        else OutNote(
            uid=str(out["uid"]),
            before=from_rows(out["before"]),
            present=PresentStatus(Presented(out["presented"]), out["presented_minor"]),
        ),
        into=None
        if into is None
        else InNote(
            uid=str(into["uid"]),
            stage=Stage(into["stage"]),
            before=from_rows(into["before"]),
            counted=from_tally(into["counted"]),
        ),
    )
