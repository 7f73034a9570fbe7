"""How long the demo takes to start on a prepared machine, and what memory it then has.

The data folder has been used once, so that bank, customers and database exist. Each run is a
process of its own; times count from the moment the process was made.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

RUNS = 5
TIMEOUT_S = 180
ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Measure and print."""
    data = Path(tempfile.mkdtemp(prefix="fortress-start-"))
    data.chmod(0o711)
    try:
        _start(data)
        runs = [_start(data) for _ in range(RUNS)]
    finally:
        shutil.rmtree(data, ignore_errors=True)
    for name in runs[0]:
        values = [run[name] for run in runs]
        row = {
            "figure": name,
            "median": statistics.median(values),
            "least": min(values),
            "most": max(values),
            "runs": RUNS,
        }
        print(json.dumps(row), flush=True)
    return 0


def _start(data: Path) -> dict[str, float]:
    environment = os.environ | {"QT_QUICK_BACKEND": "software"}
    environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.start_child", str(data)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        timeout=TIMEOUT_S,
        check=True,
    )
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


if __name__ == "__main__":
    sys.exit(main())
