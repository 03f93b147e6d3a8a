"""Each proof of a ballot: changed anywhere, exactly that equation fails."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from typing import assert_never

import pytest

from comitia.ballots.v1.equations import (
    ballot_failures,
    proof_failures,
    verify_names_election,
    verify_proofs,
    verify_signature,
)
from comitia.ballots.v1.model import (
    Answer,
    Ciphertext,
    Election,
    EventType,
    Fingerprint,
    HomomorphicQuestion,
    ListsAnswer,
    ListsQuestion,
    NonzeroProof,
    Question,
    RankedAnswer,
    RankedQuestion,
    Uuid,
    derive_ballot_record,
    name_choice,
)
from comitia.ballots.v1.parse import ForeignElements, parse_election
from comitia.errors import CheckFailed
from tests.ballots.v1.forging import (
    Failure,
    ballot_of,
    failures,
    forged_answer,
    lists_answer,
    parse,
    proofs_of_the_whole,
    signed_again,
    sum_answer,
    unsigned,
    with_answer,
    with_choice,
)
from tests.ballots.v1.samples import (
    FIELD,
    FIELD_SAMPLES,
    LISTED,
    LISTED_FIELD,
    RANKED,
    RANKED_FIELD,
    SAFE_PRIME_SAMPLES,
    SAMPLES,
    SCALARS,
    SMALL,
    Path,
    Sample,
    field_of,
    fixture_steps,
    walk,
)
from tests.elections import LISTS, Made

EVERY = pytest.mark.parametrize(
    "made, sample",
    [
        pytest.param(SMALL, SAMPLES["ballot"], id="Ed25519"),
        pytest.param(FIELD, FIELD_SAMPLES["ballot"], id="BELENIOS-2048"),
        pytest.param(LISTED, SAMPLES["lists ballot"], id="lists, Ed25519"),
        pytest.param(LISTED_FIELD, FIELD_SAMPLES["lists ballot"], id="lists, BELENIOS-2048"),
        pytest.param(RANKED, SAMPLES["ranked ballot"], id="ranked, Ed25519"),
        pytest.param(RANKED_FIELD, SAFE_PRIME_SAMPLES["ranked ballot"], id="ranked, RFC-3526-2048"),
    ],
)
PROOF, SIGNATURE = "ballot.proof", "ballot.signature"
PARTS = {
    "overall_proof": "overall proof",
    "blank_proof": "blank proof",
    "nonzero_proof": "proof of a candidate",
    "proof": "proof of knowledge",
}


def equation_of(path: Path) -> Failure:
    """Return check and subject of the equation that a proof's field belongs to."""
    if path[0] == "signature":
        return SIGNATURE, "signature"
    _, question, part, *rest = path
    numbers = [step + 1 for step in rest if isinstance(step, int)]
    match part, numbers:
        case "individual_proofs", (choice, _):
            subject = f"choice {choice}"
        case "individual_proofs", (number, 1, _):
            subject = f"list {number}"
        case "individual_proofs", (number, place, _):
            subject = f"list {number}, candidate {place - 1}"
        case "list_proofs", (number, *_):
            subject = f"proof of list {number}"
        case _:
            subject = PARTS[str(part)]
    return PROOF, f"question {int(question) + 1}, {subject}"


@EVERY
def test_a_sound_ballot_has_no_failures(made: Made, sample: Sample) -> None:
    ballot = parse(sample.record, made.election)
    assert list(ballot_failures(ballot, made.election)) == []
    verify_names_election(ballot, made.election)
    verify_proofs(ballot, made.election)
    verify_signature(ballot, made.election.group)


@EVERY
@pytest.mark.parametrize("shift", [1, -1])
def test_every_scalar_of_every_proof_is_held_by_exactly_its_equation(
    made: Made, sample: Sample, shift: int
) -> None:
    q = made.election.group.order
    paths = [
        path
        for path, part in walk(sample.value)
        if field_of(path) in SCALARS and isinstance(part, str)
    ]
    found = {}
    for path in paths:
        record = sample.changed(path, lambda text: str((int(text) + shift) % q))
        ballot = parse(record, made.election)
        if path[0] == "answers":
            ballot = signed_again(ballot, made)
        found[path] = failures(ballot, made.election)
    assert found == {path: [equation_of(path)] for path in paths}
    assert len(paths) == 2 + sum(map(scalar_count, made.election.questions))


