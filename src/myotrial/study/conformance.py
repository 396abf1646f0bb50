"""What a study's datasets break of the standards: our own checks, and CDISC's rules engine.

CDISC's open rules engine (core) has an environment of its own and is run as a program, if one is
named: by an option, by the variable MYOTRIAL_CORE, or as `core` on the path. Its JSON report says
of every rule whether it was met, broken, skipped or could not be run.
"""

import json
import os
import shlex
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from myotrial.errors import MyotrialError
from myotrial.study.answers import BAD_INPUT, FINDINGS

__all__ = ["Conformance", "conformance"]

VARIABLE = "MYOTRIAL_CORE"
STANDARD, VERSION = "sdtmig", "3-4"
MET, BROKEN, SKIPPED = "SUCCESS", "ISSUE REPORTED", "SKIPPED"
SHOWN = 10  # rules and checks told one by one
LONGEST = 3600.0  # seconds, unless another is given


@dataclass(frozen=True)
class Engine:
    """What the rules engine reported.

    Attributes:
        version: Of the engine.
        counts: Rules by status: met, broken, skipped, not run.
        broken: Each broken rule in a dataset: id, dataset, message, number of issues.
        failed: Rules that could not be run: id and message.
    """

    version: str
    counts: dict[str, int]
    broken: tuple[dict[str, Any], ...]
    failed: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class Conformance:
    """What was checked, and what was found.

    Attributes:
        folder: The study's folder.
        own: Findings of our own checks, as plain data.
        engine: What the engine reported; None where it was not run.
        why: Why the engine was not run; "" where it was.
        unreachable: An engine was named and did not run: `why` says how to mend it.
    """

    folder: Path
    own: tuple[dict[str, Any], ...]
    engine: Engine | None
    why: str = ""
    unreachable: bool = False

    @property
    def code(self) -> int:
        """0; findings: a check or a rule is broken, or could not be run; bad input: no engine."""
        if self.unreachable:
            return BAD_INPUT
        bad = any(item["status"] == "failed" for item in self.own)
        reported = self.engine and (self.engine.broken or self.engine.failed)
        return FINDINGS if bad or reported else 0

    def as_record(self) -> dict[str, Any]:
        """All checks and rules as plain data."""
        engine = None if self.engine is None else vars(self.engine) | {
            "broken": list(self.engine.broken), "failed": list(self.engine.failed)
        }  # fmt: skip
        return {
            "folder": str(self.folder),
            "adam": list(self.own),
            "engine": engine,
            "engine_not_run": self.why,
        }

    def __str__(self) -> str:
        counts = Counter(item["status"] for item in self.own)
        told = ", ".join(f"{counts[word]} {word}" for word in ("passed", "failed", "skipped"))
        lines = [f"ADaM, our own checks: {told}"]
        lines += [
            f"  {item['check']} {item['dataset']}: {item['says']}; {item['found']}"
            for item in self.own
            if item["status"] == "failed"
        ]
        lines += self._engine()
        return "\n".join(lines)

    def _engine(self) -> list[str]:
        if self.engine is None:
            return [f"SDTM, CDISC's rules engine: not run. {self.why}"]
        counts = self.engine.counts
        told = ", ".join(f"{counts[word]} {word}" for word in counts)
        lines = [f"SDTM, CDISC's rules engine {self.engine.version}: {told}"]
        lines += [
            f"  {item['rule']} {item['dataset']}: {item['message']} ({item['issues']})"
            for item in self.engine.broken[:SHOWN]
        ]
        lines += [
            f"  {item['rule']} could not be run: {item['message']}"
            for item in self.engine.failed[:SHOWN]
        ]
        left = len(self.engine.broken) + len(self.engine.failed)
        shown = len(self.engine.broken[:SHOWN]) + len(self.engine.failed[:SHOWN])
        return [*lines, f"  and {left - shown} more (--json tells all)"] if left > shown else lines


