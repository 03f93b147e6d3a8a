"""The skeleton of an archive: which records there are, whether they hang together, where they lie.

One walk over the headers and the events, in constant memory but for some hundred bytes a ballot:
contents of ballots are left for the workers, who also hash them. What does not fit is reported and
the walk goes on with what does, so that one fault does not hide the next.

Obligations: every record is whole and in form (``archive.readable``), nothing follows the last
(``.trailing``), records that are not ballots have the hash that is their name (``.hashes``), events
form a chain (``.chain``) and the language of an election, each after exactly its records
(``.grammar``).
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, Final

from comitia.ballots.v1.model import (
    Check,
    Event,
    EventType,
    Owned,
    RecordKind,
    Sha256Hex,
    SizedTally,
)
from comitia.ballots.v1.parse import (
    CREDENTIAL_PREFIX_BYTES,
    LARGEST_EVENT_BYTES,
    LARGEST_REFERENCE_BYTES,
    Damage,
    Record,
    derive_content_hash,
    find_credential,
    parse_event,
    parse_owned,
    parse_setup_data,
    parse_sized_tally,
    read_content,
    read_header,
    read_records,
)
from comitia.errors import MalformedRecord
from comitia.verify.report import Place, ReportBuilder

_FOLLOWS: Final[dict[EventType | None, tuple[EventType, ...]]] = {
    None: (EventType.SETUP,),
    EventType.SETUP: (EventType.BALLOT, EventType.END_BALLOTS),
    EventType.BALLOT: (EventType.BALLOT, EventType.END_BALLOTS),
    EventType.END_BALLOTS: (EventType.ENCRYPTED_TALLY,),
    EventType.ENCRYPTED_TALLY: (EventType.SHUFFLE, EventType.PARTIAL_DECRYPTION),
    EventType.SHUFFLE: (EventType.SHUFFLE, EventType.END_SHUFFLES),
    EventType.END_SHUFFLES: (EventType.PARTIAL_DECRYPTION,),
    EventType.PARTIAL_DECRYPTION: (EventType.PARTIAL_DECRYPTION, EventType.RESULT),
    EventType.RESULT: (),
}


_WITHOUT_PAYLOAD: Final = frozenset({EventType.END_BALLOTS, EventType.END_SHUFFLES})
_REFERRING: Final = frozenset(
    {EventType.SETUP, EventType.ENCRYPTED_TALLY, EventType.SHUFFLE, EventType.PARTIAL_DECRYPTION}
)
"""Events whose payload names the records that lie before it."""


@dataclass(frozen=True, slots=True)
class _Payload:
    """The records that an event's payload names, and what else it says."""

    names: tuple[Sha256Hex, ...] = ()
    content: SizedTally | Owned | None = None


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
    """A ballot's record, and the credential that its first bytes name."""

    located: Located
    credential: str | None
    counts: bool


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

    def add(self, located: Located, credential: str | None) -> None:
        """Add the next ballot."""
        self._credentials.append(credential)
        if credential is not None:
            self._last[credential] = len(self._offsets)
        self._offsets.append(located.record.offset)
        self._sizes.append(located.record.size)
        self._heights.append(located.height)
        self._hashes += bytes.fromhex(located.record.hash)

    def __len__(self) -> int:
        return len(self._offsets)

    def located(self, index: int) -> Located:
        """Return where the ballot of this number lies."""
        digest = Sha256Hex(self._hashes[32 * index : 32 * index + 32].hex())
        record = Record(RecordKind.DATA, digest, self._offsets[index], self._sizes[index])
        return Located(record, self._heights[index])

    def place(self, index: int, listed: frozenset[str]) -> BallotPlace:
        """Return a ballot with its credential; it counts if it is the last of a listed one."""
        credential = self._credentials[index]
        counts = credential in listed and self._last.get(credential or "") == index
        return BallotPlace(self.located(index), credential, counts)

    def unlisted(self, listed: frozenset[str]) -> Iterator[tuple[int, str]]:
        """Yield the number and the credential of each ballot whose credential is not listed."""
        for index, credential in enumerate(self._credentials):
            if credential is not None and credential not in listed:
                yield index, credential

    def count_last(self, credentials: frozenset[str]) -> int:
        """Return how many of these credentials have a ballot."""
        return sum(credential in credentials for credential in self._last)


