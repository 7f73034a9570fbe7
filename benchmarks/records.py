"""Templates of pictures, of a set or drawn; their records can be kept between runs."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.accuracy import load
from biometrics import BiometricsError, Engine, Template, extract
from biometrics.synthetic import synthesise

Impressions = dict[str, list[Template]]


def of_set(folder: Path, kept: Path | None, engine: Engine = Engine.RIDGES) -> Impressions:
    """All impressions of a set's fingers that can be extracted."""
    names: dict[str, list[Path]] = {}
    if kept is not None and (kept / folder.name).is_dir():
        for file in sorted((kept / folder.name).iterdir()):
            names.setdefault(file.stem.rsplit("_", 1)[0], []).append(file)
        return {
            f"{folder.name} {finger}": [Template.from_iso(file.read_bytes()) for file in files]
            for finger, files in names.items()
        }
    found = {}
    for finger, pictures in load(folder).items():
        each = [
            _template(
                partial(np.asarray, gray), kept and kept / folder.name / f"{finger}_{k}.iso", engine
            )
            for k, gray in enumerate(pictures)
        ]
        found[f"{folder.name} {finger}"] = [template for template in each if template is not None]
    return found


def of_people(first: int, count: int, impressions: int, kept: Path | None) -> Impressions:
    """Impressions of drawn people; whoever has one that cannot be extracted is left out."""
    found = {}
    for seed in range(first, first + count):
        each = [
            _template(partial(synthesise, seed, k), kept and kept / f"{seed}_{k}.iso")
            for k in range(impressions)
        ]
        templates = [template for template in each if template is not None]
        if len(templates) == impressions:
            found[f"person {seed}"] = templates
    return found


def _template(
    draw: Callable[[], np.ndarray], file: Path | None, engine: Engine = Engine.RIDGES
) -> Template | None:
    if file is not None and file.is_file():
        return Template.from_iso(file.read_bytes())
    try:
        template = extract(draw(), engine=engine)
    except BiometricsError:
        return None
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(template.to_iso())
    return template
