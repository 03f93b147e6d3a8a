"""The record of an election's trustees, and the key that a single trustee hands over."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from comitia.ballots.v1.model import (
    Json,
    SingleTrustee,
    ThresholdTrustees,
    canonical_json,
    derive_trustees_record,
    owner_keys,
    owner_ranges,
)
from comitia.ballots.v1.parse import (
    ForeignElements,
    NotSupported,
    parse_election,
    parse_threshold_trustees,
    parse_trustee_key,
    parse_trustees,
)
from comitia.curve import ED25519
from tests.ballots.v1.samples import FIXTURES as FIXTURES_FOLDER
from tests.ballots.v1.samples import (
    SAMPLES,
    SMALL,
    Path,
    changed,
    dotted,
    fixture_steps,
    refusal,
    walk,
)

TRUSTEES = SAMPLES["trustees"]


def test_trustees_are_read_in_order_of_owner() -> None:
    trustees = parse_trustees(SMALL.records.trustees, ED25519)
    assert trustees == tuple(SingleTrustee(key) for key in SMALL.keys)
    assert owner_keys(trustees) == SMALL.keys


@pytest.mark.parametrize(
    "items, words",
    [
        ([], ": expected at least one trustee"),
        ([["Double", {}]], "[0]: not a kind of trustee of this protocol"),
        ([["single", {}]], "[0]: not a kind of trustee of this protocol"),
        ([[1, {}]], "[0]: expected a string, found a number"),
        ([["Single"]], "[0]: expected 2 items, found 1"),
        ([["Single", {}, 1]], "[0]: expected 2 items, found 3"),
    ],
)
def test_what_is_no_trustee_is_refused(items: Json, words: str) -> None:
    record = canonical_json(items)
    assert refusal(TRUSTEES.parse, record) == f"trustees{words}"


def test_a_single_trustee_may_have_a_name_and_has_no_signature() -> None:
    key: Any = SMALL.keys[0].to_json()
    named = canonical_json({**key, "name": "Ada"})
    assert parse_trustee_key(named, ED25519) == replace(SMALL.keys[0], name="Ada")
    assert canonical_json(parse_trustee_key(named, ED25519).to_json()) == named
    bad_name = canonical_json({**key, "name": 1})
    signed = canonical_json({**key, "signature": key["pok"]})
    parse = SAMPLES["trustee's key"].parse
    assert [refusal(parse, record) for record in (bad_name, signed)] == [
        "trustee's key.name: expected a string, found a number",
        "trustee's key: the field 'signature' does not belong here",
    ]


def test_names_of_trustees_are_kept_and_written_again() -> None:
    for name in ("language-and-names", "language-rtl", "threshold-names"):
        record = fixture_steps(name)[0].contents[1]
        trustees = parse_trustees(record, ED25519)
        assert derive_trustees_record(trustees) == record
        assert any(key.name is not None for key in owner_keys(trustees))
    rtl = parse_trustees(fixture_steps("language-rtl")[0].contents[1], ED25519)
    assert "" in [key.name for key in owner_keys(rtl)], "an empty name is still a name"


@pytest.mark.parametrize("name", [None, 1, [], {}, True])
def test_a_name_is_a_text(name: Json) -> None:
    key: Any = SMALL.keys[0].to_json()
    record = canonical_json([["Single", {**key, "name": name}]])
    assert refusal(TRUSTEES.parse, record).startswith("trustees[0].name: expected a string, found")


# Threshold groups

GROUPED = SAMPLES["trustees with a group"]
ALONE = SAMPLES["threshold trustees"]
FIXTURES = (
    "pedersen-2of3",
    "threshold-names",
    "threshold-3of5-two-singles",
    "threshold-ranked",
    "rfc3526-threshold-lists",
)


@pytest.mark.parametrize("name", FIXTURES)
def test_the_references_groups_are_read_and_written_again_as_they_were(name: str) -> None:
    election, record, *_ = fixture_steps(name)[0].contents
    group = parse_election(election).group
    trustees = parse_trustees(record, group)
    assert derive_trustees_record(trustees) == record
    (members,) = (one for one in trustees if isinstance(one, ThresholdTrustees))
    for certificate in members.certificates:
        assert certificate.context.group == group.name
        assert certificate.context.size == len(members.keys)


def test_the_file_of_a_group_is_what_its_election_holds() -> None:
    path = FIXTURES_FOLDER / "pedersen-2of3" / "steps" / "threshold.json"
    data = path.read_bytes().strip()
    (group,) = parse_trustees(fixture_steps("pedersen-2of3")[0].contents[1], ED25519)
    assert parse_threshold_trustees(data, ED25519) == group
    assert isinstance(group, ThresholdTrustees)
    assert canonical_json(group.parameters()) == data


def test_trustees_have_their_numbers_through_all_groups() -> None:
    trustees = parse_trustees(fixture_steps("threshold-3of5-two-singles")[0].contents[1], ED25519)
    numbers = [owners for _, owners in owner_ranges(trustees)]
    sizes = [len(trustee.keys) for trustee, _ in owner_ranges(trustees)]
    assert sorted(sizes) == [1, 1, 5]
    assert [number for owners in numbers for number in owners] == list(range(1, 8))
    assert [len(owners) for owners in numbers] == sizes
    assert [trustee.threshold for trustee in trustees] == [1 if n == 1 else 3 for n in sizes]


MEMBERS: Path = (1, 1)


@pytest.mark.parametrize("threshold", [0, 4, 2**30 - 1])
def test_a_threshold_lies_between_one_and_the_size(threshold: int) -> None:
    words = "threshold: expected a number from 1 to 3"
    record = GROUPED.replaced((*MEMBERS, "threshold"), threshold)
    assert refusal(GROUPED.parse, record) == f"trustees[1].{words}"
    record = ALONE.replaced(("threshold",), threshold)
    assert refusal(ALONE.parse, record) == f"threshold trustees.{words}"


def test_a_group_of_nobody_is_refused() -> None:
    value: Any = ALONE.value
    empty = {name: [] if isinstance(value[name], list) else value[name] for name in value}
    words = "threshold trustees.threshold: expected a number from 1 to 0"
    assert refusal(ALONE.parse, canonical_json(empty)) == words


@pytest.mark.parametrize("change", [lambda items: items[:-1], lambda items: [*items, items[0]]])
def test_there_is_one_of_everything_for_each_certificate(
    change: Callable[[list[Json]], Json],
) -> None:
    size = len(change([None] * 3))  # type: ignore[arg-type]  # a list again
    record = ALONE.changed(("certs",), change)
    words = f"threshold trustees.coefexps: expected {size} items, found 3"
    assert refusal(ALONE.parse, record) == words


def test_a_larger_group_than_any_is_not_supported() -> None:
    """The work for their keys grows with members times threshold."""
    record = ALONE.replaced(("certs",), [None] * 1001)
    with pytest.raises(NotSupported) as caught:
        ALONE.parse(record)
    words = "threshold trustees: this version takes up to 1000 members of a group"
    assert str(caught.value) == words


def message_of(path: Path) -> Any:  # noqa: ANN401 - a value of any shape
    """Return the value that a signed text holds."""
    part: Any = ALONE.value
    for step in path:
        part = part[step]
    return json.loads(part)


def refused_message(path: Path, change: Callable[[Any], Json]) -> str:
    """Return why a group is refused in which the value of a signed text is changed."""
    text = canonical_json(change(message_of(path))).decode()
    return refusal(ALONE.parse, ALONE.replaced(path, text)).removeprefix("threshold trustees.")


CERTIFICATE: Path = ("certs", 1, "message")
COEFFICIENTS: Path = ("coefexps", 2, "message")


@pytest.mark.parametrize("path", [CERTIFICATE, COEFFICIENTS], ids=dotted)
@pytest.mark.parametrize(
    "text, problem",
    [
        ("", "not JSON at character 0: Expecting value"),
        ("{", "not JSON at character 1: Expecting property name enclosed in double quotes"),
        ('{"a":1,"a":2}', "the field 'a' appears twice in one object"),
        ("[" * 100, "nested more than 16 deep"),
        ("[]", "expected an object, found a list"),
    ],
)
def test_a_signed_text_that_is_no_object_is_refused(path: Path, text: str, problem: str) -> None:
    place = f"threshold trustees.{dotted(path)}"
    assert refusal(ALONE.parse, ALONE.replaced(path, text)) == f"{place}: {problem}"


@pytest.mark.parametrize("path", [CERTIFICATE, COEFFICIENTS], ids=dotted)
def test_a_signed_text_has_one_form(path: Path) -> None:
    for spaced in (lambda text: text + " ", lambda text: text.replace(":", ": ", 1)):
        record = ALONE.changed(path, spaced)
        words = f"threshold trustees.{dotted(path)}: not in its canonical form"
        assert refusal(ALONE.parse, record) == words


def refused_with(path: Path, inner: Path, part: Json) -> str:
    """Return why a group is refused in which a signed text has another value at an inner path."""
    return refused_message(path, lambda value: changed(value, inner, lambda _: part))


def test_every_field_of_a_signed_text_is_demanded_and_of_its_type() -> None:
    for path in (CERTIFICATE, COEFFICIENTS):
        place = dotted(path)
        for inner, part in walk(message_of(path)):
            where = f"{place}.{dotted(inner)}" if inner else place
            if isinstance(part, dict):
                for name in part:
                    without = {other: part[other] for other in part if other != name}
                    words = f"{where}: the field {name} is missing"
                    assert refused_with(path, inner, without) == words
                words = f"{where}: the field 'extra' does not belong here"
                assert refused_with(path, inner, {**part, "extra": 1}) == words
            if isinstance(part, dict) and len(part) > 1:
                backwards = dict(reversed(part.items()))
                words = f"{where}: its fields are not in order"
                assert refused_with(path, inner, backwards) == words
            wrong: Json = {} if isinstance(part, str | int | list) else 1
            assert refused_with(path, inner, wrong).startswith(f"{where}: expected ")


@pytest.mark.parametrize("name", ["size", "threshold", "index"])
def test_the_numbers_of_a_certificate_are_small_integers(name: str) -> None:
    for value in (-1, 2**30):
        words = f"expected an integer from 0 to 1073741823, found {value}"
        found = refused_with(CERTIFICATE, ("context", name), value)
        assert found == f"{dotted(CERTIFICATE)}.context.{name}: {words}"


@pytest.mark.parametrize("number", [0, 1, 3])
def test_a_member_has_as_many_coefficients_as_the_threshold(number: int) -> None:
    found = refused_message(COEFFICIENTS, lambda v: {"coefexps": (v["coefexps"] * 2)[:number]})
    words = f"coefexps: expected 2 items, found {number}"
    assert found == f"{dotted(COEFFICIENTS)}.{words}"


def test_attacks_9_and_10_foreign_elements_in_signed_texts_are_all_named() -> None:
    text, problem = f"{2:064x}", "not a point on the curve"
    value: Any = ALONE.value
    for part in value["certs"]:
        message = json.loads(part["message"])
        message.update({"verification": text, "encryption": text})
        part["message"] = canonical_json(message).decode()
    for part in value["coefexps"]:
        part["message"] = canonical_json({"coefexps": [text, text]}).decode()
    with pytest.raises(ForeignElements) as caught:
        ALONE.parse(canonical_json(value))
    names = ("verification", "encryption")
    places = [f"certs[{i}].message.{name}" for i in range(3) for name in names]
    places += [f"coefexps[{i}].message.coefexps[{j}]" for i in range(3) for j in range(2)]
    expected = [(f"threshold trustees.{place}", problem) for place in places]
    assert list(caught.value.faults) == expected


def test_the_identity_is_no_key_of_a_member_and_may_be_a_coefficient() -> None:
    """A highest coefficient of 0 is possible; that nobody's key is the identity, is checked."""
    identity = ED25519.identity.text
    for name in ("verification", "encryption"):
        found = refused_with(CERTIFICATE, (name,), identity)
        assert found == f"{dotted(CERTIFICATE)}.{name}: the identity, which is no key"
    text = canonical_json({"coefexps": [identity, identity]}).decode()
    parsed = ALONE.parse(ALONE.replaced(COEFFICIENTS, text))
    assert isinstance(parsed, ThresholdTrustees)
    assert parsed.coefficients[2].elements == (ED25519.identity,) * 2


@pytest.mark.parametrize("place", [0, 1, 2])
def test_every_members_key_is_signed(place: int) -> None:
    path: Path = ("verification_keys", place)
    record = ALONE.changed(path, lambda key: {n: key[n] for n in key if n != "signature"})
    words = f"threshold trustees.verification_keys[{place}]: the field signature is missing"
    assert refusal(ALONE.parse, record) == words
