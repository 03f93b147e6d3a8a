"""What the Python package refuses the booth refuses too, and it takes what that takes."""

from __future__ import annotations

import json
from typing import Any, Final

import pytest

from comitia.ballots.v1.making import prepare_ballot
from comitia.ballots.v1.model import (
    Direction,
    ElectionTemplate,
    Json,
    Language,
    canonical_json,
    derive_election_record,
)
from comitia.ballots.v1.parse import parse_ballot, parse_election, parse_json
from comitia.errors import MalformedRecord
from tests.ballots.v1.samples import Path, changed, permitted_vote, walk
from tests.elections import CHOOSE, GRADE, LISTS, RANK, YES_NO, make_election, seeded
from tests.frontend.conftest import Booth, Refused

REFUSED: Final = {"MalformedRecord", "NotSupported"}
PARTS: Final[tuple[Json, ...]] = (None, True, -1, 2, 2**30, "", "0", "7", [], {}, [""], {"a": 0})
TEXTS: Final = (
    b"",
    b" ",
    b"nul",
    b"NaN",
    b"[Infinity]",
    b"1.0",
    b"1e3",
    b"[-0]",
    b"01",
    b"9999999999",
    b"-9999999999",
    b"10000000000",
    b'{"a":1,"a":2}',
    b'{"a":1,"\\u0061":2}',
    b'[{"a":1},{"a":2}]',
    b'{"a":{"a":{"a":1}},"b":1}',
    b'{"__proto__":1}',
    b'{"__proto__":1,"__proto__":1}',
    b'"\\ud800"',
    b'{"\\udc00":1}',
    b'"\\ud83d\\ude00"',
    b'"\\ude00\\ud83d"',
    b'"\xff"',
    b'"\xed\xa0\x80"',
    b"\xef\xbb\xbf[]",
    b'"\n"',
    b'"\x7f"',
    b'"\\u007F\\/\\t"',
    b"[1,]",
    b"[1 2]",
    b"\x0c[]",
    b"\xc2\xa0[]",
    b'[" : , { [ \\" ] } "]',
    b"'a'",
    b"[true,false,null]",
    b"[" * 16 + b"]" * 16,
    b"[" * 17 + b"]" * 17,
    b"[" * 100_000,
    b'{"a":' * 17 + b"1" + b"}" * 17,
)


def is_refused(booth: Booth, command: str, **request: str) -> bool:
    """Return whether the booth refuses a request, in the way in which it refuses records."""
    try:
        booth.ask(command, **request)
    except Refused as refused:
        if refused.kind not in REFUSED:
            raise
        return True
    return False


def replaced(whole: Json, path: Path, part: Json) -> bytes:
    """Return a record with another value at a path."""
    return canonical_json(changed(whole, path, lambda _: part))


def does_python_refuse(parse: Any, *arguments: Any) -> bool:  # noqa: ANN401 - any parser
    try:
        parse(*arguments)
    except MalformedRecord:
        return True
    return False


def test_the_same_texts_are_json(booth: Booth) -> None:
    outcomes = {}
    for text in TEXTS:
        try:
            expected = canonical_json(parse_json(text, "text", 10**6)).hex()
        except MalformedRecord:
            assert is_refused(booth, "json", bytes=text.hex()), text
            outcomes[text] = "refused"
        else:
            assert booth.ask("json", bytes=text.hex()) == expected
            outcomes[text] = "taken"
    assert list(outcomes.values()).count("taken") == 11


def records_of_elections() -> list[bytes]:
    """Return records of elections that differ from a sound one in one value or one field."""
    made = make_election()
    template = ElectionTemplate(
        "Name",
        "",
        (CHOOSE, YES_NO, LISTS, RANK, GRADE),
        administrator="the office",
        credential_authority="the registrar",
        language=Language("ar", Direction.RIGHT_TO_LEFT),
    )
    election = made.election
    record = derive_election_record(template, election.uuid, election.public_key, election.group)
    whole: Json = json.loads(record)
    records = [record]
    for path, part in walk(whole):
        records += [replaced(whole, path, p) for p in PARTS]
        if isinstance(part, dict):
            records.append(replaced(whole, path, {**part, "more": 1}))
            for name in part:
                without = {key: value for key, value in part.items() if key != name}
                records.append(replaced(whole, path, without))
            records.append(replaced(whole, path, dict(reversed(part.items()))))
    return records