@dataclass(slots=True)
class Structure:
    """What the walk found. A step that did not happen, or cannot be made out, is None or empty."""

    setup: tuple[Located, ...] = ()
    ballots: BallotPlaces = field(default_factory=BallotPlaces)
    ballots_closed: bool = False
    tally: Located | None = None
    sized: tuple[Located, SizedTally] | None = None
    shuffles: list[Located] = field(default_factory=list)
    decryptions: list[tuple[Located, Owned]] = field(default_factory=list)
    result: Located | None = None
    result_recorded: bool = False
    event_hashes: bytearray = field(default_factory=bytearray)


def read_structure(stream: BinaryIO, report: ReportBuilder) -> Structure:
    """Walk an archive from its beginning; UnreadableArchive where it does not begin as one."""
    header = read_header(stream)
    walk = _Walk(stream, report)
    for check in (
        Check.ARCHIVE_READABLE,
        Check.ARCHIVE_TRAILING,
        Check.ARCHIVE_HASHES,
        Check.ARCHIVE_CHAIN,
        Check.ARCHIVE_GRAMMAR,
    ):
        report.examined(check, 0)
    for item in read_records(stream, header):
        walk.take(item)
    walk.finish()
    return walk.structure


def event_hashes(stream: BinaryIO) -> Iterator[Sha256Hex]:
    """Yield the hash of each event's content, checking nothing; for comparing two archives."""
    header = read_header(stream)
    for item in read_records(stream, header):
        if isinstance(item, Record) and item.kind is RecordKind.EVENT:
            yield derive_content_hash(stream, item)


