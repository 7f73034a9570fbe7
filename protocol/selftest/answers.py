"""Checks of known answers, each a pair of name and whether it held.

They take the documents of the public vector files (or figures in the same shape). A document of
another shape raises ``KeyError``, ``TypeError`` or ``ValueError``.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from Crypto.Math.Numbers import Integer

from protocol.errors import ProtocolError
from protocol.pin.context import Context, digest
from protocol.pin.fiat_shamir import session_id, squeeze
from protocol.pin.group import SCALAR_BYTES, N, P, decode_scalar, encode_element, encode_scalar
from protocol.pin.hash_to_curve import hash_to_curve, hash_to_field, map_to_curve
from protocol.pin.linear_relation import discrete_logarithm, parse
from protocol.pin.oprf import blind, derive_key, evaluate, finalize
from protocol.pin.prover import Blinded, PinSecret, blind_pin, prove_pin, unlock
from protocol.pin.secret import KSF, account_key
from protocol.pin.sigma import prove, verify_batchable, verify_compact
from protocol.pin.token import TokenHead, check_token, issue_token
from protocol.pin.verifier import evaluate_blinded

Answer = tuple[str, bool]
Document = Mapping[str, Any]


def hash_to_curve_answers(document: Document) -> Iterator[Answer]:
    """Check RFC 9380 appendix J.1.1: field elements, both mapped points and their sum."""
    dst = document["dst"].encode()
    for vector in document["vectors"]:
        message = vector["msg"].encode()
        name = f"RFC 9380 {vector['msg'][:12]!r}"
        fields = [int(text, 16) for text in vector["u"]]
        yield f"{name} hash_to_field", hash_to_field(message, dst, 2, P) == fields
        for field, label in zip(fields, ("Q0", "Q1"), strict=True):
            yield f"{name} {label}", map_to_curve(field).xy == _point(vector[label])
        yield f"{name} P", hash_to_curve(message, dst).xy == _point(vector["P"])


def oprf_answers(suites: Sequence[Document]) -> Iterator[Answer]:
    """Check RFC 9497 appendix A.3.1: suite P256-SHA256, mode 0x00."""
    for suite in suites:
        if (suite["identifier"], suite["mode"]) != ("P256-SHA256", 0):
            continue
        key = derive_key(_hex(suite["seed"]), _hex(suite["keyInfo"]))
        yield "RFC 9497 DeriveKeyPair", encode_scalar(key) == _hex(suite["skSm"])
        for vector in suite["vectors"]:
            message, factor = _hex(vector["Input"]), decode_scalar(_hex(vector["Blind"]))
            name = f"RFC 9497 input of {len(message)} bytes"
            blinded = blind(message, factor)
            yield f"{name} blinded", encode_element(blinded) == _hex(vector["BlindedElement"])
            evaluated = evaluate(key, blinded)
            yield (
                f"{name} evaluated",
                encode_element(evaluated) == _hex(vector["EvaluationElement"]),
            )
            yield f"{name} output", finalize(message, factor, evaluated) == _hex(vector["Output"])


def sigma_answers(entries: Sequence[Document]) -> Iterator[Answer]:
    """Check the CFRG draft's proofs: regenerated where a witness is given, accepted or refused."""
    for entry in entries:
        tag, encoded, proof = (
            entry["Tag"].encode(),
            _hex(entry["Instance"]),
            _hex(entry["NargString"]),
        )
        verify = {"compact": verify_compact, "batchable": verify_batchable}[entry["Flavor"]]
        accepted = not _refuses(lambda: verify(tag, parse(encoded), proof))  # noqa: B023 called now
        yield f"{entry['Id']} {entry['Expected']}", accepted == (entry["Expected"] == "accept")
        if "Witness" in entry:
            yield f"{entry['Id']} session", session_id(tag) == _hex(entry["SessionId"])
            yield f"{entry['Id']} regenerated", _regenerate(entry, tag, encoded) == proof


def _regenerate(entry: Document, tag: bytes, encoded: bytes) -> bytes:
    relation = parse(encoded)
    witness = _hex(entry["Witness"])
    secrets = [
        decode_scalar(witness[start : start + SCALAR_BYTES])
        for start in range(0, len(witness), SCALAR_BYTES)
    ]
    # The draft's seeded generator, for test vectors only: a sponge under a tag of its own.
    marker = {"compact": "CMPT", "batchable": "DSFS"}[entry["Flavor"]]
    seed_tag = f"TestDRNG-SIGMA-PROOFS-{marker}-{entry['Ciphersuite']}-{entry['Relation']}"
    stream = squeeze(session_id(seed_tag.encode()), b"", 48 * len(secrets))
    nonces = [
        Integer(int.from_bytes(stream[start : start + 48], "little") % N)
        for start in range(0, len(stream), 48)
    ]
    transcript = prove(tag, relation, secrets, nonces)
    return transcript.compact() if entry["Flavor"] == "compact" else transcript.batchable()


