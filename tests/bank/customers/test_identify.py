"""Factor 1 over HTTP: fingers among all, narrowed by a number, shown once."""

import time
import uuid

import pytest

from biometrics import Template, extract
from biometrics.synthetic import synthesise
from protocol.encoding import b64url_decode as decode
from protocol.encoding import b64url_encode as encode

STRANGER = 24  # a finger of the synthesiser that no demo customer has


@pytest.fixture(scope="module")
def stranger() -> tuple[bytes, ...]:
    return tuple(extract(synthesise(STRANGER, number)).to_iso() for number in range(1, 4))


def account_of(world, user_name: str) -> bytes:
    return bytes(
        world.sql(
            "select c.account from credentials c join accounts a on a.customer = c.customer"
            " where a.number = %s",
            world.people[user_name].number,
        )[0][0]
    )


@pytest.mark.parametrize("user_name", ["amara", "bo", "chiara", "tessa"])
@pytest.mark.parametrize("picture", [3, 4, 5])
def test_a_finger_alone_finds_its_customer(world, atm, user_name, picture) -> None:
    found = atm.identify(world.people[user_name].pictures[picture], server="AB"[picture % 2])
    assert found.status == 200
    assert decode(found.body["account"]) == account_of(world, user_name)
    assert 110 <= found.body["expires_at"] - time.time() <= 121


def test_the_answer_tells_neither_score_nor_name(world, atm) -> None:
    found = atm.identify(world.people["amara"].pictures[3])
    assert sorted(found.body) == ["account", "expires_at", "record"]
    assert b"Amara" not in decode(found.body["record"])
    assert b"score" not in decode(found.body["record"])


def test_a_strangers_finger_finds_nobody(world, atm, stranger) -> None:
    for template in stranger:
        refused = atm.identify(template)
        assert (refused.status, refused.code) == (404, "not_identified")


@pytest.mark.parametrize("typed", ["number", "user_name", "phone", "USER", "spaced"])
def test_a_number_narrows_the_search_to_one(world, atm, typed) -> None:
    person = world.people["amara"]
    number = {
        "number": person.number,
        "user_name": "amara",
        "phone": "+4915110000001",
        "USER": "Amara",
        "spaced": "0049 151 1000 0001",
    }[typed]
    found = atm.identify(person.pictures[3], number)
    assert found.status == 200
    assert decode(found.body["account"]) == account_of(world, "amara")


@pytest.mark.parametrize("number", ["bo", "9999999995", "nobody"])
def test_another_customers_or_nobodys_number_with_this_finger_is_refused(
    world, atm, number
) -> None:
    refused = atm.identify(world.people["amara"].pictures[3], number)
    assert (refused.status, refused.code) == (404, "not_identified")


def test_a_byte_identical_probe_is_refused_on_every_server_and_terminal(world, atm) -> None:
    picture = world.people["amara"].pictures[3]
    assert atm.identify(picture).status == 200
    for terminal, server in ((atm, "A"), (atm, "B"), (world.terminal(), "B")):
        refused = terminal.identify(picture, server=server)
        assert (refused.status, refused.code) == (409, "replayed")
    # Whether it was somebody's does not matter.
    narrowed = atm.identify(picture, "amara")
    assert narrowed.code == "replayed"


def test_the_same_request_again_is_no_replay(world, atm) -> None:
    """A kiosk that got no answer sends the same bytes to the other server (MONEY.md 3)."""
    picture, request_id = world.people["amara"].pictures[3], uuid.uuid4().hex
    assert [atm.identify(picture, None, request_id, server=name).status for name in "AB"] == [
        200
    ] * 2
    assert world.terminal().identify(picture, None, request_id).code == "replayed"
    world.sql("update probes set seen_at = seen_at - interval '11 s'")
    assert atm.identify(picture, None, request_id).code == "replayed"


def test_a_terminal_may_show_few_probes_that_are_nobodys(world, atm, stranger) -> None:
    world.sql(
        "insert into probes (digest, terminal, request, identified, seen_at)"
        " select sha256(n::text::bytea), %s, n::text, false, clock_timestamp()"
        " from generate_series(1, 19) n",
        atm.name,
    )
    assert atm.identify(world.people["amara"].pictures[3]).status == 200
    assert atm.identify(stranger[0]).code == "not_identified"
    refused = atm.identify(world.people["amara"].pictures[4])
    assert (refused.status, refused.code) == (429, "rate_limited")
    assert refused.body["retry_after_s"] == 600
    assert world.terminal().identify(world.people["amara"].pictures[4]).status == 200
    world.sql("update probes set seen_at = seen_at - interval '600 s'")
    assert atm.identify(world.people["amara"].pictures[5]).status == 200


@pytest.mark.parametrize("template", [b"", b"FMR\x00 20\x00", b"\x00" * 500, b"x" * 32_768])
def test_what_is_no_template_is_refused(atm, template) -> None:
    refused = atm.identify(template)
    assert (refused.status, refused.code) == (400, "bad_request")


def test_a_body_that_is_too_large_is_refused(atm) -> None:
    refused = atm.identify(b"x" * 140_000)
    assert (refused.status, refused.code) == (413, "too_large")


