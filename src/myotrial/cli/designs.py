"""Commands on the trial to come: design it."""

from pathlib import Path
from typing import Literal

import click

from myotrial import study
from myotrial.cli.answers import PATH, as_json, folder, show
from myotrial.cli.progress import Progress

__all__ = ["design"]


def _shard(
    _context: click.Context, _option: click.Parameter, given: str | None
) -> tuple[int, int] | None:
    """I/N as two numbers."""
    if given is None:
        return None
    index, slash, of = given.partition("/")
    if not (slash and index.isdecimal() and of.isdecimal() and 1 <= int(index) <= int(of)):
        raise click.BadParameter(f"expected a part and how many there are, as 2/8 (got {given!r}).")
    return int(index), int(of)


@click.command()
@folder(default=".")
@as_json
@click.option("--to", type=PATH, help="Write the recommended trial as a new study into a folder.")
@click.option("--cluster", metavar="ADDRESS", help="Simulate on the Dask cluster at an address.")
@click.option(
    "--shard", metavar="I/N", callback=_shard, help="Simulate one of N parts only, and keep it."
)
@click.option(
    "--device", type=click.Choice(("cpu", "gpu", "auto")), default="cpu",
    help="What simulates: processors, an NVIDIA GPU, or a GPU where there is one.",
)  # fmt: skip
def design(
    folder: Path,
    as_json: bool,
    to: Path | None,
    cluster: str | None,
    shard: tuple[int, int] | None,
    device: Literal["cpu", "gpu", "auto"],
) -> None:
    """Design the trial that follows the study in FOLDER, or here.

    Tells what the study says, compares designs by what design.yaml states (or by defaults), and
    recommends one. The report is written into FOLDER/design.

    myotrial design my-study --to my-trial
    """
    if shard and (to or cluster):
        raise click.UsageError("--shard goes without --to and --cluster.")
    with Progress() as progress:
        here = study.Study(folder)
        answer = (
            here.part(*shard, watch=progress.watch, device=device)
            if shard
            else here.design(
                to=to, cluster=cluster, device=device, watch=progress.watch, say=progress.say
            )
        )
    show(answer, as_json)
