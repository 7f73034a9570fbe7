"""What a teller does, over HTTP: find, read, open, close."""

import hashlib
import json
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from protocol.encoding import b64url_decode as decode
from protocol.encoding import b64url_encode as encode
from protocol.ids import new_uid


@pytest.fixture
def teller(branch):
    return branch.log_in("tessa")


@pytest.fixture
def amara(world) -> str:
    rows = world.sql(
        "select customer from accounts where number = %s", world.people["amara"].number
    )
    return str(rows[0][0])


def get(terminal, login, path: str, server: str = "A"):
    return terminal.call(path, method="GET", headers={"Session": login["session"]}, server=server)


def act_bytes(branch, login, customer: str, **members: object) -> bytes:
    act = {
        "v": 1,
        "uid": new_uid(time.time_ns() // 10**6),
        "act": "open_account",
        "customer": customer,
        "terminal": branch.name,
        "session": encode(hashlib.sha256(decode(login["session"])).digest()),
    } | members
    return json.dumps(act).encode()


def do(branch, login, data: bytes, proof: dict[str, str], server: str = "A"):
    return branch.call(
        "/v1/staff/acts",
        {"act": encode(data), "pin": proof},
        headers={"Session": login["session"]},
        server=server,
    )


def proven(world, branch, login, data: bytes) -> dict[str, str]:
    return branch.prove_body(login, "staff-act", data, world.people["tessa"].pin)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Amara", {"amara"}),
        ("am", {"amara"}),
        ("okafor amara", {"amara"}),
        ("LINDQ", {"bo"}),
        ("bo", {"bo"}),
        ("+49 151 1000 0003", {"chiara"}),
        ("015110000003", {"chiara"}),
        ("0002", {"bo"}),
        ("amara lindqvist", set()),
        ("mara", set()),
        ("%", set()),
        ("a", set()),
        ("' or 1=1 --", set()),
    ],
)
def test_customers_are_found_by_what_is_known_of_them(branch, teller, text, found) -> None:
    answer = get(branch, teller, f"/v1/staff/customers?q={requests_quote(text)}")
    assert answer.status == 200
    assert {row["user_name"] for row in answer.body["rows"]} == found
    assert answer.body["more"] is False


def requests_quote(text: str) -> str:
    from urllib.parse import quote

    return quote(text)


def test_customers_are_found_by_account_number(world, branch, teller) -> None:
    number = world.people["bo"].number
    answer = get(branch, teller, f"/v1/staff/customers?q={number}")
    assert [(row["user_name"], row["accounts"]) for row in answer.body["rows"]] == [
        ("bo", [number])
    ]


def test_details_show_accounts_and_whether_the_pin_is_locked(world, branch, teller, amara) -> None:
    answer = get(branch, teller, f"/v1/staff/customers/{amara}")
    assert answer.status == 200
    assert (answer.body["first_name"], answer.body["last_name"]) == ("Amara", "Okafor")
    assert answer.body["phone"] == "+4915110000001"
    assert answer.body["fingers"] == 3
    assert answer.body["pin_locked"] is False
    assert answer.body["accounts"][0]["number"] == world.people["amara"].number
    world.sql("update pin_tries set finger_tries = 3")
    world.sql(
        "insert into pin_tries (account, finger_tries) select account, 3 from credentials"
        " on conflict (account) do update set finger_tries = 3"
    )
    answer = get(branch, teller, f"/v1/staff/customers/{amara}")
    assert answer.body["pin_locked"] is True
    nobody = get(branch, teller, f"/v1/staff/customers/{uuid.uuid4()}")
    assert (nobody.status, nobody.code) == (404, "not_found")


def test_a_teller_reads_any_statement(world, branch, teller) -> None:
    number = world.people["amara"].number
    answer = get(branch, teller, f"/v1/staff/accounts/{number}/statement")
    assert answer.status == 200
    assert answer.body["rows"][-1]["amount_minor"] == 248000


@pytest.mark.parametrize("who", ["customer", "teller at an atm", "teller by number", "nobody"])
def test_only_staff_at_a_branch_with_a_finger_may(world, atm, branch, amara, who) -> None:
    terminal, login = {
        "customer": lambda: (branch, branch.log_in("amara")),
        "teller at an atm": lambda: (atm, atm.log_in("tessa")),
        "teller by number": lambda: (branch, branch.log_in("tessa", "number")),
        "nobody": lambda: (branch, {"session": encode(b"\x01" * 32)}),
    }[who]()
    number = world.people["amara"].number
    for path in (
        "/v1/staff/customers?q=amara",
        f"/v1/staff/customers/{amara}",
        f"/v1/staff/accounts/{number}/statement",
    ):
        refused = get(terminal, login, path)
        assert (refused.status, refused.code) == (
            (401, "session_ended") if who == "nobody" else (403, "forbidden")
        )
    data = act_bytes(terminal, login, amara)
    refused = do(terminal, login, data, {"token": encode(bytes(110)), "proof": encode(bytes(64))})
    assert refused.status in (401, 403)


