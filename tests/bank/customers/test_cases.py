"""Cases over HTTP and at the shell: two tellers, one case, one new entry."""

import hashlib
import json
import subprocess
import sys
import time
import uuid

import pytest

from protocol.encoding import b64url_decode as decode
from protocol.encoding import b64url_encode as encode
from protocol.ids import new_uid
from tests.bank.customers.conftest import ROOT, Terminal, World


@pytest.fixture
def two_tellers(world: World):
    """Bo works here too, for one test."""
    bo = "(select customer from accounts where number = %s)"
    number = world.people["bo"].number
    world.sql(f"update customers set roles = '{{customer,teller}}' where id = {bo}", number)
    yield ("tessa", "bo")
    world.sql(f"update customers set roles = '{{customer}}' where id = {bo}", number)


@pytest.fixture
def case(world: World) -> str:
    """An open hold of 60.00 that its machine does not know, as `hello` would report it."""
    terminal = world.terminal().name
    uid = uuid.uuid4()
    number = world.people["amara"].number
    world.sql(
        "insert into holds (terminal, uid, account, customer, amount_minor, without_finger, day,"
        " made_at) select %s, %s, id, customer, 6000, false, current_date, now() from accounts"
        " where number = %s",
        terminal,
        uid,
        number,
    )
    world.sql("update accounts set held_minor = held_minor + 6000 where number = %s", number)
    world.sql("select ledger_unknown_hold(%s, %s)", terminal, uid)
    return str(world.sql("select number from cases where uid = %s", uid)[0][0])


def balance(world: World) -> tuple[int, int]:
    number = world.people["amara"].number
    [row] = world.sql("select booked_minor, held_minor from accounts where number = %s", number)
    return row


def get(branch: Terminal, login: dict, path: str):
    return branch.call(path, method="GET", headers={"Session": login["session"]})


def close(branch: Terminal, login: dict, pin: str | None, **finding: object):
    act = {
        "v": 1,
        "uid": new_uid(time.time_ns() // 10**6),
        "act": "close_case",
        "case": finding,
        "terminal": branch.name,
        "session": encode(hashlib.sha256(decode(login["session"])).digest()),
    }
    data = json.dumps(act).encode()
    proof = branch.prove_body(login, "staff-act", data, pin)
    return branch.call(
        "/v1/staff/acts",
        {"act": encode(data), "pin": proof},
        headers={"Session": login["session"]},
    )


def test_two_people_close_a_case_and_it_is_told_from_the_ledgers_side(
    world, branch, two_tellers, case
) -> None:
    booked, held = balance(world)
    one, other = (branch.log_in(name) for name in two_tellers)
    finding = {"number": case, "verdict": "charge", "amount_minor": 6000, "reason": "on the tape"}

    listed = get(branch, one, "/v1/staff/cases").body["rows"]
    assert case in [row["number"] for row in listed]
    assert all(row["due_at"] == row["opened_at"] + 5 * 86_400 for row in listed)

    wrong = close(branch, one, None, **finding)
    assert (wrong.body["outcome"], wrong.body["reason"]) == ("refused", "pin_refused")
    first = close(branch, one, world.people["tessa"].pin, **finding)
    assert (first.body["outcome"], first.body["entry"]) == ("waiting", None)
    shown = get(branch, other, f"/v1/staff/cases/{case}").body
    assert shown["hold"]["posted_minor"] is None
    assert [found["person"] for found in shown["findings"]] == ["tessa"]
    second = close(branch, other, world.people["bo"].pin, **finding)
    assert second.body["outcome"] == "done"
    assert balance(world) == (booked - 6000, held - 6000)

    shown = get(branch, one, f"/v1/staff/cases/{case}").body
    assert shown["hold"]["posted_minor"] == 6000
    assert shown["case"]["closed_entry"] == second.body["entry"]
    assert case not in [row["number"] for row in get(branch, one, "/v1/staff/cases").body["rows"]]
    number = world.people["amara"].number
    page = get(branch, one, f"/v1/staff/accounts/{number}/statement").body["rows"]
    assert (page[0]["kind"], page[0]["text"], page[0]["amount_minor"]) == (
        "correction",
        case,
        -6000,
    )
    audited = world.sql(
        "select count(*) from audit where event = 'staff close_case' and detail->>'number' = %s",
        case,
    )
    assert audited == [(3,)]


@pytest.mark.parametrize(
    "finding",
    [
        {"verdict": "nothing", "amount_minor": 100},
        {"verdict": "charge", "amount_minor": 0},
        {"verdict": "charge", "amount_minor": -1},
        {"verdict": "steal", "amount_minor": 100},
        {"verdict": "charge", "amount_minor": 100, "reason": ""},
    ],
)
def test_a_finding_that_says_nothing_clear_is_refused(world, branch, case, finding) -> None:
    login = branch.log_in("tessa")
    finding = {"number": case, "reason": "because", **finding}
    answer = close(branch, login, world.people["tessa"].pin, **finding)
    assert (answer.status, answer.code) == (400, "bad_request")


def test_customers_see_no_cases(branch, case) -> None:
    login = branch.log_in("amara")
    for path in ("/v1/staff/cases", f"/v1/staff/cases/{case}"):
        assert get(branch, login, path).status == 403


def cases(world: World, who: str, *words: str, pin: str = "") -> subprocess.CompletedProcess[str]:
    person = world.people[who]
    run = world.data_dir / "run"
    run.mkdir(exist_ok=True)
    ports = {"bank": world.ports, "device": 9}
    (run / "ports.json").write_text(json.dumps(ports), "utf-8")
    command = [sys.executable, str(ROOT / "main.py"), "cases", "--data", str(world.data_dir)]
    command += ["--config", str(world.config), "--finger", str(person.pictures[3]), *words]
    world.sql("delete from probes")
    return subprocess.run(
        command, input=(pin or person.pin) + "\n", capture_output=True, text=True, timeout=60
    )


def test_a_case_at_the_shell(world, two_tellers, case) -> None:
    booked, _ = balance(world)
    shown = cases(world, "tessa", "show", case)
    assert shown.returncode == 0, shown.stderr
    for side in ("LEDGER", "JOURNAL", "DEVICE", "hold of 60.00 EUR", "due in"):
        assert side in shown.stdout
    words = ("close", case, "charge", "--amount", "60.00", "--reason", "counted by hand")
    first = cases(world, "tessa", *words)
    assert "A second person must find the same" in first.stdout, first.stderr
    second = cases(world, "bo", *words)
    assert "closed by entry" in second.stdout, second.stderr
    assert balance(world)[0] == booked - 6000
    assert cases(world, "amara", "list").stderr == "That person does not work here.\n"


def test_a_case_is_overdue_after_five_days(world, case) -> None:
    """Beside one that is due, and one of which the machine could not tell the sum."""
    machine, uid = world.terminal().name, uuid.uuid4()
    world.sql(
        "insert into cases (kind, terminal, uid, original, amount_minor, currency)"
        " values ('reported', %s, %s, %s, null, 'EUR')",
        machine,
        uid,
        uid,
    )
    world.sql("update cases set opened_at = now() - interval '6 days' where number = %s", case)
    late = cases(world, "tessa", "list", "--overdue").stdout.splitlines()
    assert "OVERDUE" in next(line for line in late if case in line)
    assert all("due in" not in line for line in late)
    assert late[-1].endswith("past the deadline.")
    [line] = cases(world, "tessa", "list", "--terminal", machine).stdout.splitlines()
    assert "due in 4 d" in line
    assert "sum not known" in line
