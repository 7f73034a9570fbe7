"""`python main.py fingerprint`: fingerprints for a person at a shell."""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from biometrics.arrays import Array
    from biometrics.template import Engine, Template

EXIT_OK, EXIT_DIFFERENT, EXIT_BAD_INPUT = 0, 1, 2
EXIT_NO_FINGER, EXIT_NO_READER, EXIT_READER_FAILED = 1, 3, 4


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The sub-commands extract, match, evaluate and scan."""
    commands = parser.add_subparsers(dest="fingerprint_command", required=True, metavar="COMMAND")
    extract = commands.add_parser("extract", help="read the minutiae of a picture of a finger")
    extract.add_argument("picture", type=Path, metavar="FILE", help="PNG, JPEG, TIFF or BMP")
    extract.add_argument(
        "--out", type=Path, metavar="F.iso", help="write the ISO/IEC 19794-2 template here"
    )
    extract.add_argument("--json", action="store_true", help="print what was found as JSON")
    extract.add_argument(
        "--draw", type=Path, metavar="PNG", help="write a picture with what was found drawn in"
    )
    _add_common(extract)
    match = commands.add_parser(
        "match", help="compare two fingers; exit status 0 if they are the same, 1 if not"
    )
    match.add_argument("probe", type=Path, metavar="A", help="a picture or an .iso template")
    match.add_argument("candidate", type=Path, metavar="B", help="a picture or an .iso template")
    match.add_argument("--json", action="store_true", help="print the score as JSON")
    _add_common(match)
    evaluate = commands.add_parser(
        "evaluate", help="measure accuracy on a folder of pictures FINGER_IMPRESSION.EXT"
    )
    evaluate.add_argument("folder", type=Path, metavar="DIR")
    evaluate.add_argument(
        "--out",
        type=Path,
        default=Path("build", "evaluation"),
        metavar="FOLDER",
        help="write figures (JSON) and curves (PNG) here (default: %(default)s)",
    )
    _add_common(evaluate)
    _add_scan(commands.add_parser("scan", help="take a picture of a finger with a reader"))


def _add_scan(scan: argparse.ArgumentParser) -> None:
    from biometrics.scanners.cli import add_virtual
    from biometrics.scanners.drivers import DRIVER_NAMES

    scan.description = (
        "Wait for a finger and write its picture. Exit status 0 if it is written, 1 if no finger "
        "could be read, 2 for bad use, 3 if there is no reader, 4 if the reader failed."
    )
    scan.add_argument("--driver", choices=DRIVER_NAMES, required=True)
    scan.add_argument(
        "--device",
        default="",
        metavar="WHICH",
        help="a port, a folder, a service's address or a part of a name (see: readers)",
    )
    scan.add_argument("--out", type=Path, required=True, metavar="F.png", help="the picture")
    scan.add_argument("--timeout-s", type=float, default=30.0, metavar="SECONDS")
    scan.add_argument("--json", action="store_true", help="print what was taken as JSON")
    add_virtual(scan)


def _add_common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--dpi",
        type=int,
        help="dots an inch of the pictures, 200 to 2000 (default: what the file says, or 500)",
    )
    parser.add_argument(
        "--engine",
        choices=("ridges", "network"),
        default="ridges",
        help="what finds the minutiae; the network needs the extra 'deep'",
    )


def run(args: argparse.Namespace) -> int:
    """Do what was asked; an exit status. Bad input: one line on stderr and 2."""
    from biometrics.errors import BiometricsError

    commands = {"extract": _extract, "match": _match, "evaluate": _evaluate, "scan": _scan}
    try:
        return commands[args.fingerprint_command](args)
    except (BiometricsError, ValueError) as error:
        print(f"fingerprint: {error}", file=sys.stderr)
    except OSError as error:
        print(f"fingerprint: {error.filename}: {error.strerror}", file=sys.stderr)
    return EXIT_BAD_INPUT


def _scan(args: argparse.Namespace) -> int:
    from dataclasses import asdict

    from biometrics.scanners import errors
    from biometrics.scanners.scanner import ReaderSettings, ScanEvent, Stage
    from biometrics.scanners.shot import take

    words = {
        Stage.READY: "Place a finger on the reader.",
        Stage.FINGER: "Keep it still.",
        Stage.LIFT: "Lift the finger.",
    }

    def tell(event: ScanEvent) -> None:
        if event.stage in words:
            print(words[event.stage], file=sys.stderr)

    settings = ReaderSettings(args.driver, args.device, args.virtual)
    try:
        shot = take(
            settings, args.out, args.timeout_s, tell, lambda e: print(e.reason, file=sys.stderr)
        )
    except errors.ScannerError as error:
        print(f"fingerprint: {error}", file=sys.stderr)
        if isinstance(error, errors.Timeout | errors.Retry):
            return EXIT_NO_FINGER
        gone = isinstance(error, errors.NoDevice | errors.Unplugged)
        return EXIT_NO_READER if gone else EXIT_READER_FAILED
    if args.json:
        print(json.dumps(asdict(shot)))
    else:
        print(
            f"{args.out}: {shot.width} x {shot.height} pixels, {shot.dpi} dpi, from {shot.device} "
            f"in {shot.seconds:.1f} s"
        )
    return EXIT_OK


def _extract(args: argparse.Namespace) -> int:
    from biometrics.extraction.extract import look, template_of
    from biometrics.pictures import read
    from biometrics.template import BIFURCATION, ENDING, TEMPLATE_DPI, Engine

    picture = read(args.picture)
    dpi = args.dpi or picture.dpi or TEMPLATE_DPI
    impression = look(picture.gray, dpi, Engine(args.engine))
    if args.draw:
        from biometrics.drawing import draw, overlay_of

        # Before the verdict: a picture that is refused may be looked at, too.
        _write_png(args.draw, draw(overlay_of(impression)))
    template = template_of(impression)
    if args.out:
        args.out.write_bytes(template.to_iso())
    found = template.minutiae
    endings, branches = (int((found.kind == kind).sum()) for kind in (ENDING, BIFURCATION))
    if not args.json:
        print(
            f"{len(found)} minutiae ({endings} endings, {branches} bifurcations), "
            f"quality {template.quality} of 100, {template.width} x {template.height} pixels"
        )
        return EXIT_OK
    names = {ENDING: "ending", BIFURCATION: "bifurcation"}
    columns = zip(found.x, found.y, found.angle, found.kind, found.quality, strict=True)
    rows = [
        {
            "x": int(x),
            "y": int(y),
            "angle_deg": round(float(angle) * 360 / 256, 1),
            "kind": names.get(int(kind), "other"),
            "quality": int(quality),
        }
        for x, y, angle, kind, quality in columns
    ]
    answer = {
        "quality": template.quality,
        "width": template.width,
        "height": template.height,
        "dpi": template.dpi,
        "minutiae": rows,
    }
    print(json.dumps(answer))
    return EXIT_OK


def _match(args: argparse.Namespace) -> int:
    import biometrics
    from biometrics.thresholds import verification_threshold

    probe, candidate = (
        _template(path, args.dpi, biometrics.Engine(args.engine))
        for path in (args.probe, args.candidate)
    )
    score = biometrics.match(probe, candidate)
    threshold = verification_threshold(probe)
    same = score >= threshold
    if args.json:
        print(json.dumps({"score": round(score, 3), "threshold": threshold, "same": same}))
    else:
        verdict = "the same finger" if same else "not the same finger"
        print(f"{verdict}: score {score:.1f}, threshold {threshold:.1f}")
    return EXIT_OK if same else EXIT_DIFFERENT


def _template(path: Path, dpi: int | None, engine: "Engine") -> "Template":
    import biometrics
    from biometrics.iso19794 import MAX_RECORD_BYTES
    from biometrics.pictures import read

    if path.suffix.lower() == ".iso" and path.is_file():
        with path.open("rb") as file:
            return biometrics.Template.from_iso(file.read(MAX_RECORD_BYTES + 1))
    picture = read(path)
    return biometrics.extract(picture.gray, dpi or picture.dpi or 500, engine)


def _evaluate(args: argparse.Namespace) -> int:
    from biometrics import charts, evaluation
    from biometrics.template import Engine
    from biometrics.thresholds import THRESHOLD_FMR_0_01_PERCENT as THRESHOLD

    pictures = evaluation.pictures_in(args.folder)
    dpi = args.dpi or evaluation.dpi_of(args.folder)
    impressions = evaluation.templates_of(pictures, dpi, Engine(args.engine))
    scores = evaluation.score_all(impressions)
    rates = json.dumps({"engine": args.engine, **evaluation.rates(impressions, scores).as_dict()})
    args.out.mkdir(parents=True, exist_ok=True)
    (args.out / "evaluation.json").write_text(rates + "\n")
    charts.draw_det(scores).save(args.out / "det.png")
    charts.draw_histograms(scores, THRESHOLD).save(args.out / "scores.png")
    curve = evaluation.discard_curve(scores, THRESHOLD)
    charts.draw_discard(curve).save(args.out / "discard.png")
    print(rates)
    print(f"The curves are in {args.out}.", file=sys.stderr)
    return EXIT_OK


def _write_png(path: Path, picture: "Array") -> None:
    import cv2

    _, encoded = cv2.imencode(".png", picture)
    path.write_bytes(encoded.tobytes())
