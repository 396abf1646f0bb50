"""Run steps in order, doing again only those whose inputs or code have changed.

Each step names what it reads and what it makes, as paths below the study's folder. Its key is a
digest of the code and of the content of everything it reads; `out/manifest.json` keeps the key of
each step and the digest of each file it made. A step is reused where key and files still agree.
All output is written beside `out/` and put in place at the end, so an interruption at any moment
leaves the previous output whole.
"""

import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from myotrial.study.lock import alone
from myotrial.study.output import recover, replacing
from myotrial.study.places import OUT

__all__ = [
    "MANIFEST",
    "Again",
    "Done",
    "Step",
    "Watch",
    "again",
    "code_digest",
    "file_digest",
    "run",
]

MANIFEST = "manifest.json"
SCHEMA = "myotrial-manifest/1"
Watch = Callable[["Step", str], None]  # told "started", "computed" or "reused"
Digests = dict[str, str]


@dataclass(frozen=True)
class Step:
    """One step of a run.

    Attributes:
        name: One word, shown to the user and kept in the manifest.
        says: What it does, for the progress line.
        reads: Files or folders ("data/") below the study's folder, "out/…" for earlier steps'.
        makes: Files or folders below `out/`.
        work: Called with the folder to write into; earlier steps' output is there already.
        state: What it reads that is no file, as a digest: where it changes, the step is done again.
    """

    name: str
    says: str
    reads: tuple[str, ...]
    makes: tuple[str, ...]
    work: Callable[[Path], None]
    state: str = ""


@dataclass(frozen=True)
class Done:
    """What became of one step: whether it was reused, and the seconds it took."""

    name: str
    reused: bool
    seconds: float = field(compare=False)


def run(
    folder: Path,
    steps: Sequence[Step],
    *,
    code: str,
    watch: Watch = lambda *_: None,
    out: str = OUT,
) -> list[Done]:
    """Bring `out/` of a study, or another folder of it that is derived, up to date.

    Args:
        folder: The study's folder.
        steps: In order; a step reads what came before it.
        code: Digest of the code the steps consist of.
        watch: Told what happens.
        out: Name of the folder that is filled.

    Returns:
        One entry per step; where all are reused nothing was written.

    Raises:
        OutputError: Something cannot be written; `out/` is as it was.
        MyotrialError: Another run is at work here.
    """
    if _Run(folder, steps, code, out).current():
        return [_told(watch, step, Done(step.name, True, 0.0)) for step in steps]
    with alone(folder):
        recover(folder / out)
        with replacing(folder / out) as fresh:
            return _Run(folder, steps, code, out).fill(fresh, watch)


@dataclass(frozen=True)
class Again:
    """Output beside the same steps done anew from the inputs that are there now.

    Attributes:
        same: Files that came out the same, to the byte.
        changed: Files that came out otherwise.
        missing: Files that came out and are not there.
        extra: Files that are there and did not come out.
        stale: Steps whose inputs or code are not those the output was made from.
    """

    same: tuple[str, ...]
    changed: tuple[str, ...]
    missing: tuple[str, ...]
    extra: tuple[str, ...]
    stale: tuple[str, ...]


def again(
    folder: Path, steps: Sequence[Step], *, code: str, watch: Watch = lambda *_: None
) -> Again:
    """Do every step anew, in a folder of its own, and compare with the output that is there.

    Args:
        folder: The study's folder; nothing in it is changed.
        steps: In order; a step reads what came before it.
        code: Digest of the code the steps consist of.
        watch: Told what happens.
    """
    known = _manifest(folder / OUT / MANIFEST)
    with tempfile.TemporaryDirectory(prefix="myotrial-verify-") as place:
        fresh = Path(place)
        anew = _Run(folder, steps, code, known={})
        anew.fill(fresh, watch)
        keys = _manifest(fresh / MANIFEST)
    made = {name.removeprefix(f"{OUT}/"): digest for name, digest in anew.made.items()}
    here = _digests(folder / OUT, ["."])
    here.pop(MANIFEST, None)
    return Again(
        same=tuple(sorted(name for name in made if here.get(name) == made[name])),
        changed=tuple(sorted(name for name in made if name in here and here[name] != made[name])),
        missing=tuple(sorted(made.keys() - here.keys())),
        extra=tuple(sorted(here.keys() - made.keys())),
        stale=tuple(name for name in keys if keys[name]["key"] != known.get(name, {}).get("key")),
    )


def _told(watch: Watch, step: Step, done: Done) -> Done:
    watch(step, "reused" if done.reused else "computed")
    return done


