"""The tutorial is run as it stands: every command, and what it shows below it."""

import doctest
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

TUTORIAL = Path(__file__).parents[1] / "docs" / "fifteen-minutes.md"
BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
SAME = doctest.OutputChecker()


class Step(NamedTuple):
    """A command with the lines that continue it, and the output that is told below it."""

    typed: str
    told: str


def steps(text):
    for block in BLOCK.findall(text):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            lines = part.splitlines()
            more = next((n for n, line in enumerate(lines[1:], 1) if line[:2] != "> "), len(lines))
            yield Step(
                "\n".join([lines[0], *(line[2:] for line in lines[1:more])]),
                "".join(f"{line}\n" for line in lines[more:]),
            )


def shown(typed, folder):
    done = subprocess.run(
        ["bash", "-c", f'myotrial() {{ {sys.executable} -m myotrial "$@"; }}\n{typed}'],
        cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300,
        check=False,
    )  # fmt: skip
    return done.stdout


def test_tutorial__shows_what_its_commands_show(tmp_path):
    for step in steps(TUTORIAL.read_text(encoding="utf-8")):
        found = shown(step.typed, tmp_path)
        assert SAME.check_output(step.told, found, doctest.ELLIPSIS), f"$ {step.typed}\n{found}"


def test_steps__are_all_of_the_tutorial():
    typed = [step.typed for step in steps(TUTORIAL.read_text(encoding="utf-8"))]
    told = re.findall(r"^\$ (myotrial \w+)", TUTORIAL.read_text(encoding="utf-8"), re.MULTILINE)
    assert [line for line in typed if line.startswith("myotrial")] != []
    assert sum(line.startswith("myotrial ") for line in typed) == len(told)