def scalar_count(question: Question) -> int:
    """Return how many scalars the proofs of an answer have: two a proof, three where not zero."""
    match question:
        case HomomorphicQuestion() as q:
            return 2 * (2 * q.choice_count + q.overall_proof_count + 2 * q.blank)
        case ListsQuestion() as q:
            names = sum(map(len, q.lists))
            return 2 * (2 * names + 1 + 2 * len(q.lists)) + 3
        case RankedQuestion():
            return 2
        case _:
            assert_never(question)


@EVERY
def test_two_scalars_exchanged_fail_that_equation(made: Made, sample: Sample) -> None:
    proofs = [
        path
        for path, part in walk(sample.value)
        if isinstance(part, dict) and set(part) == {"challenge", "response"}
    ]
    assert len(proofs) > 1
    for path in proofs:
        record = sample.changed(
            path, lambda p: {"challenge": p["response"], "response": p["challenge"]}
        )
        ballot = parse(record, made.election)
        if path[0] == "answers":
            ballot = signed_again(ballot, made)
        assert failures(ballot, made.election) == [equation_of(path)]


@EVERY
@pytest.mark.parametrize("part", ["alpha", "beta"])
def test_a_changed_ciphertext_fails_its_own_proof_and_those_of_the_whole_answer(
    made: Made, sample: Sample, part: str
) -> None:
    generator = made.election.group.generator
    ballot = parse(sample.record, made.election)
    for i, answer in enumerate(ballot.answers):
        row = made.election.questions[i].row_shape
        for j, choice in enumerate(answer.choices):
            changed = replace(choice, **{part: getattr(choice, part) * generator})
            forged = with_answer(ballot, i, with_choice(answer, j, changed))
            own = "proof of knowledge" if isinstance(answer, RankedAnswer) else name_choice(j, row)
            subjects = [own, *proofs_of_the_whole(answer)]
            assert failures(signed_again(forged, made), made.election) == [
                (PROOF, f"question {i + 1}, {subject}") for subject in subjects
            ]


LISTS_BOTH = pytest.mark.parametrize(
    "made", [pytest.param(LISTED, id="Ed25519"), pytest.param(LISTED_FIELD, id="BELENIOS-2048")]
)


def with_nonzero(made: Made, proof: NonzeroProof) -> list[Failure]:
    """Return what fails of the first ballot with another proof that some candidate is chosen."""
    ballot = ballot_of(made)
    answer = replace(lists_answer(ballot), nonzero_proof=proof)
    return failures(signed_again(with_answer(ballot, 0, answer), made), made.election)


CANDIDATE = (PROOF, "question 1, proof of a candidate")


@LISTS_BOTH
def test_the_proof_of_a_candidate_changed_anywhere_fails_alone(made: Made) -> None:
    proof = lists_answer(ballot_of(made)).nonzero_proof
    generator, one = made.election.group.generator, made.election.group.scalar(1)
    first, second = proof.responses
    for other in (
        replace(proof, commitment=proof.commitment * generator),
        replace(proof, commitment=generator),
        replace(proof, challenge=proof.challenge + one),
        replace(proof, responses=(first + one, second)),
        replace(proof, responses=(first, second + one)),
        replace(proof, responses=(second, first)),
    ):
        assert with_nonzero(made, other) == [CANDIDATE]
    assert with_nonzero(made, proof) == []


@LISTS_BOTH
def test_the_identity_as_the_commitment_of_a_candidate_is_refused_whatever_the_rest(
    made: Made,
) -> None:
    """For a sum of 0, its commitment is the identity and everything else holds."""
    group = made.election.group
    answer = forged_answer(made, LISTS, (1, 0, 0, 0, 0))
    assert isinstance(answer, ListsAnswer)
    assert answer.nonzero_proof.commitment.is_identity
    forged = signed_again(with_answer(ballot_of(made), 0, answer), made)
    (failure,) = proof_failures(forged, made.election)
    assert failure.args == (*CANDIDATE, "a commitment", "the identity, which marks a zero")
    sound = lists_answer(ballot_of(made)).nonzero_proof
    assert with_nonzero(made, replace(sound, commitment=group.identity)) == [CANDIDATE]


