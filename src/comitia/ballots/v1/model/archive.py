"""The public file of an election (specification section "Public data").

An old-style tar of 512-byte blocks without the closing zero blocks. The first record is named
``BELENIOS``; every other is named by its own SHA-256 and is data or an event. Each event names its
predecessor, so the last event fixes everything before it. Given the records and the time stamp,
there is one sequence of bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from comitia.ballots.v1.model.canonical import Json, Sha256Hex, canonical_json, derive_hash

BLOCK_BYTES: Final = 512
HEADER_NAME: Final = "BELENIOS"
_NAME_BYTES: Final = 100
_OWNER: Final = b"\0".join((b"0000644", b"0000000", b"0000000", b""))
"""Mode, user and group."""
_KIND: Final = b"0" + bytes(BLOCK_BYTES - 157)
"""A plain file, and nothing of what later forms of tar have behind it."""
_SUM_OF_THE_REST: Final = sum(_OWNER) + sum(b" " * len("checksum")) + sum(_KIND)
"""The checksum adds up all bytes of the block, with spaces where it stands itself."""


class RecordKind(StrEnum):
    """What a record holds, by the middle part of its name."""

    DATA = "data"
    EVENT = "event"


class EventType(StrEnum):
    """The steps of an election, in the order in which they may come."""

    SETUP = "Setup"
    BALLOT = "Ballot"
    END_BALLOTS = "EndBallots"
    ENCRYPTED_TALLY = "EncryptedTally"
    SHUFFLE = "Shuffle"
    END_SHUFFLES = "EndShuffles"
    PARTIAL_DECRYPTION = "PartialDecryption"
    RESULT = "Result"

    @property
    def has_payload(self) -> bool:
        """Whether the step is about a record; the end of ballots or of shuffles is not."""
        return self not in {EventType.END_BALLOTS, EventType.END_SHUFFLES}


@dataclass(frozen=True, slots=True)
class ArchiveHeader:
    """The first record. ``timestamp_is_text``: written as a JSON string, as release 3.3.0 does."""

    timestamp: int
    timestamp_is_text: bool = True

    def to_bytes(self) -> bytes:
        """Return the record's bytes."""
        timestamp = str(self.timestamp) if self.timestamp_is_text else self.timestamp
        return canonical_json({"version": 1, "timestamp": timestamp})


@dataclass(frozen=True, slots=True)
class Event:
    """A step: it names the event before it, and the record that it is about."""

    height: int
    type: EventType
    parent: Sha256Hex | None = None
    payload: Sha256Hex | None = None

    def to_bytes(self) -> bytes:
        """Return the record's bytes."""
        record: dict[str, Json] = {}
        if self.parent is not None:
            record["parent"] = self.parent
        record["height"] = self.height
        record["type"] = self.type.value
        if self.payload is not None:
            record["payload"] = self.payload
        return canonical_json(record)


@dataclass(frozen=True, slots=True)
class SetupData:
    """The hashes of the three records that open an election, and of a certificate where given."""

    election: Sha256Hex
    trustees: Sha256Hex
    credentials: Sha256Hex
    credentials_certificate: Sha256Hex | None = None

    def to_bytes(self) -> bytes:
        """Return the record's bytes."""
        record: dict[str, Json] = {
            "election": self.election,
            "trustees": self.trustees,
            "credentials": self.credentials,
        }
        if self.credentials_certificate is not None:
            record["credentials_certificate"] = self.credentials_certificate
        return canonical_json(record)

    @property
    def parts(self) -> tuple[Sha256Hex, ...]:
        """The hashes in the order in which the records lie in the archive."""
        parts = (self.election, self.trustees, self.credentials)
        certificate = self.credentials_certificate
        return parts if certificate is None else (*parts, certificate)


def record_name(kind: RecordKind, content: bytes) -> str:
    """Return the name under which content lies in an archive."""
    return f"{derive_hash(content)}.{kind.value}.json"


def tar_block(name: str, size: int, timestamp: int) -> bytes:
    """Return the 512-byte tar header of a record of ``size`` bytes.

    Raises ``ValueError`` where size or time stamp do not fit into eleven octal digits.
    """
    if not (0 <= size < LARGEST_FIELD and 0 <= timestamp < LARGEST_FIELD):
        raise ValueError("a record's size and time stamp must fit into eleven octal digits")
    named, fields = name.encode("ascii"), b"%011o\0%011o\0" % (size, timestamp)
    checksum = _SUM_OF_THE_REST + sum(named) + sum(fields)
    return b"".join((named.ljust(_NAME_BYTES, b"\0"), _OWNER, fields, b"%06o\0 " % checksum, _KIND))


def padding(size: int) -> bytes:
    """Return the zero bytes that fill the last block of a record of ``size`` bytes."""
    return bytes(-size % BLOCK_BYTES)


def tar_record(name: str, content: bytes, timestamp: int) -> bytes:
    """Return a record as it lies in the archive: header, content, padding."""
    return tar_block(name, len(content), timestamp) + content + padding(len(content))


LARGEST_FIELD: Final = 8**11
