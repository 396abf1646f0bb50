"""The commands that copy a study's database, and bring a copy back."""

from pathlib import Path

import click

from myotrial import study
from myotrial.cli.answers import PATH, as_json, folder, show

__all__ = ["backup", "restore"]


@click.command()
@folder()
@click.argument("file", type=PATH)
@as_json
def backup(folder: Path, file: Path, as_json: bool) -> None:
    """Copy the database of the study in FOLDER to FILE.

    Works while the server runs. The copy is opened and its whole trail walked before it gets its
    name; then it is anchored. It holds no key: keep server/trail.key apart from it.

    myotrial backup my-study /mnt/backups/my-study.backup
    """
    show(study.backup(folder, file), as_json)


@click.command()
@click.argument("file", type=PATH)
@folder()
@click.option(
    "--key",
    "keys",
    multiple=True,
    type=PATH,
    help="trail.key or allocation.key, where the study does not have it.",
)
@click.option("--anchors", multiple=True, type=PATH, help="A file of anchors kept elsewhere.")
@click.option("--loss", default="", help="Why an older state than is known of is brought back.")
@click.option("--by", default="", help="Who says so; it is written in the trail.")
@as_json
def restore(
    file: Path,
    folder: Path,
    keys: tuple[Path, ...],
    anchors: tuple[Path, ...],
    loss: str,
    by: str,
    as_json: bool,
) -> None:
    """Bring FILE back as the database of the study in FOLDER.

    What stood there is put aside, never deleted. A copy of another study, a damaged one, and one
    that is older than the anchors or the present database are refused.

    myotrial restore /mnt/backups/my-study.backup my-study
    """
    show(study.restore(file, folder, keys=keys, anchors=anchors, loss=loss, by=by), as_json)
