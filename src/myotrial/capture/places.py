"""Where the server keeps what is not in the database: the key of the trail, secrets, anchors."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from myotrial.errors import MyotrialError

__all__ = ["Places"]

BYTES = 32


@dataclass(frozen=True)
class Places:
    """The folders and files of one study's server.

    Attributes:
        study: The study's folder.
    """

    study: Path

    @property
    def folder(self) -> Path:
        """The server's own folder, for its account alone."""
        return self.study / "server"

    @property
    def database(self) -> Path:
        """The embedded database."""
        return self.folder / "study.sqlite3"

    @property
    def anchors(self) -> Path:
        """Anchors, one a line; to be copied to where the server cannot reach."""
        return self.folder / "anchors.jsonl"

    @property
    def key(self) -> bytes:
        """The key of the trail.

        Raises:
            MyotrialError: It is not there.
        """
        return bytes.fromhex(self.secret("trail"))

    @property
    def sealing(self) -> bytes:
        """The key of what is concealed.

        Raises:
            MyotrialError: It is not there.
        """
        return bytes.fromhex(self.secret("allocation"))

    def make(self) -> None:
        """Make the folder and its secrets; what is there stays."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in ("trail", "session", "allocation", "factor"):
            file = self.folder / f"{name}.key"
            if not file.exists():
                handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                with os.fdopen(handle, "w") as opened:
                    opened.write(secrets.token_hex(BYTES) + "\n")
                    opened.flush()
                    os.fsync(opened.fileno())

    def secret(self, name: str) -> str:
        """A secret by its name.

        Raises:
            MyotrialError: It is not there.
        """
        file = self.folder / f"{name}.key"
        try:
            return file.read_text().strip()
        except OSError:
            raise MyotrialError(
                f"the key {file} cannot be read.\n"
                "Hint: a new study gets its keys from `myotrial serve`; of an old one, bring the "
                "file back from where it was kept."
            ) from None
