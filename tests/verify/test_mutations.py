"""Every field of every record changed, with all names, references and the chain made anew."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pytest

from comitia.ballots.v1.model import (
    HEADER_NAME,
    ArchiveHeader,
    EventType,
    Json,
    canonical_json,
    tar_record,
)
from comitia.ballots.v1.parse import UnreadableArchive
from comitia.verify import Verdict
from tests.elections import TIMESTAMP, Made, make_election, put_together, take_apart
from tests.elections import verify_bytes as verify
from tests.verify.building import Happening, items_of, refer_again, small, write_items

REFERENCES = {EventType.SETUP, EventType.ENCRYPTED_TALLY, EventType.PARTIAL_DECRYPTION}
PARTS = {
    EventType.SETUP: ("election", "trustees", "credentials", "setup_data"),
    EventType.BALLOT: ("ballot",),
    EventType.ENCRYPTED_TALLY: ("tally", "sized"),
    EventType.PARTIAL_DECRYPTION: ("share", "owned"),
    EventType.RESULT: ("result",),
}


@cache
def made() -> Made:
    """Return an election with every optional part of a ballot, and one voter."""
    return make_election(votes=(((0, 1, 0, 1), (1, 0)),), trustees=1)


def other_leaf(value: Json) -> Json:
    """Return another value of the same kind and length."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    assert isinstance(value, str)
    last = value[-1]
    return value[:-1] + ("1" if last != "1" else "2")


def other_values(value: Json, where: str = "") -> Iterator[tuple[str, Json]]:
    """Yield the value with each leaf changed, each field left out and each list one shorter."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield f"{where} without {name}", {n: v for n, v in value.items() if n != name}
            for place, changed in other_values(inner, f"{where}.{name}"):
                yield place, {**value, name: changed}
    elif isinstance(value, list):
        yield f"{where} shorter", value[:-1]
        for number, inner in enumerate(value):
            for place, changed in other_values(inner, f"{where}[{number}]"):
                yield place, [*value[:number], changed, *value[number + 1 :]]
    else:
        yield where, other_leaf(value)


def changed_records() -> Iterator[tuple[str, int, int, bytes]]:
    """Yield for each change its name, the step and the record in it, and the changed record."""
    for number, step in enumerate(take_apart(made().archive)):
        names = PARTS.get(step.type, ())
        for place, (name, content) in enumerate(zip(names, step.contents, strict=True)):
            for where, value in other_values(json.loads(content), name):
                yield where, number, place, canonical_json(value)


CHANGES = list(changed_records())


def test_every_kind_of_record_is_changed() -> None:
    named = {where.split(".")[0].split("[")[0].split(" ")[0] for where, *_ in CHANGES}
    assert named == {name for names in PARTS.values() for name in names}
    assert len(CHANGES) > 150


@pytest.mark.parametrize("kind", sorted({name for names in PARTS.values() for name in names}))
def test_an_archive_with_any_field_of_a_record_changed_is_not_valid(kind: str) -> None:
    steps = take_apart(made().archive)
    assert verify(put_together([refer_again(step) for step in steps])).verdict is Verdict.VALID
    for where, number, place, record in CHANGES:
        if not where.startswith(kind):
            continue
        step = steps[number].with_content(place, record)
        is_reference = step.type in REFERENCES and place == len(step.contents) - 1
        changed = step if is_reference else refer_again(step)
        archive = put_together([*steps[:number], changed, *steps[number + 1 :]])
        assert verify(archive).verdict is Verdict.INVALID, where


def test_an_archive_with_any_field_of_an_event_changed_is_not_valid() -> None:
    items = items_of(small().archive)
    tried = 0
    for place, item in enumerate(items):
        if not isinstance(item, Happening):
            continue
        value = json.loads(item.event.to_bytes())
        for where, changed in other_values(value, item.event.type.value):
            raw = replace(item, raw=canonical_json(changed))
            archive = write_items([*items[:place], raw, *items[place + 1 :]])
            assert verify(archive).verdict is Verdict.INVALID, where
            tried += 1
    assert tried > 50


@pytest.mark.parametrize(
    "content",
    [
        b'{"version":2,"timestamp":"1795394146"}',
        b'{"version":"1","timestamp":"1795394146"}',
        b'{"timestamp":"1795394146"}',
        b'{"version":1}',
        b'{"version":1,"timestamp":"01795394146"}',
        b'{"version":1,"timestamp":"-1"}',
        b'{"version":1,"timestamp":"1795394146","extra":0}',
        b'{"timestamp":"1795394146","version":1}',
        b"[]",
        b"",
    ],
)
def test_another_header_is_not_readable(content: bytes) -> None:
    header = tar_record(HEADER_NAME, content, TIMESTAMP)
    with pytest.raises(UnreadableArchive):
        verify(header + small().archive[1024:])


def test_a_header_with_another_time_stamp_fits_no_record() -> None:
    header = ArchiveHeader(TIMESTAMP + 1)
    archive = tar_record(HEADER_NAME, header.to_bytes(), header.timestamp) + small().archive[1024:]
    report = verify(archive)
    readable = report.checks[0]
    assert (readable.check.id, len(readable.failures)) == ("archive.readable", 21)


@pytest.mark.parametrize("stamp_is_text", [True, False])
def test_a_time_stamp_is_text_or_a_number(*, stamp_is_text: bool) -> None:
    header = ArchiveHeader(TIMESTAMP, stamp_is_text).to_bytes()
    archive = tar_record(HEADER_NAME, header, TIMESTAMP) + small().archive[1024:]
    assert verify(archive).verdict is Verdict.VALID


def test_any_byte_of_the_archive_changed_in_place_is_seen() -> None:
    """One bit in every 211th byte, records and padding alike; the header may turn unreadable."""
    archive = small().archive
    for place in range(0, len(archive), 211):
        changed = bytearray(archive)
        changed[place] ^= 1 << (place % 8)
        try:
            verdict = verify(bytes(changed)).verdict
        except UnreadableArchive:
            assert place < 1024
        else:
            assert verdict is Verdict.INVALID, place
