"""Entries: their one form, what they rest on, and that other bytes are refused with a reason."""

from __future__ import annotations

import json
import os
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comitia.errors import CheckFailed, MalformedRecord
from comitia.record.canonical import Json, canonical_bytes
from comitia.record.commitments import Disclosure
from comitia.record.entries import (
    BY_RULE,
    Entry,
    Grounds,
    UnknownKind,
    entry_hash,
    parse_entry,
    seal_entry,
)
from comitia.record.kinds.declaring import Withheld
from comitia.record.kinds.register import ApplyForMembership, Category
from comitia.record.kinds.rulebook import AdoptRuleBook
from comitia.record.kinds.values import EntryHash, Text, Values
from comitia.record.tiles import LARGEST_ENTRY_BYTES
from comitia.record.tree import leaf_hash
from tests.record.acts import (
    ADMISSION,
    ADMISSION_BYTES,
    APPLICATION,
    AT,
    BRANCH,
    HASHES,
    KEY,
    OFFICE,
    PERSON,
    same_key,
)


def changed(**fields: Json) -> bytes:
    """Return the admission's bytes with other fields; None takes one away."""
    value: dict[str, Json] = json.loads(ADMISSION_BYTES)
    return canonical_bytes({k: v for k, v in {**value, **fields}.items() if v is not None})


def test_an_entry_is_canonical_json_and_its_name_the_leaf_hash() -> None:
    sealed = seal_entry(ADMISSION, same_key)
    assert sealed.content == ADMISSION_BYTES
    assert sealed.disclosures == ()
    assert sealed.hash == entry_hash(ADMISSION_BYTES) == leaf_hash(ADMISSION_BYTES).hex()
    assert parse_entry(ADMISSION_BYTES) == ADMISSION
    assert parse_entry(ADMISSION_BYTES).kind.title == "membership.admit/1"


def test_salted_values_come_back_with_their_disclosures_only() -> None:
    sealed = seal_entry(APPLICATION, same_key)
    assert b"Ada" not in sealed.content
    assert sealed.disclosures == (Disclosure("name", KEY, "Ada Löw"),)
    assert parse_entry(sealed.content, sealed.disclosures) == APPLICATION
    withheld = Withheld(Disclosure("name", KEY, "Ada Löw").commitment)
    assert parse_entry(sealed.content).act == ApplyForMembership(
        branch=BRANCH, category=Category.FULL, name=withheld
    )


@pytest.mark.parametrize(
    "disclosure", [Disclosure("name", KEY, "Eve Löw"), Disclosure("name", KEY[::-1], "Ada Löw")]
)
def test_another_value_or_key_is_not_what_was_committed_to(disclosure: Disclosure) -> None:
    sealed = seal_entry(APPLICATION, same_key)
    with pytest.raises(CheckFailed) as refused:
        parse_entry(sealed.content, [disclosure])
    assert (refused.value.check, refused.value.subject) == ("record.disclosure", "the field name")


@pytest.mark.parametrize("field", ["branch", "birth_date", "nothing"])
def test_what_is_not_sealed_cannot_be_disclosed(field: str) -> None:
    sealed = seal_entry(APPLICATION, same_key)
    with pytest.raises(MalformedRecord, match=f"^disclosure of {field}: nothing is sealed there$"):
        parse_entry(sealed.content, [Disclosure(field, KEY, "x")])


def test_a_rule_acts_alone_and_without_a_branch() -> None:
    act = AdoptRuleBook(
        number=1, in_force_from=date(2026, 1, 1), preset=Text("x"), rules=Values({"a": 1})
    )
    entry = Entry(act=act, at=AT, actors=(BY_RULE,), aggregate=OFFICE)
    sealed = seal_entry(entry, same_key)
    assert b'"actors":[{"rule":true}]' in sealed.content
    assert parse_entry(sealed.content) == entry


MANDATE: Json = {"mandate": OFFICE}


