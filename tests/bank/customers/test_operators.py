"""Operators over HTTP: who may see a machine's cash and approve its count sheet."""

import argparse
import hashlib
import json
import time

import pytest

from bank.staff.cli import describe, run
from protocol.encoding import b64url_decode as decode
from protocol.encoding import b64url_encode as encode
from protocol.ids import new_uid
from tests.bank.customers.conftest import Terminal, World


def see(machine: Terminal, login: dict):
    return machine.call("/v1/operator/cash", method="GET", headers={"Session": login["session"]})


def approve(machine: Terminal, login: dict, pin: str | None, sheet: dict, path="/v1/operator/acts"):
    act = {
        "v": 1,
        "uid": new_uid(time.time_ns() // 10**6),
        "act": "approve_exchange",
        "exchange": sheet,
        "terminal": machine.name,
        "session": encode(hashlib.sha256(decode(login["session"])).digest()),
    }
    data = json.dumps(act).encode()
    proof = machine.prove_body(login, "staff-act", data, pin)
    return machine.call(
        path, {"act": encode(data), "pin": proof}, headers={"Session": login["session"]}
    )


@pytest.fixture
def sheet() -> dict:
    return {
        "exchange": new_uid(time.time_ns() // 10**6),
        "purpose": "replenish",
        "currency": "EUR",
        "rows": [{"unit": "C1", "denomination_minor": 5000, "found": 3, "loaded": 100}],
        "bins_minor": 2000,
        "ledger_minor": 0,
    }


def test_two_operators_at_the_machine_approve_a_sheet(
    world: World, atm: Terminal, sheet: dict
) -> None:
    olga, omar = atm.log_in("olga"), atm.log_in("omar")
    assert olga["roles"] == ["operator"]
    seen = see(atm, olga)
    assert (seen.status, seen.body["terminal"], seen.body["held_minor"]) == (200, atm.name, 0)
    pin = world.people["olga"].pin
    wrong = approve(atm, olga, None, sheet)
    assert (wrong.body["outcome"], wrong.body["reason"]) == ("refused", "pin_refused")
    for _ in range(2):
        assert approve(atm, olga, pin, sheet).body["outcome"] == "waiting"
    again = approve(atm, omar, world.people["omar"].pin, sheet)
    assert again.body["outcome"] == "done"
    events = world.sql("select actor, detail from audit where event = 'staff approve_exchange'")
    assert len({actor for actor, _ in events}) == 2
    assert all(detail["exchange"] == sheet["exchange"] for _, detail in events)


def test_nobody_else_looks_after_a_machine(
    world: World, atm: Terminal, branch: Terminal, sheet: dict
) -> None:
    people = world.people
    customer = atm.log_in("amara")
    assert see(atm, customer).status == 403
    assert approve(atm, customer, people["amara"].pin, sheet).status == 403
    teller = branch.log_in("tessa")
    assert see(branch, teller).status == 403
    refused = approve(branch, teller, people["tessa"].pin, sheet, "/v1/staff/acts")
    assert refused.status == 400
    without_finger = atm.log_in("olga", "number")
    assert see(atm, without_finger).status == 403
    elsewhere = branch.log_in("olga")
    assert see(branch, elsewhere).status == 403


def test_an_operator_moves_no_money_and_does_no_tellers_work(world: World, atm: Terminal) -> None:
    olga = atm.log_in("olga")
    mine = atm.call(
        "/v1/staff/customers?q=amara", method="GET", headers={"Session": olga["session"]}
    )
    assert mine.status == 403
    number = world.people["amara"].number
    balance = atm.call(
        f"/v1/accounts/{number}/balance", method="GET", headers={"Session": olga["session"]}
    )
    assert balance.status == 404


def test_roles_are_given_at_the_banks_host_and_end_what_is_open(
    world: World, atm: Terminal, capsys
) -> None:
    def roles(*words: str) -> tuple[int, str]:
        status = run(parser.parse_args([*words, "--data", str(world.data_dir)]))
        told = capsys.readouterr()
        return status, told.out + told.err

    parser = argparse.ArgumentParser()
    describe(parser, world.data_dir)
    assert roles("chiara") == (0, "chiara: customer\n")
    before = atm.log_in("chiara")
    assert roles("chiara", "operator") == (0, "chiara: operator\n")
    assert see(atm, before).status == 401
    world.sql("delete from probes")
    assert see(atm, atm.log_in("chiara")).status == 200
    assert roles("chiara", "customer") == (0, "chiara: customer\n")
    assert roles("nobody-here")[0] == 2
    with pytest.raises(SystemExit):
        roles("chiara", "king")
    noted = world.sql("select detail ->> 'roles' from audit where event = 'roles changed'")
    assert noted == [("operator",), ("customer",)]


@pytest.mark.parametrize(
    "change",
    [
        {"rows": []},
        {"bins_minor": -1},
        {"rows": [{"unit": "C1", "denomination_minor": 5000, "found": 3, "loaded": 10_000}]},
        {"purpose": "steal"},
    ],
)
def test_a_sheet_that_is_none_is_refused(
    world: World, atm: Terminal, sheet: dict, change: dict
) -> None:
    olga = atm.log_in("olga")
    refused = approve(atm, olga, world.people["olga"].pin, sheet | change)
    assert (refused.status, refused.code) == (400, "bad_request")