def test_a_failed_proof_of_a_candidate_states_both_challenges() -> None:
    ballot = ballot_of(LISTED)
    answer = lists_answer(ballot)
    proof = answer.nonzero_proof
    wrong = replace(proof, challenge=proof.challenge + LISTED.election.group.scalar(1))
    forged = with_answer(ballot, 0, replace(answer, nonzero_proof=wrong))
    (failure,) = proof_failures(forged, LISTED.election)
    assert failure.found == wrong.challenge.text
    assert failure.expected.startswith("the challenge ")
    assert failure.expected != f"the challenge {wrong.challenge.text}"


def expected_of_lists(values: Sequence[int]) -> list[str]:
    """Return the parts that must fail of a vote on LISTS, in words of the tests' own."""
    red, ada, bo, blue, cy = values
    names = (
        "list 1",
        "list 1, candidate 1",
        "list 1, candidate 2",
        "list 2",
        "list 2, candidate 1",
    )
    subjects = [name for name, value in zip(names, values, strict=True) if value not in {0, 1}]
    if red + blue != 1:
        subjects.append("overall proof")
    for number, own, candidates in ((1, red, ada + bo), (2, blue, cy)):
        if own != 1 and candidates != 0:
            subjects.append(f"proof of list {number}")
    if ada + bo + cy == 0:
        subjects.append("proof of a candidate")
    return subjects


def forced(made: Made, values: Sequence[int]) -> list[str]:
    """Return what fails of a ballot that was made in spite of everything."""
    answer = forged_answer(made, LISTS, values)
    forged = signed_again(with_answer(ballot_of(made), 0, answer), made)
    found = failures(forged, made.election)
    assert {check for check, _ in found} <= {PROOF}
    return [subject.removeprefix("question 1, ") for _, subject in found]


def test_every_forbidden_vote_on_lists_made_by_force_fails_at_the_right_proofs() -> None:
    votes = list(product((0, 1), repeat=5))
    found = {vote: forced(LISTED, vote) for vote in votes}
    assert found == {vote: expected_of_lists(vote) for vote in votes}
    assert sum(not subjects for subjects in found.values()) == 4, "Ada, Bo or both, or Cy"


FORBIDDEN = [(0, 0, 0, 0, 0), (1, 0, 0, 0, 0), (1, 1, 0, 1, 1), (0, 1, 0, 1, 0), (1, 0, 0, 0, 1)]


@pytest.mark.parametrize("vote", FORBIDDEN, ids=repr)
def test_a_forbidden_vote_on_lists_fails_over_a_field(vote: tuple[int, ...]) -> None:
    assert forced(LISTED_FIELD, vote) == expected_of_lists(vote) != []


@pytest.mark.parametrize(
    "values",
    [
        pytest.param((1, 7, 0, 0, 0), id="seven votes for a candidate"),
        pytest.param((1, 2, -1, 0, 0), id="a vote taken from another"),
        pytest.param((2, 1, 0, -1, 0), id="a list taken from another"),
        pytest.param((1, 1, 0, 0, -1), id="candidates that add up to none"),
        pytest.param((3, 1, 1, 0, 0), id="three times the same list"),
    ],
)
def test_numbers_that_are_no_votes_on_lists_fail(values: tuple[int, ...]) -> None:
    assert forced(LISTED, values) == expected_of_lists(values) != []


@pytest.mark.parametrize("made", [RANKED, RANKED_FIELD], ids=lambda m: m.election.group.name)
def test_attack_3_a_ranked_answer_of_another_voter_fails_its_proof(made: Made) -> None:
    """Its statement has the credential in it, so a copy proves nothing."""
    copied = with_answer(ballot_of(made), 0, ballot_of(made, 1).answers[0])
    forged = signed_again(copied, made)
    assert failures(forged, made.election) == [(PROOF, "question 1, proof of knowledge")]


