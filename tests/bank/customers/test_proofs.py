"""PIN proofs over a body, through the door that movements and acts use."""

import asyncio
import hashlib
import uuid
from dataclasses import dataclass

import pytest

from bank.api.state import Bank
from bank.pin.proofs import Verdict, check_body_proof
from bank.serve import Settings, make_bank
from protocol.encoding import b64url_decode as decode
from protocol.encoding import b64url_encode as encode
from protocol.messages.pin import PinProof

ORDER = b'{"amount_minor":5000,"kind":"transfer"}'


@dataclass
class Door:
    """`check_body_proof` as a third server of this bank would call it."""

    world: object
    customer: uuid.UUID
    atm: object

    def check(
        self,
        proof: dict[str, str],
        body: bytes = ORDER,
        uid: str = "0" * 31 + "1",
        purpose: str = "txn",
        terminal: object = None,
        name: str = "A",
    ) -> Verdict:
        at = terminal or self.atm

        async def ask() -> Verdict:
            bank: Bank = make_bank(
                Settings(self.world.data_dir, name, 0, self.world.config)  # type: ignore[attr-defined]
            )
            await bank.pool.open()
            try:
                return await check_body_proof(
                    bank,
                    customer=self.customer,
                    purpose=purpose,
                    body=body,
                    uid=uid,
                    terminal=at.name,
                    terminal_cert_sha256=at.cert_hash,
                    proof=PinProof.model_validate(proof),
                )
            finally:
                await bank.pool.close()

        return asyncio.run(ask())


@pytest.fixture
def login(atm):
    return atm.log_in("amara")


@pytest.fixture
def door(world, atm, login) -> Door:
    return Door(world, uuid.UUID(login["customer"]), atm)


@pytest.fixture
def pin(world) -> str:
    return world.people["amara"].pin


def test_a_proof_over_the_body_is_accepted_and_gives_its_try_back(world, atm, login, door, pin):
    proof = atm.prove_body(login, "txn", ORDER, pin)
    assert world.sql("select finger_tries from pin_tries") == [(1,)]
    assert door.check(proof) is Verdict.ACCEPTED
    assert world.sql("select finger_tries from pin_tries") == [(0,)]


def test_the_same_bytes_again_are_a_retry_on_either_server(world, atm, login, door, pin):
    proof = atm.prove_body(login, "txn", ORDER, pin)
    assert [door.check(proof, name=name) for name in "AB"] == [Verdict.ACCEPTED] * 2
    world.sql("update pin_nonces set burnt_at = burnt_at - interval '5 min'")
    assert door.check(proof) is Verdict.ACCEPTED


def test_a_nonce_is_tied_to_its_uid_and_body(world, atm, login, door, pin):
    proof = atm.prove_body(login, "txn", ORDER, pin)
    assert door.check(proof) is Verdict.ACCEPTED
    assert door.check(proof, uid="0" * 31 + "2") is Verdict.REFUSED
    assert door.check(proof, body=ORDER + b" ") is Verdict.REFUSED


def test_another_body_purpose_terminal_or_customer_is_refused(world, atm, login, door, pin):
    proof = atm.prove_body(login, "txn", ORDER, pin)
    assert door.check(proof, body=ORDER + b" ") is Verdict.REFUSED
    assert door.check(proof, purpose="staff-act") is Verdict.REFUSED
    assert door.check(proof, terminal=world.terminal()) is Verdict.REFUSED
    bo = world.sql("select customer from accounts where number = %s", world.people["bo"].number)
    assert Door(world, bo[0][0], atm).check(proof) is Verdict.REFUSED
    # None of them burnt it.
    assert door.check(proof) is Verdict.ACCEPTED


def test_a_wrong_pin_is_refused_and_the_third_locks(world, atm, login, door, pin):
    verdicts = [
        door.check(atm.prove_body(login, "txn", ORDER, None), uid=f"{place:032x}")
        for place in range(3)
    ]
    assert verdicts == [Verdict.REFUSED, Verdict.REFUSED, Verdict.LOCKED]
    body = atm.start_body(
        login["credential"],
        purpose="txn",
        session=login["session"],
        body_digest=encode(b"\x01" * 32),
    )
    locked = atm.start(body)
    assert (locked.status, locked.code) == (423, "locked")


def test_a_retry_of_a_refused_proof_stays_refused_and_costs_no_try(world, atm, login, door, pin):
    proof = atm.prove_body(login, "txn", ORDER, None)
    assert [door.check(proof) for _ in range(4)] == [Verdict.REFUSED] * 4
    assert world.sql("select finger_tries from pin_tries") == [(1,)]


def test_a_login_token_is_no_proof_over_a_body(world, atm, login, door, pin):
    factor1 = atm.identify(world.people["amara"].pictures[4]).body
    body = atm.start_body(factor1["account"], record=factor1["record"])
    token = atm.start(body).body["token"]
    proof = atm.prove(body, token, world.secrets[(decode(factor1["account"]), pin)])
    assert door.check({"token": token, "proof": proof}) is Verdict.REFUSED


@pytest.mark.parametrize("purpose", ["txn", "staff-act"])
def test_a_proof_over_a_body_needs_an_open_session_of_its_customer(world, atm, login, purpose):
    bo = world.terminal().log_in("bo")
    for session, status in (
        ("", 401),
        (encode(b"\x01" * 32), 401),
        (bo["session"], 401),
    ):
        body = atm.start_body(
            login["credential"],
            purpose=purpose,
            session=session,
            body_digest=encode(b"\x01" * 32),
        )
        refused = atm.start(body)
        assert (refused.status, refused.code) == (status, "session_ended")
    body = atm.start_body(
        bo["credential"],
        purpose=purpose,
        session=login["session"],
        body_digest=encode(b"\x01" * 32),
    )
    refused = atm.start(body)
    assert (refused.status, refused.code) == (400, "bad_request")


def test_a_session_without_a_finger_counts_with_the_numbers_tries(world, atm):
    login = atm.log_in("amara", "number")
    atm.prove_body(login, "txn", ORDER, None)
    assert world.sql("select finger_tries, number_tries from pin_tries") == [(0, 1)]


def test_an_expired_token_is_refused(world, atm, login, door, pin):
    from dataclasses import replace

    from bank.keys import load_key_set
    from protocol.pin.token import issue_token, parse_token

    proof = atm.prove_body(login, "txn", ORDER, pin)
    keys = load_key_set(world.data_dir / "bank" / "keyset.json")
    head = replace(parse_token(decode(proof["token"])), expiry_s=1_700_000_000)
    body = atm.start_body(login["credential"], purpose="txn")
    body["body_digest"] = encode(hashlib.sha256(ORDER).digest())
    token = encode(issue_token(keys.mac_keys[1], head, atm.context(body)))
    secret = world.secrets[(decode(login["credential"]), pin)]
    late = {"token": token, "proof": atm.prove(body, token, secret)}
    assert door.check(late) is Verdict.REFUSED
    assert door.check(proof) is Verdict.ACCEPTED


def test_a_nonce_is_good_for_one_proof_even_under_its_own_uid(world, atm, login, door, pin):
    """Else one try could carry any number of guesses."""
    proof = atm.prove_body(login, "txn", ORDER, pin)
    assert door.check(proof | {"proof": encode(b"\x01" * 64)}) is Verdict.REFUSED
    assert door.check(proof) is Verdict.REFUSED
