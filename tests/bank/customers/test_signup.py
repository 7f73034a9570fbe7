"""Sign-up over HTTP: details and fingers, PIN, then a customer who can log in anywhere."""

import itertools
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from biometrics import extract
from biometrics.synthetic import Variation, synthesise
from protocol.encoding import b64url_decode as decode
from protocol.encoding import b64url_encode as encode
from protocol.ids import new_uid
from protocol.pin.prover import blind_pin

PIN = "590273"
# Fingers far enough from the demo's; each test forgets those it enrolled.
FINGERS = itertools.cycle((40, 51, 29, 23, 16, 27, 26, 17, 1, 5, 58))
NAMES = (f"new-{place}" for place in itertools.count())


@pytest.fixture(autouse=True)
def forget_new_fingers(world):
    yield
    world.sql(
        "with changed as (update gallery set version = version + 1 returning version)"
        " update fingers f set removed_at = now(), changed = version from changed"
        " where not exists (select from accounts a where a.customer = f.customer"
        " and a.number = any (%s))",
        [person.number for person in world.people.values()],
    )


def fingers(count: int = 3) -> list[bytes]:
    finger = next(FINGERS)
    return [extract(synthesise(finger, number)).to_iso() for number in range(1, count + 1)]


def begin_body(templates: list[bytes], **details: object) -> dict[str, object]:
    return {
        "uid": new_uid(time.time_ns() // 10**6),
        "details": {
            "user_name": next(NAMES),
            "first_name": "Émile",
            "last_name": "O'Neill-Sørensen",
            "phone": "+3312345678",
            "sms": True,
            "email": "emile@example.org",
        }
        | details,
        "templates": [encode(template) for template in templates],
    }


def register(atm, ticket, pin: str = PIN, server: str = "A"):
    """The body of finish, from a ticket."""
    blinded = blind_pin(decode(ticket["account"]), pin.encode())
    body = atm.start_body(
        ticket["account"], purpose="pin-register", record=ticket["ticket"], blinded=blinded
    )
    started = atm.start(body, server)
    assert started.status == 200, started
    assert started.body["ver"] == ticket["ver"]
    secret = atm.secret(ticket["account"], pin, blinded, started)
    token = started.body["token"]
    return {
        "ticket": ticket["ticket"],
        "verifier": encode(secret.verifier),
        "token": token,
        "proof": atm.prove(body, token, secret),
    }


def test_a_newcomer_signs_up_at_a_and_is_known_at_b_at_once(world, atm) -> None:
    *templates, probe = fingers(4)
    begun = atm.call("/v1/signup/begin", begin_body(templates, user_name="emile"))
    assert begun.status == 200, begun
    done = atm.call("/v1/signup/finish", register(atm, begun.body))
    assert done.status == 200, done
    found = atm.identify(probe, server="B")
    assert found.status == 200
    assert found.body["account"] == begun.body["account"]
    opened = atm.try_pin(found.body, PIN, at_start="B", at_finish="A")
    assert opened.status == 200
    assert opened.body["customer"] == done.body["customer"]
    assert opened.body["first_name"] == "Émile"
    number = opened.body["accounts"][0]["number"]
    assert number == done.body["number"]
    balance = atm.call(
        f"/v1/accounts/{number}/balance",
        method="GET",
        headers={"Session": opened.body["session"]},
    )
    assert balance.body["booked_minor"] == done.body["opening_credit_minor"] == 50000


def test_the_same_begin_gives_the_same_ticket_and_another_is_refused(world, atm) -> None:
    body = begin_body(fingers())
    one = atm.call("/v1/signup/begin", body)
    two = atm.call("/v1/signup/begin", body, server="B")
    assert one.status == two.status == 200
    assert one.body == two.body
    other = body | {"details": body["details"] | {"first_name": "Emil"}}
    refused = atm.call("/v1/signup/begin", other)
    assert (refused.status, refused.code) == (422, "other_body")
    elsewhere = world.terminal().call("/v1/signup/begin", body)
    assert (elsewhere.status, elsewhere.code) == (422, "other_body")


def test_finishing_again_gives_the_stored_answer_on_either_server(world, atm) -> None:
    begun = atm.call("/v1/signup/begin", begin_body(fingers()))
    body = register(atm, begun.body)
    with ThreadPoolExecutor(4) as pool:
        answers = list(
            pool.map(lambda name: atm.call("/v1/signup/finish", body, server=name), "ABAB")
        )
    assert [answer.status for answer in answers] == [200] * 4
    assert all(answer.body == answers[0].body for answer in answers)
    number = answers[0].body["number"]
    assert world.sql("select booked_minor from accounts where number = %s", number) == [(50000,)]
    assert world.sql(
        "select count(*) from accounts where customer = %s", answers[0].body["customer"]
    ) == [(1,)]
    # Long after the ticket's time, too.
    world.sql("update signups set expires_at = now() - interval '1 day'")
    assert atm.call("/v1/signup/finish", body).body == answers[0].body
    other = atm.call("/v1/signup/finish", body | {"proof": encode(b"\x01" * 64)})
    assert (other.status, other.code) == (422, "other_body")


def test_a_ticket_allows_one_evaluation(world, atm) -> None:
    begun = atm.call("/v1/signup/begin", begin_body(fingers())).body
    bodies = [
        atm.start_body(begun["account"], purpose="pin-register", record=begun["ticket"])
        for _ in range(2)
    ]
    assert atm.start(bodies[0]).status == 200
    assert atm.start(bodies[0], "B").status == 200
    refused = atm.start(bodies[1])
    assert (refused.status, refused.code) == (409, "replayed")
    # It spends no try of anybody's.
    assert world.sql(
        "select count(*) from pin_tries where account = %s", decode(begun["account"])
    ) == [(0,)]


def test_a_ticket_is_bound_to_its_terminal_and_credential(world, atm) -> None:
    begun = atm.call("/v1/signup/begin", begin_body(fingers())).body
    other = world.terminal()
    refused = other.start(
        other.start_body(begun["account"], purpose="pin-register", record=begun["ticket"])
    )
    assert (refused.status, refused.code) == (401, "bad_challenge")
    amara = atm.factor1("amara")["account"]
    refused = atm.start(atm.start_body(amara, purpose="pin-register", record=begun["ticket"]))
    assert (refused.status, refused.code) == (401, "bad_challenge")


@pytest.mark.parametrize("wrong", ["proof", "verifier", "token"])
def test_a_registration_that_does_not_hold_makes_nobody(world, atm, wrong) -> None:
    begun = atm.call("/v1/signup/begin", begin_body(fingers())).body
    body = register(atm, begun)
    other = {
        "proof": encode(b"\x01" * 64),
        "verifier": encode(b"\x02" + b"\xff" * 32),
        "token": encode(decode(body["token"])[:-1] + b"\x00"),
    }[wrong]
    refused = atm.call("/v1/signup/finish", body | {wrong: other})
    assert (refused.status, refused.code) == (
        401,
        "bad_challenge" if wrong == "token" else "rejected",
    )
    assert not world.sql(
        "select account from credentials where account = %s", decode(begun["account"])
    )


def test_a_registration_for_another_ticket_is_refused(world, atm) -> None:
    one = atm.call("/v1/signup/begin", begin_body(fingers())).body
    two = atm.call("/v1/signup/begin", begin_body(fingers())).body
    body = register(atm, one)
    refused = atm.call("/v1/signup/finish", body | {"ticket": two["ticket"]})
    assert (refused.status, refused.code) == (401, "bad_challenge")


def test_a_user_name_is_one_persons(world, atm) -> None:
    taken = atm.call("/v1/signup/begin", begin_body([_stranger(1)], user_name="amara"))
    assert (taken.status, taken.code, taken.body["field"]) == (409, "taken", "user_name")
    # Of two who begin with it, the first to finish has it.
    one = atm.call("/v1/signup/begin", begin_body(fingers(), user_name="twice")).body
    two = atm.call("/v1/signup/begin", begin_body(fingers(), user_name="twice")).body
    assert atm.call("/v1/signup/finish", register(atm, one)).status == 200
    late = atm.call("/v1/signup/finish", register(atm, two))
    assert (late.status, late.code) == (409, "taken")
    assert not world.sql(
        "select account from credentials where account = %s", decode(two["account"])
    )


def test_a_customers_finger_is_not_enrolled_twice(world, atm) -> None:
    again = world.template(world.people["bo"].pictures[4])
    refused = atm.call("/v1/signup/begin", begin_body([again]))
    assert (refused.status, refused.code) == (409, "finger_known")


def test_a_finger_enrolled_twice_at_the_same_time_is_one_customers(world, atm) -> None:
    templates = fingers(4)
    one = atm.call("/v1/signup/begin", begin_body(templates[:2])).body
    two = atm.call("/v1/signup/begin", begin_body(templates[2:])).body
    assert atm.call("/v1/signup/finish", register(atm, one)).status == 200
    late = atm.call("/v1/signup/finish", register(atm, two))
    assert (late.status, late.code) == (409, "finger_known")


def test_templates_of_two_fingers_are_refused(world, atm) -> None:
    refused = atm.call("/v1/signup/begin", begin_body([_stranger(1), fingers(1)[0]]))
    assert (refused.status, refused.code) == (422, "fingers_differ")


def test_the_same_picture_twice_counts_once(world, atm) -> None:
    template = fingers(1)[0]
    begun = atm.call("/v1/signup/begin", begin_body([template, template, template]))
    assert begun.status == 200
    assert atm.call("/v1/signup/finish", register(atm, begun.body)).status == 200
    assert world.sql(
        "select count(*) from fingers f join credentials c on c.customer = f.customer"
        " where c.account = %s",
        decode(begun.body["account"]),
    ) == [(1,)]


def test_a_poor_impression_is_refused(world, atm) -> None:
    poor = _poor_template()
    refused = atm.call("/v1/signup/begin", begin_body([poor]))
    assert (refused.status, refused.code) == (422, "poor_finger")
    refused = atm.call("/v1/signup/begin", begin_body([b"no template at all"]))
    assert (refused.status, refused.code) == (422, "poor_finger")


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("user_name", "Amara!"),
        ("user_name", "a"),
        ("first_name", ""),
        ("first_name", "x" * 61),
        ("phone", "phone"),
        ("sms", "yes"),
        ("email", "no address"),
        ("gender", "unknown"),
        ("nickname", "unknown member"),
    ],
)
def test_bad_details_are_refused_by_name(world, atm, member, value) -> None:
    refused = atm.call("/v1/signup/begin", begin_body([b"x"], **{member: value}))
    assert (refused.status, refused.code) == (400, "bad_request")
    assert refused.body["field"] == f"details.{member}"


