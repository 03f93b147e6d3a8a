"""What the commands of an election have in common: their options, and how they are told apart."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from comitia.ballots.v1.model import Uuid, is_uuid
from comitia.ballots.v1.parse.election import LONGEST_UUID
from comitia.cli.terminal import Terminal
from comitia.cli.verifying import find_archive
from comitia.curve import GROUPS

DONE: Final = 0
FAILED: Final = 1
DEFAULT_GROUP: Final = "Ed25519"
_CREDENTIAL: Final = re.compile(r"\s*[^\s./-]{3,8}(?:-[^\s./-]{3,8}){3}\s*")
"""What looks like a private credential, also one with a slip of the pen."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command: its name and summary, what it takes, and what it does."""

    name: str
    summary: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace, Terminal], int]


def add_folder(parser: argparse.ArgumentParser, what: str) -> None:
    """Add the folder that a party works in."""
    parser.add_argument(
        "--dir", metavar="DIR", type=Path, default=Path(), help=f"{what} (default: here)"
    )


def add_group(parser: argparse.ArgumentParser) -> None:
    """Add the choice of a group, by the names of the wire."""
    parser.add_argument(
        "--group", choices=sorted(GROUPS), default=DEFAULT_GROUP, help="(default: %(default)s)"
    )


def add_uuid(parser: argparse.ArgumentParser) -> None:
    """Add the election's identifier."""
    parser.add_argument(
        "--uuid", metavar="UUID", type=_uuid, required=True, help="the election's identifier"
    )


def add_hashes(parser: argparse.ArgumentParser) -> None:
    """Add the list of hashes that all parties have exchanged."""
    parser.add_argument(
        "--hashes",
        metavar="FILE",
        type=Path,
        required=True,
        help="the hashes that all parties told one another first; no file is opened without",
    )


def add_certificates(parser: argparse.ArgumentParser) -> None:
    """Add the certificates of a threshold group."""
    parser.add_argument(
        "--certs",
        metavar="FILE",
        type=Path,
        nargs="+",
        required=True,
        help="the certificates of all members",
    )


def add_polynomials(parser: argparse.ArgumentParser) -> None:
    """Add what all members of a threshold group handed over in step 3."""
    parser.add_argument(
        "--polynomials",
        metavar="FILE",
        type=Path,
        nargs="+",
        required=True,
        help="the polynomials of all members",
    )


def add_archive(parser: argparse.ArgumentParser) -> None:
    """Add the archive that a party has a copy of."""
    parser.add_argument(
        "--archive",
        metavar="PATH",
        type=Path,
        default=Path(),
        help="your own copy of the archive, or its folder (default: here)",
    )


def add_key(parser: argparse.ArgumentParser) -> None:
    """Add a trustee's private files."""
    parser.add_argument(
        "--key",
        metavar="FILE",
        type=Path,
        required=True,
        help="your private key (ID.privkey), or a member's secret (ID.key)",
    )
    parser.add_argument(
        "--decryption-key",
        metavar="FILE",
        type=Path,
        help="of a member of a threshold group: the file ID.dkey that its key-making ended with",
    )


def archive_in(path: Path) -> Path:
    """Return the archive that a path means: the file itself, or the only one in a folder."""
    return find_archive(path).path


def public_name(text: str) -> str:
    """Return a name that can be published."""
    if not text.isprintable() or not text.strip():
        raise argparse.ArgumentTypeError("expected a name that can be printed")
    return text


def at_least_one(text: str) -> int:
    """Return a number of ballots."""
    if not (text.isascii() and text.isdigit() and len(text) < len("1000000000") and int(text) >= 1):
        raise argparse.ArgumentTypeError("expected a whole number from 1 to 999999999")
    return int(text)


def secret_file(text: str) -> Path:
    """Return the path of a file with a secret; refuse the secret itself, without repeating it."""
    if _CREDENTIAL.fullmatch(text) or text.lstrip().startswith("["):
        problem = (
            "expected a file that holds this: what stands in a command line is seen by other "
            "programs and kept by the shell"
        )
        raise argparse.ArgumentTypeError(problem)
    return Path(text)


def _uuid(text: str) -> Uuid:
    if not is_uuid(text) or len(text) > LONGEST_UUID:
        raise argparse.ArgumentTypeError(
            f"expected 14 to {LONGEST_UUID} Base58 characters; `comitia election uuid` makes one"
        )
    return Uuid(text)
