"""The files of a backup: ``docs/reference/backup-format.md``.

Whatever is read here may be damaged or made by an attacker: it ends in a value or MalformedRecord.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from comitia.errors import MalformedRecord
from comitia.record.keys import Randomness
from comitia.record.texts import encode_base64, parse_base64

FORMAT: Final = "comitia backup 1"
MANIFEST: Final = "backup.json"
TABLES: Final = "tables"
LARGEST_MANIFEST_BYTES: Final = 2**20
LARGEST_ROW_BYTES: Final = 2**26
"""A line: a file of 16 MiB, sealed and in Base64 twice, with room."""
SECRET_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_ID: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)
_TABLE: Final = re.compile(r"[a-z_]{1,60}\.[a-z_]{1,60}", re.ASCII)
_DIGEST: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Table:
    """A file of rows: how many it has, and the SHA-256 of its bytes."""

    rows: int
    digest: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself. size, root: of the record as it was; migrations: in order."""

    id: str
    made_at: str
    size: int
    root: str
    migrations: tuple[str, ...]
    tables: Mapping[str, Table]

    def to_bytes(self) -> bytes:
        """Return the manifest's file."""
        tables = {
            name: {"rows": one.rows, "sha256": one.digest} for name, one in self.tables.items()
        }
        value = {
            "format": FORMAT,
            "id": self.id,
            "made_at": self.made_at,
            "record": {"size": self.size, "root": self.root},
            "migrations": list(self.migrations),
            "tables": tables,
        }
        return (json.dumps(value, indent=1, sort_keys=True) + "\n").encode()


def read_manifest(folder: Path) -> Manifest:
    """Return what a backup says of itself. Raises MalformedRecord for what is none, or in part."""
    try:
        with (folder / MANIFEST).open("rb") as stream:
            data = stream.read(LARGEST_MANIFEST_BYTES + 1)
    except FileNotFoundError:
        problem = "there is no backup.json: this is no backup, or one that was broken off"
        raise MalformedRecord(str(folder), problem) from None
    return parse_manifest(data, str(folder / MANIFEST))


def parse_manifest(data: bytes, where: str) -> Manifest:
    """Return the manifest that some bytes are. Raises MalformedRecord."""
    value = _object(data, where, LARGEST_MANIFEST_BYTES)
    if value.get("format") != FORMAT:
        raise MalformedRecord(where, f"expected the format {FORMAT!r}")
    try:
        record, tables = value["record"], value["tables"]
        made = Manifest(
            id=value["id"],
            made_at=value["made_at"],
            size=record["size"],
            root=record["root"],
            migrations=tuple(value["migrations"]),
            tables={name: Table(one["rows"], one["sha256"]) for name, one in tables.items()},
        )
    except (KeyError, TypeError, AttributeError):
        raise MalformedRecord(where, "expected the fields of a backup") from None
    _expect_forms(made, where)
    return made


def _expect_forms(made: Manifest, where: str) -> None:
    counts: list[object] = [made.size, *(one.rows for one in made.tables.values())]
    texts: list[object] = [made.id, made.made_at, made.root, *made.migrations]
    digests: list[object] = [one.digest for one in made.tables.values()]
    fits = (
        all(type(one) is int and one >= 0 for one in counts)
        and all(isinstance(one, str) for one in (*texts, *digests))
        and bool(_ID.fullmatch(made.id))
        and all(_TABLE.fullmatch(name) for name in made.tables)
        and all(_DIGEST.fullmatch(str(one)) for one in digests)
    )
    if not fits:
        raise MalformedRecord(where, "a field is not in its form")


def _object(data: bytes, where: str, largest: int) -> dict[str, Any]:
    if len(data) > largest:
        raise MalformedRecord(where, f"more than the {largest} bytes that are allowed")
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        raise MalformedRecord(where, "this is no JSON") from None
    if not isinstance(value, dict):
        raise MalformedRecord(where, "expected an object")
    return value


# --- Rows ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sealing:
    """Seals rows of one backup under persons' secrets.

    A key of its own for each person and backup follows from the secret by HKDF-SHA-256, so nonces
    are random and few for each key. Bound is where the row stands: none can be put elsewhere.
    """

    backup: str

    def seal(self, row: bytes, place: str, secret: bytes, randomness: Randomness) -> str:
        """Return a row sealed, in Base64. place: the table and the line."""
        nonce = randomness(_NONCE_BYTES)
        sealed = AESGCM(self._key(secret)).encrypt(nonce, row, self._bound(place))
        return encode_base64(nonce + sealed)

    def open(self, text: str, place: str, secret: bytes) -> bytes:
        """Return the row. Raises MalformedRecord where the secret does not open it there."""
        sealed = parse_base64(text, place)
        try:
            nonce, rest = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
            return AESGCM(self._key(secret)).decrypt(nonce, rest, self._bound(place))
        except (InvalidTag, ValueError):
            raise MalformedRecord(place, "the person's secret does not open this row") from None

    def _key(self, secret: bytes) -> bytes:
        derived = HKDF(SHA256(), SECRET_BYTES, salt=bytes.fromhex(self.backup), info=b"rows")
        return derived.derive(secret)

    def _bound(self, place: str) -> bytes:
        return f"{FORMAT}\n{self.backup}\n{place}".encode()


def read_lines(folder: Path, name: str, table: Table) -> Iterator[dict[str, Any]]:
    """Yield the lines of a table's file, and raise MalformedRecord where it is not the one meant.

    The last is known when all are read: whoever writes them away does so in one transaction.
    """
    place = folder / TABLES / f"{name}.jsonl"
    hashed, count = sha256(), 0
    try:
        stream = place.open("rb")
    except FileNotFoundError:
        raise MalformedRecord(str(place), "this file of the backup is missing") from None
    with stream:
        while line := stream.readline(LARGEST_ROW_BYTES):
            hashed.update(line)
            count += 1
            yield _object(line, f"{place}, line {count}", LARGEST_ROW_BYTES)
    if (count, hashed.hexdigest()) != (table.rows, table.digest):
        raise MalformedRecord(str(place), "this file is not what the backup says: it was damaged")