def atmpin_answers(document: Document) -> Iterator[Answer]:
    """Check ATMPIN-V01 to the byte: keys, PINs, tokens, proofs, and what must be refused."""
    inputs = document["inputs"]
    account, ver = _hex(inputs["account"]), inputs["ver"]
    key = account_key(_hex(inputs["oprf_seed"]), ver, account)
    yield "ATMPIN k_acct", encode_scalar(key) == _hex(document["oprf_key"]["k_acct"])
    secrets: dict[bytes, PinSecret] = {}
    for which in ("pin", "duress_pin", "wrong_pin"):
        if which not in document:
            continue
        expected = document[which]
        pin = expected["pin_ascii"].encode()
        blinded = blind_pin(account, pin, decode_scalar(_hex(expected["blind"])))
        yield f"ATMPIN {which} blinded", blinded.element == _hex(expected["blinded_element"])
        evaluated = evaluate_blinded(key, blinded.element)
        yield f"ATMPIN {which} evaluated", evaluated == _hex(expected["evaluated_element"])
        secret = unlock(account, pin, Blinded(blinded.element, blinded.factor), evaluated, KSF)
        x = encode_scalar(secret.scalar)
        yield f"ATMPIN {which} scalar", x == _hex(expected["pin_scalar_x"])
        yield f"ATMPIN {which} verifier", secret.verifier == _hex(expected["verifier_Y"])
        secrets[secret.verifier] = secret
    for proof in document["proofs"]:
        yield from _proof_answers(inputs, proof, secrets[_hex(proof["verifier_Y"])])
    for entry in document.get("evaluate_must_refuse", ()):
        blinded_element = _hex(entry["blinded"])
        refused = _refuses(lambda: evaluate_blinded(key, blinded_element))  # noqa: B023 called now
        yield f"ATMPIN evaluate refuses: {entry['why']}", refused


def _proof_answers(inputs: Document, proof: Document, secret: PinSecret) -> Iterator[Answer]:
    name = f"ATMPIN {proof['name']}"
    terminal_cert = digest(inputs["terminal_cert_bytes_ascii"].encode())
    context = Context(
        purpose=proof["purpose"],
        realm=inputs["realm_ascii"],
        account=_hex(inputs["account"]),
        terminal_id=inputs["terminal_id_ascii"],
        terminal_cert_hash=terminal_cert,
        factor1=_hex(proof["factor1"]),
        body_digest=_hex(proof["body_digest"]),
    )
    expiry = inputs["expiry_unix_seconds"]
    head = TokenHead(
        kid=inputs["mac_kid"],
        ver=inputs["ver"],
        expiry_s=expiry,
        nonce=_hex(proof["token_nonce"]),
        issuer=_hex(proof["issuing_server_cert_sha256"]),
    )
    mac_key = _hex(inputs["mac_key"])
    token = issue_token(mac_key, head, context)
    yield f"{name}: token", token == _hex(proof["token"])
    good = check_token({inputs["mac_kid"]: mac_key}, token, context, expiry) == head
    yield f"{name}: token accepted", good
    tag = context.tag(head.ver, head.issuer, token)
    yield f"{name}: tag", tag == _hex(proof["tag"])
    made = prove_pin(context, token, secret, decode_scalar(_hex(proof["proof_nonce_k"])))
    yield f"{name}: commitment", made.commitment == _hex(proof["commitment_R"])
    yield f"{name}: proof", made.data == _hex(proof["proof"])
    yield f"{name}: accepted", not _refuses(_verification(tag, secret.verifier, made.data))
    for entry in proof["must_refuse"]:
        verification = _verification(*(_hex(entry[field]) for field in ("tag", "Y", "proof")))
        yield f"{name} refuses: {entry['why']}", _refuses(verification)


def _verification(tag: bytes, public: bytes, proof: bytes) -> Callable[[], None]:
    return lambda: verify_compact(tag, discrete_logarithm(public), proof)


def _refuses(call: Callable[[], object]) -> bool:
    try:
        call()
    except ProtocolError:
        return True
    return False


def _hex(text: str) -> bytes:
    return bytes.fromhex(text)


def _point(coordinates: Mapping[str, str]) -> tuple[int, int]:
    return int(coordinates["x"], 16), int(coordinates["y"], 16)
