"""Field types shared by the messages: byte strings, uids, amounts, names."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from protocol.encoding import b64url_decode
from protocol.errors import BadEncoding


class Message(BaseModel):
    """A frozen body that refuses members it does not know and never coerces a type."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


def _length(text: str) -> int:
    """Return how many bytes a base64url text stands for; pydantic wants a ``ValueError``."""
    try:
        return len(b64url_decode(text))
    except BadEncoding as error:
        raise ValueError(str(error)) from error


def _sized(*lengths: int) -> AfterValidator:
    def check(text: str) -> str:
        if _length(text) not in lengths:
            raise ValueError(f"must be {' or '.join(map(str, lengths))} bytes")
        return text

    return AfterValidator(check)


def _at_most(limit: int) -> AfterValidator:
    def check(text: str) -> str:
        if _length(text) > limit:
            raise ValueError(f"must be at most {limit} bytes")
        return text

    return AfterValidator(check)


Bytes16 = Annotated[str, StringConstraints(max_length=22), _sized(16)]
Bytes32 = Annotated[str, StringConstraints(max_length=43), _sized(32)]
Digest = Annotated[str, StringConstraints(max_length=43), _sized(0, 32)]
"""Empty, or a SHA-256."""
Element = Annotated[str, StringConstraints(max_length=44), _sized(33)]
"""A compressed SEC1 element of P-256."""
Token = Annotated[str, StringConstraints(max_length=147), _sized(110)]
Proof = Annotated[str, StringConstraints(max_length=86), _sized(64)]
Record = Annotated[str, StringConstraints(max_length=1400), _at_most(1024)]
"""A server-signed record or ticket, opaque to the kiosk; empty where there is none."""
TemplateText = Annotated[str, StringConstraints(max_length=44_000), _at_most(32_768)]
"""An ISO/IEC 19794-2 record with its extension."""
Uid = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
TerminalId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,64}$")]
AccountNumber = Annotated[str, StringConstraints(pattern=r"^[0-9]{10}$")]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
AmountMinor = Annotated[int, Field(ge=1, le=10**12)]
"""A sum of money in minor units: positive and far below 2^53."""
NO_NUL = r"^[^\x00]*$"
"""Pattern of free text: PostgreSQL's texts hold every character but this one."""
CustomerNumber = Annotated[str, StringConstraints(min_length=2, max_length=64, pattern=NO_NUL)]
"""What a person types in place of a finger: account number, user name or phone number."""
Seconds = Annotated[int, Field(ge=0)]
