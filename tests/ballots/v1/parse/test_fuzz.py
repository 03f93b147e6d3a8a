"""Any bytes, and sound records with anything changed, end in a value or MalformedRecord."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import partial
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comitia.ballots.v1.making import parse_private_credential, parse_private_key
from comitia.ballots.v1.model import Json, canonical_json
from comitia.ballots.v1.parse import (
    Record,
    find_credential,
    parse_credentials,
    read_content,
    read_header,
    read_records,
    read_result,
)
from comitia.curve import ED25519
from comitia.errors import MalformedRecord
from tests.ballots.v1.samples import FIELD_SAMPLES, SAMPLES, SMALL, Sample, changed, walk

SMALL_ARCHIVE: Final = SMALL.archive[: 8 * 512]


def read_archive(data: bytes) -> None:
    stream = io.BytesIO(data)
    for item in list(read_records(stream, read_header(stream))):
        if isinstance(item, Record):
            assert len(read_content(stream, item, 2**20)) == item.size


PARSERS: Final[dict[str, tuple[bytes, Callable[[bytes], object]]]] = {
    **{sample.name: (sample.record, sample.parse) for sample in SAMPLES.values()},
    "ballot of a field": (FIELD_SAMPLES["ballot"].record, FIELD_SAMPLES["ballot"].parse),
    "any result": (SAMPLES["result"].record, read_result),
    "credentials": (
        SMALL.records.credentials,
        lambda data: parse_credentials(data, ED25519),
    ),
    "prefix of a ballot": (SAMPLES["ballot"].record[:600], find_credential),
    "archive": (SMALL_ARCHIVE, read_archive),
    "private key": (
        SMALL.secrets[0].private_file(),
        lambda data: parse_private_key(data, ED25519),
    ),
    "private credential": (
        SMALL.credentials.private[0][1].encode(),
        lambda data: parse_private_credential(data.decode(errors="replace")),
    ),
}
EVERY_PARSER = pytest.mark.parametrize("record, parse", PARSERS.values(), ids=PARSERS.keys())
EVERY_SAMPLE = pytest.mark.parametrize("sample", SAMPLES.values(), ids=repr)
EIGHTY = settings(max_examples=80)
CHANGES = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 40), st.binary(max_size=20)), min_size=1
)
ODD_VALUES: Final[list[Json]] = [
    None,
    True,
    -1,
    0,
    2**30,
    "",
    "0",
    "01",
    "1",
    "\0",
    "é",
    [],
    [[]],
    [None],
    {},
    {"": None},
    {"alpha": "1", "beta": "1"},
    {"challenge": "0", "response": "0"},
]


def ends_well(data: bytes, parse: Callable[[bytes], object]) -> bool:
    """Parse, and let nothing out but the one exception that says where and why."""
    try:
        parse(data)
    except MalformedRecord as error:
        return bool(error.where and error.problem)
    return True


def get_first(first: Json, _: Json) -> Json:
    return first


@EVERY_PARSER
def test_the_record_that_is_changed_below_is_sound(
    record: bytes, parse: Callable[[bytes], object]
) -> None:
    parse(record)


@EVERY_PARSER
@given(data=st.data())
@EIGHTY
def test_any_bytes_end_in_a_value_or_a_refusal(
    record: bytes, parse: Callable[[bytes], object], data: st.DataObject
) -> None:
    assert ends_well(data.draw(st.binary() | st.just(record)), parse)


@EVERY_PARSER
@given(changes=CHANGES)
@EIGHTY
def test_a_record_with_bytes_changed_ends_in_a_value_or_a_refusal(
    record: bytes, parse: Callable[[bytes], object], changes: list[tuple[float, int, bytes]]
) -> None:
    for fraction, removed, added in changes:
        place = int(fraction * len(record))
        record = record[:place] + added + record[place + removed :]
    assert ends_well(record, parse)


@EVERY_SAMPLE
@given(data=st.data())
@EIGHTY
def test_a_record_with_values_replaced_ends_in_a_value_or_a_refusal(
    sample: Sample, data: st.DataObject
) -> None:
    value = sample.value
    for _ in range(data.draw(st.integers(1, 3))):
        paths = [path for path, _ in walk(value)]
        path, odd = data.draw(st.sampled_from(paths)), data.draw(st.sampled_from(ODD_VALUES))
        value = changed(value, path, partial(get_first, odd))
    assert ends_well(canonical_json(value), sample.parse)
