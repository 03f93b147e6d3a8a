"""The hashes of key files, which all parties exchange before anybody opens a file.

Who sees the others' keys before choosing an own one can choose it to fit. Each party therefore
tells all others the hash of its file first, by a medium that the server does not carry, and hands
over the file when it has the hashes of all. The list has the lines of ``sha256sum``, so that it can
be checked without this program.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from comitia.ballots.v1.model import derive_hash
from comitia.ballots.v1.parse import LARGEST_SETUP_BYTES
from comitia.cli.files import read_plain
from comitia.cli.terminal import printable
from comitia.errors import CheckFailed, MalformedRecord

_LINE: Final = re.compile(r"([0-9a-f]{64})(?: [ *].*)?", re.ASCII)
CHECK: Final = "ceremony.hashes"
"""The id under which a file that nobody announced is refused."""


@dataclass(frozen=True, slots=True)
class HashedFile:
    """A file of another party, whose hash was announced before it was opened."""

    path: Path
    content: bytes


def hash_line(path: Path, content: bytes) -> str:
    """Return the line by which a file is announced."""
    return f"{derive_hash(content)}  {printable(path.name)}"


def read_announced(paths: Sequence[Path], hashes: Path) -> tuple[HashedFile, ...]:
    """Return the files' contents, none of which has been looked into before.

    Raises CheckFailed, naming the file, where its hash is not on the list.
    """
    announced = _parse_hashes(hashes)
    files = [HashedFile(path, read_plain(path, LARGEST_SETUP_BYTES)) for path in paths]
    for file in files:
        found = derive_hash(file.content)
        if found not in announced:
            expected = f"a file whose hash is in {hashes}"
            raise CheckFailed(CHECK, str(file.path), expected, f"the hash {found}")
    return tuple(files)


def _parse_hashes(path: Path) -> frozenset[str]:
    text = read_plain(path, LARGEST_SETUP_BYTES).decode("ascii", errors="replace")
    hashes = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        match = _LINE.fullmatch(line)
        if match is None:
            where = f"{path}, line {number}"
            raise MalformedRecord(where, "expected a SHA-256 in hexadecimal and a file's name")
        hashes.append(match[1])
    return frozenset(hashes)
