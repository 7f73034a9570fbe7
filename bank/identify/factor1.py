"""The record of factor 1: signed by the server that found the customer, believed by all.

It is bound to a terminal and a credential, good for two minutes by the database's clock, and used
up by the session it opens. One that was made without a finger says so.
"""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

from bank.identify.errors import RecordInvalid
from bank.keys import KeySet, RecordRefused, read_record, sign_record
from protocol.encoding import b64url_decode, b64url_encode
from protocol.errors import BadEncoding

KIND: Final = "atm-factor1+jws"
LIFETIME: Final = timedelta(minutes=2)
Way = Literal["finger", "number"]
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Factor1:
    """How a credential was found: `found_at` is the database's time, with its zone."""

    way: Way
    account: bytes
    terminal: str
    found_at: datetime

    @property
    def good_until(self) -> datetime:
        """The last moment at which a PIN may be asked for on the strength of this."""
        return self.found_at + LIFETIME


def sign_factor1(keys: KeySet, factor1: Factor1) -> bytes:
    """Return a new record; its random member makes every record one of a kind."""
    return sign_record(
        keys,
        KIND,
        {
            "v": 1,
            "id": b64url_encode(secrets.token_bytes(16)),
            "way": factor1.way,
            "account": b64url_encode(factor1.account),
            "terminal": factor1.terminal,
            "found_at_us": (factor1.found_at - _EPOCH) // timedelta(microseconds=1),
        },
    )


def read_factor1(keys: KeySet, record: bytes, account: bytes, terminal: str) -> Factor1:
    """Return what a record says of `account` at `terminal`; its age is the database's to judge.

    Raises:
        RecordInvalid: not signed by this bank, of another kind, credential or terminal.
    """
    try:
        statement = read_record(keys, KIND, record)
        found = Factor1(
            way="finger" if statement["way"] == "finger" else "number",
            account=b64url_decode(statement["account"]),
            terminal=statement["terminal"],
            found_at=_EPOCH + timedelta(microseconds=statement["found_at_us"]),
        )
    except (RecordRefused, BadEncoding, KeyError) as error:
        raise RecordInvalid("not a factor 1 record of this bank") from error
    if (found.account, found.terminal) != (account, terminal):
        raise RecordInvalid("a record for another credential or terminal")
    return found