def conformance(
    folder: Path,
    *,
    engine: str | None = None,
    timeout: float = LONGEST,
    say: Callable[[str], None] = lambda _: None,
) -> Conformance:
    """Check the datasets of the study in a folder.

    Args:
        folder: The study's folder.
        engine: The command that runs the engine; None: as MYOTRIAL_CORE says, or `core` on the
            path, and without it our own checks alone.
        timeout: Seconds after which the engine is stopped.
        say: Told what is being done.

    Returns:
        What was found; our own checks also where the engine that was named cannot be run.

    Raises:
        DocumentError: The datasets do not fit their files.
    """
    from myotrial.datasets.standards import adam_checks
    from myotrial.study.exporting import export
    from myotrial.study.stages import contents

    held = contents(folder)
    own = tuple(vars(item) for item in adam_checks.checked(held.datasets))
    try:
        command = _command(engine)
        if command is None:
            why = f"None was named (--engine, or {VARIABLE}), and there is no `core` on the path."
            return Conformance(folder, own, None, why)
        with tempfile.TemporaryDirectory(prefix="myotrial-") as place:
            say("Writing the datasets")
            export(folder, Path(place) / "cdisc", "xpt")
            say("Running the rules engine")
            found = _run(command, Path(place) / "cdisc" / "sdtm", Path(place) / "report", timeout)
    except UnreachableError as error:
        return Conformance(folder, own, None, str(error), unreachable=True)
    return Conformance(folder, own, found)


def _command(named: str | None) -> list[str] | None:
    """The engine's command; None where none is named or found."""
    said = named or os.environ.get(VARIABLE, "")
    if not said:
        there = shutil.which("core")
        return [there] if there else None
    parts = [said] if Path(said).exists() else shlex.split(said)
    if not parts or shutil.which(parts[0]) is None:
        raise _unreachable(said, "no such program, or it may not be run")
    return parts


class UnreachableError(MyotrialError):
    """The engine that was named cannot be run; the message says why."""


def _unreachable(command: str, why: str) -> UnreachableError:
    return UnreachableError(
        f"The rules engine {command!r} cannot be run: {why}.\n"
        "Hint: name CDISC's core, installed in an environment of its own: --engine /path/to/core, "
        f"or {VARIABLE}; leave both out to run our own checks alone."
    )


def _run(command: list[str], data: Path, report: Path, timeout: float) -> Engine:
    arguments = [
        "validate", "-s", STANDARD, "-v", VERSION, "-d", str(data), "-ft", "xpt",
        "-dxp", str(data / "define.xml"), "-o", str(report), "-of", "JSON", "-p", "disabled",
    ]  # fmt: skip
    shown = shlex.join(command)
    try:
        done = subprocess.run(  # noqa: S603  (the program is the user's own choice)
            [*command, *arguments],
            capture_output=True,
            timeout=timeout,
            check=False,
            text=True,
            errors="replace",
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired as error:
        raise _unreachable(shown, f"it did not end within {timeout:g} seconds") from error
    except OSError as error:
        raise _unreachable(shown, (error.strerror or str(error)).lower()) from error
    written = report.with_name(f"{report.name}.json")
    if not written.is_file():
        last = ([*(done.stderr + done.stdout).strip().splitlines()] or ["it said nothing"])[-1]
        raise _unreachable(shown, f"it ended with {done.returncode} and no report: {last[:200]}")
    try:
        return _report(json.loads(written.read_text(encoding="utf-8")))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _unreachable(shown, f"its report has another form ({error!r})") from error


def _report(data: dict[str, Any]) -> Engine:
    """Rules by status, and what was broken, from the engine's JSON report."""
    rules = data["Rules_Report"]
    status = {rule["core_id"]: rule["status"].upper() for rule in rules}
    words = {MET: "met", BROKEN: "broken", SKIPPED: "skipped"}
    counts = Counter(words.get(rule["status"].upper(), "not run") for rule in rules)
    broken = tuple(
        {
            "rule": item["core_id"],
            "dataset": item["dataset"],
            "message": item["message"],
            "issues": item["issues"],
        }
        for item in data["Issue_Summary"]
        if status.get(item["core_id"]) == BROKEN
    )
    failed = tuple(
        {"rule": rule["core_id"], "message": rule["message"]}
        for rule in rules
        if rule["status"].upper() not in words
    )
    version = data["Conformance_Details"].get("CORE_Engine_Version", "")
    named = {word: counts[word] for word in (*words.values(), "not run")}
    return Engine(version, named, broken, failed)
