"""Where things stand in a study's folder."""

from pathlib import Path

from myotrial.errors import DocumentError, MyotrialError, Problem

__all__ = [
    "CAPTURED",
    "CONCEALED",
    "DATA",
    "DESIGN",
    "DRAWN",
    "OUT",
    "PARTS",
    "PLAN",
    "PROTOCOL",
    "PUBLISHED",
    "RECIPE",
    "require_own_patients",
    "require_study",
    "tables",
]

PROTOCOL = "study.yaml"
PUBLISHED = "published.yaml"
RECIPE = "reconstruction.yaml"
PLAN = "design.yaml"
DATA = "data"
OUT = "out"
DRAWN = "reconstruction"  # below out/: tables drawn to fit a paper's claims
CAPTURED = "captured"  # below out/: tables read from the study's server
DESIGN = "design"
PARTS = ".myotrial-parts"  # of simulations, kept until all are there
CONCEALED = "concealed"
TABLES = (".csv", ".parquet")


def tables(folder: Path) -> list[Path]:
    """The captured tables of the study in a folder, by name.

    Raises:
        DocumentError: The folder of tables cannot be read.
    """
    place = folder / DATA
    try:
        found = list(place.iterdir()) if place.is_dir() else []
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        problem = Problem("(folder)", "a readable folder", reason)
        raise DocumentError(str(place), [problem]) from error
    return sorted(file for file in found if file.suffix in TABLES and file.name[0] != ".")


def require_study(folder: Path) -> None:
    """Refuse a folder that is not there, cannot be read, or holds no study.

    Raises:
        MyotrialError: There is no study in it.
    """
    try:
        if (folder / PROTOCOL).exists():
            return
        found = f"holds no {PROTOCOL}" if folder.is_dir() else "is no folder"
    except OSError as error:
        found = f"cannot be read, {(error.strerror or str(error)).lower()}"
    raise MyotrialError(
        f"There is no study in {folder}: it {found}.\n"
        "Hint: name the study's folder, or start one: myotrial init FOLDER"
    )


def require_own_patients(folder: Path) -> None:
    """Refuse what belongs to patients where a study has none of its own, only reconstructed ones.

    Raises:
        MyotrialError: Its tables are drawn from a recipe; what was measured would stand alone.
    """
    require_study(folder)
    if (folder / RECIPE).exists() and not tables(folder):
        raise MyotrialError(
            f"The patients of {folder} are reconstructed ({RECIPE}): no slide is theirs.\n"
            f"Hint: enter the patients whose slides these are in {folder / DATA} first; "
            "myotrial init NEW shows the tables."
        )