@pytest.mark.parametrize(
    "content, problem",
    [
        (b"[]", "entry: expected an object"),
        (b"{}", "entry: the field actors is missing"),
        (ADMISSION_BYTES + b"\n", "entry: not in its canonical form"),
        (b" " * (LARGEST_ENTRY_BYTES + 1), "entry: 65536 bytes, where at most 65535 are allowed"),
        (changed(person="Ada"), "entry: the field 'person' does not belong here"),
        (changed(version=None), "entry: the field version is missing"),
        (changed(version=True), "entry: expected a kind's name and a version's number"),
        (
            changed(kind=["membership.admit"]),
            "entry: expected a kind's name and a version's number",
        ),
        (changed(at="now"), "entry.at: expected a time like 2026-11-23T12:00:00Z"),
        (changed(aggregate="x"), "entry.aggregate: expected 32 lowercase hexadecimal digits"),
        (changed(branch=1), "entry.branch: expected 32 lowercase hexadecimal digits"),
        (changed(right="0" * 63), "entry.right: expected 64 lowercase hexadecimal digits"),
        (changed(fields=[]), "entry.fields: expected an object"),
        (changed(fields={"since": "x"}), "entry.fields.since: expected a date like 2026-11-23"),
        (changed(actors=[]), "entry.actors: expected 1 to 8 actors"),
        (changed(actors={}), "entry.actors: expected 1 to 8 actors"),
        (changed(actors=[MANDATE] * 9), "entry.actors: expected 1 to 8 actors"),
        (
            changed(actors=[MANDATE, MANDATE]),
            "entry.actors: the same actor twice, or a rule that does not act alone",
        ),
        (
            changed(actors=[MANDATE, {"rule": True}]),
            "entry.actors: the same actor twice, or a rule that does not act alone",
        ),
        (changed(actors=["rule"]), "entry.actors[0]: expected one capacity"),
        (changed(actors=[{}]), "entry.actors[0]: expected one capacity"),
        (
            changed(actors=[{"person": OFFICE}]),
            "entry.actors[0]: expected one of mandate, appointment, membership, rule",
        ),
        (changed(actors=[{"rule": 1}]), 'entry.actors[0]: expected {"rule":true}'),
        (
            changed(actors=[{"mandate": True}]),
            "entry.actors[0]: expected 32 lowercase hexadecimal digits",
        ),
    ],
)
def test_bytes_of_another_form_are_refused_with_the_place(content: bytes, problem: str) -> None:
    with pytest.raises(MalformedRecord) as refused:
        parse_entry(content)
    assert str(refused.value) == problem


@pytest.mark.parametrize("fields", [{"kind": "seat.fill"}, {"version": 2}, {"version": 0}])
def test_a_kind_or_version_that_is_not_known_says_so(fields: dict[str, Json]) -> None:
    problem = r"^entry: an entry of the kind '[a-z.]+', version [012]$"
    with pytest.raises(UnknownKind, match=problem):
        parse_entry(changed(**fields))


def test_an_entry_that_nobody_could_read_is_not_sealed() -> None:
    rules = Values({"long": "a" * LARGEST_ENTRY_BYTES})
    act = AdoptRuleBook(number=1, in_force_from=AT.date(), preset=Text("x"), rules=rules)
    with pytest.raises(ValueError, match="an entry that cannot be read: entry: 6"):
        seal_entry(Entry(act=act, at=AT, actors=(BY_RULE,), aggregate=OFFICE), same_key)
    with pytest.raises(ValueError, match="expected 1 to 8 actors"):
        seal_entry(Entry(act=ADMISSION.act, at=AT, actors=(), aggregate=OFFICE), same_key)


names = st.text(min_size=1, max_size=40).filter(
    lambda text: all(c.isprintable() for c in text) and text.isascii()
)


@given(
    name=names,
    at=st.datetimes(timezones=st.just(UTC)).map(lambda moment: moment.replace(microsecond=0)),
    born=st.none() | st.dates(),
    references=st.lists(st.none() | st.sampled_from(HASHES), min_size=4, max_size=4),
)
def test_every_entry_comes_back_as_it_was(
    name: str, at: datetime, born: date | None, references: list[EntryHash | None]
) -> None:
    act = ApplyForMembership(
        branch=BRANCH, category=Category.REDUCED, name=Text(name), birth_date=born
    )
    entry = Entry(act, at, APPLICATION.actors, PERSON, BRANCH, Grounds(*references))
    sealed = seal_entry(entry, os.urandom)
    assert parse_entry(sealed.content, sealed.disclosures) == entry


@given(
    st.binary(max_size=300)
    | st.integers(0, len(ADMISSION_BYTES) - 1).flatmap(
        lambda at: st.binary(min_size=1, max_size=4).map(
            lambda new: ADMISSION_BYTES[:at] + new + ADMISSION_BYTES[at + 1 :]
        )
    )
)
def test_any_bytes_are_an_entry_or_refused(content: bytes) -> None:
    try:
        entry = parse_entry(content)
    except MalformedRecord:
        return
    assert seal_entry(entry, same_key).content == content