def test_the_same_records_are_elections(booth: Booth) -> None:
    records = records_of_elections()
    taken = 0
    for record in records:
        refuses = does_python_refuse(parse_election, record)
        assert is_refused(booth, "election", bytes=record.hex()) == refuses, record
        taken += not refuses
    assert 100 < taken < len(records) - 500


def test_the_same_records_are_ballots(booth: Booth) -> None:
    made = make_election(questions=(YES_NO,), votes=(((1, 0),),), trustees=1)
    election, ballot = made.election, made.ballots[0]
    whole: Json = json.loads(ballot)
    records = [ballot, ballot + b" ", ballot.replace(b":", b": ", 1)]
    for path, part in walk(whole):
        records += [replaced(whole, path, p) for p in PARTS[::3]]
        if isinstance(part, dict):
            records.append(replaced(whole, path, dict(reversed(part.items()))))
        if isinstance(part, list):
            records.append(replaced(whole, path, part[1:]))
    request = {"election": made.records.election.decode()}
    taken = 0
    for record in records:
        refuses = does_python_refuse(parse_ballot, record, election.questions, election.group)
        assert is_refused(booth, "read", ballot=record.hex(), **request) == refuses, record
        taken += not refuses
    # Whether a ballot names this election is no matter of form, and "7" is a scalar.
    assert 1 < taken < len(records) - 100


WRONG_VOTES: Final = (
    (CHOOSE, (1, 1, 0, 0)),
    (CHOOSE, (0, 0, 0, 0)),
    (CHOOSE, (0, 1, 1, 1)),
    (CHOOSE, (0, 1, 1)),
    (CHOOSE, (0, 2, 0, 0)),
    (CHOOSE, (0, -1, 1, 1)),
    (YES_NO, (1, 1)),
    (LISTS, (0, 0, 0, 0, 0)),
    (LISTS, (1, 1, 0, 1, 1)),
    (LISTS, (1, 0, 0, 0, 0)),
    (LISTS, (1, 1, 0, 0, 1)),
    (RANK, (1, 3, 0)),
    (RANK, (1, 1, 2)),
    (RANK, (256, 0, 0)),
    (RANK, (1, 2)),
    (GRADE, (0, 1)),
    (GRADE, (3, 1)),
)


@pytest.mark.parametrize("number", range(len(WRONG_VOTES)))
def test_neither_makes_a_ballot_that_a_question_does_not_permit(booth: Booth, number: int) -> None:
    question, vote = WRONG_VOTES[number]
    made = make_election(questions=(question,), votes=((permitted_vote(question),),), trustees=1)
    credential = made.credentials.private[0][1]
    with pytest.raises(ValueError, match=r"^question 1: "):
        prepare_ballot(made.election, credential, [vote], seeded("wrong"))
    record = made.records.election.decode()
    request = {"election": record, "credential": credential, "seed": "wrong"}
    with pytest.raises(Refused, match=r"^RangeError: question 1: "):
        booth.ask("make", votes=[vote], **request)
    with pytest.raises(Refused, match=r"^RangeError: expected one vote for each question"):
        booth.ask("make", votes=[], **request)


@pytest.mark.parametrize("bit", [0.5, 1.0000001, "1", None, True])
def test_the_booth_takes_whole_numbers_alone(booth: Booth, bit: object) -> None:
    """Votes come from a page's forms, where a number is easily a text."""
    for question, rest in ((YES_NO, (0,)), (RANK, (0, 0))):
        made = make_election(
            questions=(question,), votes=((permitted_vote(question),),), trustees=1
        )
        request = {
            "election": made.records.election.decode(),
            "credential": made.credentials.private[0][1],
        }
        with pytest.raises(Refused, match=r"^RangeError: question 1: "):
            booth.ask("make", votes=[[bit, *rest]], seed="wrong", **request)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "11111-111111-11111-11111",
        "11111-111111-11111-111110",
        " 11111-111111-11111-111111",
        "11111-111111-11111-111111\n",
        "1111111111111111111111",
    ],
)
def test_a_credential_in_another_form_is_refused_and_not_repeated(booth: Booth, typed: str) -> None:
    made = make_election(questions=(YES_NO,), votes=(((1, 0),),), trustees=1)
    request = {"election": made.records.election.decode(), "votes": [[1, 0]], "seed": "typed"}
    with pytest.raises(Refused) as caught:
        booth.ask("make", credential=typed, **request)
    assert str(caught.value) == (
        "MalformedRecord: private credential: "
        "expected the form XXXXX-XXXXXX-XXXXX-XXXXXX in Base58 characters"
    )
