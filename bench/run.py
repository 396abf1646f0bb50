"""How long `myotrial` takes on the seed study, as ratios to what no program could do without.

The floor of a first run is a Python that imports the libraries a run stands on and does nothing;
that of a run with nothing changed is `python -c pass`. Ratios travel between machines.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

REPEATS = 3
GOAL = 15.0  # seconds for a first run of the seed, on 2 cores
ENGINES = (
    "highspy, jinja2, matplotlib.pyplot, narwhals, numpy, polars, pydantic, scipy.stats, typst"
)


def seconds(*command: str) -> float:
    """Wall-clock seconds of a command that must succeed, the best of a few."""
    best = float("inf")
    for _ in range(REPEATS):
        start = time.perf_counter()
        subprocess.run([sys.executable, *command], check=True, capture_output=True)
        best = min(best, time.perf_counter() - start)
    return best


def first_run(folder: Path) -> float:
    """Seconds of a first run of the seed, nothing kept from before."""
    start = time.perf_counter()
    command = [sys.executable, "-m", "myotrial", "demo", str(folder)]
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start


def main() -> None:
    """Print the table."""
    nothing = seconds("-c", "pass")
    engines = seconds("-c", f"import {ENGINES}")
    with tempfile.TemporaryDirectory() as place:
        first = min(first_run(Path(place) / f"demo{number}") for number in range(REPEATS))
        again = seconds("-m", "myotrial", "run", str(Path(place) / "demo0"))
    rows = [
        ("first run of the seed", first, "importing the libraries", engines),
        ("run with nothing changed", again, "python -c pass", nothing),
    ]
    for what, took, floor, least in rows:
        print(f"{what:<26} {took:6.2f} s   {took / least:5.1f} x {floor} ({least:.2f} s)")
    print(f"first run of the seed: {first:.1f} s, goal {GOAL:.0f} s on 2 cores")


if __name__ == "__main__":
    main()