class _Walk:
    """The state of the walk between one record and the next."""

    def __init__(self, stream: BinaryIO, report: ReportBuilder) -> None:
        self.structure = Structure()
        self._stream = stream
        self._report = report
        self._pending: list[Record] = []
        self._seen_ballots: set[bytes] = set()
        self._step: EventType | None = None
        self._height = 0
        self._parent: Sha256Hex | None = None

    def take(self, item: Record | Damage) -> None:
        """Take the next item of the archive."""
        report = self._report
        if isinstance(item, Damage):
            check = Check.ARCHIVE_TRAILING if item.trailing else Check.ARCHIVE_READABLE
            report.fail(check, Place(item.offset), "a record or the end of the file", item.problem)
            return
        report.examined(Check.ARCHIVE_READABLE)
        if item.fault is not None:
            place = Place(item.offset, None, item.hash)
            report.fail(Check.ARCHIVE_READABLE, place, "a record in its canonical form", item.fault)
        if item.kind is RecordKind.DATA:
            self._pending.append(item)
        else:
            self._take_event(item)

    def finish(self) -> None:
        """Report records that no event is about."""
        for record in self._pending:
            self._hash(record, None)
            place = Place(record.offset, None, record.hash)
            self._grammar(place, "an event after this record", "the end of the archive")

    def _take_event(self, record: Record) -> None:
        height = self._height
        place = Place(record.offset, height, record.hash)
        pending, self._pending = self._pending, []
        digest = self._hash(record, height)
        try:
            event = parse_event(read_content(self._stream, record, LARGEST_EVENT_BYTES))
        except MalformedRecord as error:
            self._grammar(place, "an event", str(error))
        else:
            self._check_chain(event, place)
            self._check_order(event, place)
            self._take_step(event, place, pending)
        for item in pending:
            if not self._is_ballot(item):
                self._hash(item, height)
        self._height += 1
        self._parent = digest
        self.structure.event_hashes += bytes.fromhex(digest)

    def _is_ballot(self, record: Record) -> bool:
        """Whether this is the ballot taken last, whose content the workers hash."""
        ballots = self.structure.ballots
        return (
            bool(len(ballots)) and ballots.located(len(ballots) - 1).record.offset == record.offset
        )

    def _hash(self, record: Record, height: int | None) -> Sha256Hex:
        digest = derive_content_hash(self._stream, record)
        self._report.examined(Check.ARCHIVE_HASHES)
        if digest != record.hash:
            place = Place(record.offset, height, record.hash)
            self._report.fail(Check.ARCHIVE_HASHES, place, record.hash, digest)
        return digest

    def _check_chain(self, event: Event, place: Place) -> None:
        self._report.examined(Check.ARCHIVE_CHAIN)
        expected = f"height {self._height}, parent {self._parent}"
        found = f"height {event.height}, parent {event.parent}"
        if found != expected:
            self._report.fail(Check.ARCHIVE_CHAIN, place, expected, found)

    def _check_order(self, event: Event, place: Place) -> None:
        self._report.examined(Check.ARCHIVE_GRAMMAR)
        allowed = _FOLLOWS[self._step]
        if event.type not in allowed:
            expected = " or ".join(step.value for step in allowed) or "the end of the archive"
            self._grammar(place, expected, event.type.value)
        self._step = event.type

    def _take_step(self, event: Event, place: Place, pending: list[Record]) -> None:
        """Match an event with the records before it, and note what it adds to the structure."""
        self.structure.ballots_closed |= event.type is EventType.END_BALLOTS
        self.structure.result_recorded |= event.type is EventType.RESULT
        by_hash = {record.hash: record for record in pending}
        payload = by_hash.get(event.payload) if event.payload is not None else None
        opened = self._open_payload(event, payload, place)
        inner = () if opened is None else opened.names
        expected = (*inner, event.payload) if event.payload is not None else ()
        found = tuple(record.hash for record in pending)
        needs_payload = event.type not in _WITHOUT_PAYLOAD
        if needs_payload != (event.payload is not None):
            wanted = "an event with a payload" if needs_payload else "an event without payload"
            self._grammar(place, wanted, f"{event.type.value} with payload {event.payload}")
        if found != expected:
            wanted = f"before {event.type.value}: {' '.join(expected) or 'no record'}"
            self._grammar(place, wanted, " ".join(found) or "no record")
        parts = [by_hash[name] for name in expected if name in by_hash]
        if parts and opened is not None and len(parts) == len(expected):
            located = tuple(Located(part, self._height) for part in parts)
            self._note(event.type, located, opened.content)

    def _open_payload(self, event: Event, payload: Record | None, place: Place) -> _Payload | None:
        """Return what the payload refers to, or None after noting why it cannot be read."""
        if payload is None or event.type not in _REFERRING:
            return _Payload()
        try:
            data = read_content(self._stream, payload, LARGEST_REFERENCE_BYTES)
            if event.type is EventType.SETUP:
                return _Payload(parse_setup_data(data).parts)
            if event.type is EventType.ENCRYPTED_TALLY:
                sized = parse_sized_tally(data)
                return _Payload((sized.encrypted_tally,), sized)
            owned = parse_owned(data)
        except MalformedRecord as error:
            self._grammar(place, f"the payload of {event.type.value}", str(error))
            return None
        return _Payload((owned.payload,), owned)

    def _note(
        self, step: EventType, located: tuple[Located, ...], content: SizedTally | Owned | None
    ) -> None:
        """Enter a well-formed step; the first of a kind stands where grammar allows but one."""
        structure = self.structure
        match step:
            case EventType.SETUP:
                structure.setup = structure.setup or located
            case EventType.BALLOT:
                self._note_ballot(located[0])
            case EventType.ENCRYPTED_TALLY if isinstance(content, SizedTally):
                structure.tally = structure.tally or located[0]
                structure.sized = structure.sized or (located[1], content)
            case EventType.SHUFFLE:
                structure.shuffles.append(located[0])
            case EventType.PARTIAL_DECRYPTION if isinstance(content, Owned):
                structure.decryptions.append((located[0], content))
            case EventType.RESULT:
                structure.result = structure.result or located[0]
            case _:
                pass

    def _note_ballot(self, located: Located) -> None:
        report, record = self._report, located.record
        report.examined(Check.BALLOT_DUPLICATE)
        digest = bytes.fromhex(record.hash)
        if digest in self._seen_ballots:
            expected = "a ballot that is not recorded before"
            report.fail(Check.BALLOT_DUPLICATE, located.place, expected, record.hash)
        self._seen_ballots.add(digest)
        self._stream.seek(record.offset)
        prefix = self._stream.read(min(record.size, CREDENTIAL_PREFIX_BYTES))
        self.structure.ballots.add(located, find_credential(prefix))

    def _grammar(self, place: Place, expected: str, found: str) -> None:
        self._report.fail(Check.ARCHIVE_GRAMMAR, place, expected, found)
