"""The blind index: search over sealed names without unsealing them all.

A token is the first 16 bytes of HMAC-SHA256 under the key set's index key, over its field and a
normalised text. Of each word of a name, and of the user name, the beginnings of 2 to 12 characters
and the whole are indexed; of the phone number, the endings of 4 digits and more, and the whole.
Whoever holds the table without the key sees which customers share a token and how often each
occurs, but cannot make a token for a guess; that is the price of searching sealed names.
"""

import hmac
import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from protocol.encoding import v
from protocol.messages.signup import Details

TOKEN_BYTES: Final = 16
SHORTEST_PREFIX: Final = 2
LONGEST_PREFIX: Final = 12
SHORTEST_PHONE_ENDING: Final = 4
WHOLE_PHONE: Final = 7
_PHONE = re.compile(r"[+0-9][0-9 ()/.-]{2,24}")


def normalise_name(text: str) -> str:
    """Return `text` without accents, case and outer spaces: how two spellings are compared."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in bare if not unicodedata.combining(char)).strip()


def normalise_phone(text: str) -> str | None:
    """Return the digits of a phone number without the sign or zeros of an international prefix.

    None where `text` is no phone number.
    """
    text = text.strip()
    if not _PHONE.fullmatch(text):
        return None
    return re.sub(r"[^0-9]", "", text).removeprefix("00")


def user_name_index(key: bytes, user_name: str) -> bytes:
    """Return the 32 bytes that stand for a user name, unique among customers."""
    return _hash(key, "user name", normalise_name(user_name))


def phone_token(key: bytes, digits: str) -> bytes:
    """Return the token of a whole phone number, as `normalise_phone` gives it."""
    return _hash(key, "phone", digits)[:TOKEN_BYTES]


def tokens_of(key: bytes, details: Details) -> frozenset[bytes]:
    """Return all tokens under which a customer is found."""
    found = set()
    names = (details.first_name, details.last_name, details.user_name)
    for word in (word for name in names for word in words_of(name)):
        found |= {_name_token(key, part) for part in _beginnings(word)}
    digits = normalise_phone(details.phone)
    if digits:
        found.add(phone_token(key, digits))
        endings = range(SHORTEST_PHONE_ENDING, len(digits) + 1)
        found |= {_phone_ending_token(key, digits[-length:]) for length in endings}
    return frozenset(found)


def tokens_to_search(key: bytes, text: str) -> tuple[bytes, ...]:
    """Return the tokens a customer must all have to be found by `text`; none: nobody is."""
    if _PHONE.fullmatch(text.strip()):
        digits = re.sub(r"[^0-9]", "", text)
        # Of a whole number the zeros of a national or international prefix are no part.
        ending = digits.lstrip("0") if len(digits) >= WHOLE_PHONE else digits
        if len(ending) >= SHORTEST_PHONE_ENDING:
            return (_phone_ending_token(key, ending),)
    words = [word for word in words_of(text) if len(word) >= SHORTEST_PREFIX]
    return tuple(_name_token(key, word) for word in words[:8])


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a name or search text, normalised."""
    return tuple(word for word in re.split(r"[\s,._-]+", normalise_name(text)) if word)


def _beginnings(word: str) -> Iterator[str]:
    yield word
    for length in range(SHORTEST_PREFIX, min(len(word), LONGEST_PREFIX) + 1):
        yield word[:length]


def _name_token(key: bytes, text: str) -> bytes:
    return _hash(key, "name", text)[:TOKEN_BYTES]


def _phone_ending_token(key: bytes, digits: str) -> bytes:
    return _hash(key, "phone ending", digits)[:TOKEN_BYTES]


def _hash(key: bytes, field: str, text: str) -> bytes:
    return hmac.digest(key, v(field.encode("ascii")) + v(text.encode("utf-8")), "sha256")
