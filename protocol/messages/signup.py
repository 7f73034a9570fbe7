"""Sign-up: details and fingers first, then the PIN's proof, then the customer exists.

``POST /v1/signup/begin`` -> ticket; ``POST /v1/pin/start`` with purpose ``pin-register``, the
ticket as its record and SHA-256 of the ticket as ``body_digest``; ``POST /v1/signup/finish``.
Finishing again with the same bytes gives the stored answer.
"""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from protocol.messages.fields import (
    NO_NUL,
    AccountNumber,
    Bytes16,
    Currency,
    Element,
    Message,
    Proof,
    Record,
    TemplateText,
    Token,
    Uid,
)

UserName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9._-]{1,31}$")]
PersonName = Annotated[
    str, StringConstraints(min_length=1, max_length=60, strip_whitespace=True, pattern=NO_NUL)
]
Phone = Annotated[str, StringConstraints(pattern=r"^\+?[0-9]{6,15}$")]
Email = Annotated[str, StringConstraints(pattern=r"^[^@\s\x00]{1,64}@[^@\s\x00]{1,180}$")]
Optional140 = Annotated[str, StringConstraints(max_length=140, pattern=NO_NUL)]
Gender = Literal["female", "male", "other"]


class Details(Message):
    """Who the new customer is. The last four are optional."""

    user_name: UserName
    first_name: PersonName
    last_name: PersonName
    phone: Phone
    sms: bool
    email: Email | None = None
    address: Optional140 | None = None
    national_id: Annotated[str, StringConstraints(max_length=40, pattern=NO_NUL)] | None = None
    gender: Gender | None = None


class SignupBegin(Message):
    """``uid`` makes a repeat answer with the same ticket; one to three templates of one finger."""

    uid: Uid
    details: Details
    templates: Annotated[tuple[TemplateText, ...], Field(min_length=1, max_length=3)]


class SignupTicket(Message):
    """A credential to be, and the server-signed ticket that the PIN's registration is bound to."""

    account: Bytes16
    ver: int
    ticket: Record


class SignupFinish(Message):
    """The verifier Y with a proof that its maker knows the PIN behind it."""

    ticket: Record
    verifier: Element
    token: Token
    proof: Proof


class SignupAnswer(Message):
    """The new customer's account, with the opening credit where there is one."""

    customer: str
    user_name: str
    number: AccountNumber
    currency: Currency
    opening_credit_minor: int