def test_an_account_is_opened_once_and_closed_when_empty(world, branch, teller, amara) -> None:
    data = act_bytes(branch, teller, amara, name="Holiday", currency="EUR")
    proof = proven(world, branch, teller, data)
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda name: do(branch, teller, data, proof, name), "ABA"))
    assert [answer.status for answer in answers] == [200] * 3
    assert all(answer.body == answers[0].body for answer in answers)
    opened = answers[0].body
    assert (opened["outcome"], opened["reason"]) == ("done", None)
    assert world.sql(
        "select name, booked_minor, customer::text from accounts where number = %s",
        opened["number"],
    ) == [("Holiday", 50000, amara)]
    close = act_bytes(branch, teller, amara, act="close_account", number=opened["number"])
    refused = do(branch, teller, close, proven(world, branch, teller, close))
    assert (refused.body["outcome"], refused.body["reason"]) == ("refused", "has_money")
    logged = world.sql(
        "select event, detail->>'outcome' from audit where subject = %s order by id desc limit 2",
        amara,
    )
    assert logged == [("staff close_account", "refused"), ("staff open_account", "done")]


def test_an_empty_account_is_closed_and_stays_so(world, branch, teller, amara) -> None:
    number = _empty_account(world, amara)
    close = act_bytes(branch, teller, amara, act="close_account", number=number)
    done = do(branch, teller, close, proven(world, branch, teller, close))
    assert done.body["outcome"] == "done"
    again = act_bytes(branch, teller, amara, act="close_account", number=number)
    refused = do(branch, teller, again, proven(world, branch, teller, again))
    assert refused.body["reason"] == "already_closed"


def test_anothers_or_nobodys_account_is_unknown(world, branch, teller, amara) -> None:
    for customer, members in (
        (amara, {"act": "close_account", "number": world.people["bo"].number}),
        (amara, {"act": "close_account", "number": "9999999995"}),
        (str(uuid.uuid4()), {}),
        ("nobody", {}),
        (amara, {"currency": "USD"}),
    ):
        data = act_bytes(branch, teller, customer, **members)
        refused = do(branch, teller, data, proven(world, branch, teller, data))
        assert (refused.status, refused.body["outcome"]) == (200, "refused")
        assert refused.body["reason"] == "unknown"


def test_a_wrong_pin_is_a_stored_refusal(world, branch, teller, amara) -> None:
    data = act_bytes(branch, teller, amara)
    wrong = branch.prove_body(teller, "staff-act", data, None)
    before = world.sql("select count(*) from accounts")
    refused = do(branch, teller, data, wrong)
    assert (refused.body["outcome"], refused.body["reason"]) == ("refused", "pin_refused")
    # A good proof under the same uid comes too late.
    assert do(branch, teller, data, proven(world, branch, teller, data)).body == refused.body
    assert world.sql("select count(*) from accounts") == before


def test_a_uid_is_one_act(world, branch, teller, amara) -> None:
    data = act_bytes(branch, teller, amara)
    assert do(branch, teller, data, proven(world, branch, teller, data)).status == 200
    other = data.replace(b"open_account", b"open_account ").replace(b'nt "', b'nt"') + b" "
    refused = do(branch, teller, other, proven(world, branch, teller, other))
    assert (refused.status, refused.code) == (422, "other_body")


def test_a_proof_over_another_act_is_refused(world, branch, teller, amara) -> None:
    data = act_bytes(branch, teller, amara)
    other = act_bytes(branch, teller, amara, name="Another")
    refused = do(branch, teller, other, proven(world, branch, teller, data))
    assert refused.body["reason"] == "pin_refused"


@pytest.mark.parametrize(
    "members",
    [
        {"terminal": "ATM-0001"},
        {"session": encode(b"\x01" * 32)},
        {"act": "close_account"},
        {"number": "1234567890"},
        {"act": "delete_customer"},
        {"extra": 1},
        {"v": 2},
    ],
)
def test_what_is_no_act_of_this_session_is_refused_unstored(
    world, branch, teller, amara, members
) -> None:
    data = act_bytes(branch, teller, amara, **members)
    refused = do(branch, teller, data, {"token": encode(bytes(110)), "proof": encode(bytes(64))})
    assert (refused.status, refused.code) == (400, "bad_request")
    uid = json.loads(data)["uid"]
    assert world.sql("select uid from staff_acts where uid = %s", bytes.fromhex(uid)) == []


def test_what_staff_read_is_in_the_audit_log(world, branch, teller, amara) -> None:
    number = world.people["amara"].number
    get(branch, teller, f"/v1/staff/customers/{amara}")
    get(branch, teller, f"/v1/staff/accounts/{number}/statement")
    logged = world.sql(
        "select event, detail, actor::text from audit where terminal = %s order by id desc limit 2",
        branch.name,
    )
    assert logged == [
        ("staff read statement", {"number": number}, teller["customer"]),
        ("staff read customer", {"customer": amara}, teller["customer"]),
    ]


def test_the_audit_log_is_only_added_to(world) -> None:
    import psycopg

    for statement in (
        "delete from audit",
        "update audit set event = 'x'",
        "delete from staff_acts",
    ):
        with pytest.raises(psycopg.errors.RaiseException):
            world.sql(statement)


def _empty_account(world, customer: str) -> str:
    rows = world.sql(
        "select number from accounts where customer = %s and booked_minor = 0 and status = 'open'",
        customer,
    )
    if rows:
        return str(rows[0][0])
    world.sql(
        "select ledger_open_account('1000000008', %s::uuid, 'EUR', 'Empty', 0, 'Europe/Berlin')",
        customer,
    )
    return "1000000008"
