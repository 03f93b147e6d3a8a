"""Every field of every record changed, with all names, references and the chain made anew."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache

import pytest

from comitia.ballots.v1.model import (
    HEADER_NAME,
    ArchiveHeader,
    EventType,
    Json,
    ListsQuestion,
    canonical_json,
    tar_record,
)
from comitia.ballots.v1.parse import UnreadableArchive
from comitia.curve import ED25519
from comitia.verify import Verdict
from tests.elections import (
    TIMESTAMP,
    make_election,
    put_together,
    seeded,
    single_trustees,
    take_apart,
)
from tests.elections import verify_bytes as verify
from tests.verify.building import (
    Happening,
    certify,
    hold_again,
    items_of,
    refer_again,
    small,
    with_setup,
    write_items,
)
from tests.verify.trusteeship import group_of, together

REFERENCES = {EventType.SETUP, EventType.ENCRYPTED_TALLY, EventType.PARTIAL_DECRYPTION}
CERTIFIED = ("election", "trustees", "credentials", "certificate", "setup_data")
PARTS = {
    EventType.SETUP: ("election", "trustees", "credentials", "setup_data"),
    EventType.BALLOT: ("ballot",),
    EventType.ENCRYPTED_TALLY: ("tally", "sized"),
    EventType.PARTIAL_DECRYPTION: ("share", "owned"),
    EventType.RESULT: ("result",),
}
KINDS = sorted({name for names in PARTS.values() for name in names})


@dataclass(frozen=True)
class Change:
    """A record of an archive changed in one place."""

    where: str
    step: int
    place: int
    record: bytes


@cache
def plain() -> bytes:
    """Return an election with every optional part of a ballot, and one voter."""
    return make_election(votes=(((0, 1, 0, 1), (1, 0)),), trustees=1).archive


@cache
def rich() -> bytes:
    """Return an election of lists with a large weight, held by one and a group, all needed."""
    return make_election(
        questions=(ListsQuestion("Board?", (("Red", "Ada"), ("Blue", "Bo"))),),
        votes=(((1, 1, 0, 0),),),
        weights=(2**30,),
        keyholders=together(single_trustees(1, ED25519, seeded("single")), group_of(2, 2)),
    ).archive


@cache
def certified() -> bytes:
    """Return an election with a certificate of its credentials."""
    records = with_setup(small(), certificate=certify(small()).to_bytes())
    return put_together(hold_again(small(), records=records))


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
    """Yield the value with each leaf changed, each field left out and each list one shorter.

    Texts that hold JSON, and credentials with a weight, are changed in each of their parts.
    """
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
    elif isinstance(value, str) and value.startswith("{"):
        for place, changed in other_values(json.loads(value), f"{where} text"):
            yield place, canonical_json(changed).decode()
    elif isinstance(value, str) and (credential := value.partition(","))[1]:
        yield f"{where} element", f"{other_leaf(credential[0])},{credential[2]}"
        yield f"{where} weight", f"{credential[0]},{other_leaf(credential[2])}"
        yield f"{where} without weight", credential[0]
    else:
        yield where, other_leaf(value)


def changed_records(archive: bytes) -> Iterator[Change]:
    """Yield every change of every record of an archive."""
    for number, step in enumerate(take_apart(archive)):
        names = CERTIFIED if len(step.contents) == len(CERTIFIED) else PARTS.get(step.type, ())
        for place, (name, content) in enumerate(zip(names, step.contents, strict=True)):
            for where, value in other_values(json.loads(content), name):
                yield Change(where, number, place, canonical_json(value))


def kind_of(change: Change) -> str:
    return change.where.split(".")[0].split("[")[0].split(" ")[0]


def is_seen(archive: bytes, change: Change) -> bool:
    """Whether the archive, with all that refers to the changed record mended, is invalid."""
    steps = take_apart(archive)
    step = steps[change.step].with_content(change.place, change.record)
    is_reference = step.type in REFERENCES and change.place == len(step.contents) - 1
    steps[change.step] = step if is_reference else refer_again(step)
    return verify(put_together(steps)).verdict is Verdict.INVALID


@pytest.mark.parametrize("make", [plain, rich])
def test_every_kind_of_record_is_changed(make: Callable[[], bytes]) -> None:
    changes = list(changed_records(make()))
    assert {kind_of(change) for change in changes} == set(KINDS)
    assert len(changes) > 150
    assert len({(change.step, change.place, change.where) for change in changes}) == len(changes)


@pytest.mark.parametrize("make", [plain, rich, certified])
def test_the_archives_that_are_changed_are_valid(make: Callable[[], bytes]) -> None:
    archive = put_together([refer_again(step) for step in take_apart(make())])
    assert archive == make()
    assert verify(archive).verdict is Verdict.VALID


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("make", [plain, rich])
def test_an_archive_with_any_field_of_a_record_changed_is_not_valid(
    make: Callable[[], bytes], kind: str
) -> None:
    changes = [change for change in changed_records(make()) if kind_of(change) == kind]
    assert [change.where for change in changes if not is_seen(make(), change)] == []


def test_an_archive_with_any_field_of_its_certificate_changed_is_not_valid() -> None:
    kinds = {"certificate", "setup_data"}
    changes = [change for change in changed_records(certified()) if kind_of(change) in kinds]
    assert len(changes) > 20
    assert [change.where for change in changes if not is_seen(certified(), change)] == []


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
