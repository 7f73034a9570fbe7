"""Each call by its path, its session and its answer; and each no as an error of its own."""

import json
import logging

import pytest

from backend_client import Policy, errors
from protocol.encoding import b64url_encode
from protocol.messages.accounts import BalanceAnswer, PayeeAnswer, StatementAnswer
from protocol.messages.money import DepositCheckAnswer, DepositCheckRequest
from protocol.messages.pin import PinProof
from protocol.messages.signup import Details
from protocol.messages.staff import ActAnswer, CustomerAnswer, CustomerSearchAnswer
from protocol.messages.terminal import HelloAnswer, HelloRequest
from tests.backend_client.faulty_server import Reply, answer, problem
from tests.backend_client.small_bank import FACTOR1, NOW_S, SIGNUP

SESSION, NUMBER = b64url_encode(bytes(32)), "1234567890"
BALANCE = BalanceAnswer(
    number=NUMBER,
    currency="EUR",
    booked_minor=248_000,
    held_minor=0,
    available_minor=248_000,
    withdraw_left_today_minor=100_000,
    withdraw_each_minor=50_000,
    transfer_left_today_minor=500_000,
    as_of=NOW_S,
)
STATEMENT = StatementAnswer(
    number=NUMBER, currency="EUR", rows=(), next_before=None, holds_minor=0, as_of=NOW_S
)
PAYEE = PayeeAnswer(number=NUMBER, display_name="Bo L.", currency="EUR")
CHECK = DepositCheckAnswer(acceptable=True, max_minor=500_000)
FOUND = CustomerSearchAnswer(rows=(), more=False)
CUSTOMER = CustomerAnswer(
    customer="c1",
    user_name="amara",
    first_name="Amara",
    last_name="Okafor",
    phone="+4915110000001",
    sms=True,
    email=None,
    address=None,
    national_id=None,
    gender=None,
    created_at=NOW_S,
    fingers=1,
    pin_locked=False,
    accounts=(),
)
ACT = ActAnswer(uid="0" * 32, outcome="done", reason=None, number=NUMBER, reference="ABCD-EFGH")
HELLO_REQUEST = HelloRequest(
    chain="0" * 32, seq=0, head=b64url_encode(bytes(32)), open_holds=(), pending=0, cassettes={}
)
HELLO = HelloAnswer(
    bank_time=NOW_S,
    business_date="2027-01-15",
    realm="meridian.example",
    terminal="ATM-0001",
    currency="EUR",
    withdraw_each_minor=50_000,
    deposit_each_minor=500_000,
    step_up_minor=30_000,
    signup=True,
    number_login=True,
    known_chain=None,
    known_seq=0,
    known_head=None,
    open_holds=(),
)
DETAILS = Details(
    user_name="amara", first_name="Amara", last_name="Okafor", phone="+4915110000001", sms=True
)
PROOF = PinProof(token=b64url_encode(bytes(110)), proof=b64url_encode(bytes(64)))
DEPOSIT = DepositCheckRequest(account=NUMBER, currency="EUR", amount_minor=500_000)

CALLS = [
    ("POST /v1/hello", lambda bank: bank.hello(HELLO_REQUEST), HELLO),
    ("POST /v1/identify", lambda bank: bank.identify(b"FMR"), FACTOR1),
    ("POST /v1/lookup", lambda bank: bank.lookup(NUMBER), FACTOR1),
    (f"GET /v1/accounts/{NUMBER}/balance", lambda bank: bank.balance(SESSION, NUMBER), BALANCE),
    (
        f"GET /v1/accounts/{NUMBER}/statement?before=9&limit=6",
        lambda bank: bank.statement(SESSION, NUMBER, before=9, limit=6),
        STATEMENT,
    ),
    ("POST /v1/payees", lambda bank: bank.payee(SESSION, "chiara"), PAYEE),
    ("POST /v1/deposits/check", lambda bank: bank.check_deposit(SESSION, DEPOSIT), CHECK),
    (
        "POST /v1/signup/begin",
        lambda bank: bank.begin_signup("0" * 32, DETAILS, [b"FMR"]),
        SIGNUP,
    ),
    (
        "GET /v1/staff/customers?q=O%27K%26x",
        lambda bank: bank.find_customers(SESSION, "O'K&x"),
        FOUND,
    ),
    ("GET /v1/staff/customers/c%2F1", lambda bank: bank.customer(SESSION, "c/1"), CUSTOMER),
    (
        f"GET /v1/staff/accounts/{NUMBER}/statement?limit=50",
        lambda bank: bank.staff_statement(SESSION, NUMBER),
        STATEMENT,
    ),
    ("POST /v1/staff/acts", lambda bank: bank.staff_act(SESSION, b"{}", PROOF), ACT),
]
WITHOUT_SESSION = ("/v1/hello", "/v1/identify", "/v1/lookup", "/v1/signup/begin")


@pytest.mark.parametrize(("line", "call", "message"), CALLS, ids=[call[0] for call in CALLS])
def test_a_call_asks_and_reads(bank, small_bank, servers, line, call, message):
    path = line.split(" ")[1].split("?")[0]
    small_bank.handlers[path] = lambda _request, _body: answer(message)
    assert call(bank) == message
    (request,) = servers[0].requests
    assert f"{request.method} {request.path}" == line
    expected = None if path in WITHOUT_SESSION else SESSION
    assert request.headers.get("Session") == expected
    assert "Cookie" not in request.headers


