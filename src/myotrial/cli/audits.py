"""The commands on the audit trail of a study's server."""

from pathlib import Path

import click

from myotrial import study
from myotrial.cli.answers import PATH, as_json, folder, show

__all__ = ["audit"]


@click.group()
def audit() -> None:
    """Verify, export or anchor the trail of a study's server.

    myotrial audit verify my-study
    """


@audit.command()
@folder()
@click.option("--anchors", multiple=True, type=PATH, help="A file of anchors kept elsewhere.")
@as_json
def verify(folder: Path, anchors: tuple[Path, ...], as_json: bool) -> None:
    """Walk every chain of the trail of the study in FOLDER, and compare it with its anchors.

    Needs the study's key, server/trail.key. Exit code 1 if anything is not as it was written.

    myotrial audit verify my-study --anchors /mnt/sponsor/anchors.jsonl
    """
    show(study.verify_trail(folder, anchors), as_json)


@audit.command()
@folder()
@click.argument("file", type=PATH)
@as_json
def export(folder: Path, file: Path, as_json: bool) -> None:
    """Write the whole trail of the study in FOLDER to FILE: .csv, .jsonl or .json.

    myotrial audit export my-study trail.csv
    """
    show(study.export_trail(folder, file), as_json)


@audit.command()
@folder()
@click.option("--to", "to", multiple=True, type=PATH, help="A file elsewhere to append to as well.")
@as_json
def anchor(folder: Path, to: tuple[Path, ...], as_json: bool) -> None:
    """Sign the ends of all chains of the study in FOLDER, and append them to files of anchors.

    Keep at least one where the server's administrator cannot write: an anchor shows later that the
    last entries were cut off, or that an older copy was put back.

    myotrial audit anchor my-study --to /mnt/sponsor/anchors.jsonl
    """
    show(study.anchor_trail(folder, to), as_json)
