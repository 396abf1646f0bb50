"""How long transport files and Dataset-JSON take, beside pyreadstat alone.

The same rows of laboratory results are written by pyreadstat alone, by our writer of transport
files (which sets the header's time, reads the file back and compares every cell), and as
Dataset-JSON; and read. Processor time of one process, the best of a few taken in turns.
"""

import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyreadstat

from myotrial.datasets.standards import dataset_json, reading, transport
from myotrial.datasets.standards.dataset import Dataset, dataset

ROWS = (100_000, 1_000_000)
REPEATS = 3
GOAL = 2.0  # times pyreadstat alone
MADE = datetime(2020, 1, 1)


def laboratory(rows: int) -> Dataset:
    """Rows of LB: texts and numbers as a study has them."""
    generator = np.random.default_rng(1)
    values = generator.random(rows) * 500
    frame = pl.DataFrame(
        {
            "STUDYID": ["S"] * rows,
            "USUBJID": [f"S-{row // 50:06}" for row in range(rows)],
            "LBSEQ": np.arange(rows) % 50 + 1,
            "LBTESTCD": ["CK"] * rows,
            "LBORRES": [f"{value:.1f}" for value in values],
            "LBSTRESN": values,
            "VISITNUM": np.arange(rows) % 12,
            "LBDTC": ["2024-03-01"] * rows,
        }
    )
    return dataset(
        frame, name="LB", label="Laboratory Test Results", standard="SDTMIG", kind="FINDINGS",
        structure="One record per result", keys=("USUBJID", "LBSEQ"),
        labels={name: name for name in frame.columns}, origins={}, codes={},
    )  # fmt: skip


def tasks(item: Dataset, folder: Path) -> dict[str, Callable[[], object]]:
    """What is timed; files are written before they are read."""
    plain: Any = item.frame.with_columns(pl.selectors.integer().cast(pl.Float64))
    alone, ours, text = (folder / name for name in ("alone.xpt", "ours.xpt", "ours.json"))
    return {
        "pyreadstat writes": lambda: pyreadstat.write_xport(
            plain, alone, table_name="LB", file_format_version=5
        ),
        "transport file, written and compared": lambda: transport.write(item, ours, MADE),
        "Dataset-JSON, written": lambda: dataset_json.write(item, text, "S", MADE),
        "pyreadstat reads": lambda: pyreadstat.read_xport(str(alone), output_format="polars"),
        "transport file, read": lambda: transport.read(ours),
        "Dataset-JSON, read": lambda: reading.READERS[".json"](text),
    }


def seconds(several: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Processor seconds of each, the best of a few."""
    best = dict.fromkeys(several, float("inf"))
    for _ in range(REPEATS):
        for name, task in several.items():
            start = time.process_time()
            task()
            best[name] = min(best[name], time.process_time() - start)
    return best


def main() -> None:
    """Print seconds, and ratios to pyreadstat doing the same alone."""
    grown = {}
    for rows in ROWS:
        with tempfile.TemporaryDirectory() as folder:
            took = seconds(tasks(laboratory(rows), Path(folder)))
        grown[rows] = took
        print(f"{rows} rows of 8 columns (goal: at most {GOAL:g} times pyreadstat alone)")
        for name, cost in took.items():
            alone = took["pyreadstat reads" if "read" in name.split()[-1] else "pyreadstat writes"]
            print(f"{name:<38} {cost:8.2f} s {cost / alone:6.2f} x")
    few, many = (grown[rows] for rows in ROWS)
    growth = max(many[name] / few[name] for name in many)
    print(f"ten times the rows take at most {growth:.1f} times as long")


if __name__ == "__main__":
    main()
