"""Every field of every record: missing, extra, out of order, of a wrong type, length or form.

Each test changes one value at a time, everywhere in a sound record, and compares all refusals with
what is expected of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

import pytest

from comitia.ballots.v1.model import Json, canonical_json
from comitia.ballots.v1.parse import ForeignElements
from comitia.curve import BELENIOS_2048, ED25519, RFC_3526_2048, Group
from comitia.errors import MalformedRecord
from tests.ballots.v1.samples import (
    ELEMENTS,
    FIELD_SAMPLES,
    FINGERPRINTS,
    FOREIGN,
    HASHES,
    KEYS,
    SAFE_PRIME_SAMPLES,
    SAMPLES,
    SCALARS,
    Path,
    Sample,
    changed,
    field_of,
    walk,
)

EVERY_RECORD = pytest.mark.parametrize("sample", SAMPLES.values(), ids=repr)
Faults = dict[Path, str]

IN_PREFIX: Final = "ballot: its election or credential is not in canonical form"
"""A ballot's first three fields are also read without parsing; both ways demand one form."""

ANY_LENGTH: Final = {
    ("election", ("questions",)),
    ("election", ("questions", 0, "answers")),
    ("election", ("questions", 1, "answers")),
    ("bound proofs", ("shares",)),
    ("signed shuffles", ("shuffles",)),
    ("trustees", ()),
    ("trustees", (1, 1, "certs")),
    ("threshold trustees", ("certs",)),
}
"""Lists whose length no other record fixes."""

KEPT: Final = {"election"}
"""Records whose bytes are kept and never written again: any order of fields, any spaces."""


def refusal(sample: Sample, record: bytes) -> str:
    """Return what a parser says of a record, or a mark that it was accepted."""
    try:
        sample.parse(record)
    except MalformedRecord as error:
        return str(error)
    return "accepted"


def refusals(sample: Sample, paths: list[Path], change: Callable[[Any], Json]) -> Faults:
    """Return the refusal of a record for each path at which it is changed."""
    return {path: refusal(sample, sample.changed(path, change)) for path in paths}


def objects(sample: Sample) -> dict[Path, dict[str, Json]]:
    return {path: part for path, part in walk(sample.value) if isinstance(part, dict)}


@EVERY_RECORD
def test_a_sound_record_is_accepted(sample: Sample) -> None:
    assert refusal(sample, sample.record) == "accepted"
    assert canonical_json(sample.value) == sample.record


OPTIONAL: Final = {
    ("event", ("parent",)),
    ("event", ("payload",)),
    ("election", ("questions", 0, "blank")),
}
NAMED: Final = {"trustees", "threshold trustees"}
"""Records in which a trustee may have a name."""


@EVERY_RECORD
def test_a_missing_field_is_refused_by_name(sample: Sample) -> None:
    found, expected = {}, {}
    for path, fields in objects(sample).items():
        for name in fields:
            without = {other: value for other, value in fields.items() if other != name}
            found[*path, name] = refusal(sample, sample.replaced(path, without))
            missing = f"{sample.place(path)}: the field {name} is missing"
            is_optional = (sample.kind, (*path, name)) in OPTIONAL or (
                name == "name" and sample.kind in NAMED
            )
            expected[*path, name] = "accepted" if is_optional else missing
    assert found == expected


@EVERY_RECORD
def test_a_field_that_does_not_belong_is_refused_by_name(sample: Sample) -> None:
    paths = list(objects(sample))
    found = refusals(sample, paths, lambda fields: {**fields, "extra": 1})
    problem = "the field 'extra' does not belong here"
    assert found == {path: f"{sample.place(path)}: {problem}" for path in paths}


@EVERY_RECORD
def test_fields_out_of_order_are_refused(sample: Sample) -> None:
    paths = [path for path, fields in objects(sample).items() if len(fields) > 1]
    found = refusals(sample, paths, lambda fields: dict(reversed(fields.items())))
    if sample.kind in KEPT:
        assert found == dict.fromkeys(paths, "accepted")
    else:
        assert found == {p: f"{sample.place(p)}: its fields are not in order" for p in paths}


@EVERY_RECORD
def test_a_list_of_a_wrong_length_is_refused_with_both_numbers(sample: Sample) -> None:
    lists = {path: part for path, part in walk(sample.value) if isinstance(part, list)}
    fixed = {path: part for path, part in lists.items() if (sample.kind, path) not in ANY_LENGTH}
    for change, difference in (
        (lambda items: items[:-1], -1),
        (lambda items: [*items, None], 1),
    ):
        found = refusals(sample, list(fixed), change)
        assert found == {
            path: f"{sample.place(path)}: expected {len(items)} items,"
            f" found {len(items) + difference}"
            for path, items in fixed.items()
        }


