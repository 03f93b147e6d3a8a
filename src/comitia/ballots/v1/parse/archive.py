"""The records of an archive, one after the other, without believing a single length.

``read_header`` reads the archive's own header; ``read_records`` then yields where each record lies.
No content is read but what the caller asks for with ``read_content``, so that an archive of any
size passes through constant memory. A header must be, byte for byte, the one that its name, size
and the archive's time stamp demand: what differs is yielded with the record as its fault. Where no
further record can be made out, the walk ends with a Damage.

What the records say is not looked at here, nor whether a record's name is the hash of its content.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from comitia.ballots.v1.model import (
    BLOCK_BYTES,
    HEADER_NAME,
    ArchiveHeader,
    Event,
    EventType,
    RecordKind,
    Sha256Hex,
    padding,
    tar_block,
)
from comitia.ballots.v1.parse.json import (
    expect_canonical,
    expect_integer,
    expect_object,
    expect_text,
    parse_json,
)
from comitia.ballots.v1.parse.values import expect_hash
from comitia.errors import MalformedRecord

LARGEST_EVENT_BYTES: Final = 4096
_LARGEST_HEADER_BYTES: Final = 4096
_LARGEST_TIMESTAMP: Final = 8**11 - 1
_NAME: Final = re.compile(rb"([0-9a-f]{64})\.(data|event)\.json\0")
_SIZE: Final = re.compile(rb"[0-7]{11}\0")
_PIECE: Final = 2**20


class UnreadableArchive(MalformedRecord):
    """A file that does not begin as an archive of this wire version does."""


@dataclass(frozen=True, slots=True)
class Record:
    """Where a record lies, and under which name.

    offset, size: of its content, in bytes; the content is known to be there.
    fault: what differs in its header or padding from their one form, or None.
    """

    kind: RecordKind
    hash: Sha256Hex
    offset: int
    size: int
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Damage:
    """The place after which no record can be made out, and why.

    trailing: every record before it is whole, and what follows is no part of one.
    cut: the file ends within a record, as it does when it was not stored or fetched whole.
    """

    offset: int
    problem: str
    trailing: bool = False
    cut: bool = False


def read_header(stream: BinaryIO) -> ArchiveHeader:
    """Return the archive's own header, leaving the stream behind it; raise UnreadableArchive."""
    block = stream.read(BLOCK_BYTES)
    size = _octal(block[124:136])
    named = block.startswith(HEADER_NAME.encode() + b"\0")
    if len(block) < BLOCK_BYTES or size is None or not named:
        raise UnreadableArchive("header", "this is not an election archive of wire version 1")
    if size > _LARGEST_HEADER_BYTES:
        raise UnreadableArchive("header", f"its size of {size} bytes is too large to be one")
    content = stream.read(size)
    try:
        header = parse_archive_header(content)
    except MalformedRecord as error:
        raise UnreadableArchive(f"header, {error.where}", error.problem) from None
    expected = tar_block(HEADER_NAME, size, header.timestamp) + content + padding(size)
    if block + content + stream.read(len(padding(size))) != expected:
        raise UnreadableArchive("header", "not in its canonical form")
    return header


def parse_archive_header(data: bytes) -> ArchiveHeader:
    """Return the version and time stamp; the stamp is text since 3.3.0 and was a number before."""
    value = parse_json(data, "archive", _LARGEST_HEADER_BYTES)
    fields = expect_object(value, "archive", ("version", "timestamp"))
    if (version := expect_integer(fields["version"], "version")) != 1:
        raise MalformedRecord("version", f"expected wire version 1, found {version}")
    expect_canonical(data, value, "archive")
    stamp = fields["timestamp"]
    if isinstance(stamp, str):
        if not re.fullmatch(r"0|[1-9][0-9]{0,10}", stamp, re.ASCII):
            raise MalformedRecord("timestamp", "expected seconds since 1970 in decimal")
        seconds, is_text = int(stamp), True
    else:
        seconds, is_text = expect_integer(stamp, "timestamp", _LARGEST_TIMESTAMP), False
    if seconds > _LARGEST_TIMESTAMP:
        raise MalformedRecord("timestamp", "too large for the archive's format")
    return ArchiveHeader(seconds, is_text)


def _pass_nothing(offset: int) -> int:
    """Leave no record out."""
    return offset


def read_records(
    stream: BinaryIO, header: ArchiveHeader, pass_over: Callable[[int], int] = _pass_nothing
) -> Iterator[Record | Damage]:
    """Yield the records from where the stream stands; a Damage, if any, comes last.

    pass_over: is told the offset of each record first, and returns where to read on.
    The stream must be seekable; it may be moved between records.
    """
    offset = stream.tell()
    end = stream.seek(0, 2)
    while (offset := pass_over(offset)) < end:
        stream.seek(offset)
        item = _read_record(stream, header, offset, end)
        yield item
        if isinstance(item, Damage):
            return
        offset = item.offset + item.size + len(padding(item.size))


def _read_record(stream: BinaryIO, header: ArchiveHeader, offset: int, end: int) -> Record | Damage:
    block = stream.read(BLOCK_BYTES)
    name, size = _NAME.match(block), _octal(block[124:136])
    if len(block) < BLOCK_BYTES:
        return Damage(offset, "the file ends within a record's header", cut=True)
    if name is None or size is None:
        nothing = not any(block)
        problem = "zero bytes after the last record" if nothing else "not the header of a record"
        return Damage(offset, problem, trailing=nothing)
    content, fill = offset + BLOCK_BYTES, padding(size)
    if content + size + len(fill) > end:
        return Damage(offset, "the file ends within a record", cut=True)
    kind, digest = RecordKind(name[2].decode()), Sha256Hex(name[1].decode())
    fault = None
    if block != tar_block(name[0][:-1].decode(), size, header.timestamp):
        fault = "the header of the record is not in its canonical form"
    stream.seek(content + size)
    if stream.read(len(fill)) != fill:
        fault = "the record is not filled up with zero bytes"
    return Record(kind, digest, content, size, fault)


def _octal(field: bytes) -> int | None:
    return int(field[:-1], 8) if _SIZE.fullmatch(field) else None


def read_content(stream: BinaryIO, record: Record, largest_bytes: int) -> bytes:
    """Return a record's content; raise MalformedRecord, unread, where it is larger than stated."""
    if record.size > largest_bytes:
        problem = f"{record.size} bytes, where at most {largest_bytes} are allowed"
        raise MalformedRecord("record", problem)
    stream.seek(record.offset)
    return stream.read(record.size)


def derive_content_hash(stream: BinaryIO, record: Record) -> Sha256Hex:
    """Return the hash of a record's content, of any size, in constant memory."""
    stream.seek(record.offset)
    digest, unread = hashlib.sha256(), record.size
    while unread and (piece := stream.read(min(_PIECE, unread))):
        digest.update(piece)
        unread -= len(piece)
    return Sha256Hex(digest.hexdigest())


def parse_event(data: bytes) -> Event:
    """Return the event of a record, whatever its place in the chain."""
    value = parse_json(data, "event", LARGEST_EVENT_BYTES)
    names = ("parent", "height", "type", "payload")
    fields = expect_object(value, "event", names, optional=("parent", "payload"))
    expect_canonical(data, value, "event")
    kind = expect_text(fields["type"], "type")
    if kind not in set(EventType):
        raise MalformedRecord("type", "not a step of an election")
    parent, payload = (
        expect_hash(fields[name], name) if name in fields else None
        for name in ("parent", "payload")
    )
    height = expect_integer(fields["height"], "height")
    return Event(height=height, type=EventType(kind), parent=parent, payload=payload)
