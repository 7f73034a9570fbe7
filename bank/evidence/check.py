"""What a bundle proves, and what it does not; without a database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.x509.oid import NameOID

from bank.evidence.bundle import Bundle, KeptEntry
from bank.seal.canonical import EntryFacts, head, leaf
from bank.seal.heads import BadHead, read_head
from bank.seal.verify.signed import SignedRow, check_signed
from protocol.encoding import b64url_decode
from protocol.errors import BadEncoding, BadSignature, ProtocolError
from protocol.messages.money import Order
from protocol.orders import read_order
from protocol.pin.context import Context, digest
from protocol.pin.verifier import verify_proof
from protocol.signing import body_hash, key_id, read_request, verify_request

LIMIT: Final = (
    "This holds against outsiders and one insider. It does not hold against a bank that misuses its"
    " own keys: who has its authority can make a terminal, and who has its OPRF seed can guess a"
    " PIN and make a proof."
)


class Wrong(Exception):
    """A part of the bundle does not hold; the text says which."""


@dataclass(frozen=True)
class Report:
    """Sentences about a bundle; `sound` if nothing in it is wrong."""

    sound: bool
    lines: tuple[str, ...]


def check(
    bundle: Bundle, authority: x509.Certificate, keys: Sequence[EllipticCurvePublicKey]
) -> Report:
    """Check every part. `authority` is the bank's root, `keys` those its servers sign heads with.

    Both have to come from elsewhere than the bundle. Without `keys` no head is believed.
    """
    lines: list[str] = []
    sound = True
    for part in (_signed, _proven, _decided, _sealed):
        try:
            lines += part(bundle, authority, keys)
        except Wrong as error:
            sound = False
            lines.append(f"WRONG: {error}")
        except (BadEncoding, ProtocolError, ValueError) as error:
            sound = False
            lines.append(f"WRONG: {part.__name__.strip('_')}: {error}")
    lines.append(LIMIT if sound else "The bundle proves nothing: parts of it were changed.")
    return Report(sound, tuple(lines))


def _order(bundle: Bundle) -> tuple[Order, bytes]:
    data = read_request(bundle.jws.encode("ascii")).order
    return read_order(data), data


def _certificate(bundle: Bundle, authority: x509.Certificate) -> x509.Certificate:
    """Return the terminal's certificate, if it leads to `authority`."""
    try:
        found = [x509.load_der_x509_certificate(b64url_decode(c)) for c in bundle.certificates]
    except ValueError as error:
        raise Wrong("a certificate cannot be read") from error
    if not found:
        raise Wrong("the terminal's certificate is missing")
    for below, above in zip(found, [*found[1:], authority], strict=True):
        try:
            below.verify_directly_issued_by(above)
        except (ValueError, TypeError, InvalidSignature) as error:
            raise Wrong("the terminal's certificate does not lead to this authority") from error
    names = found[0].subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    if [name.value for name in names] != [bundle.terminal]:
        raise Wrong("the certificate is another terminal's")
    return found[0]


def _key(certificate: x509.Certificate) -> EllipticCurvePublicKey:
    key = certificate.public_key()
    if not isinstance(key, EllipticCurvePublicKey):
        raise Wrong("the terminal's key is of another kind")
    return key


def _signed(bundle: Bundle, authority: x509.Certificate, _keys: object) -> list[str]:
    certificate = _certificate(bundle, authority)
    try:
        request = verify_request(bundle.jws.encode("ascii"), _key(certificate))
    except BadSignature as error:
        raise Wrong("the terminal did not sign these bytes") from error
    if request.kid != key_id(b64url_decode(bundle.certificates[0])):
        raise Wrong("the request names another certificate")
    order, _ = _order(bundle)
    if (order.uid, order.terminal) != (bundle.uid, bundle.terminal):
        raise Wrong("the signed order is another one")
    ends = certificate.not_valid_after_utc
    return [
        f"{bundle.terminal} signed this order: {order.kind} of {order.amount_minor}"
        f" {order.currency} (minor units), from {order.source or '-'} to {order.target or '-'},"
        f" uid {order.uid}, place {request.seq} of chain {request.chain}.",
        f"Its certificate leads to the authority given, and is good until {ends:%Y-%m-%d}.",
    ]


def _proven(bundle: Bundle, _authority: object, _keys: object) -> list[str]:
    proof = bundle.proof
    if proof is None:
        return ["No PIN proof over this order is kept: it needed none, or it is an advice."]
    _, data = _order(bundle)
    if b64url_decode(proof.terminal_cert) != key_id(b64url_decode(bundle.certificates[0])):
        raise Wrong("the PIN proof was made at another terminal")
    context = Context(
        purpose="txn",
        realm=proof.realm,
        account=b64url_decode(proof.account),
        terminal_id=bundle.terminal,
        terminal_cert_hash=b64url_decode(proof.terminal_cert),
        factor1=b"",
        body_digest=digest(data),
    )
    try:
        verify_proof(
            context,
            b64url_decode(proof.token),
            b64url_decode(proof.proof),
            b64url_decode(proof.verifier),
        )
    except ProtocolError as error:
        raise Wrong("the PIN proof does not hold for this order and this point Y") from error
    return [
        "Whoever knew the PIN behind the point Y of credential "
        f"{b64url_decode(proof.account).hex()} proved it over exactly this order.",
        "That Y is this customer's is the bank's word: compare it with what was enrolled.",
    ]


