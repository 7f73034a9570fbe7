"""Lines of a script, checked before the first one is played."""

import re
import shlex
from dataclasses import dataclass
from typing import Final

from kiosk.cash.notes import bundle
from kiosk.screens import Mix, Notes

LINES_MAX: Final = 10_000
_LEAST_WORDS: Final = {
    "finger": 1,
    "number": 1,
    "pin": 1,
    "withdraw": 1,
    "deposit": 1,
    "return": 1,
    "transfer": 5,
    "signup": 6,
    "operator": 1,
    "sheet": 1,
    "balance": 0,
    "statement": 0,
    "back": 0,
    "cancel": 0,
    "confirm": 0,
    "logout": 0,
    "amount": 1,
    "insert": 1,
    "finish": 0,
    "await": 1,
    "take": 0,
    "fault": 1,
    "sleep": 1,
    "expect": 1,
}
_NOTES: Final = re.compile(r"([0-9]{1,3})x([0-9]{1,4})")


class ScriptError(Exception):
    """Root of this package's errors."""


class Restarting(ScriptError):
    """An operator has asked for a restart: the program ends, and its supervisor starts it again."""


class BadScript(ScriptError):
    """A line that cannot be understood; the text names it."""


class NotReached(ScriptError):
    """The kiosk is not where a line wanted it; the text names both."""


@dataclass(frozen=True)
class Line:
    """One command and its words; ``number`` counts lines from 1."""

    number: int
    command: str
    words: tuple[str, ...]

    def __str__(self) -> str:
        """Return the line for a message, without a PIN."""
        hidden = self.command in ("pin", "signup")
        return f"line {self.number}: {self.command}{'' if hidden else ' ' + ' '.join(self.words)}"


def parse_script(text: str) -> tuple[Line, ...]:
    """Return the commands of a script.

    Raises:
        BadScript: an unknown command, too few words, or a bad note, sum of seconds or mix.
    """
    lines: list[Line] = []
    for number, row in enumerate(text.splitlines(), 1):
        if number > LINES_MAX:
            raise BadScript(f"more than {LINES_MAX} lines")
        try:
            words = shlex.split(row, comments=True)
        except ValueError as error:
            raise BadScript(f"line {number}: {error}") from error
        if words:
            line = Line(number, words[0], tuple(words[1:]))
            _check(line)
            lines.append(line)
    return tuple(lines)


def _check(line: Line) -> None:
    least = _LEAST_WORDS.get(line.command)
    if least is None:
        raise BadScript(f"{line}: unknown command")
    if len(line.words) < least:
        raise BadScript(f"{line}: at least {least} words are needed")
    match line.command:
        case "deposit" | "return" | "insert":
            notes_of(line)
        case "pin" if not re.fullmatch("[0-9]{1,12}", line.words[0]):
            raise BadScript(f"{line}: digits are needed")
        case "withdraw" | "amount" if len(line.words) > 1 and line.words[1] not in list(Mix):
            raise BadScript(f"{line}: the mix is fewest, mixed or small")
        case "transfer" if line.words[1] != "to" or line.words[3] != "for":
            raise BadScript(f"{line}: transfer SUM to WHOM for TEXT")
        case "sheet" if not all(re.fullmatch("[0-9]{1,7}", word) for word in line.words):
            raise BadScript(f"{line}: counts are needed")
        case "sleep" if not re.fullmatch(r"[0-9]{1,4}(\.[0-9]+)?", line.words[0]):
            raise BadScript(f"{line}: seconds are needed")
        case "expect":
            for word in line.words[1:]:
                if "=" not in word:
                    raise BadScript(f"{line}: KEY=VALUE is needed")


def notes_of(line: Line) -> tuple[Notes, ...]:
    """Return the notes of ``20x2 50x1``: two of 20 and one of 50 in whole units of 100 minor.

    Raises:
        BadScript: not written so.
    """
    counts: dict[int, int] = {}
    for word in line.words:
        match = _NOTES.fullmatch(word)
        if match is None or int(match[1]) == 0 or int(match[2]) == 0:
            raise BadScript(f"{line}: notes are written as 20x2")
        denomination = int(match[1]) * 100
        counts[denomination] = counts.get(denomination, 0) + int(match[2])
    return bundle(counts)
