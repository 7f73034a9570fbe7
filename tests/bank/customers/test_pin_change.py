"""A PIN that the customer changes with the old one."""

from protocol.encoding import b64url_decode as decode
from tests.bank.customers.conftest import Terminal, World, wrong_secret
from tests.bank.customers.renewing import (
    NEW,
    change_begin,
    changed,
    customer_of,
    open_sessions,
    registration,
    renew,
)
from tests.bank.customers.renewing import credentials_as_they_were as credentials_as_they_were


def test_a_customer_changes_the_pin_with_the_old_one(world: World, atm: Terminal) -> None:
    customer, old = customer_of(world, "chiara"), world.people["chiara"].pin
    elsewhere = world.terminal()
    elsewhere.log_in("chiara")
    world.sql("delete from probes")
    login = atm.log_in("chiara")
    wrong, body = changed(atm, login, None)
    assert (wrong.status, wrong.code, wrong.body["tries_left"]) == (401, "rejected", 2)
    done, body = changed(atm, login, old)
    assert done.status == 200, done
    assert renew(atm, body, "B").body == done.body
    # This session goes on, every other has ended.
    assert open_sessions(world, customer) == 1
    assert change_begin(atm, login).status == 200
    world.secrets.pop((decode(login["credential"]), old))
    world.sql("delete from probes")
    fresh = world.terminal()
    assert fresh.try_pin(fresh.factor1("chiara"), old).code == "rejected"
    assert fresh.try_pin(fresh.factor1("chiara", "number"), NEW).status == 200


def test_a_change_needs_the_finger_the_old_pin_and_the_open_session(
    world: World, atm: Terminal
) -> None:
    by_number = atm.log_in("chiara", "number")
    assert change_begin(atm, by_number).code == "forbidden"
    login = atm.log_in("chiara")
    ticket = change_begin(atm, login).body
    body = registration(atm, ticket)
    assert renew(atm, body).code == "bad_request"
    # A proof over another verifier is none over this one.
    pin = world.people["chiara"].pin
    other = atm.prove_body(login, "pin-change-old", wrong_secret().verifier, pin)
    assert renew(atm, body | {"old": other}).code == "bad_challenge"
    old = atm.prove_body(login, "pin-change-old", decode(body["verifier"]), pin)
    atm.call("/v1/session", method="DELETE", headers={"Session": login["session"]})
    assert renew(atm, body | {"old": old}).code == "expired"
