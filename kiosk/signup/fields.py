"""The fields of sign-up, checked one by one as the bank will check them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from kiosk.screens import Problem, SignupStep

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
    from kiosk.signup.entries import fits

    return None if fits(name, value) and value.isprintable() else Problem.FIELD_INVALID


def problems(step: SignupStep, values: Mapping[str, str]) -> dict[str, Problem]:
    """Return what is wrong with each field of a step."""
    found = {name: problem(name, values.get(name, "")) for name in FIELDS[step]}
    return {name: wrong for name, wrong in found.items() if wrong is not None}
