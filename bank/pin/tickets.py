"""The ticket of a new PIN: which credential, version and number of PINs may be registered, where.

Its SHA-256 is the body digest of the registration's proof (PIN.md 5). It allows one evaluation a
PIN: another try at a PIN is another ticket, with another credential or version.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from bank.keys import KeySet, RecordRefused, read_record, sign_record
from bank.pin.errors import BadChallenge
from protocol.encoding import b64url_decode, b64url_encode
from protocol.errors import BadEncoding

KIND: Final = "atm-pin-ticket+jws"
LIFETIME: Final = timedelta(minutes=15)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a ticket says. `uid` is the sign-up's or renewal's.

    `good_until` is by the database's clock.
    """

    uid: str
    account: bytes
    seed: int
    ver: int
    terminal: str
    good_until: datetime


def sign_ticket(keys: KeySet, ticket: Ticket) -> bytes:
    """Return the signed ticket. Sign once and keep the bytes: the signature is randomised."""
    return sign_record(
        keys,
        KIND,
        {
            "v": 1,
            "uid": ticket.uid,
            "account": b64url_encode(ticket.account),
            "seed": ticket.seed,
            "ver": ticket.ver,
            "pins": 1,
            "terminal": ticket.terminal,
            "good_until_s": int((ticket.good_until - _EPOCH).total_seconds()),
        },
    )


def read_ticket(keys: KeySet, record: bytes, account: bytes | None, terminal: str) -> Ticket:
    """Return what a ticket says for `account` (None: whichever) at `terminal`.

    Raises:
        BadChallenge: not signed by this bank, or for another credential or terminal.
    """
    try:
        statement = read_record(keys, KIND, record)
        ticket = Ticket(
            uid=statement["uid"],
            account=b64url_decode(statement["account"]),
            seed=statement["seed"],
            ver=statement["ver"],
            terminal=statement["terminal"],
            good_until=_EPOCH + timedelta(seconds=statement["good_until_s"]),
        )
    except (RecordRefused, BadEncoding, KeyError) as error:
        raise BadChallenge("not a ticket of this bank") from error
    if ticket.terminal != terminal or account not in (None, ticket.account):
        raise BadChallenge("a ticket for another credential or terminal")
    return ticket