def test_logout_ends_the_session(bank, small_bank, servers):
    small_bank.handlers["/v1/session"] = lambda _request, _body: answer({})
    bank.logout(SESSION)
    (request,) = servers[0].requests
    assert (request.method, request.headers["Session"]) == ("DELETE", SESSION)


def test_the_banks_time_is_kept(connect, small_bank, tmp_path):
    small_bank.handlers["/v1/hello"] = lambda _request, _body: answer(HELLO)
    connect().hello(HELLO_REQUEST)
    assert (tmp_path / "bank-time").read_text() == f"{NOW_S}\n"


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (401, "session_ended", errors.SessionEnded),
        (404, "not_identified", errors.NotIdentified),
        (409, "number_needed", errors.NumberNeeded),
        (409, "replayed", errors.ProbeReplayed),
        (423, "locked", errors.PinLocked),
        (401, "expired", errors.RecordExpired),
        (404, "not_found", errors.NotFound),
        (409, "finger_known", errors.FingerTaken),
        (422, "fingers_differ", errors.FingersDiffer),
        (422, "poor_finger", errors.FingerPoor),
        (400, "bad_request", errors.RequestRefused),
        (403, "forbidden", errors.RequestRefused),
        (403, "terminal_denied", errors.TerminalDenied),
    ],
)
def test_each_no_is_an_error_of_its_own(bank, small_bank, servers, status, code, error):
    small_bank.handlers["/v1/identify"] = lambda _request, _body: problem(status, code)
    with pytest.raises(error) as caught:
        bank.identify(b"FMR")
    assert type(caught.value) is error
    assert servers[1].requests == []


def test_a_denied_terminal_is_denied_until_it_is_greeted_again(bank, small_bank):
    assert not bank.denied()
    small_bank.handlers["/v1/identify"] = lambda _request, _body: problem(403, "terminal_denied")
    with pytest.raises(errors.TerminalDenied):
        bank.identify(b"FMR")
    assert bank.denied()
    small_bank.handlers["/v1/hello"] = lambda _request, _body: answer(HELLO)
    bank.hello(HELLO_REQUEST)
    assert not bank.denied()


def test_an_exchange_is_logged_by_its_id_and_by_nothing_of_anybody(bank, small_bank, caplog):
    caplog.set_level(logging.INFO, "backend_client")
    seen = []

    def balance(request, _body):
        seen.append(request.headers["X-Request-Id"])
        return answer(BALANCE)

    small_bank.handlers[f"/v1/accounts/{NUMBER}/balance"] = balance
    bank.balance(SESSION, NUMBER)
    [line] = [record.getMessage() for record in caplog.records]
    assert line.startswith("GET /v1/accounts/*/balance at A: status 200 in ")
    assert line.endswith(f"request {seen[0]}")


def test_a_no_says_which_field_and_how_long(bank, small_bank):
    small_bank.handlers["/v1/signup/begin"] = lambda _request, _body: problem(
        409, "taken", field="user_name"
    )
    with pytest.raises(errors.UserNameTaken) as taken:
        bank.begin_signup("0" * 32, DETAILS, [b"FMR"])
    assert taken.value.field == "user_name"
    limited = problem(429, "rate_limited")
    body = {**json.loads(limited.body), "retry_after_s": 60}
    small_bank.handlers["/v1/identify"] = lambda _request, _body: Reply(
        429, json.dumps(body).encode(), limited.content_type
    )
    with pytest.raises(errors.TooManyTries) as caught:
        bank.identify(b"FMR")
    assert caught.value.retry_after_s == 60


@pytest.mark.parametrize("typed", ["", "1", "x" * 65])
def test_what_can_be_nobodys_number_is_not_found_and_not_sent(bank, servers, typed):
    for call in (
        lambda: bank.lookup(typed),
        lambda: bank.payee(SESSION, typed),
        lambda: bank.identify(b"FMR", typed),
    ):
        with pytest.raises(errors.NotFound):
            call()
    assert servers[0].requests == []


@pytest.mark.parametrize("fault", ["die_before", "die_after", "garbage", problem(500, "internal")])
def test_a_read_goes_to_the_other_server(bank, small_bank, servers, fault):
    small_bank.handlers["/v1/payees"] = lambda _request, _body: answer(PAYEE)
    servers[0].fault = lambda _path: fault
    assert bank.payee(SESSION, "chiara") == PAYEE


def test_a_bank_that_is_away_altogether_is_said_within_seconds(bank, servers, stopwatch):
    for server in servers:
        server.stop()
    with pytest.raises(errors.BankAway):
        bank.lookup(NUMBER)
    assert stopwatch() < 5


def test_identification_is_given_more_time_than_other_attempts(bank, small_bank, servers):
    small_bank.handlers["/v1/identify"] = lambda _request, _body: answer(FACTOR1)
    servers[0].fault = lambda _path: ("slow", 2.5)
    assert bank.identify(b"FMR") == FACTOR1
    assert servers[1].requests == []


def test_balanced_calls_go_to_both_servers(connect, small_bank, servers):
    small_bank.handlers["/v1/payees"] = lambda _request, _body: answer(PAYEE)
    bank = connect(Policy.BALANCED)
    for _ in range(6):
        bank.payee(SESSION, "chiara")
    assert [server.count("/v1/payees") for server in servers] == [3, 3]