class _Run:
    """One pass over the steps, against the manifest of the output that is there."""

    def __init__(
        self,
        folder: Path,
        steps: Sequence[Step],
        code: str,
        out: str = OUT,
        known: Mapping[str, Any] | None = None,
    ) -> None:
        self.folder, self.steps, self.code, self.out = folder, steps, code, out
        self.before = _manifest(folder / out / MANIFEST) if known is None else known
        self.made: Digests = {}  # "out/…" paths of the steps so far

    def current(self) -> bool:
        """Whether every step can be reused and nothing else stands in the manifest."""
        names = [step.name for step in self.steps]
        return list(self.before) == names and all(
            self._reusable(step, self._key(step)) for step in self.steps
        )

    def fill(self, fresh: Path, watch: Watch) -> list[Done]:
        """Do or reuse every step, writing into `fresh`."""
        done, manifest = [], {}
        for step in self.steps:
            start, key = time.perf_counter(), self._key(step)
            reused = self._reusable(step, key)
            if reused:
                self._keep(step, fresh)
            else:
                watch(step, "started")
                step.work(fresh)
                self.made |= _digests(fresh, step.makes, prefix=f"{self.out}/")
            files = {name: self.made[name] for name in self._made_by(step)}
            manifest[step.name] = {"key": key, "files": files}
            seconds = time.perf_counter() - start
            done.append(_told(watch, step, Done(step.name, reused, seconds)))
        text = json.dumps({"schema": SCHEMA, "steps": manifest}, indent=1)
        (fresh / MANIFEST).write_text(text + "\n", encoding="utf-8")
        return done

    def _key(self, step: Step) -> str:
        own = [name for name in step.reads if not name.startswith(f"{self.out}/")]
        read = _digests(self.folder, own)
        read |= {name: digest for name, digest in self.made.items() if _below(name, step.reads)}
        said = [self.code, step.name, sorted(read.items()), *filter(None, [step.state])]
        return _digest(json.dumps(said).encode())

    def _reusable(self, step: Step, key: str) -> bool:
        """Whether the step's output is there, whole and made from the same; remembers its files."""
        known = self.before.get(step.name, {})
        if known.get("key") != key or not known["files"]:
            return False
        here = _digests(self.folder / self.out, step.makes, prefix=f"{self.out}/")
        if here != known["files"]:
            return False
        self.made |= here
        return True

    def _made_by(self, step: Step) -> list[str]:
        return sorted(
            name
            for name in self.made
            if _below(name, [f"{self.out}/{made}" for made in step.makes])
        )

    def _keep(self, step: Step, fresh: Path) -> None:
        """Take a step's files over from the output that is there."""
        for name in self._made_by(step):
            place = fresh / Path(name).relative_to(self.out)
            place.parent.mkdir(parents=True, exist_ok=True)
            try:
                os.link(self.folder / name, place)
            except OSError:  # no links here, or none across disks
                shutil.copyfile(self.folder / name, place)


def _manifest(path: Path) -> dict[str, Any]:
    """The steps of a manifest; empty where there is none that can be read."""
    try:
        data = json.loads(path.read_bytes())
        return dict(data["steps"]) if data["schema"] == SCHEMA else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _below(name: str, places: Iterable[str]) -> bool:
    return any(
        name == place or (place.endswith("/") and name.startswith(place)) for place in places
    )


def _digests(root: Path, places: Iterable[str], prefix: str = "") -> Digests:
    """SHA-256 of each file at or below the places, by its path from the root."""
    return {
        prefix + file.relative_to(root).as_posix(): file_digest(file)
        for place in places
        for file in _files(root / place)
    }


def _files(place: Path) -> Iterator[Path]:
    if place.is_dir():
        found = (file for file in place.rglob("*") if file.is_file())
        yield from sorted(file for file in found if not file.name.startswith("."))
    elif place.is_file():
        yield place


def file_digest(file: Path) -> str:
    """SHA-256 of a file; "unreadable" where it cannot be read: the step that needs it tells."""
    try:
        with file.open("rb") as handle:
            return hashlib.file_digest(handle, "sha256").hexdigest()
    except OSError:
        return "unreadable"


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def code_digest(package: Path, versions: Mapping[str, str]) -> str:
    """Digest of every file of a package, and of the versions of what it stands on."""
    files = _digests(package, ["."])
    kept = {name: digest for name, digest in files.items() if "__pycache__" not in name}
    return _digest(json.dumps([sorted(kept.items()), sorted(versions.items())]).encode())