def test_two_fingers_too_close_ask_for_the_number(world, atm) -> None:
    """The runner-up is as good: as if two customers had been enrolled with one finger."""
    twin = world.sql("select customer from accounts where number = %s", world.people["bo"].number)
    _enrol_impression_of(world, "amara", twin[0][0], position=9)
    try:
        asked = atm.identify(world.people["amara"].pictures[3])
        assert (asked.status, asked.code) == (409, "number_needed")
        found = atm.identify(world.people["amara"].pictures[4], "amara")
        assert found.status == 200
    finally:
        _remove_impression(world, twin[0][0], position=9)
    assert atm.identify(world.people["amara"].pictures[5]).status == 200


def _enrol_impression_of(world, user_name: str, customer: uuid.UUID, position: int) -> None:
    from bank.customers.store import FINGER_KIND, FINGER_VERSION
    from bank.keys import SealedPlace, load_key_set, seal

    keys = load_key_set(world.data_dir / "bank" / "keyset.json")
    finger = uuid.uuid4()
    template = world.template(world.people[user_name].pictures[0])
    sealed = seal(keys, SealedPlace(finger.bytes, FINGER_KIND, FINGER_VERSION), template)
    world.sql(
        "with changed as (update gallery set version = version + 1 returning version)"
        " insert into fingers (id, customer, position, sealed, changed)"
        " select %s, %s, %s, %s, version from changed",
        finger,
        customer,
        position,
        sealed,
    )


def _remove_impression(world, customer: uuid.UUID, position: int) -> None:
    world.sql(
        "with changed as (update gallery set version = version + 1 returning version)"
        " update fingers set removed_at = now(), changed = version from changed"
        " where customer = %s and position = %s",
        customer,
        position,
    )


def test_a_damaged_finger_keeps_nobody_else_out(world, atm) -> None:
    customer = world.sql(
        "select customer from accounts where number = %s", world.people["bo"].number
    )[0][0]
    world.sql(
        "with changed as (update gallery set version = version + 1 returning version)"
        " insert into fingers (id, customer, position, sealed, changed)"
        " select gen_random_uuid(), %s, 8, '\\x0102', version from changed",
        customer,
    )
    try:
        assert atm.identify(world.people["amara"].pictures[3]).status == 200
        assert atm.identify(world.people["bo"].pictures[3]).status == 200
    finally:
        _remove_impression(world, customer, 8)


def test_templates_names_and_numbers_lie_sealed(world) -> None:
    """Nothing of a customer can be read in the database."""
    readable = b"".join(
        bytes(value) if isinstance(value, (bytes, memoryview)) else str(value).encode()
        for table in ("customers", "customer_index", "fingers", "signups", "audit", "credentials")
        for row in world.sql(f"select * from {table}")
        for value in row
    )
    assert len(readable) > 10_000
    for name in (b"Amara", b"Okafor", b"4915110000001", b"lindqvist"):
        assert name.lower() not in readable.lower()
    assert b"FMR\x00" not in readable
    # The record's head is there once it is opened.
    template = Template.from_iso(world.template(world.people["amara"].pictures[0]))
    assert template.to_iso().startswith(b"FMR\x00")


def test_a_lookup_says_in_its_record_that_there_was_no_finger(world, atm) -> None:
    from bank.identify.factor1 import read_factor1
    from bank.keys import load_key_set

    keys = load_key_set(world.data_dir / "bank" / "keyset.json")
    for user_name, way in (("amara", "finger"), ("amara", "number")):
        found = atm.factor1(user_name, way)
        record = read_factor1(keys, decode(found["record"]), decode(found["account"]), atm.name)
        assert record.way == way
    nobody = atm.call("/v1/lookup", {"number": "nobody"}).body
    record = read_factor1(keys, decode(nobody["record"]), decode(nobody["account"]), atm.name)
    assert record.way == "number"
    assert len(nobody["record"]) == len(found["record"])


def test_a_phone_that_two_customers_share_names_neither(world, atm) -> None:
    rows = world.sql(
        "select i.token from customer_index i join accounts a on a.customer = i.customer"
        " where a.number = %s",
        world.people["amara"].number,
    )
    other = world.sql("select customer from accounts where number = %s", world.people["bo"].number)[
        0
    ][0]
    before = atm.call("/v1/lookup", {"number": "+4915110000001"}).body["account"]
    assert decode(before) == account_of(world, "amara")
    added = world.sql(
        "insert into customer_index (token, customer) select unnest(%s::bytea[]), %s"
        " on conflict do nothing returning token",
        [row[0] for row in rows],
        other,
    )
    try:
        shared = atm.call("/v1/lookup", {"number": "+4915110000001"})
        assert shared.status == 200
        assert decode(shared.body["account"]) not in (
            account_of(world, "amara"),
            account_of(world, "bo"),
        )
    finally:
        world.sql(
            "delete from customer_index where customer = %s and token = any (%s)",
            other,
            [row[0] for row in added],
        )


def test_nonsense_for_a_number_is_refused(atm) -> None:
    for number in ("", "x", "y" * 65, 5, None):
        refused = atm.call("/v1/lookup", {"number": number})
        assert (refused.status, refused.code) == (400, "bad_request")
    assert encode(b"") == ""
