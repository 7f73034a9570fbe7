"""Rules of identification and sign-up: section [identity] of the configuration, and the demo's
opening credit.
"""

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path

from bank.config import DEFAULT_FILE, BadConfig


@dataclass(frozen=True)
class IdentityRules:
    """What a finger must be worth, and how often one may be shown."""

    impressions_least: int
    """Different pictures of a finger that a sign-up needs, 1 to 3."""
    quality_least: int
    """Of each enrolled impression, 0 to 100."""
    probe_memory_s: int
    """How long a byte-identical probe is refused; 0 where pictures stand in for a reader."""
    unidentified_most: int
    """Probes of one terminal that belong to nobody, in `unidentified_window_s`."""
    unidentified_window_s: int
    opening_credit_minor: int
    """Given to every account opened in the demo; 0 elsewhere."""


def load_rules(file: Path = DEFAULT_FILE) -> IdentityRules:
    """Read and check the rules.

    Raises:
        BadConfig: a rule is missing, misspelt, negative or of another type.
    """
    try:
        sections = tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadConfig(f"{file}: {error}") from error
    identity = dict(sections.get("identity", {}))
    demo = sections.get("demo", {})
    identity["opening_credit_minor"] = demo.get("opening_credit_minor", 0)
    names = {field.name for field in fields(IdentityRules)}
    if identity.keys() != names:
        wrong = ", ".join(sorted(identity.keys() ^ names))
        raise BadConfig(f"{file}: [identity] lacks or misspells {wrong}")
    for name, value in identity.items():
        if type(value) is not int or value < 0:
            raise BadConfig(f"{file}: {name} is not a whole number of 0 or more")
    rules = IdentityRules(**identity)
    if not 1 <= rules.impressions_least <= 3:
        raise BadConfig(f"{file}: impressions_least is 1 to 3")
    return rules
