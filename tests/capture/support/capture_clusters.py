"""A PostgreSQL of our own with its usual durability, that can be killed and started again."""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BINARIES = Path("/usr/lib/postgresql")


@contextmanager
def made_cluster() -> Iterator[tuple[Path, str]]:
    """Its folder, and the address of a database in it; not started, and gone afterwards."""
    binaries = sorted(BINARIES.glob("*/bin/initdb"))[-1].parent
    folder = Path(tempfile.mkdtemp(prefix="myotrial-kill-"))  # a socket's path must be short
    folder.chmod(0o777)
    ahead = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    data = str(folder / "data")
    options = ["-c", "listen_addresses=", "-k", str(folder)]
    words = [*ahead, str(binaries / "postgres"), "-D", data, *options]
    (folder / "start.json").write_text(json.dumps(words))

    def run(*words: str) -> None:
        subprocess.run([*ahead, *words], check=True, capture_output=True, cwd=folder, timeout=120)

    def started(*words: str) -> None:
        """Run something while it is up."""
        control = str(binaries / "pg_ctl")
        asked = f"-c listen_addresses='' -k {folder}"
        run(control, "-D", data, "-l", str(folder / "log.ctl"), "-o", asked, "-w", "start")
        run(*words)
        run(control, "-D", data, "-m", "fast", "-w", "stop")

    run(str(binaries / "initdb"), "-D", data, "-A", "trust", "-U", "owner", "--no-sync", "-k")
    at = ("-h", str(folder), "-U", "owner")
    try:
        started(str(binaries / "createdb"), *at, "study")
        yield folder, f"postgresql://owner@{str(folder).replace('/', '%2F')}/study"
        amcheck = binaries / "pg_amcheck"
        if amcheck.exists():  # heap and indexes, as the kills left them
            started(str(amcheck), *at, "--install-missing", "--heapallindexed", "study")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