def test_a_ranked_answer_encrypted_anew_fails_its_proof() -> None:
    """Somebody who can change a ciphertext, and not what it holds, knows too little."""
    ballot, election = ballot_of(RANKED), RANKED.election
    answer = ballot.answers[0]
    assert isinstance(answer, RankedAnswer)
    exponent, group = election.group.scalar(7), election.group
    again = Ciphertext(
        answer.choice.alpha * group.generator_power(exponent),
        answer.choice.beta * election.public_key.power(exponent),
    )
    forged = signed_again(with_answer(ballot, 0, replace(answer, choice=again)), RANKED)
    assert failures(forged, election) == [(PROOF, "question 1, proof of knowledge")]


def test_a_ranked_answer_belongs_to_its_election_and_its_key() -> None:
    ballot, election = ballot_of(RANKED), RANKED.election
    ranked = [(PROOF, f"question {number}, proof of knowledge") for number in (1, 3)]
    for other in (
        replace(election, fingerprint=Fingerprint("a" * 43)),
        replace(election, public_key=election.public_key * election.group.generator),
    ):
        found = failures(ballot, other)
        assert [one for one in found if "knowledge" in one[1]] == ranked


def test_ranked_answers_of_one_voter_may_stand_at_each_other_s_place() -> None:
    """Nothing in the statement names the question; its voter alone could make either."""
    ballot = ballot_of(RANKED)
    first, middle, last = ballot.answers
    exchanged = signed_again(replace(ballot, answers=(last, middle, first)), RANKED)
    assert failures(exchanged, RANKED.election) == []


def test_any_member_can_be_encrypted_in_a_ranked_answer() -> None:
    """What it holds is proved by nothing: see the result's check, and the count."""
    answer = forged_answer(RANKED, RANKED.election.questions[0], (200, 200, 255))
    ballot = signed_again(with_answer(ballot_of(RANKED), 0, answer), RANKED)
    assert failures(ballot, RANKED.election) == []


def test_an_answer_of_another_kind_than_its_question_is_a_callers_mistake() -> None:
    """The parser sees to it; a proof that was checked as another would be worth nothing."""
    ballot = ballot_of(LISTED)
    answers = ballot.answers[::-1]
    with pytest.raises(TypeError, match=r"^an answer of another kind than its question$"):
        failures(replace(ballot, answers=answers), LISTED.election)


SUM, LIST = sum_answer(ballot_of(SMALL)), lists_answer(ballot_of(LISTED))
NO_BLANK = sum_answer(ballot_of(SMALL), 1)


@pytest.mark.parametrize(
    "made, answer, number",
    [
        pytest.param(SMALL, replace(SUM, choices=SUM.choices[:-1]), 0, id="choices"),
        pytest.param(
            SMALL, replace(SUM, individual_proofs=SUM.individual_proofs[:-1]), 0, id="proofs"
        ),
        pytest.param(
            SMALL,
            replace(SUM, individual_proofs=((SUM.individual_proofs[0][0],),) * 4),
            0,
            id="branches of a choice",
        ),
        pytest.param(
            SMALL, replace(SUM, overall_proof=SUM.overall_proof[:-1]), 0, id="overall, blank"
        ),
        pytest.param(
            SMALL, replace(NO_BLANK, overall_proof=NO_BLANK.overall_proof[:-1]), 1, id="overall"
        ),
        pytest.param(LISTED, replace(LIST, list_proofs=LIST.list_proofs[:-1]), 0, id="lists"),
    ],
)
def test_an_answer_with_less_than_its_question_demands_is_a_callers_mistake(
    made: Made, answer: Answer, number: int
) -> None:
    """The parser counts; what was left out without a word would be a proof of nothing."""
    ballot = with_answer(ballot_of(made), number, answer)
    with pytest.raises(ValueError, match=r"^zip\(\) argument 2 is (shorter|longer)"):
        list(proof_failures(ballot, made.election))


def test_a_ballot_with_an_answer_less_is_a_callers_mistake() -> None:
    ballot = ballot_of(SMALL)
    with pytest.raises(ValueError, match=r"^zip\(\) argument 2 is (shorter|longer)"):
        list(proof_failures(replace(ballot, answers=ballot.answers[:1]), SMALL.election))


