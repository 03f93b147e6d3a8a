"""Declaring a kind of act once, and what follows: its fields in an entry, and its schema."""

from __future__ import annotations

import os
from datetime import date

import pytest

from comitia.errors import MalformedRecord
from comitia.record.canonical import Json
from comitia.record.commitments import Commitment, Disclosure
from comitia.record.kinds import declaring
from comitia.record.kinds.declaring import (
    Withheld,
    act_kind,
    kind_of,
    open_field,
    private_field,
    salted_field,
    seal,
    unseal,
)
from comitia.record.kinds.publicrecord import EraseDisclosures
from comitia.record.kinds.values import Text

KEY = bytes(range(32))


@pytest.fixture(autouse=True)
def kinds_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget what a test declares."""
    monkeypatch.setattr(declaring, "KINDS", dict(declaring.KINDS))
    monkeypatch.setattr(declaring, "_BY_ACT", dict(declaring._BY_ACT))


def same_key(size: int) -> bytes:
    return KEY[:size]


HELLO = Disclosure("body", KEY, "Hello")


@act_kind("test.note", aggregate="note")
class Note:
    """An act for these tests."""

    day: date = open_field("the day")
    title: Text | None = open_field("a title", default=None)
    body: Text | Withheld = salted_field("what is said")
    aside: Text | Withheld | None = salted_field("what is said besides", default=None)
    draft: Text = private_field("what was thought", default=Text("nothing"))


declaring.KINDS.pop(("test.note", 1))
NOTE = Note(day=date(2026, 11, 23), body=Text("Hello"), draft=Text("Hm"))
FIELDS: dict[str, Json] = {
    "day": "2026-11-23",
    "body": {"hmac_sha256": HELLO.commitment},
}


def test_open_values_are_written_salted_ones_committed_to_private_ones_left_out() -> None:
    sealed = seal(NOTE, same_key)
    assert sealed.fields == FIELDS
    assert sealed.disclosures == (Disclosure("body", KEY, "Hello"),)


def test_every_salted_value_has_a_key_of_its_own() -> None:
    keys = [bytes([n]) * 32 for n in range(2)]
    note = Note(day=date(2026, 1, 1), body=Text("Same"), aside=Text("Same"))
    drawn = iter(keys)
    sealed = seal(note, lambda _: next(drawn))
    assert [one.key for one in sealed.disclosures] == keys
    assert sealed.fields["body"] != sealed.fields["aside"]


def test_an_act_comes_back_with_what_was_disclosed() -> None:
    kind = kind_of(NOTE)
    found = unseal(kind, FIELDS, {"body": "Hello"}, "fields")
    assert found == Note(day=date(2026, 11, 23), body=Text("Hello"))
    withheld = Withheld(HELLO.commitment)
    assert unseal(kind, FIELDS, {}, "fields") == Note(day=date(2026, 11, 23), body=withheld)


@pytest.mark.parametrize(
    "changed, problem",
    [
        ({"day": None}, "fields.day: expected a date like 2026-11-23"),
        ({"body": "Hello"}, "fields.body: expected a commitment"),
        ({"body": {"hmac_sha256": "0" * 63}}, "fields.body: expected a commitment of 64 "),
        ({"body": {"hmac_sha256": "G" * 64}}, "fields.body: expected a commitment of 64 "),
        ({"body": {"hmac_sha256": 5}}, "fields.body: expected a commitment of 64 "),
        ({"body": {"hmac_sha256": "0" * 64, "x": 1}}, "fields.body: expected a commitment"),
        ({"draft": "Hm"}, "fields: a field that test.note/1 does not have: 'draft'"),
        ({"other" * 20: 1}, "fields: a field that test.note/1 does not have: 'otherother"),
        ({"title": ""}, "fields.title: expected a text"),
    ],
)
def test_fields_of_another_form_are_refused(changed: dict[str, Json], problem: str) -> None:
    with pytest.raises(MalformedRecord) as refused:
        unseal(kind_of(NOTE), {**FIELDS, **changed}, {}, "fields")
    assert str(refused.value).startswith(problem)


def test_a_field_that_must_be_there_is_missed() -> None:
    for name in FIELDS:
        fields = {key: value for key, value in FIELDS.items() if key != name}
        with pytest.raises(MalformedRecord, match=rf"^fields\.{name}: is missing$"):
            unseal(kind_of(NOTE), fields, {}, "fields")
    with pytest.raises(MalformedRecord, match=r"^fields: expected an object$"):
        unseal(kind_of(NOTE), [], {}, "fields")


def test_a_value_that_no_reader_would_take_is_not_sealed() -> None:
    with pytest.raises(MalformedRecord, match=r"^title: a text with control characters$"):
        seal(Note(day=date(2026, 1, 1), body=Text("b"), title=Text("\0")), same_key)
    erased = EraseDisclosures(entries=["0" * 64])  # type: ignore[arg-type] # a list, not a tuple
    with pytest.raises(ValueError, match=r"^entries is not in the form of its kind$"):
        seal(erased, same_key)
    with pytest.raises(TypeError, match="body is withheld"):
        seal(Note(day=date(2026, 1, 1), body=Withheld(Commitment("0" * 64))), same_key)


def test_the_schema_says_what_an_entry_may_hold() -> None:
    commitment: Json = {
        "type": "object",
        "properties": {"hmac_sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"}},
        "required": ["hmac_sha256"],
        "additionalProperties": False,
    }
    text: Json = {"type": "string", "minLength": 1, "maxLength": 10000}
    assert isinstance(commitment, dict)
    assert isinstance(text, dict)
    assert kind_of(NOTE).schema() == {
        "type": "object",
        "properties": {
            "day": {"type": "string", "format": "date", "description": "the day"},
            "title": {**text, "description": "a title"},
            "body": {**commitment, "description": "what is said"},
            "aside": {**commitment, "description": "what is said besides"},
        },
        "required": ["day", "body"],
        "additionalProperties": False,
    }


def test_what_is_no_act_has_no_kind() -> None:
    with pytest.raises(TypeError, match=r"^str is no kind of act$"):
        kind_of("note")


def test_a_kind_is_declared_once() -> None:
    class Other:
        day: date = open_field("the day")

    act_kind("test.other", aggregate="note")(Other)

    class Again:
        day: date = open_field("the day")

    with pytest.raises(ValueError, match=r"^test\.other/1 is declared twice$"):
        act_kind("test.other", aggregate="note")(Again)

    class Newer:
        day: date = open_field("the day")

    act_kind("test.other", aggregate="note", version=2)(Newer)


def test_a_field_says_who_may_see_it() -> None:
    class Silent:
        day: date

    with pytest.raises(TypeError, match=r"^Silent\.day: open, salted or private\?$"):
        act_kind("test.silent", aggregate="note")(Silent)

    class Undefaulted:
        day: date | None = open_field("the day")

    with pytest.raises(TypeError, match="what may be missing is None by default"):
        act_kind("test.undefaulted", aggregate="note")(Undefaulted)

    class Secret:
        day: date = private_field("the day")

    with pytest.raises(TypeError, match="what no entry holds needs a default"):
        act_kind("test.secret", aggregate="note")(Secret)


def test_keys_come_from_whoever_seals() -> None:
    drawn = seal(NOTE, os.urandom).disclosures[0]
    assert drawn.key != KEY
    assert drawn.value == "Hello"
