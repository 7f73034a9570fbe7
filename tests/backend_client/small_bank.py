"""A bank of dictionaries behind several servers: enough of the contract to prove and pay."""

import json
import secrets
import threading

from protocol.encoding import b64url_decode, b64url_encode, load_json
from protocol.errors import BadToken, ProofRejected
from protocol.messages.finger import Factor1Answer
from protocol.messages.money import Outcome
from protocol.messages.pin import AccountBrief, LoginAnswer, PinStartAnswer
from protocol.messages.signup import SignupAnswer, SignupTicket
from protocol.pin.context import Context, digest
from protocol.pin.secret import KSF, account_key
from protocol.pin.token import TokenHead, check_token, issue_token
from protocol.pin.verifier import evaluate_blinded, verify_proof
from protocol.signing import read_request
from tests.backend_client.faulty_server import answer, problem

REALM = "meridian.example"
NOW_S = 1_800_000_000
ACCOUNT = bytes(range(16))
TICKET = b"a ticket the bank has signed"
FACTOR1 = Factor1Answer(
    account=b64url_encode(ACCOUNT), record=b64url_encode(b"a record"), expires_at=NOW_S + 120
)
SIGNUP = SignupTicket(account=b64url_encode(ACCOUNT), ver=3, ticket=b64url_encode(TICKET))


class SmallBank:
    """State shared by all servers. ``handlers`` may be replaced path by path."""

    def __init__(self, terminal_id, terminal_cert_hash):
        self.terminal = (terminal_id, terminal_cert_hash)
        self.seed, self.mac_keys, self.ver = secrets.token_bytes(32), {1: b"k" * 32}, 3
        self.verifier = None
        self.tries_left = 3
        self.nonces = set()
        self.movements = {}
        self.committed = 0
        self.lock = threading.Lock()
        self.handlers = {
            "/readyz": lambda _request, _body: answer({"ready": True}),
            "/v1/pin/start": self.start,
            "/v1/pin/finish": self.finish,
            "/v1/movements": self.move,
            "/v1/signup/finish": self.finish_signup,
        }

    def __call__(self, request):
        with self.lock:
            handler = self.handlers.get(request.path.split("?")[0])
            if handler is None:
                return problem(404, "not_found")
            return handler(request, json.loads(request.body) if request.body else {})

    def context(self, body, purpose):
        return Context(
            purpose=purpose,
            realm=REALM,
            account=b64url_decode(body["account"]),
            terminal_id=self.terminal[0],
            terminal_cert_hash=self.terminal[1],
            factor1=b64url_decode(body["factor1"]),
            body_digest=b64url_decode(body["body_digest"]),
        )

    def start(self, request, body):
        if self.tries_left == 0:
            return problem(423, "locked")
        key = account_key(self.seed, self.ver, b64url_decode(body["account"]))
        head = TokenHead(
            kid=1,
            ver=self.ver,
            expiry_s=NOW_S + 60,
            nonce=secrets.token_bytes(32),
            issuer=request.server.certificate_hash,
        )
        token = issue_token(self.mac_keys[1], head, self.context(body, body["purpose"]))
        evaluated = evaluate_blinded(key, b64url_decode(body["blinded"]))
        return answer(
            PinStartAnswer(
                evaluated=b64url_encode(evaluated),
                ver=self.ver,
                ksf=KSF,
                token=b64url_encode(token),
            )
        )

    def check(self, context, token_text, proof_text, verifier):
        token = b64url_decode(token_text)
        head = check_token(self.mac_keys, token, context, NOW_S)
        if head.nonce in self.nonces:
            raise BadToken("nonce used")
        self.nonces.add(head.nonce)
        verify_proof(context, token, b64url_decode(proof_text), verifier)

    def finish(self, _request, body):
        try:
            self.check(self.context(body, "login"), body["token"], body["proof"], self.verifier)
        except BadToken:
            return problem(401, "bad_challenge")
        except ProofRejected:
            self.tries_left -= 1
            return problem(401, "rejected", tries_left=self.tries_left)
        self.tries_left = 3
        return answer(
            LoginAnswer(
                session=b64url_encode(secrets.token_bytes(32)),
                expires_at=NOW_S + 900,
                customer="c1",
                first_name="Amara",
                roles=("customer",),
                accounts=(AccountBrief(number="1234567890", currency="EUR", name="Current"),),
                finger=True,
                step_up_minor=30_000,
            )
        )

    def finish_signup(self, _request, body):
        context = self.context(
            {
                "account": SIGNUP.account,
                "factor1": "",
                "body_digest": b64url_encode(digest(b64url_decode(body["ticket"]))),
            },
            "pin-register",
        )
        self.check(context, body["token"], body["proof"], b64url_decode(body["verifier"]))
        self.verifier = b64url_decode(body["verifier"])
        return answer(
            SignupAnswer(
                customer="c1",
                user_name="amara",
                number="1234567890",
                currency="EUR",
                opening_credit_minor=50_000,
            )
        )

    def move(self, _request, body):
        order = load_json(read_request(body["jws"].encode()).order)
        if order["uid"] not in self.movements:
            self.committed += 1
            refused = order["amount_minor"] > 100_000
            self.movements[order["uid"]] = Outcome(
                uid=order["uid"],
                kind=order["kind"],
                outcome="refused" if refused else "held",
                reason="insufficient_funds" if refused else None,
                amount_minor=order["amount_minor"],
                currency="EUR",
                reference="ABCD-EFGH",
                decided_at=NOW_S,
            )
        return answer(self.movements[order["uid"]])