def test_a_commitment_of_order_two_is_no_element() -> None:
    """The reference's program takes it: with an even challenge it proves a zero to be none."""
    steps = fixture_steps("lists-order-two-commitment")
    election = parse_election(steps[0].contents[0])
    records = [step.contents[0] for step in steps if step.type is EventType.BALLOT]
    assert [failures(parse(record, election), election) for record in records[:2]] == [[], []]
    with pytest.raises(ForeignElements) as caught:
        parse(records[2], election)
    problem = "a point outside the subgroup of prime order"
    assert caught.value.faults == (("answers[0].nonzero_proof.commitment", problem),)


def test_a_changed_ballot_fails_its_signature_unless_it_is_signed_again() -> None:
    election = SMALL.election
    sample = SAMPLES["ballot"]
    path = ("answers", 0, "overall_proof", 0, "response")
    record = sample.changed(path, lambda text: str(int(text) ^ 1))
    ballot = parse(record, election)
    assert failures(ballot, election) == [
        (PROOF, "question 1, overall proof"),
        (SIGNATURE, "signed hash"),
    ]


def test_a_signature_over_another_hash_is_refused_with_both_hashes() -> None:
    ballot = ballot_of(SMALL)
    other = Fingerprint("a" * 43)
    forged = replace(ballot, signature=replace(ballot.signature, hash=other))
    with pytest.raises(CheckFailed) as caught:
        verify_signature(forged, SMALL.election.group)
    assert caught.value.args == (SIGNATURE, "signed hash", ballot.signed_hash, other)


def test_a_failed_proof_states_both_sums() -> None:
    ballot = ballot_of(SMALL)
    first = sum_answer(ballot)
    one = SMALL.election.group.scalar(1)
    proof = first.overall_proof[0]
    wrong = (replace(proof, challenge=proof.challenge + one), *first.overall_proof[1:])
    forged = with_answer(ballot, 0, replace(first, overall_proof=wrong))
    with pytest.raises(CheckFailed, match=r"^ballot.proof: question 1, overall proof: ") as caught:
        verify_proofs(forged, SMALL.election)
    total = SMALL.election.group.scalar(0)
    for part in wrong:
        total = total + part.challenge
    assert caught.value.found == f"challenges that add up to {total.text}"
    assert caught.value.expected.startswith("challenges that add up to ")
    assert caught.value.expected != caught.value.found


def test_a_failed_signature_states_both_challenges() -> None:
    ballot = ballot_of(SMALL)
    proof = ballot.signature.proof
    wrong = replace(proof, challenge=proof.challenge + SMALL.election.group.scalar(1))
    forged = replace(ballot, signature=replace(ballot.signature, proof=wrong))
    with pytest.raises(CheckFailed) as caught:
        verify_signature(forged, SMALL.election.group)
    assert caught.value.found == wrong.challenge.text
    assert caught.value.expected.startswith("the challenge ")


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(replace(SMALL.election, uuid=Uuid("9" * 14)), id="uuid"),
        pytest.param(replace(SMALL.election, fingerprint=Fingerprint("b" * 43)), id="fingerprint"),
    ],
)
def test_a_ballot_for_another_election_is_refused_with_both_names(other: Election) -> None:
    ballot = ballot_of(SMALL)
    with pytest.raises(CheckFailed) as caught:
        verify_names_election(ballot, other)
    assert caught.value.args == (
        "ballot.election",
        "election named",
        f"{other.uuid} {other.fingerprint}",
        f"{ballot.election_uuid} {ballot.election_hash}",
    )


def test_every_failure_is_found_and_not_only_the_first() -> None:
    ballot = ballot_of(SMALL)
    neutral = SMALL.election.group.identity
    answers = tuple(
        replace(
            sum_answer(ballot, i), choices=(Ciphertext(neutral, neutral),) * len(answer.choices)
        )
        for i, answer in enumerate(ballot.answers)
    )
    other = replace(SMALL.election, uuid=Uuid("9" * 14))
    record = derive_ballot_record(unsigned(replace(ballot, answers=answers)), ballot.signature)
    forged = parse(record, SMALL.election)
    subjects = [
        *(f"question 1, choice {n}" for n in (1, 2, 3, 4)),
        "question 1, overall proof",
        "question 1, blank proof",
        "question 2, choice 1",
        "question 2, choice 2",
        "question 2, overall proof",
    ]
    assert failures(forged, other) == [
        ("ballot.election", "election named"),
        *((PROOF, subject) for subject in subjects),
        (SIGNATURE, "signed hash"),
    ]
