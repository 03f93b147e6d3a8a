"""The structure of an archive: where its records lie and which step each belongs to.

Made by ``walk``; constant memory but for some hundred bytes a ballot.
"""

from __future__ import annotations

from array import array
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field

from comitia.ballots.v1.model import (
    Owned,
    RecordKind,
    Sha256Hex,
    SizedTally,
)
from comitia.ballots.v1.parse import (
    Record,
)
from comitia.verify.report import Place, Subject


@dataclass(frozen=True, slots=True)
class Located:
    """A record that an event is about, and the height of that event."""

    record: Record
    height: int

    @property
    def place(self) -> Place:
        """Where it lies, for a report."""
        return Place(self.record.offset, self.height, self.record.hash)


@dataclass(frozen=True, slots=True)
class BallotPlace:
    """A ballot's record, and the credential that its first bytes name.

    weight: with which it counts, or None where it does not: replaced later, or not of a listed one.
    """

    located: Located
    credential: str | None
    weight: int | None


class BallotPlaces:
    """Where the ballots lie, and the last one of each credential."""

    def __init__(self) -> None:
        """Start without ballots."""
        self._offsets = array("Q")
        self._sizes = array("Q")
        self._heights = array("Q")
        self._hashes = bytearray()
        self._credentials: list[str | None] = []
        self._last: dict[str, int] = {}

    def add(
        self, digest: bytes, offset: int, size: int, height: int, credential: str | None
    ) -> None:
        """Add the next ballot."""
        self._credentials.append(credential)
        if credential is not None:
            self._last[credential] = len(self._offsets)
        self._offsets.append(offset)
        self._sizes.append(size)
        self._heights.append(height)
        self._hashes += digest

    def __len__(self) -> int:
        return len(self._offsets)

    def located(self, index: int) -> Located:
        """Return where the ballot of this number lies."""
        digest = Sha256Hex(self._hashes[32 * index : 32 * index + 32].hex())
        record = Record(RecordKind.DATA, digest, self._offsets[index], self._sizes[index])
        return Located(record, self._heights[index])

    def place(self, index: int, weights: Mapping[str, int]) -> BallotPlace:
        """Return a ballot with its credential; it counts if it is the last of a listed one."""
        credential = self._credentials[index]
        is_last = credential is not None and self._last[credential] == index
        weight = weights.get(credential) if credential is not None and is_last else None
        return BallotPlace(self.located(index), credential, weight)

    def unlisted(self, listed: Container[str]) -> Iterator[tuple[int, str]]:
        """Yield the number and the credential of each ballot whose credential is not listed."""
        for index, credential in enumerate(self._credentials):
            if credential is not None and credential not in listed:
                yield index, credential

    def weigh_last(self, weights: Mapping[str, int]) -> tuple[int, int]:
        """Return how many listed credentials have a ballot, and their weights together."""
        found = [weights[credential] for credential in self._last if credential in weights]
        return len(found), sum(found)


@dataclass(slots=True)
class Structure:
    """What the walk found. A step that did not happen, or cannot be made out, is None or empty.

    event_hashes: of the content of each event, 32 bytes each.
    misnamed: the offsets of records whose content has another hash than their name, as far as the
    walk looked.
    """

    setup: tuple[Located, ...] = ()
    ballots: BallotPlaces = field(default_factory=BallotPlaces)
    ballots_closed: bool = False
    tally: Located | None = None
    sized: tuple[Located, SizedTally] | None = None
    shuffles: list[tuple[Located, Owned]] = field(default_factory=list)
    shuffles_closed: bool = False
    decryptions: list[tuple[Located, Owned]] = field(default_factory=list)
    result: Located | None = None
    result_recorded: bool = False
    event_hashes: bytearray = field(default_factory=bytearray)
    misnamed: set[int] = field(default_factory=set)

    @property
    def last_event(self) -> Subject:
        """The height and the hash of the last event, as far as there is one."""
        if not self.event_hashes:
            return Subject()
        return Subject(len(self.event_hashes) // 32 - 1, Sha256Hex(self.event_hashes[-32:].hex()))
