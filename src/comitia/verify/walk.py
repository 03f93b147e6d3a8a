"""One walk over an archive's headers and events, which tells its structure and its faults.

Contents of ballots are left for the workers, who also hash them; everything else is hashed here.
What does not fit is reported and the walk goes on with what does, so that one fault does not hide
the next.

Obligations: every record is whole and in form (``archive.readable``), nothing follows the last
(``.trailing``), records that are not ballots have the hash that is their name (``.hashes``), events
form a chain (``.chain``) and the language of an election, each after exactly its records
(``.grammar``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
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
from comitia.verify.structure import Located, Structure
from comitia.verify.usual import UsualReader

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
_REFERRING: Final = frozenset(
    {EventType.SETUP, EventType.ENCRYPTED_TALLY, EventType.SHUFFLE, EventType.PARTIAL_DECRYPTION}
)
"""Events whose payload names the records that lie before it."""

_AFTER_SHUFFLES: Final = frozenset(
    {EventType.END_SHUFFLES, EventType.PARTIAL_DECRYPTION, EventType.RESULT}
)
"""Events after which no shuffle can come."""

_MOST_PENDING: Final = 8
"""Three more than the records before a Setup with a certificate."""


@dataclass(frozen=True, slots=True)
class _Payload:
    """The records that an event's payload names, and what else it says."""

    names: tuple[Sha256Hex, ...] = ()
    content: SizedTally | Owned | None = None


def read_structure(stream: BinaryIO, report: ReportBuilder) -> Structure:
    """Walk an archive from its beginning; UnreadableArchive where it does not begin as one."""
    header = read_header(stream)
    walk = _Walk(stream, report, UsualReader(stream, header.timestamp))
    for check in (
        Check.ARCHIVE_READABLE,
        Check.ARCHIVE_TRAILING,
        Check.ARCHIVE_HASHES,
        Check.ARCHIVE_CHAIN,
        Check.ARCHIVE_GRAMMAR,
    ):
        report.examined(check, 0)
    for item in read_records(stream, header, walk.pass_usual):
        walk.take(item)
    walk.finish()
    return walk.structure


def read_event_hashes(stream: BinaryIO) -> Iterator[Sha256Hex | Damage]:
    """Yield the hash of each event's content, checking nothing; for comparing two archives.

    Ends with the Damage, where there is one.
    """
    header = read_header(stream)
    for item in read_records(stream, header):
        if isinstance(item, Damage):
            yield item
        elif item.kind is RecordKind.EVENT:
            yield derive_content_hash(stream, item)


class _Walk:
    """The state of the walk between one record and the next."""

    def __init__(self, stream: BinaryIO, report: ReportBuilder, usual: UsualReader) -> None:
        self.structure = Structure()
        self._stream = stream
        self._usual = usual
        self._report = report
        self._pending: list[Record] = []
        self._overflow = 0
        self._seen_ballots: set[bytes] = set()
        self._step: EventType | None = None
        self._height = 0
        self._parent: Sha256Hex | None = None

    def pass_usual(self, offset: int) -> int:
        """Take the ballots from an offset on that are as nearly all are; return where they end."""
        if self._pending or self._overflow or self._parent is None:
            return offset
        if EventType.BALLOT not in _FOLLOWS[self._step]:
            return offset
        number, read = 0, self._usual.read
        while (ballot := read(offset, self._height, self._parent)) is not None:
            self._enter_ballot(ballot.hash, ballot.offset, ballot.size, ballot.credential)
            self._close_event(ballot.event_hash)
            offset = ballot.end
            number += 1
        if number:
            self._step = EventType.BALLOT
            self._report.examined(Check.ARCHIVE_READABLE, 2 * number)
            for check in (Check.ARCHIVE_HASHES, Check.ARCHIVE_CHAIN, Check.ARCHIVE_GRAMMAR):
                self._report.examined(check, number)
        return offset

    def take(self, item: Record | Damage) -> None:
        """Take the next item of the archive."""
        report = self._report
        if isinstance(item, Damage):
            check = Check.ARCHIVE_TRAILING if item.trailing else Check.ARCHIVE_READABLE
            expected = "a whole record" if item.cut else "a record or the end of the file"
            report.fail(check, Place(item.offset), expected, item.problem)
            return
        report.examined(Check.ARCHIVE_READABLE)
        if item.fault is not None:
            place = Place(item.offset, None, item.hash)
            report.fail(Check.ARCHIVE_READABLE, place, "a record in its canonical form", item.fault)
        if item.kind is RecordKind.EVENT:
            self._take_event(item)
        elif len(self._pending) < _MOST_PENDING:
            self._pending.append(item)
        else:
            self._overflow += 1
            self._hash(item, None)

    def finish(self) -> None:
        """Report records that no event is about."""
        self._report_overflow(Place())
        for record in self._pending:
            self._hash(record, None)
            place = Place(record.offset, None, record.hash)
            self._grammar(place, "an event after this record", "the end of the archive")

    def _take_event(self, record: Record) -> None:
        height = self._height
        place = Place(record.offset, height, record.hash)
        pending, self._pending = self._pending, []
        self._report_overflow(place)
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
        self._close_event(digest)

    def _close_event(self, digest: Sha256Hex) -> None:
        """Go on to the next event; this one's content has that hash."""
        self._height += 1
        self._parent = digest
        self.structure.event_hashes += bytes.fromhex(digest)

    def _report_overflow(self, place: Place) -> None:
        """Report records beyond those that any event has before it; they were not kept."""
        if self._overflow:
            found = f"{self._overflow} more"
            self._grammar(place, f"at most {_MOST_PENDING} records before an event", found)
        self._overflow = 0

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
            self.structure.misnamed.add(record.offset)
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
        self.structure.shuffles_closed |= event.type in _AFTER_SHUFFLES
        self.structure.result_recorded |= event.type is EventType.RESULT
        by_hash = {record.hash: record for record in pending}
        payload = by_hash.get(event.payload) if event.payload is not None else None
        opened = self._open_payload(event, payload, place)
        inner = () if opened is None else opened.names
        expected = (*inner, event.payload) if event.payload is not None else ()
        found = tuple(record.hash for record in pending)
        needs_payload = event.type.has_payload
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
            case EventType.SHUFFLE if isinstance(content, Owned):
                structure.shuffles.append((located[0], content))
            case EventType.PARTIAL_DECRYPTION if isinstance(content, Owned):
                structure.decryptions.append((located[0], content))
            case EventType.RESULT:
                structure.result = structure.result or located[0]
            case _:
                pass

    def _note_ballot(self, located: Located) -> None:
        record = located.record
        self._stream.seek(record.offset)
        prefix = self._stream.read(min(record.size, CREDENTIAL_PREFIX_BYTES))
        self._enter_ballot(record.hash, record.offset, record.size, find_credential(prefix))

    def _enter_ballot(
        self, hash_: Sha256Hex, offset: int, size: int, credential: str | None
    ) -> None:
        """Enter the ballot that the event of this height is about."""
        self._report.examined(Check.BALLOT_DUPLICATE)
        digest = bytes.fromhex(hash_)
        if digest in self._seen_ballots:
            place, expected = (
                Place(offset, self._height, hash_),
                "a ballot that is not recorded before",
            )
            self._report.fail(Check.BALLOT_DUPLICATE, place, expected, hash_)
        self._seen_ballots.add(digest)
        self.structure.ballots.add(digest, offset, size, self._height, credential)

    def _grammar(self, place: Place, expected: str, found: str) -> None:
        self._report.fail(Check.ARCHIVE_GRAMMAR, place, expected, found)
