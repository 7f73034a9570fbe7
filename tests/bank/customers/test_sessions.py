"""Sessions: bound to a terminal, good on every server, over when they should be."""

import secrets
from concurrent.futures import ThreadPoolExecutor

import pytest

from protocol.encoding import b64url_decode as decode
from protocol.encoding import b64url_encode as encode


def balance(terminal, login, server: str = "A"):
    number = login["accounts"][0]["number"]
    return terminal.call(
        f"/v1/accounts/{number}/balance",
        method="GET",
        headers={"Session": login["session"]},
        server=server,
    )


def test_a_session_is_good_on_every_server(world, atm) -> None:
    login = atm.log_in("amara")
    assert [balance(atm, login, server).status for server in "AB"] == [200, 200]


def test_a_session_is_good_at_its_own_terminal_only(world, atm) -> None:
    login = atm.log_in("amara")
    elsewhere = balance(world.terminal(), login)
    assert (elsewhere.status, elsewhere.code) == (401, "session_ended")


def test_a_session_is_bound_to_the_certificate_it_was_opened_under(world, atm) -> None:
    login = atm.log_in("amara")
    world.sql(
        "update sessions set terminal_cert = %s where terminal = %s",
        secrets.token_bytes(32),
        atm.name,
    )
    assert balance(atm, login).code == "session_ended"


@pytest.mark.parametrize(
    "session", ["", "x", "!!", encode(b"\x01" * 32), encode(b"\x01" * 31), "A" * 43]
)
def test_nonsense_is_no_session(world, atm, session) -> None:
    login = atm.log_in("amara")
    assert balance(atm, login | {"session": session}).code in ("session_ended", "bad_request")


def test_a_session_stays_while_it_is_asked_to_and_ends_when_it_must(world, atm) -> None:
    login = atm.log_in("amara")
    header = {"Session": login["session"]}

    def stay(server: str):
        return atm.call("/v1/session", method="GET", headers=header, server=server)

    def move(**ends: str) -> None:
        for name, when in ends.items():
            world.sql(f"update sessions set {name} = now() {when} where terminal = %s", atm.name)

    # As if it had been left for all but ten seconds of its idle time.
    move(refreshed_at="- interval '110 s'", idle_until="+ interval '10 s'")
    assert (stay("B").status, stay("B").body) == (200, {})
    [(left_s,)] = world.sql(
        "select extract(epoch from idle_until - now())::int from sessions where terminal = %s",
        atm.name,
    )
    assert 100 < left_s <= 120
    move(expires_at="- interval '1 s'")
    assert (stay("A").status, stay("A").code) == (401, "session_ended")


def test_logging_out_ends_the_session_everywhere_and_twice_is_no_error(world, atm) -> None:
    login = atm.log_in("amara")
    header = {"Session": login["session"]}
    for server in "BA":
        out = atm.call("/v1/session", method="DELETE", headers=header, server=server)
        assert (out.status, out.body) == (200, {})
        assert balance(atm, login, "A").code == "session_ended"


def test_another_terminal_cannot_log_a_session_out(world, atm) -> None:
    login = atm.log_in("amara")
    world.terminal().call("/v1/session", method="DELETE", headers={"Session": login["session"]})
    assert balance(atm, login).status == 200


@pytest.mark.parametrize("column", ["idle_until", "expires_at"])
def test_a_session_over_its_time_has_ended(world, atm, column) -> None:
    login = atm.log_in("amara")
    world.sql(
        f"update sessions set {column} = now() - interval '1 s' where terminal = %s", atm.name
    )
    assert balance(atm, login).code == "session_ended"