@pytest.mark.parametrize("count", [0, 4])
def test_one_to_three_templates_are_taken(world, atm, count) -> None:
    refused = atm.call("/v1/signup/begin", begin_body([_stranger(1)] * count))
    assert (refused.status, refused.code) == (400, "bad_request")


def test_a_ticket_is_good_for_a_quarter_of_an_hour(world, atm) -> None:
    begun = atm.call("/v1/signup/begin", begin_body(fingers())).body
    body = register(atm, begun)
    world.sql("update signups set expires_at = now() - interval '1 s' where answer is null")
    late = atm.call("/v1/signup/finish", body)
    assert (late.status, late.code) == (401, "expired")


def test_a_finished_sign_up_keeps_no_details(world) -> None:
    assert world.sql(
        "select count(*) from signups where finished_at is not null and sealed is not null"
    ) == [(0,)]


def _stranger(number: int) -> bytes:
    return extract(synthesise(24, number)).to_iso()


def _poor_template() -> bytes:
    from dataclasses import replace

    return replace(extract(synthesise(24, 1)), quality=10).to_iso()


def test_the_variation_of_a_real_finger_is_accepted(world, atm) -> None:
    """Three touches that differ more than usual are still one finger."""
    finger = next(FINGERS)
    wide = Variation(rotation_deg=12.0, shift_px=18.0)
    templates = [extract(synthesise(finger, number, wide)).to_iso() for number in range(1, 4)]
    assert atm.call("/v1/signup/begin", begin_body(templates)).status == 200