WEIGHTS: Final = {("sized tally", "total_weight"), ("result", "result")}
"""Where an integer may be large, and is text then and only then."""


def ranks(sample: Sample, path: Path) -> bool:
    """Whether an integer is a number that a ballot gave to an answer of a ranked question."""
    if "values" in path:
        return True
    return sample.name.endswith("ranked result") and len(path) == len(("result", "i", "j", "k"))


def wrong_type(sample: Sample, path: Path, part: Json) -> tuple[Json, str]:
    """Return a value of another type, and what must be said about it."""
    where = sample.place(path)
    if (
        isinstance(part, int)
        and (sample.kind, field_of(path)) in WEIGHTS
        and not ranks(sample, path)
    ):
        return "1", f"{where}: expected a number, as text only above 1073741823"
    if isinstance(part, bool):
        return 1, f"{where}: expected true or false, found a number"
    if isinstance(part, int):
        return "1", f"{where}: expected an integer, found a string"
    if isinstance(part, str):
        return 1, f"{where}: expected a string, found a number"
    if isinstance(part, list):
        return {}, f"{where}: expected a list, found an object"
    return None, f"{where}: expected an object, found null"


UNUSUAL_TYPES: Final[dict[tuple[str, Path], str]] = {
    ("ballot", ("election_uuid",)): IN_PREFIX,
    ("ballot", ("election_hash",)): IN_PREFIX,
    ("ballot", ("credential",)): IN_PREFIX,
    ("header", ("timestamp",)): "accepted",  # a number before release 3.3.0
}


@EVERY_RECORD
def test_a_value_of_a_wrong_type_is_refused_by_kind(sample: Sample) -> None:
    found, expected = {}, {}
    for path, part in walk(sample.value):
        value, problem = wrong_type(sample, path, part)
        found[path] = refusal(sample, sample.replaced(path, value))
        expected[path] = UNUSUAL_TYPES.get((sample.kind, path), problem)
    assert found == expected


def strings(sample: Sample, names: set[str]) -> list[Path]:
    """Return the paths of all strings that stand under one of these names."""
    parts = walk(sample.value)
    return [path for path, part in parts if isinstance(part, str) and field_of(path) in names]


@EVERY_RECORD
@pytest.mark.parametrize(
    "text, problem",
    [
        ("01", "a decimal number with leading zeros"),
        ("+1", "not a decimal number without sign or spaces"),
        ("", "not a decimal number without sign or spaces"),
        (str(ED25519.order), "not below the order of the group"),
    ],
)
def test_attack_11_a_scalar_in_a_second_text_is_refused(
    sample: Sample, text: str, problem: str
) -> None:
    paths = strings(sample, SCALARS)
    found = {path: refusal(sample, sample.replaced(path, text)) for path in paths}
    assert found == {path: f"{sample.place(path)}: {problem}" for path in paths}


@EVERY_RECORD
@pytest.mark.parametrize("text", ["", "ab" * 31, "ab" * 33, "AB" * 32, "ag" * 32, "ab" * 32 + "\n"])
def test_a_text_that_is_no_hash_is_refused(sample: Sample, text: str) -> None:
    paths = strings(sample, HASHES)
    found = {path: refusal(sample, sample.replaced(path, text)) for path in paths}
    problem = "expected a SHA-256 in 64 lowercase hexadecimal digits"
    assert found == {path: f"{sample.place(path)}: {problem}" for path in paths}


@EVERY_RECORD
@pytest.mark.parametrize(
    "text", ["", "a" * 42, "a" * 43 + "=", "a" * 44, "-" * 43, "a" * 43 + "\n"]
)
def test_a_text_that_is_no_fingerprint_is_refused(sample: Sample, text: str) -> None:
    paths = strings(sample, FINGERPRINTS)
    found = {path: refusal(sample, sample.replaced(path, text)) for path in paths}
    problem = "expected a SHA-256 in 43 characters of unpadded Base64"
    expected = {path: f"{sample.place(path)}: {problem}" for path in paths}
    if sample.kind == "ballot":
        expected[("election_hash",)] = IN_PREFIX
    assert found == expected


