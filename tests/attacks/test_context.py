"""The election changed after ballots were made for it: row 14."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, Final

import pytest

from comitia.ballots.v1.making import check_ballot
from comitia.ballots.v1.model import Fingerprint, Json, Uuid, canonical_json, derive_hash
from comitia.ballots.v1.parse import parse_election
from comitia.verify import Subject, Verdict
from tests.attacks.hostile import Places, ballot_subject, failed, failing
from tests.ballots.v1.forging import ballot_of, failures, signed_again
from tests.ballots.v1.samples import LISTED, SMALL, Path, changed
from tests.elections import LISTS, YES_NO, Made, Step, make_election, put_together, take_apart
from tests.elections import verify_bytes as verify
from tests.verify.building import sign_again, with_setup

BALLOTS: Final = {
    made.election.uuid: [ballot_subject(n, record) for n, record in enumerate(made.ballots, 1)]
    for made in (SMALL, LISTED)
}


def shares_of(made: Made) -> list[Subject]:
    """Return how a report names the shares of an election."""
    steps = take_apart(made.archive)
    first = len(made.ballots) + 3
    return [Subject(n, derive_hash(steps[n].contents[0])) for n in range(first, len(steps) - 1)]


def edited(made: Made, election: bytes) -> bytes:
    """Return the archive with another election, and everything after its Setup as it was."""
    records = with_setup(made, election=election)
    setup, *after = take_apart(made.archive)
    return put_together([Step(setup.type, records.in_order), *after])


def of_another_election(made: Made) -> Places:
    """Return what fails where ballots and shares were made for another election of one shape."""
    return {
        "ballot.election": BALLOTS[made.election.uuid],
        "ballot.proof": BALLOTS[made.election.uuid],
        "decryption.proof": shares_of(made),
    }


EDITS: Final = [
    pytest.param(SMALL, ("uuid",), "9" * 14, id="identifier"),
    pytest.param(SMALL, ("name",), "Another election", id="name"),
    pytest.param(SMALL, ("description",), "", id="description"),
    pytest.param(SMALL, ("questions", 0, "question"), "Who not?", id="question"),
    pytest.param(SMALL, ("questions", 0, "answers"), ["Bo", "Ada", "Cy"], id="order of answers"),
    pytest.param(SMALL, ("questions", 0, "answers", 0), "Adam", id="an answer"),
    pytest.param(SMALL, ("questions", 1, "answers", 1), "No ", id="a space in an answer"),
    pytest.param(LISTED, ("questions", 0, "value", "question"), "Which?", id="question of lists"),
    pytest.param(LISTED, ("questions", 0, "value", "answers", 1, 0), "Green", id="name of a list"),
    pytest.param(
        LISTED,
        ("questions", 0, "value", "answers", 0),
        ["Red", "Bo", "Ada"],
        id="order of candidates",
    ),
    pytest.param(LISTED, ("questions", 1, "question"), "Refuse?", id="question beside lists"),
]


@pytest.mark.parametrize("made, path, value", EDITS)
def test_attack_14_an_edited_election_fails_every_ballot_and_every_share(
    made: Made, path: Path, value: Json
) -> None:
    election = canonical_json(changed(json.loads(made.records.election), path, lambda _: value))
    assert failing(edited(made, election)) == of_another_election(made)


@pytest.mark.parametrize(
    "field, value",
    [
        ("administrator", "Somebody else"),
        ("credential_authority", "server"),
        ("language", ["de", "ltr"]),
    ],
)
def test_attack_14_a_field_added_to_the_election_is_an_edit(field: str, value: Json) -> None:
    election = canonical_json({**json.loads(SMALL.records.election), field: value})
    assert failing(edited(SMALL, election)) == of_another_election(SMALL)


@pytest.mark.parametrize(
    "path, value",
    [
        pytest.param(("questions", 0, "min"), 0, id="fewer demanded"),
        pytest.param(("questions", 0, "max"), 3, id="more permitted"),
        pytest.param(("questions", 0, "blank"), False, id="blank no longer allowed"),
        pytest.param(("questions", 0, "answers"), ["Ada", "Bo"], id="an answer taken away"),
        pytest.param(("questions", 0, "answers"), ["Ada", "Bo", "Cy", "Di"], id="an answer more"),
    ],
)
def test_attack_14_an_edit_that_asks_for_other_proofs_leaves_no_ballot_in_form(
    path: Path, value: Json
) -> None:
    election = canonical_json(changed(json.loads(SMALL.records.election), path, lambda _: value))
    places = failing(edited(SMALL, election))
    assert places["ballot.canonical"] == BALLOTS[SMALL.election.uuid]
    assert "ballot.proof" not in places, "there is nothing left to look at"


def test_attack_14_the_bounds_of_a_question_changed_both_ways_fail_the_proofs() -> None:
    """From 1 to 2 to 0 to 1: as many proofs are asked for, of other sums."""
    value: Any = json.loads(SMALL.records.election)
    value["questions"][0].update(min=0, max=1)
    assert failing(edited(SMALL, canonical_json(value))) == of_another_election(SMALL)


def test_attack_14_two_questions_exchanged_fail_though_they_have_one_form() -> None:
    other = replace(YES_NO, text="And this?")
    made = make_election(questions=(YES_NO, other), votes=(((1, 0), (0, 1)),), seed="exchanged")
    value = json.loads(made.records.election)
    value["questions"].reverse()
    places = failing(edited(made, canonical_json(value)))
    assert places == {
        "ballot.election": [ballot_subject(1, made.ballots[0])],
        "ballot.proof": [ballot_subject(1, made.ballots[0])],
        "decryption.proof": shares_of(made),
    }


def test_attack_14_another_key_fails_the_set_up_as_well() -> None:
    value = {**json.loads(SMALL.records.election), "public_key": SMALL.keys[0].public_key.text}
    election = canonical_json(value)
    assert failing(edited(SMALL, election)) == {
        "setup.election": [Subject(0, derive_hash(election))],
        **of_another_election(SMALL),
    }


def test_attack_14_an_insider_who_renames_the_election_in_the_ballots_breaks_signatures() -> None:
    value = {**json.loads(SMALL.records.election), "name": "Another election"}
    election = canonical_json(value)
    fingerprint = parse_election(election).fingerprint
    setup, *after = take_apart(edited(SMALL, election))
    renamed = [
        canonical_json({**json.loads(record), "election_hash": fingerprint})
        for record in SMALL.ballots
    ]
    ballots = [Step(after[0].type, (record,)) for record in renamed]
    places = failing(put_together([setup, *ballots, *after[len(renamed) :]]))
    subjects = [ballot_subject(n, record) for n, record in enumerate(renamed, 1)]
    assert places == {
        "ballot.proof": subjects,
        "ballot.signature": subjects,
        "decryption.proof": shares_of(SMALL),
    }


def test_attack_14_a_voter_who_signs_again_has_still_proved_for_the_old_election() -> None:
    value = {**json.loads(SMALL.records.election), "name": "Another election"}
    election = parse_election(canonical_json(value))
    ballot = replace(ballot_of(SMALL), election_hash=election.fingerprint)
    found = failures(signed_again(ballot, SMALL), election)
    assert {check for check, _ in found} == {"ballot.proof"}
    assert len(found) == 9, "every proof there is"


@pytest.mark.parametrize(
    "change",
    [{"uuid": Uuid("9" * 14)}, {"fingerprint": Fingerprint("0" * 43)}],
    ids=["identifier", "fingerprint"],
)
def test_attack_14_a_ballot_for_another_election_is_refused_when_it_is_cast(
    change: dict[str, Any],
) -> None:
    record = sign_again(SMALL, 0, **change)
    assert failed(lambda: check_ballot(record, SMALL.election)) == (
        "ballot.election",
        "election named",
    )


def test_attack_14_a_twin_election_of_the_same_questions_and_keys_takes_no_ballot() -> None:
    """Another identifier, everything else alike: the older election's ballots are worth nothing."""
    twin = make_election(seed="twin")
    for record in SMALL.ballots:
        assert failed(check_ballot, record, twin.election) == (
            "ballot.election",
            "election named",
        )
    assert verify(twin.archive).verdict is Verdict.VALID
    assert LISTS in (LISTED.election.questions)
