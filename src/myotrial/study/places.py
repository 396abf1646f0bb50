"""Where things stand in a study's folder."""

from pathlib import Path

__all__ = ["DATA", "OUT", "PROTOCOL", "PUBLISHED", "RECIPE", "tables"]

PROTOCOL = "study.yaml"
PUBLISHED = "published.yaml"
RECIPE = "reconstruction.yaml"
DATA = "data"
OUT = "out"
TABLES = (".csv", ".parquet")


def tables(folder: Path) -> list[Path]:
    """The captured tables of the study in a folder, by name."""
    return sorted(file for file in (folder / DATA).glob("[!.]*") if file.suffix in TABLES)
