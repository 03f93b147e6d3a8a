"""The command as its parties run it, each file in one folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from comitia.ballots.v1.model import derive_hash
from comitia.cli.command import main
from tests.elections import Made, Step, put_together


@dataclass(frozen=True)
class Office:
    """A folder with what the parties have and hand over."""

    folder: Path

    def run(self, command: str, *words: str | Path) -> int:
        """Run ``comitia election`` with a command; return its exit status."""
        return main(["election", command, *map(str, words)])

    def write(self, name: str, content: bytes) -> Path:
        """Write a public file."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def keep(self, name: str, content: bytes) -> Path:
        """Write a private file."""
        path = self.write(name, content)
        path.chmod(0o600)
        return path

    def announce(self, *paths: Path, name: str = "hashes") -> Path:
        """Write the list of the hashes of some files."""
        lines = [f"{derive_hash(path.read_bytes())}  {path.name}\n" for path in paths]
        return self.write(name, "".join(lines).encode())

    def archive(self, steps: Sequence[Step], made: Made, copy: str = "board") -> Path:
        """Write an archive of these steps under the election's name, in a folder of its own."""
        return self.write(f"{copy}/{made.election.uuid}.bel", put_together(steps))

    def key(self, made: Made, owner: int) -> Path:
        """Write the private key of a single trustee."""
        return self.keep(f"{owner}.privkey", made.secrets[owner - 1].private_file())

    def files(self) -> dict[str, bytes]:
        """Return every file there is, by its path in the folder."""
        return {
            str(path.relative_to(self.folder)): path.read_bytes()
            for path in sorted(self.folder.rglob("*"))
            if path.is_file()
        }
