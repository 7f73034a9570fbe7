"""What is wrong: counted by kind, with the first few of each told."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Final, Literal

Kind = Literal[
    "changed",  # an entry is not what was sealed
    "missing",  # an entry that was sealed is not there
    "inserted",  # an entry stands among sealed ones, and was not sealed with them
    "reordered",  # entries stand in another order than they were sealed in
    "broken",  # a batch of the chain does not follow from the one before
    "rebuilt",  # the chain is whole, and is not the one whose head was published
    "cut",  # a head was published of entries that the chain does not reach
    "bad_head",  # a published line is no head of this bank
    "bad_signature",  # signed bytes that their terminal did not sign, or that were changed
    "unsigned",  # a request or an entry of the bank without its signed bytes
    "wrong_decision",  # a decision, or a posting, that its signed request does not ask for
    "wrong_sum",  # sums that do not agree
]
SHOWN: Final = 20
"""Findings told in words for each kind."""


@dataclass
class Findings:
    """Counts of all, words of the first."""

    counts: Counter[str] = field(default_factory=Counter)
    words: dict[str, list[str]] = field(default_factory=dict)

    def add(self, kind: Kind, what: str) -> None:
        """Note one finding."""
        self.counts[kind] += 1
        told = self.words.setdefault(kind, [])
        if len(told) < SHOWN:
            told.append(what)

    def lines(self) -> list[str]:
        """Return what to print, one line a finding."""
        lines = []
        for kind, told in self.words.items():
            lines += [f"{kind}: {what}" for what in told]
            more = self.counts[kind] - len(told)
            if more:
                lines.append(f"{kind}: {more} more")
        return lines
