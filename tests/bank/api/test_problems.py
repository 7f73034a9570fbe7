"""Every answer that is not 2xx is a problem with a code, and says nothing of the inside."""

import http.client
import json
import ssl

import pytest

from bank.api.bodies import MAX_BODY_BYTES
from tests.bank.conftest import Servers, Terminal, problem


@pytest.fixture(scope="module")
def terminal(servers: Servers) -> Terminal:
    return servers.terminal()


def test_unknown_paths_and_methods(terminal: Terminal) -> None:
    assert problem(terminal.call("GET", "/v1/nothing")) == (404, "not_found")
    assert problem(terminal.call("GET", "/v1/accounts")) == (404, "not_found")
    assert problem(terminal.call("GET", "/docs")) == (404, "not_found")
    wrong = terminal.call("GET", "/v1/movements")
    assert problem(wrong) == (405, "bad_request")
    assert wrong.headers["Allow"] == "POST"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"jws": 1}',
        b'{"jws": "a", "more": 1}',
        b'{"jws": "a", "jws": "a"}',
        b"\xff\xfe",
        b'{"jws": ' + b"[" * 5000 + b"]" * 5000 + b"}",
        b'{"jws": NaN}',
    ],
)
def test_bad_bodies(terminal: Terminal, body: bytes) -> None:
    answer = terminal.call("POST", "/v1/movements", data=body)
    assert problem(answer) == (400, "bad_request")
    assert b"Traceback" not in answer.content


def test_a_wrong_member_is_named(terminal: Terminal) -> None:
    answer = terminal.call("POST", "/v1/movements", json={"jws": 1})
    assert answer.json()["field"] == "jws"


def test_bodies_have_a_limit(terminal: Terminal) -> None:
    big = json.dumps({"jws": "x" * MAX_BODY_BYTES}).encode()
    assert problem(terminal.call("POST", "/v1/movements", data=big)) == (413, "too_large")
    parts = (b"x" * 8192 for _ in range(20))  # chunked: no length is announced
    assert problem(terminal.call("POST", "/v1/movements", data=parts)) == (413, "too_large")


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "before=0", "before=1e3"])
def test_bad_parameters(servers: Servers, terminal: Terminal, query: str) -> None:
    customer = servers.customer()
    answer = terminal.call(
        "GET",
        f"/v1/accounts/{customer.account}/statement?{query}",
        session=customer.session(terminal),
    )
    assert problem(answer) == (400, "bad_request")
    assert answer.json()["field"] in {"limit", "before"}


def test_answers_carry_server_request_id_and_are_not_stored(terminal: Terminal) -> None:
    answer = terminal.call("GET", "/healthz", server="B", headers={"X-Request-Id": "abc-1"})
    assert answer.headers["Server-Name"] == "B"
    assert answer.headers["X-Request-Id"] == "abc-1"
    assert answer.headers["Cache-Control"] == "no-store"
    strange = terminal.call("GET", "/healthz", headers={"X-Request-Id": "a b" * 100})
    assert strange.headers["X-Request-Id"] != "a b" * 100
    assert terminal.call("GET", "/v1/nothing").headers["Server-Name"] == "A"


def test_a_terminal_has_a_rate_but_movements_come_through(servers: Servers) -> None:
    eager = servers.terminal()
    context = ssl.create_default_context(cafile=servers.trust)
    context.load_cert_chain(eager.identity.certificate_file, eager.identity.key_file)
    # Not by requests, which a busy machine may not send fast enough to be too many.
    line = http.client.HTTPSConnection("127.0.0.1", servers.ports["A"], timeout=20, context=context)
    for _ in range(5_000):
        line.request("GET", "/v1/accounts/1234567890/balance")
        answer = line.getresponse()
        body = json.loads(answer.read())
        if answer.status == 429:
            break
    line.close()
    assert (body["status"], body["code"]) == (429, "rate_limited")
    assert answer.headers["Retry-After"] == "1"
    assert eager.ask("case", 100, original="0" * 32)["outcome"] == "recorded"


def test_nothing_of_this_was_an_error_of_ours(servers: Servers) -> None:
    assert "Traceback" not in servers.log("A") + servers.log("B")
