"""Where an archive can be continued: behind its last whole event.

An event and the records that it is about are written at once, behind everything else, and count
when they are safely stored: an event that anybody was told of lies whole in the file. A writer that
is killed leaves a beginning of its last append. A machine that loses power may leave any of that
append's blocks and not others: zero bytes or garbage where records were, and behind them the event.

So what follows the last whole event is a *tail*, an append that did not come to its end, only where

- everything before it is whole: names are hashes, events form a chain;
- it can be one single append: there is no event in it but one that ends with the file.

An event with anything behind it was followed by another append, so it was told of: what makes it
unreadable now is damage to stored records. That, and a whole event that is not the next of the
chain, is refused, with the place; nobody is helped by an archive shortened to what is readable.

What bytes cannot tell: whether the very last append, with a fault in it, was never finished or was
damaged after it was. Therefore a tail is never removed unasked, never thrown away, and states the
event at its end where that is whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO, Final

from comitia.ballots.v1.making.archive import Link
from comitia.ballots.v1.model import (
    BLOCK_BYTES,
    HEADER_NAME,
    ArchiveHeader,
    Event,
    RecordKind,
    padding,
)
from comitia.ballots.v1.parse import (
    LARGEST_EVENT_BYTES,
    Damage,
    Record,
    UnreadableArchive,
    derive_content_hash,
    parse_event,
    read_content,
    read_header,
    read_records,
)
from comitia.errors import MalformedRecord

MOST_RECORDS: Final = 8
"""An event is about no more records: three more than a Setup with a certificate."""

_FIRST: Final = HEADER_NAME.encode() + b"\0"


@dataclass(frozen=True, slots=True)
class Append:
    """An event with the records that it is about, in the file's order, and where both end."""

    event: Event
    records: tuple[Record, ...]
    link: Link
    end: int


@dataclass(frozen=True, slots=True)
class Tail:
    """An append that did not come to its end.

    offset, size: of all its bytes, from behind the last whole event to the end of the file.
    problem: why it is not whole.
    event: the one at its end where that is whole. It continues the chain, so it may have been told
    of, and what is before it damaged afterwards.
    """

    offset: int
    size: int
    problem: str
    event: Event | None = None


@dataclass(frozen=True, slots=True)
class ArchiveEnd:
    """Where an archive is continued: the offset, and what the next event states."""

    header: ArchiveHeader
    offset: int
    link: Link
    tail: Tail | None = None


def find_end(stream: BinaryIO) -> ArchiveEnd:
    """Read a whole archive, check all hashes and the chain, and return where it is continued.

    Raises UnreadableArchive where it does not begin as one, MalformedRecord for damage that is no
    tail. What events and records say, and their order, is the verifier's matter. Constant memory.
    """
    header = _read_header(stream)
    end = ArchiveEnd(header, stream.tell(), Link())
    for item in read_appends(stream, header):
        if isinstance(item, Damage):
            return replace(end, tail=_examine_tail(stream, end, item))
        end = ArchiveEnd(header, item.end, item.link)
    return end


def read_appends(stream: BinaryIO, header: ArchiveHeader) -> Iterator[Append | Damage]:
    """Yield the events with their records from behind the header; a Damage, if any, comes last.

    All hashes are checked. Raises MalformedRecord for a whole event in the wrong place. The stream
    may be moved between events.
    """
    link = Link()
    records: list[Record] = []
    for item in read_records(stream, header):
        record = _expect_sound(stream, item)
        if isinstance(record, Damage):
            yield record
            return
        if record.kind is RecordKind.EVENT:
            event = _expect_next(stream, record, link)
            if event.payload != (records[-1].hash if records else None):
                raise _damage_at(record, "the event is not about the record before it")
            link = Link(event.height + 1, record.hash)
            yield Append(event, tuple(records), link, _end_of(record))
            records = []
        else:
            records.append(record)
            if len(records) > MOST_RECORDS:
                raise _damage_at(record, f"more than {MOST_RECORDS} records before an event")
    if records:
        yield Damage(_start_of(records[0]), "records without their event", cut=True)


def _expect_sound(stream: BinaryIO, item: Record | Damage) -> Record | Damage:
    """Return a record that is what its header says, or the Damage that it is."""
    if isinstance(item, Damage):
        return item
    if item.fault is not None:
        return Damage(_start_of(item), item.fault)
    if derive_content_hash(stream, item) != item.hash:
        return Damage(_start_of(item), "the record's content has another hash than its name")
    return item


def _expect_next(stream: BinaryIO, record: Record, link: Link) -> Event:
    """Return a sound record's event; raise where it is not the next of the chain."""
    try:
        event = parse_event(read_content(stream, record, LARGEST_EVENT_BYTES))
    except MalformedRecord as error:
        raise _damage_at(record, f"not an event: {error}") from None
    if Link(event.height, event.parent) != link:
        expected, found = (
            f"{link.height} after {link.parent}",
            f"{event.height} after {event.parent}",
        )
        raise _damage_at(record, f"the chain is broken: expected height {expected}, found {found}")
    return event


def _examine_tail(stream: BinaryIO, end: ArchiveEnd, damage: Damage) -> Tail:
    """Return what follows the last whole event; raise where it is more than one unended append."""
    size = stream.seek(0, 2) - end.offset
    event = None
    for record in _find_events(stream, end):
        if _end_of(record) != end.offset + size:
            problem = (
                f"{damage.problem}; the event at byte {_start_of(record)} was followed by more"
            )
            raise MalformedRecord(f"byte {damage.offset}", problem)
        event = _read_own(stream, record, end.link)
    return Tail(end.offset, size, damage.problem, event)


def _find_events(stream: BinaryIO, end: ArchiveEnd) -> Iterator[Record]:
    """Yield every record in the tail that is named as an event, wherever a record can begin."""
    for offset in range(end.offset, stream.seek(0, 2), BLOCK_BYTES):
        stream.seek(offset)
        item = next(read_records(stream, end.header))
        if isinstance(item, Record) and item.kind is RecordKind.EVENT:
            yield item


def _read_own(stream: BinaryIO, record: Record, link: Link) -> Event | None:
    """Return the event at the end of a tail, None where it is not whole.

    Raises MalformedRecord where it is not the next of the chain.
    """
    if isinstance(_expect_sound(stream, record), Damage):
        return None
    return _expect_next(stream, record, link)


def _read_header(stream: BinaryIO) -> ArchiveHeader:
    """Return the archive's own header; say so where its beginning is all that there is."""
    stream.seek(0)
    begun = stream.read(2 * BLOCK_BYTES)
    stream.seek(0)
    if len(begun) < 2 * BLOCK_BYTES and _FIRST.startswith(begun[: len(_FIRST)]):
        problem = "the file ends within it and holds no event; move it away and begin again"
        raise UnreadableArchive("header", problem)
    return read_header(stream)


def _start_of(record: Record) -> int:
    return record.offset - BLOCK_BYTES


def _end_of(record: Record) -> int:
    return record.offset + record.size + len(padding(record.size))


def _damage_at(record: Record, problem: str) -> MalformedRecord:
    return MalformedRecord(f"byte {_start_of(record)}", problem)
