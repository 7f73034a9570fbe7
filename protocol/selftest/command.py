"""The command ``selftest``."""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from protocol.selftest.answers import (
    Answer,
    atmpin_answers,
    hash_to_curve_answers,
    oprf_answers,
    sigma_answers,
)
from protocol.selftest.figures import ATMPIN, RFC_9380, RFC_9497, SIGMA

_MAX_FILE_BYTES = 4 * 1024 * 1024


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this command's options to ``parser``."""
    parser.description = "Check the PIN proof against published and recorded answers."
    parser.add_argument(
        "--vectors",
        type=Path,
        metavar="DIR",
        help="check the complete vector files in DIR instead of the figures that came along",
    )


def run(args: argparse.Namespace) -> int:
    """Print how many answers held; return 0 if all did, 1 if any did not, 2 without files."""
    try:
        answers = list(embedded_answers() if args.vectors is None else file_answers(args.vectors))
    except (OSError, KeyError, TypeError, ValueError) as error:
        sys.stderr.write(f"selftest: cannot read the vectors: {error}\n")
        return 2
    failed = [name for name, held in answers if not held]
    for name in failed:
        sys.stdout.write(f"FAILED  {name}\n")
    sys.stdout.write(f"{len(answers) - len(failed)} of {len(answers)} known answers held\n")
    return 1 if failed else 0


def embedded_answers() -> Iterator[Answer]:
    """Check the figures that came along."""
    yield from hash_to_curve_answers(RFC_9380)
    yield from oprf_answers(RFC_9497)
    yield from sigma_answers(SIGMA)
    yield from atmpin_answers(ATMPIN)


def file_answers(directory: Path) -> Iterator[Answer]:
    """Check the files in ``directory``, laid out like their publishers' folders.

    Raises:
        OSError: a file is missing.
        KeyError, TypeError, ValueError: a file has another shape.
    """
    yield from hash_to_curve_answers(_load(directory / "rfc9380_P256_SSWU_RO.json"))
    yield from oprf_answers(_load(directory / "rfc9497_allVectors.json"))
    for name in ("sigma-proofs", "sigma-proofs-invalid"):
        yield from sigma_answers(_load(directory / "cfrg-sigma" / f"{name}_Shake128_P256.json"))
    yield from atmpin_answers(_load(directory / "atmpin_v01.json"))


def _load(path: Path) -> Any:
    if path.stat().st_size > _MAX_FILE_BYTES:
        raise ValueError(f"{path.name} is too large")
    return json.loads(path.read_bytes())