def _decided(bundle: Bundle, authority: x509.Certificate, _keys: object) -> list[str]:
    decision, data = bundle.decision, bundle.jws.encode("ascii")
    certificate = _certificate(bundle, authority)
    place = (bundle.terminal, key_id(b64url_decode(bundle.certificates[0])))
    postings = bundle.entry.postings if bundle.entry is not None else ()
    row = SignedRow(
        terminal=bundle.terminal,
        uid=bundle.uid,
        jws_sha256=body_hash(data),
        jws=bundle.jws,
        kind=decision.kind,
        amount_minor=decision.amount_minor,
        currency=decision.currency,
        original=decision.original,
        outcome=decision.outcome,
        body_hash=b64url_decode(decision.body_hash),
        legs=tuple((posting.number, posting.amount_minor) for posting in postings),
        hold_of=decision.hold_of,
        again=decision.again,
    )
    order, order_data = _order(bundle)
    same = digest(order_data) if order.kind == "reversal" else row.jws_sha256
    if row.body_hash != same:
        raise Wrong("the decision is about other bytes")
    found = list(check_signed(row, {place: _key(certificate)}))
    if found:
        raise Wrong("; ".join(what for _, what in found))
    at = datetime.fromtimestamp(decision.decided_at, UTC)
    why = f", {decision.reason}" if decision.reason else ""
    return [f"The bank's record says: {decision.outcome}{why}, at {at:%Y-%m-%d %H:%M:%S} UTC."]


def _sealed(
    bundle: Bundle, _authority: object, keys: Sequence[EllipticCurvePublicKey]
) -> list[str]:
    entry = bundle.entry
    if entry is None:
        return ["No entry: nothing was booked by this request."]
    booked = ", ".join(f"{p.amount_minor:+d} on {p.number or 'the bank'}" for p in entry.postings)
    lines = [f"Entry {entry.id} of {entry.day} books {booked}."]
    if entry.place is None or not bundle.batches:
        return [*lines, "It is not sealed yet: nothing outside the bank's database protects it."]
    first = bundle.batches[0]
    mine = leaf(_facts(bundle, entry)).hex()
    if entry.place >= len(first.leaves) or first.leaves[entry.place] != mine:
        raise Wrong("the entry is not the one that was sealed")
    before, number = bytes.fromhex(bundle.before or ""), first.batch
    for batch in bundle.batches:
        leaves = [bytes.fromhex(each) for each in batch.leaves]
        made = head(before, batch.batch, batch.first_position, leaves)
        if batch.batch != number or made.hex() != batch.head:
            raise Wrong(f"batch {batch.batch} of the chain does not follow")
        before, number = made, number + 1
    where = first.first_position + entry.place
    lines.append(f"It is sealed at position {where}, in batch {first.batch} of the bank's chain.")
    if bundle.published is None:
        return [*lines, "No published head is given that covers it: the chain is the bank's word."]
    if not keys:
        return [*lines, "The published head is not checked: name the bank's key with --key."]
    last = bundle.batches[-1]
    for key in keys:
        try:
            told = read_head(key, bundle.published)
        except BadHead:
            continue
        reach = last.first_position + len(last.leaves) - 1
        if (told.batch, told.position, told.hash.hex()) != (last.batch, reach, last.head):
            raise Wrong("the published head is another one")
        at = datetime.fromtimestamp(told.sealed_at, UTC)
        return [
            *lines,
            f"The bank published a head over it, sealed at {at:%Y-%m-%d %H:%M:%S} UTC and signed:"
            " compare it with one that a terminal or an auditor kept.",
        ]
    raise Wrong("the published head is not signed by the bank's key")


def _facts(bundle: Bundle, entry: KeptEntry) -> EntryFacts:
    uid = bundle.uid
    return EntryFacts(
        id=entry.id,
        day=entry.day,
        kind=entry.kind,
        text=entry.text,
        terminal=bundle.terminal,
        uid=f"{uid[:8]}-{uid[8:12]}-{uid[12:16]}-{uid[16:20]}-{uid[20:]}",
        booked_at_us=entry.booked_at_us,
        body_hash=b64url_decode(bundle.decision.body_hash).hex(),
        postings=tuple((p.account, p.amount_minor, p.balance_minor) for p in entry.postings),
    )
