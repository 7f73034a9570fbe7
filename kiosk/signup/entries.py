"""Entries held against the bank's own messages, so that both ends agree on what is valid.

Imported where it is first needed: the messages bring pydantic along.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from pydantic import TypeAdapter, ValidationError

from kiosk.signup import fields
from protocol.messages.fields import CustomerNumber
from protocol.messages.signup import (
    Details,
    Email,
    Gender,
    Optional140,
    PersonName,
    Phone,
    UserName,
)

_CHECKS: Final[Mapping[str, TypeAdapter[object]]] = MappingProxyType(
    {
        "user_name": TypeAdapter(UserName),
        "first_name": TypeAdapter(PersonName),
        "last_name": TypeAdapter(PersonName),
        "phone": TypeAdapter(Phone),
        "email": TypeAdapter(Email),
        "address": TypeAdapter(Optional140),
        "national_id": TypeAdapter(Details.__annotations__["national_id"]),
        "gender": TypeAdapter(Gender),
        "customer_number": TypeAdapter(CustomerNumber),
    }
)


def fits(name: str, value: str) -> bool:
    """Whether ``value`` may be sent as the member ``name``."""
    try:
        _CHECKS[name].validate_python(value)
    except ValidationError:
        return False
    return True


def details(values: Mapping[str, str], *, sms: bool) -> Details:
    """Return the body of a sign-up; the steps have refused anything that does not fit.

    Raises:
        ValidationError: a value does not fit after all.
    """
    sent = {
        name: fields.tidy(name, value) for name, value in values.items() if fields.step_of(name)
    }
    return Details.model_validate({"sms": sms} | {k: v for k, v in sent.items() if v})
