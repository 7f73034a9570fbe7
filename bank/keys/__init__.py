"""The bank's secret keys and what is done with them: sealing at rest, signed records.

keyset.py   which keys there are
file.py     the key set as a file that only this user can read
sealing.py  AES-256-GCM, a key a record, wrapped by a key-encryption key
records.py  short-lived statements of the bank, signed by any of its servers for all of them

The key set lies with each server, never in the database or its backups (MONEY.md 5): the database
holds `KeySet.check_value` only.

Errors::

    KeysError
    +-- KeySetUnreadable   no key set here, or a damaged one: the server cannot work
    +-- SealBroken         a sealed field was changed, moved or sealed under a key we lack
    `-- RecordRefused      not a record of this bank, or of another kind: refuse the message
"""

from bank.keys.errors import KeysError, KeySetUnreadable, RecordRefused, SealBroken
from bank.keys.file import load_key_set, make_key_set
from bank.keys.keyset import KeySet
from bank.keys.records import read_record, sign_record
from bank.keys.sealing import SealedPlace, rewrap, seal, unseal

__all__ = [
    "KeySet",
    "KeySetUnreadable",
    "KeysError",
    "RecordRefused",
    "SealBroken",
    "SealedPlace",
    "load_key_set",
    "make_key_set",
    "read_record",
    "rewrap",
    "seal",
    "sign_record",
    "unseal",
]
