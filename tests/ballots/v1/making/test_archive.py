"""Archives as they are written: events chained, payloads where they belong."""

from __future__ import annotations

import io
from itertools import pairwise

import pytest

from comitia.ballots.v1.making import ArchiveWriter
from comitia.ballots.v1.model import ArchiveHeader, Event, EventType, RecordKind, derive_hash
from comitia.ballots.v1.parse import Record, parse_event, read_content, read_header, read_records
from tests.ballots.v1.samples import SMALL
from tests.elections import TIMESTAMP, take_apart

WITHOUT = (EventType.END_BALLOTS, EventType.END_SHUFFLES)


def test_events_name_their_parent_their_height_and_their_payload() -> None:
    stream = io.BytesIO(SMALL.archive)
    events = []
    for record in list(read_records(stream, read_header(stream))):
        assert isinstance(record, Record)
        if record.kind is RecordKind.EVENT:
            events.append((parse_event(read_content(stream, record, record.size)), record.hash))
    assert [event.height for event, _ in events] == list(range(len(events)))
    assert events[0][0].parent is None
    assert all(after.parent == hash_ for (_, hash_), (after, _) in pairwise(events))
    payloads = [
        derive_hash(s.contents[-1]) if s.contents else None for s in take_apart(SMALL.archive)
    ]
    assert [event.payload for event, _ in events] == payloads


def test_an_event_is_returned_as_it_was_written() -> None:
    writer = ArchiveWriter(io.BytesIO(), ArchiveHeader(TIMESTAMP))
    first = writer.append(EventType.SETUP, b"a", b"b")
    assert first == Event(0, EventType.SETUP, None, derive_hash(b"b"))
    second = writer.append(EventType.END_BALLOTS)
    assert second == Event(1, EventType.END_BALLOTS, derive_hash(first.to_bytes()), None)


@pytest.mark.parametrize("type_", list(EventType))
def test_a_step_has_a_payload_exactly_where_the_protocol_gives_it_one(type_: EventType) -> None:
    stream = io.BytesIO()
    writer = ArchiveWriter(stream, ArchiveHeader(TIMESTAMP))
    before = stream.getvalue()
    wrong = (b"payload",) if type_ in WITHOUT else ()
    with pytest.raises(ValueError, match=f"^the wrong number of records for {type_.value}$"):
        writer.append(type_, *wrong)
    assert stream.getvalue() == before
    right = () if type_ in WITHOUT else (b"payload",)
    assert writer.append(type_, *right).height == 0


class Flushed(io.BytesIO):
    """A stream that remembers how much of it was flushed."""

    safe = 0

    def flush(self) -> None:
        self.safe = len(self.getvalue())


def test_every_event_is_flushed_before_it_is_returned() -> None:
    stream = Flushed()
    writer = ArchiveWriter(stream, ArchiveHeader(TIMESTAMP))
    assert stream.safe == 1024
    for type_ in (EventType.SETUP, EventType.BALLOT):
        writer.append(type_, b"payload")
        assert stream.safe == len(stream.getvalue())


@pytest.mark.parametrize("header", [ArchiveHeader(0), ArchiveHeader(7, timestamp_is_text=False)])
def test_the_header_is_written_in_the_form_that_it_was_read_in(header: ArchiveHeader) -> None:
    stream = io.BytesIO()
    ArchiveWriter(stream, header)
    assert read_header(io.BytesIO(stream.getvalue())) == header
    text = '"0"' if header.timestamp_is_text else "7"
    assert header.to_bytes() == f'{{"version":1,"timestamp":{text}}}'.encode()
