"""New keys in the place of old ones, without a moment in which a server lacks one (MONEY.md 5).

Each step makes the next set of the one that all servers have::

    grown       new keys beside the old ones; nothing is made with them yet
    activated   the newest keys make what is new; the old ones still open what is old
    retired     the old keys are gone

A set is distributed (export, import), taken up by each server when it starts, and confirmed to the
database; only then may the next step be taken. So at any moment every server has every key that
any server makes things with.

The lookup, index and record keys are not rotated: every blind index, and every head that was
published, would have to be made anew.
"""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import replace

from bank.keys.keyset import KEY_BYTES, KeySet


def grown(keys: KeySet) -> KeySet:
    """Return the set with one more MAC key, key-encryption key and OPRF seed, none of them active.

    Errors: ValueError where the set is in the middle of a rotation already.
    """
    if keys != activated(keys):
        raise ValueError("this set has new keys already: activate or retire first")
    return replace(
        keys,
        oprf_seeds=_more(keys.oprf_seeds),
        mac_keys=_more(keys.mac_keys),
        keks=_more(keys.keks),
    )


def activated(keys: KeySet) -> KeySet:
    """Return the set with its newest keys active."""
    return replace(
        keys,
        active_seed=max(keys.oprf_seeds),
        active_mac=max(keys.mac_keys),
        active_kek=max(keys.keks),
    )


def retired(keys: KeySet, seeds_in_use: Collection[int]) -> KeySet:
    """Return the set without keys that nothing needs any more.

    A seed goes only when no credential was made with it: it is renewed with its customer's PIN.
    Sealed fields have been wrapped anew before (`rewrapping`). Errors: ValueError where the newest
    keys are not active.
    """
    if keys != activated(keys):
        raise ValueError("the new keys are not active yet")
    kept = {*seeds_in_use, keys.active_seed}
    return replace(
        keys,
        oprf_seeds={n: key for n, key in keys.oprf_seeds.items() if n in kept},
        mac_keys={keys.active_mac: keys.mac_keys[keys.active_mac]},
        keks={keys.active_kek: keys.keks[keys.active_kek]},
    )


def _more(keys: Mapping[int, bytes]) -> dict[int, bytes]:
    number = max(keys) + 1
    if number > 255:
        raise ValueError("a key's number is a byte: no more keys can be added")
    return {**keys, number: secrets.token_bytes(KEY_BYTES)}
