"""How long `myotrial --help` takes, against the interpreter that does nothing."""

import subprocess
import sys
import time
from statistics import median

RUNS = 15
GOAL = 0.25  # seconds
HELP = ["-m", "myotrial", "--help"]
NOTHING = ["-c", "pass"]


def main() -> None:
    """Print both medians, measured in turns, and their ratio."""
    seconds: dict[str, list[float]] = {"help": [], "nothing": []}
    for _ in range(RUNS):
        seconds["help"].append(timed(HELP))
        seconds["nothing"].append(timed(NOTHING))
    told, empty = median(seconds["help"]), median(seconds["nothing"])
    print(f"myotrial --help   {told:.3f} s (goal: at most {GOAL} s)")
    print(f"python -c pass    {empty:.3f} s")
    print(f"ratio             {told / empty:.1f}")


def timed(arguments: list[str]) -> float:
    """Seconds that a fresh interpreter takes."""
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
