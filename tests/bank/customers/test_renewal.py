"""A new PIN over HTTP: reset by two members of staff."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from protocol.encoding import b64url_decode as decode
from protocol.encoding import b64url_encode as encode
from protocol.pin.prover import blind_pin
from tests.bank.customers.conftest import Terminal, World
from tests.bank.customers.renewing import (
    NEW,
    Branch,
    of_account,
    open_sessions,
    registration,
    renew,
)
from tests.bank.customers.renewing import branch_desk as branch_desk
from tests.bank.customers.renewing import credentials_as_they_were as credentials_as_they_were


def test_two_tellers_let_a_customer_choose_a_new_pin(
    world: World, atm: Terminal, branch_desk: Branch
) -> None:
    desk, old = branch_desk, world.people["amara"].pin
    at_home = atm.log_in("amara")
    # Ten wrong tries: no finger opens this.
    credential = decode(at_home["credential"])
    world.sql(
        "update pin_tries set finger_tries = 3, finger_total = 10, number_tries = 3"
        " where account = %s",
        credential,
    )
    world.sql("delete from probes")
    locked = atm.try_pin(atm.factor1("amara"), old)
    assert (locked.status, locked.code, locked.body["unlock"]) == (423, "locked", "branch")
    assert world.sql(
        "select count(*) from audit where event = 'pin locked' and detail->>'reference' = %s",
        locked.body["reference"],
    ) == [(1,)]

    assert desk.state(desk.one) is None
    assert desk.ticket().code == "not_found"
    record = desk.finger()["record"]
    assert desk.ask(desk.one, record=record) == ("waiting", None)
    seen = desk.state(desk.one)
    assert seen is not None
    assert (seen["state"], seen["mine"], seen["found"]) == ("waiting", True, "finger")
    assert desk.ticket().code == "not_found"
    assert desk.state(desk.other)["mine"] is False
    assert desk.ask(desk.other) == ("done", None)
    assert desk.state(desk.one)["state"] == "approved"

    ticket = desk.ticket().body
    ver, verifier, duress = of_account(world, desk.customer, "ver, verifier, duress")
    assert ticket["ver"] == ver + 1
    body = registration(desk.desk, ticket)
    done = renew(desk.desk, body)
    assert done.status == 200, done
    # The same bytes again, at the other server too, are answered the same.
    assert renew(desk.desk, body, "B").body == done.body

    now = of_account(
        world,
        desk.customer,
        "ver, verifier, duress, status, finger_tries, finger_total, number_tries",
    )
    assert (now[0], now[1]) == (ticket["ver"], decode(body["verifier"]))
    assert now[1] != verifier
    assert now[2] not in (duress, now[1])
    assert now[3:] == ("active", 0, 0, 0)
    assert open_sessions(world, desk.customer) == 0
    ended = atm.call(
        f"/v1/accounts/{world.people['amara'].number}/balance",
        method="GET",
        headers={"Session": at_home["session"]},
    )
    assert ended.code == "session_ended"
    assert desk.state(desk.one) is None

    world.secrets.pop((credential, old))
    world.sql("delete from probes")
    assert atm.try_pin(atm.factor1("amara"), old).code == "rejected"
    assert atm.try_pin(atm.factor1("amara", "number"), NEW).status == 200
    events = [
        row[0]
        for row in world.sql(
            "select event from audit where subject = %s and event like any"
            " (array['staff reset%%', 'pin %%']) order by id desc limit 4",
            desk.customer,
        )
    ]
    assert events == ["pin reset", "pin ticket issued", "staff reset_pin", "staff reset_pin"]


def test_one_person_twice_is_one_person(branch_desk: Branch) -> None:
    desk = branch_desk
    assert desk.ask(desk.one, record=desk.finger()["record"]) == ("waiting", None)
    assert desk.ask(desk.one, record=desk.finger()["record"]) == ("refused", "same_person")
    assert desk.ticket().code == "not_found"


def test_nobody_resets_the_own_pin(world: World, branch: Terminal) -> None:
    desk = Branch(world, branch, "bo")
    assert desk.ask(desk.one, record=desk.finger()["record"]) == ("waiting", None)
    assert desk.ask(desk.other) == ("refused", "own_pin")
    assert desk.ask(desk.other, record=desk.finger()["record"]) == ("refused", "own_pin")
    assert desk.ticket().code == "not_found"


def test_the_first_needs_the_customers_own_finger_at_this_desk_just_now(
    world: World, atm: Terminal, branch_desk: Branch
) -> None:
    desk = branch_desk
    none = ("refused", "finger_needed")
    assert desk.ask(desk.one) == none
    assert desk.ask(desk.one, record=encode(b"made up")) == none
    assert desk.ask(desk.one, record=desk.desk.factor1("chiara")["record"]) == none
    assert desk.ask(desk.one, record=atm.factor1("amara")["record"]) == none
    assert desk.ask(desk.one, record=desk.desk.factor1("amara", "number")["record"]) == none
    world.sql("delete from probes")
    elsewhere = world.terminal("teller")
    assert desk.ask(desk.one, desk=elsewhere.name) == ("refused", "changed")
    # Nothing of all this was kept as a first person's word.
    assert desk.state(desk.other) is None
    assert desk.ask(desk.other) == none


def test_a_document_in_place_of_the_finger_is_said_by_both(branch_desk: Branch) -> None:
    desk = branch_desk
    assert desk.ask(desk.one, found="passport") == ("waiting", None)
    assert desk.ask(desk.other, found="identity_card") == ("refused", "differs")
    assert desk.ask(desk.other) == ("refused", "differs")
    assert desk.ask(desk.other, found="passport") == ("done", None)


@pytest.mark.parametrize(("which", "seconds"), [("asked", 3601), ("approved", 901)])
def test_after_its_time_a_word_counts_no_more(
    world: World, branch_desk: Branch, which: str, seconds: int
) -> None:
    desk = branch_desk
    table, column = {
        "asked": ("approvals", "asked_at"),
        "approved": ("pin_resets", "expires_at"),
    }[which]

    def later() -> None:
        world.sql(f"alter table {table} disable trigger append_only")
        world.sql(f"update {table} set {column} = {column} - make_interval(secs => %s)", seconds)
        world.sql(f"alter table {table} enable trigger append_only")

    if which == "asked":
        assert desk.ask(desk.one, record=desk.finger()["record"]) == ("waiting", None)
        later()
        assert desk.state(desk.other) is None
        assert desk.ask(desk.other) == ("refused", "finger_needed")
        assert desk.ask(desk.other, record=desk.finger()["record"]) == ("waiting", None)
    else:
        desk.approved()
        later()
    assert desk.ticket().code == "not_found"


def test_an_act_comes_again_byte_by_byte_and_counts_once(branch_desk: Branch) -> None:
    desk = branch_desk
    data = desk.act(desk.one, record=desk.finger()["record"])
    proof = desk.desk.prove_body(desk.one, "staff-act", data, desk.world.people["tessa"].pin)
    answers = [desk.send(desk.one, data, proof, server) for server in ("A", "A", "B")]
    assert {answer.body["outcome"] for answer in answers} == {"waiting"}
    assert answers[0].body == answers[1].body == answers[2].body
    # The other's session with the first one's bytes and proof is nobody's act.
    assert desk.send(desk.other, data, proof).code == "bad_request"
    assert desk.ask(desk.other) == ("done", None)


def test_a_ticket_is_of_one_desk_one_evaluation_and_one_pin(
    world: World, branch_desk: Branch
) -> None:
    desk = branch_desk
    desk.approved()
    elsewhere = world.terminal("teller")
    world.sql("delete from probes")
    there = elsewhere.log_in("tessa")
    assert desk.ticket(elsewhere, there).code == "not_found"
    ticket = desk.ticket().body
    assert desk.ticket().body == ticket
    body = registration(desk.desk, ticket)
    again = desk.desk.start_body(ticket["account"], purpose="pin-register", record=ticket["ticket"])
    assert (desk.desk.start(again).status, desk.desk.start(again).code) == (409, "replayed")
    # Evaluated and left: another ticket has another version, and there is an end to it.
    second, third = desk.ticket().body, None
    registration(desk.desk, second)
    third = desk.ticket().body
    assert [ticket["ver"] + step for step in (1, 2)] == [second["ver"], third["ver"]]
    last = registration(desk.desk, third)
    assert desk.ticket().code == "rate_limited"
    assert renew(elsewhere, last).code == "bad_challenge"
    assert renew(desk.desk, last | {"verifier": body["verifier"]}).code == "rejected"
    assert renew(desk.desk, last).status == 200
    # What was left behind can no longer come after it.
    assert renew(desk.desk, body).code == "expired"
    assert renew(desk.desk, last | {"verifier": body["verifier"]}).code == "other_body"


def test_a_sign_up_and_a_renewal_do_not_take_each_others_tickets(branch_desk: Branch) -> None:
    desk = branch_desk
    desk.approved()
    body = registration(desk.desk, desk.ticket().body)
    assert desk.desk.call("/v1/signup/finish", body).code == "other_body"
    assert renew(desk.desk, body).status == 200


def test_a_login_begun_with_the_old_pin_ends_with_the_reset(
    world: World, atm: Terminal, branch_desk: Branch
) -> None:
    desk, old = branch_desk, world.people["amara"].pin
    factor1 = atm.factor1("amara")
    blinded = blind_pin(decode(factor1["account"]), old.encode())
    body = atm.start_body(factor1["account"], record=factor1["record"], blinded=blinded)
    started = atm.start(body)
    secret = atm.secret(factor1["account"], old, blinded, started)
    token = started.body["token"]
    proof = atm.prove(body, token, secret)
    desk.approved()
    assert renew(desk.desk, registration(desk.desk, desk.ticket().body)).status == 200
    assert atm.finish(body, token, proof).code == "rejected"


def test_a_reset_takes_no_old_pin(world: World, branch_desk: Branch) -> None:
    desk = branch_desk
    desk.approved()
    body = registration(desk.desk, desk.ticket().body)
    old = {"token": encode(bytes(110)), "proof": encode(bytes(64))}
    assert renew(desk.desk, body | {"old": old}).code == "bad_request"


class Renewing(RuleBasedStateMachine):
    """Two tellers, a customer, and any order of asking, choosing and changing: what is in force?"""

    world: World

    @initialize()
    def begin(self) -> None:
        self.world.forget_tries()
        self.world.sql("delete from probes")
        self.world.sql("update pin_attempts set succeeded = true")
        self.desk = Branch(self.world, self.world.terminal("teller"))
        self.pin, self.ver = self.world.people["amara"].pin, self.now()[0]
        self.first: str | None = None
        self.approved = False
        self.left: list[dict[str, str]] = []
        if hasattr(Renewing, "pin_now"):
            self.pin = Renewing.pin_now

    def now(self) -> tuple[int, bytes]:
        return of_account(self.world, self.desk.customer, "ver, verifier")

    @rule(who=st.sampled_from(["one", "other"]))
    def ask(self, who: str) -> None:
        outcome = self.desk.ask(getattr(self.desk, who), record=self.desk.finger()["record"])
        if self.first == who:
            assert outcome == ("refused", "same_person")
        elif self.first is None:
            assert outcome == ("waiting", None)
            self.first = who
        else:
            assert outcome == ("done", None)
            self.first, self.approved = None, True

    @rule(pin=st.sampled_from(["730164", "284609"]), finish=st.booleans())
    def choose(self, pin: str, finish: bool) -> None:
        ticket = self.desk.ticket()
        if ticket.code == "rate_limited":
            return
        assert (ticket.status == 200) == self.approved
        if not self.approved:
            return
        assert ticket.body["ver"] > self.ver
        body = registration(self.desk.desk, ticket.body, pin)
        if not finish:
            self.left.append(body)
            return
        assert renew(self.desk.desk, body).status == 200
        self.pin, self.ver, Renewing.pin_now = pin, ticket.body["ver"], pin
        # Whatever was asked of the old version is over.
        self.first, self.approved = None, False

    @rule()
    def bring_what_was_left(self) -> None:
        for body in self.left:
            answer = renew(self.desk.desk, body)
            if self.approved and answer.status == 200:
                self.ver = self.now()[0]
                self.first, self.approved = None, False
                Renewing.pin_now = self.pin = next(
                    pin
                    for (_, pin), secret in self.world.secrets.items()
                    if encode(secret.verifier) == body["verifier"]
                )
            else:
                assert answer.code == "expired"
        self.left = []

    @invariant()
    def one_version_is_in_force_and_versions_only_grow(self) -> None:
        if hasattr(self, "desk"):
            assert self.now()[0] == self.ver


def test_only_what_two_people_approved_comes_into_force(world: World) -> None:
    machine = type("RenewingHere", (Renewing,), {"world": world})
    run_state_machine_as_test(
        machine, settings=settings(max_examples=3, stateful_step_count=8, deadline=None)
    )