def largest(sample: Sample, path: Path) -> int:
    """Return the largest integer at a place: of a choice 1, of a rank 255."""
    if ranks(sample, path):
        return 255
    return 1 if path[-1] == "value" else 2**30 - 1


@EVERY_RECORD
def test_an_integer_below_zero_or_too_large_is_refused(sample: Sample) -> None:
    parts = [
        (path, part)
        for path, part in walk(sample.value)
        if isinstance(part, int) and not isinstance(part, bool)
    ]
    for value in (-1, 2**30):
        found = {path: refusal(sample, sample.replaced(path, value)) for path, _ in parts}
        negative_minimum = "this version takes no negative numbers of choices"
        assert found == {
            path: f"{sample.place(path)}: "
            + (
                negative_minimum
                if value < 0 and path[-1] == "min"
                else f"expected an integer from 0 to {largest(sample, path)}, found {value}"
            )
            for path, _ in parts
        }


@EVERY_RECORD
def test_spaces_and_other_escapes_are_refused_where_a_record_is_written_again(
    sample: Sample,
) -> None:
    first_string = sample.record.index(b'"') + 1
    letter = sample.record[first_string]
    variants = [
        sample.record + b"\n",
        b" " + sample.record,
        sample.record[:1] + b" " + sample.record[1:],
        sample.record[:first_string] + b"\\u%04x" % letter + sample.record[first_string + 1 :],
    ]
    expected = "accepted" if sample.kind in KEPT else f"{sample.root}: not in its canonical form"
    assert [refusal(sample, variant) for variant in variants] == [expected] * 4


# Elements

WITH_ELEMENTS = [
    pytest.param(sample, group, id=f"{sample.name}, {group.name}")
    for samples, group in (
        (SAMPLES, ED25519),
        (FIELD_SAMPLES, BELENIOS_2048),
        (SAFE_PRIME_SAMPLES, RFC_3526_2048),
    )
    for sample in samples.values()
    if strings(sample, ELEMENTS)
]


def faults(sample: Sample, record: bytes) -> tuple[tuple[str, str], ...]:
    """Return the foreign elements that a parser names; there must be some."""
    with pytest.raises(ForeignElements) as caught:
        sample.parse(record)
    assert str(caught.value) == ": ".join(caught.value.faults[0])
    return caught.value.faults


@pytest.mark.parametrize("sample, group", WITH_ELEMENTS)
def test_attacks_9_and_10_every_foreign_element_is_refused_at_its_place(
    sample: Sample, group: Group
) -> None:
    for text, problem in FOREIGN[group].items():
        for path in strings(sample, ELEMENTS):
            record = sample.replaced(path, text)
            if path == ("credential",) and not re.fullmatch("[0-9a-f]+", text):
                assert refusal(sample, record) == IN_PREFIX
            else:
                assert faults(sample, record) == ((sample.place(path), problem),)


@pytest.mark.parametrize("sample, group", WITH_ELEMENTS)
def test_all_foreign_elements_of_a_record_are_named_in_order(sample: Sample, group: Group) -> None:
    text, problem = next(item for item in FOREIGN[group].items() if set(item[0]) == set("0"))
    value, paths = sample.value, strings(sample, ELEMENTS)
    for path in paths:
        value = changed(value, path, lambda _: text)
    assert faults(sample, canonical_json(value)) == tuple((sample.place(p), problem) for p in paths)


@pytest.mark.parametrize("sample, group", WITH_ELEMENTS)
def test_the_identity_is_refused_as_a_key_and_accepted_elsewhere(
    sample: Sample, group: Group
) -> None:
    paths = strings(sample, ELEMENTS)
    found = refusals(sample, paths, lambda _: group.identity.text)
    assert found == {
        path: f"{sample.place(path)}: the identity, which is no key"
        if path[-1] in KEYS
        else "accepted"
        for path in paths
    }


@pytest.mark.parametrize("sample, group", WITH_ELEMENTS)
def test_a_record_with_a_foreign_element_and_another_fault_is_called_malformed(
    sample: Sample, group: Group
) -> None:
    """Only a record that is in form but for its elements is said to be in form."""
    text = next(text for text in FOREIGN[group] if set(text) == set("0"))
    record = sample.changed(strings(sample, ELEMENTS)[0], lambda _: text)
    spaced = record.replace(b'"', b' "', 1) if sample.kind not in KEPT else b"[" + record + b"]"
    with pytest.raises(MalformedRecord) as caught:
        sample.parse(spaced)
    assert not isinstance(caught.value, ForeignElements)
