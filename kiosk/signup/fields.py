"""The fields of sign-up, checked one by one as the bank will check them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from pydantic import TypeAdapter, ValidationError

from kiosk.screens import Problem, SignupStep
from protocol.messages.signup import (
    Details,
    Email,
    Gender,
    Optional140,
    PersonName,
    Phone,
    UserName,
)

VALUE_MAX: Final = 200
"""Characters a field takes at most, whatever it is for."""

STEPS: Final[tuple[SignupStep, ...]] = ("name", "contact", "optional", "fingers", "review")
FIELDS: Final[Mapping[SignupStep, tuple[str, ...]]] = MappingProxyType(
    {
        "name": ("user_name", "first_name", "last_name"),
        "contact": ("phone",),
        "optional": ("email", "address", "national_id", "gender"),
        "fingers": (),
        "review": (),
    }
)
REQUIRED: Final = frozenset({*FIELDS["name"], *FIELDS["contact"]})
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
    }
)


def step_of(name: str) -> SignupStep | None:
    """Return the step a field belongs to."""
    return next((step for step in STEPS if name in FIELDS[step]), None)


def tidy(name: str, value: str) -> str:
    """Return what is sent for an entry: no blanks around it, none inside a phone number."""
    value = value.strip()
    if name == "phone":
        return "".join(c for c in value if c not in " -/()")
    return value.lower() if name == "user_name" else value


def problem(name: str, value: str) -> Problem | None:
    """Return what is wrong with an entry, or None. Optional fields may be empty."""
    value = tidy(name, value)
    if not value:
        return Problem.FIELD_MISSING if name in REQUIRED else None
    try:
        _CHECKS[name].validate_python(value)
    except ValidationError:
        return Problem.FIELD_INVALID
    return None if value.isprintable() else Problem.FIELD_INVALID


def problems(step: SignupStep, values: Mapping[str, str]) -> dict[str, Problem]:
    """Return what is wrong with each field of a step."""
    found = {name: problem(name, values.get(name, "")) for name in FIELDS[step]}
    return {name: wrong for name, wrong in found.items() if wrong is not None}


def details(values: Mapping[str, str], *, sms: bool) -> Details:
    """Return the body of a sign-up; the steps have refused anything that does not fit.

    Raises:
        ValidationError: a value does not fit after all.
    """
    sent = {name: tidy(name, value) for name, value in values.items() if step_of(name)}
    return Details.model_validate({"sms": sms} | {k: v for k, v in sent.items() if v})