def test_a_session_moves_on_at_most_every_twenty_seconds_and_never_past_its_end(world, atm) -> None:
    login = atm.log_in("amara")

    def idle_s() -> float:
        return float(
            world.sql(
                "select extract(epoch from idle_until - refreshed_at) from sessions"
                " where terminal = %s",
                atm.name,
            )[0][0]
        )

    def moved(past_s: int) -> bool:
        world.sql(
            "update sessions set refreshed_at = refreshed_at - make_interval(secs => %s)"
            " where terminal = %s",
            past_s,
            atm.name,
        )
        before = world.sql("select refreshed_at from sessions where terminal = %s", atm.name)
        assert balance(atm, login).status == 200
        return (
            world.sql("select refreshed_at from sessions where terminal = %s", atm.name) != before
        )

    assert idle_s() == 120
    assert not moved(5)
    assert moved(20)
    assert idle_s() == 120
    world.sql(
        "update sessions set expires_at = clock_timestamp() + interval '30 s' where terminal = %s",
        atm.name,
    )
    assert moved(21)
    assert idle_s() <= 30


def test_a_record_opens_one_live_session(world, atm) -> None:
    """A kiosk that never heard of its session asks again; the first session is over then."""
    pin = world.people["amara"].pin
    factor1 = atm.factor1("amara")
    first, second = atm.try_pin(factor1, pin).body, atm.try_pin(factor1, pin, at_start="B").body
    assert balance(atm, first).code == "session_ended"
    assert balance(atm, second).status == 200


def test_a_record_whose_session_has_ended_is_used_up(world, atm) -> None:
    pin = world.people["amara"].pin
    factor1 = atm.factor1("amara")
    login = atm.try_pin(factor1, pin).body
    atm.call("/v1/session", method="DELETE", headers={"Session": login["session"]})
    refused = atm.try_pin(factor1, pin)
    assert (refused.status, refused.code) == (401, "expired")


def test_a_session_that_ends_between_start_and_finish_uses_its_record_up(world, atm) -> None:
    pin = world.people["amara"].pin
    factor1 = atm.factor1("amara")
    login = atm.try_pin(factor1, pin).body
    body = atm.start_body(factor1["account"], record=factor1["record"], pin=pin)
    token = atm.start(body).body["token"]
    atm.call("/v1/session", method="DELETE", headers={"Session": login["session"]})
    proof = atm.prove(body, token, world.secrets[(decode(factor1["account"]), pin)])
    refused = atm.finish(body, token, proof)
    assert (refused.status, refused.code) == (409, "replayed")


def test_two_logins_at_once_with_one_record_leave_one_session(world, atm) -> None:
    factor1, pin = atm.factor1("amara"), world.people["amara"].pin
    assert atm.try_pin(factor1, pin).status == 200
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda server: atm.try_pin(factor1, pin, at_start=server), "ABA"))
    assert [answer.status for answer in answers] == [200] * 3
    assert world.sql(
        "select count(*) from sessions where terminal = %s and ended_at is null", atm.name
    ) == [(1,)]


def test_a_record_is_good_for_two_minutes(world, atm) -> None:
    from datetime import UTC, datetime, timedelta

    from bank.identify.factor1 import Factor1, sign_factor1
    from bank.keys import load_key_set

    keys = load_key_set(world.data_dir / "bank" / "keyset.json")
    account = decode(atm.factor1("amara")["account"])

    def tried(age_s: int) -> str:
        found_at = datetime.now(UTC) - timedelta(seconds=age_s)
        record = encode(sign_factor1(keys, Factor1("finger", account, atm.name, found_at)))
        return atm.start(atm.start_body(encode(account), record=record)).code

    assert tried(121) == "expired"
    assert tried(110) == ""


def test_a_record_is_bound_to_terminal_credential_and_bank(world, atm) -> None:
    amara, bo = atm.factor1("amara"), atm.factor1("bo")
    other = world.terminal()
    for terminal, account, record in (
        (other, amara["account"], amara["record"]),
        (atm, bo["account"], amara["record"]),
        (atm, amara["account"], encode(b"x" * 200)),
    ):
        refused = terminal.start(terminal.start_body(account, record=record))
        assert (refused.status, refused.code) == (401, "bad_challenge")
