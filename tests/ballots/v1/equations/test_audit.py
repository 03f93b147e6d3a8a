"""Audited ballots: an opening that is not of its ciphertext is found, and so is everything else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from comitia.ballots.v1.equations import audit_failures, encrypt
from comitia.ballots.v1.model import (
    AnyOpening,
    AuditedBallot,
    Ciphertext,
    Fingerprint,
    HomomorphicAnswer,
    Opening,
    RankedAnswer,
    Uuid,
    name_choice,
)
from tests.ballots.v1.forging import proofs_of_the_whole, with_choice
from tests.ballots.v1.samples import (
    FIELD,
    FIELD_SAMPLES,
    LISTED,
    LISTED_FIELD,
    RANKED,
    RANKED_FIELD,
    SAMPLES,
    SMALL,
    Sample,
    audited_ballot,
    walk,
)
from tests.elections import Made

EVERY = pytest.mark.parametrize(
    "made",
    [
        pytest.param(SMALL, id="Ed25519"),
        pytest.param(FIELD, id="BELENIOS-2048"),
        pytest.param(LISTED, id="lists, Ed25519"),
        pytest.param(LISTED_FIELD, id="lists, BELENIOS-2048"),
        pytest.param(RANKED, id="ranked, Ed25519"),
        pytest.param(RANKED_FIELD, id="ranked, RFC-3526-2048"),
    ],
)
OPENING, PROOF = "audit.opening", "ballot.proof"
Failure = tuple[str, str]


def failures(audited: AuditedBallot, made: Made) -> list[Failure]:
    return [(failure.check, failure.subject) for failure in audit_failures(audited, made.election)]


def with_opening(audited: AuditedBallot, i: int, j: int, opening: AnyOpening) -> AuditedBallot:
    rows = [list(row) for row in audited.openings]
    rows[i][j] = opening
    return replace(audited, openings=tuple(map(tuple, rows)))


@EVERY
def test_a_ballot_that_was_opened_holds_what_its_openings_say(made: Made) -> None:
    audited = audited_ballot(made)
    assert failures(audited, made) == []
    for answer, row in zip(audited.unsigned.answers, audited.openings, strict=True):
        assert [encrypt(opening, made.election) for opening in row] == list(answer.choices)


def lies_of(opening: AnyOpening) -> list[AnyOpening]:
    """Return openings to other contents, one for each number that can be changed."""
    if isinstance(opening, Opening):
        return [replace(opening, value=1 - opening.value)]
    values = opening.values
    return [
        replace(opening, values=(*values[:place], values[place] + 1, *values[place + 1 :]))
        for place in range(len(values))
    ]


def opening_of(audited: AuditedBallot, i: int, j: int) -> Opening:
    opening = audited.openings[i][j]
    assert isinstance(opening, Opening)
    return opening


@EVERY
def test_every_opening_is_held_by_its_own_ciphertext(made: Made) -> None:
    audited, one = audited_ballot(made), made.election.group.scalar(1)
    for i, row in enumerate(audited.openings):
        for j, opening in enumerate(row):
            subject = f"question {i + 1}, {name_choice(j, made.election.questions[i].row_shape)}"
            for changed in (
                *lies_of(opening),
                replace(opening, randomness=opening.randomness + one),
            ):
                found = failures(with_opening(audited, i, j, changed), made)
                assert found == [(OPENING, subject)]


@EVERY
@pytest.mark.parametrize("part", ["alpha", "beta"])
def test_a_changed_ciphertext_fails_its_opening_and_its_proofs(made: Made, part: str) -> None:
    audited, generator = audited_ballot(made), made.election.group.generator
    for i, answer in enumerate(audited.unsigned.answers):
        for j, choice in enumerate(answer.choices):
            changed = replace(choice, **{part: getattr(choice, part) * generator})
            answers = list(audited.unsigned.answers)
            answers[i] = with_choice(answer, j, changed)
            unsigned = replace(audited.unsigned, answers=tuple(answers))
            row_shape = made.election.questions[i].row_shape
            name = f"question {i + 1}, {name_choice(j, row_shape)}"
            if isinstance(answer, RankedAnswer):
                expected = [(OPENING, name), (PROOF, f"question {i + 1}, proof of knowledge")]
                assert failures(replace(audited, unsigned=unsigned), made) == expected
                continue
            whole = [f"question {i + 1}, {part_}" for part_ in proofs_of_the_whole(answer)]
            expected = [(OPENING, name), (PROOF, name), *((PROOF, subject) for subject in whole)]
            assert failures(replace(audited, unsigned=unsigned), made) == expected


def test_a_program_that_encrypts_another_choice_is_found_out() -> None:
    """It can prove everything of the ballot, and cannot open it to what the voter chose."""
    audited = audited_ballot(SMALL)
    claimed = tuple(
        replace(opening_of(audited, 1, j), value=value) for j, value in enumerate((0, 1))
    )
    lied = replace(audited, openings=(audited.openings[0], claimed))
    assert failures(lied, SMALL) == [
        (OPENING, "question 2, choice 1"),
        (OPENING, "question 2, choice 2"),
    ]


def test_a_failed_opening_states_both_ciphertexts() -> None:
    audited, election = audited_ballot(SMALL), SMALL.election
    opening = replace(opening_of(audited, 1, 0), value=0)
    (failure,) = audit_failures(with_opening(audited, 1, 0, opening), election)
    found = audited.unsigned.answers[1].choices[0]
    assert failure.args == (
        OPENING,
        "question 2, choice 1",
        encrypt(opening, election).text,
        found.text,
    )


def test_an_opening_less_than_there_are_ciphertexts_is_a_callers_mistake() -> None:
    """The parser counts; a ciphertext without an opening would be audited by nobody."""
    audited = audited_ballot(SMALL)
    first, second = audited.openings
    for openings in ((first,), (first[:-1], second)):
        with pytest.raises(ValueError, match="shorter"):
            list(audit_failures(replace(audited, openings=openings), SMALL.election))


@pytest.mark.parametrize(
    "sample, made",
    [
        pytest.param(SAMPLES["audited ballot"], SMALL, id="Ed25519"),
        pytest.param(SAMPLES["lists audited ballot"], LISTED, id="lists"),
        pytest.param(FIELD_SAMPLES["audited ballot"], FIELD, id="BELENIOS-2048"),
    ],
)
def test_every_scalar_of_an_audited_ballot_is_held_by_one_equation(
    sample: Sample, made: Made
) -> None:
    q = made.election.group.order
    for path, part in walk(sample.value):
        names = [step for step in path if isinstance(step, str)]
        if not (isinstance(part, str) and set(names) & {"challenge", "response", "randomness"}):
            continue
        audited = sample.parse(sample.changed(path, lambda text: str((int(text) + 1) % q)))
        assert isinstance(audited, AuditedBallot)
        (failure,) = audit_failures(audited, made.election)
        assert failure.check == (OPENING if "openings" in names else PROOF)


def test_a_ballot_of_another_credential_fails_every_proof() -> None:
    audited = audited_ballot(SMALL)
    other = SMALL.credentials.public[0].element
    assert audited.unsigned.credential != other
    unsigned = replace(audited.unsigned, credential=other)
    found = failures(replace(audited, unsigned=unsigned), SMALL)
    assert {check for check, _ in found} == {PROOF}
    assert len(found) == 6 + 3, "a choice each, and the proofs of the two answers"


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"election_uuid": Uuid("9" * 14)}, id="identifier"),
        pytest.param({"election_hash": Fingerprint("b" * 43)}, id="fingerprint"),
    ],
)
def test_a_ballot_that_names_another_election_fails(change: dict[str, Uuid | Fingerprint]) -> None:
    audited = audited_ballot(SMALL)
    unsigned = replace(audited.unsigned, **change)  # type: ignore[arg-type]  # each of its own type
    found = failures(replace(audited, unsigned=unsigned), SMALL)
    assert found == [("ballot.election", "election named")]


def test_a_ballot_of_another_election_fails_everywhere() -> None:
    """Its key is another, so that even an opening of the same randomness is of another ballot."""
    audited = audited_ballot(SMALL)
    election = replace(SMALL.election, public_key=ED25519_OTHER, fingerprint=Fingerprint("c" * 43))
    found = [(f.check, f.subject) for f in audit_failures(audited, election)]
    assert found[0] == ("ballot.election", "election named")
    assert [check for check, _ in found].count(OPENING) == 6
    assert [check for check, _ in found].count(PROOF) == 9


ED25519_OTHER = SMALL.keys[0].public_key


def test_an_opening_is_encrypted_as_a_ciphertext_is_defined() -> None:
    group, key = SMALL.election.group, SMALL.election.public_key
    r = group.scalar(12345)
    mask = (group.generator_power(r), key.power(r))
    assert [encrypt(Opening(r, value), SMALL.election) for value in (0, 1)] == [
        Ciphertext(mask[0], mask[1]),
        Ciphertext(mask[0], mask[1] * group.generator),
    ]


def test_answers_of_the_sample_are_of_both_kinds() -> None:
    kinds = [isinstance(a, HomomorphicAnswer) for a in audited_ballot(LISTED).unsigned.answers]
    assert kinds == [False, True]
