"""Ballots on questions of lists: every proof of them, and every place in reports."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from comitia.ballots.v1.model import (
    EventType,
    ListsAnswer,
    Proof,
    canonical_json,
    derive_hash,
)
from comitia.curve import ED25519
from comitia.verify import Failure, Report, Subject, Verdict
from tests.elections import (
    BOARD,
    BOARD_VOTES,
    YES_NO,
    Made,
    Step,
    failed_checks,
    make_election,
    put_together,
    take_apart,
)
from tests.elections import verify_bytes as verify
from tests.verify.building import (
    ballot_of,
    failures_of,
    hold_again,
    not_checked,
    refer_again,
    sign_again,
    spoiled,
)

ORDER_TWO = f"{2**255 - 20:064x}"
FOREIGN = "0" * 63 + "2"
TALLY, SHARE, RESULT = 5, 6, 8
ONE = ED25519.scalar(1)


def board() -> Made:
    """Return an election of a board by three ballots."""
    return make_election(questions=(BOARD,), votes=tuple((vote,) for vote in BOARD_VOTES))


def report_with(answer: ListsAnswer) -> tuple[Report, bytes]:
    """Verify the election, held again, with another answer on the first ballot; return it too."""
    made = board()
    record = sign_again(made, 0, answers=(answer,))
    return verify(put_together(hold_again(made, ballots=[record, *made.ballots[1:]]))), record


def answer_of(made: Made, ballot: int = 0) -> ListsAnswer:
    (answer,) = ballot_of(made, ballot).answers
    assert isinstance(answer, ListsAnswer)
    return answer


def with_spoiled(
    rows: tuple[tuple[Proof, ...], ...], row: int, place: int
) -> tuple[tuple[Proof, ...], ...]:
    """Return rows of proofs with one of them spoiled."""
    changed = [list(proofs) for proofs in rows]
    changed[row][place] = spoiled(changed[row][place])
    return tuple(tuple(proofs) for proofs in changed)


def individual(row: int, place: int) -> Callable[[ListsAnswer], ListsAnswer]:
    return lambda answer: replace(
        answer, individual_proofs=with_spoiled(answer.individual_proofs, row, place)
    )


def of_list(row: int, place: int) -> Callable[[ListsAnswer], ListsAnswer]:
    return lambda answer: replace(answer, list_proofs=with_spoiled(answer.list_proofs, row, place))


def nonzero(**changes: Callable[[Any], object]) -> Callable[[ListsAnswer], ListsAnswer]:
    def change(answer: ListsAnswer) -> ListsAnswer:
        proof = answer.nonzero_proof
        changed = {name: change(getattr(proof, name)) for name, change in changes.items()}
        return replace(answer, nonzero_proof=replace(proof, **changed))  # type: ignore[arg-type] # each its own type

    return change


NAMES = ("list 1", "list 1, candidate 1", "list 1, candidate 2", "list 2", "list 2, candidate 1")
BROKEN: dict[str, tuple[Callable[[ListsAnswer], ListsAnswer], str]] = {
    **{
        f"individual proof {row + 1}.{place + 1}": (individual(row, place), name)
        for row, name in enumerate((*NAMES, "list 3"))
        for place in range(2)
    },
    "overall proof": (
        lambda answer: replace(answer, overall_proof=spoiled(answer.overall_proof)),
        "overall proof",
    ),
    **{
        f"list proof {row + 1}.{place + 1}": (of_list(row, place), f"proof of list {row + 1}")
        for row in range(3)
        for place in range(2)
    },
    "nonzero commitment": (
        nonzero(commitment=lambda c: c * ED25519.generator),
        "proof of a candidate",
    ),
    "nonzero challenge": (nonzero(challenge=lambda c: c + ONE), "proof of a candidate"),
    "nonzero response 1": (nonzero(responses=lambda r: (r[0] + ONE, r[1])), "proof of a candidate"),
    "nonzero response 2": (nonzero(responses=lambda r: (r[0], r[1] + ONE)), "proof of a candidate"),
}


def test_an_election_of_lists_is_valid() -> None:
    report = verify(board().archive, bound=board().bound)
    assert (report.verdict, report.warnings) == (Verdict.VALID, ())
    assert report.result == [[[2, 1, 2], [1, 1], [0]]]


@pytest.mark.parametrize("part", BROKEN)
def test_every_proof_of_lists_is_checked_and_named(part: str) -> None:
    change, name = BROKEN[part]
    report, record = report_with(change(answer_of(board())))
    (failure,) = failures_of(report)["ballot.proof"]
    assert failed_checks(report) == {"ballot.proof"}
    assert failure.subject == Subject(1, derive_hash(record))
    assert failure.expected.startswith(f"question 1, {name}: ")


def test_a_commitment_that_is_the_identity_marks_a_zero() -> None:
    change = nonzero(commitment=lambda _: ED25519.identity)
    report, record = report_with(change(answer_of(board())))
    assert failures_of(report) == {
        "ballot.proof": (
            Failure(
                Subject(1, derive_hash(record)),
                "question 1, proof of a candidate: a commitment",
                "the identity, which marks a zero",
            ),
        )
    }


def test_answers_of_another_voter_fail_in_every_proof() -> None:
    report, _ = report_with(answer_of(board(), 1))
    failures = failures_of(report)["ballot.proof"]
    assert [f.expected.split(": ")[0] for f in failures] == [
        *(f"question 1, {name}" for name in (*NAMES, "list 3")),
        "question 1, overall proof",
        *(f"question 1, proof of list {number}" for number in (1, 2, 3)),
        "question 1, proof of a candidate",
    ]


def test_lists_exchanged_with_their_proofs_fail() -> None:
    """The first two candidates change places, and what proves each of them goes along."""
    answer = answer_of(board())
    order = (0, 2, 1, 3, 4, 5)
    exchanged = replace(
        answer,
        choices=tuple(answer.choices[place] for place in order),
        individual_proofs=tuple(answer.individual_proofs[place] for place in order),
    )
    report, _ = report_with(exchanged)
    failures = failures_of(report)["ballot.proof"]
    assert failed_checks(report) == {"ballot.proof"}
    assert len(failures) == 5


PLACES: dict[str, Callable[[dict[str, Any], str], object]] = {
    "nonzero_proof.commitment": lambda v, text: v["nonzero_proof"].update(commitment=text),
    "choices[0][2].alpha": lambda v, text: v["choices"][0][2].update(alpha=text),
    "choices[2][0].beta": lambda v, text: v["choices"][2][0].update(beta=text),
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("text", [ORDER_TWO, FOREIGN])
def test_an_element_outside_the_group_is_named_by_its_place(place: str, text: str) -> None:
    made = board()
    value = json.loads(made.ballots[0])
    PLACES[place](value["answers"][0], text)
    record = canonical_json(value)
    report = verify(
        put_together([*take_apart(made.archive)[:1], Step(EventType.BALLOT, (record,))])
    )
    (failure,) = failures_of(report)["ballot.element"]
    assert failed_checks(report) == {"ballot.element"}
    assert failure.subject == Subject(1, derive_hash(record))
    assert failure.found.startswith(f"answers[0].{place}: ")


@pytest.mark.parametrize(
    "change, found",
    [
        (lambda a: a["choices"].pop(), "answers[0].choices: expected 3 items, found 2"),
        (lambda a: a["choices"][0].pop(), "answers[0].choices[0]: expected 3 items, found 2"),
        (
            lambda a: a.update(choices=[[c for row in a["choices"] for c in row]]),
            "answers[0].choices: expected 3 items, found 1",
        ),
        (
            lambda a: a["individual_proofs"][1].append([]),
            "answers[0].individual_proofs[1]: expected 2 items, found 3",
        ),
        (
            lambda a: a["list_proofs"][2].pop(),
            "answers[0].list_proofs[2]: expected 2 items, found 1",
        ),
        (lambda a: a["list_proofs"].pop(), "answers[0].list_proofs: expected 3 items, found 2"),
        (
            lambda a: a.update(overall_proof=[a["overall_proof"]]),
            "answers[0].overall_proof: expected an object, found a list",
        ),
        (
            lambda a: a["nonzero_proof"]["response"].append("1"),
            "answers[0].nonzero_proof.response: expected 2 items, found 3",
        ),
        (lambda a: a.pop("nonzero_proof"), "answers[0]: the field nonzero_proof is missing"),
    ],
)
def test_an_answer_of_lists_has_one_form(
    change: Callable[[dict[str, Any]], object], found: str
) -> None:
    made = board()
    value = json.loads(made.ballots[0])
    change(value["answers"][0])
    record = canonical_json(value)
    report = verify(
        put_together([*take_apart(made.archive)[:1], Step(EventType.BALLOT, (record,))])
    )
    (failure,) = failures_of(report)["ballot.canonical"]
    assert failed_checks(report) == {"ballot.canonical"}
    assert failure.found == found


def test_answers_to_other_kinds_of_question_are_not_in_form() -> None:
    mixed = make_election(questions=(BOARD, YES_NO), votes=((BOARD_VOTES[0], (1, 0)),))
    value = json.loads(mixed.ballots[0])
    value["answers"].reverse()
    record = canonical_json(value)
    steps = take_apart(mixed.archive)[:1]
    report = verify(put_together([*steps, Step(EventType.BALLOT, (record,))]))
    (failure,) = failures_of(report)["ballot.canonical"]
    assert failure.found == "answers[0]: the field list_proofs is missing"


# --- Tally, decryptions and result, nested as the questions are ---


def with_record(step: int, change: Callable[[Any], object]) -> Report:
    """Verify the election with a step's first record changed as JSON."""
    steps = take_apart(board().archive)
    value = json.loads(steps[step].contents[0])
    change(value)
    steps[step] = refer_again(steps[step].with_content(0, canonical_json(value)))
    return verify(put_together(steps))


def test_a_tally_of_lists_is_compared_choice_by_choice() -> None:
    def exchange(value: list[list[list[Any]]]) -> None:
        value[0][0][1], value[0][1][0] = value[0][1][0], value[0][0][1]

    report = with_record(TALLY, exchange)
    assert [f.expected.split(": ")[0] for f in failures_of(report)["tally.ballots"]] == [
        "question 1, list 1, candidate 1",
        "question 1, list 2",
    ]


@pytest.mark.parametrize(
    "change, found",
    [
        (lambda v: v[0].pop(), "[0]: expected 3 items, found 2"),
        (lambda v: v[0][1].pop(), "[0][1]: expected 2 items, found 1"),
        (lambda v: v.__setitem__(0, [c for row in v[0] for c in row]), "[0]: expected 3 items, "),
    ],
)
def test_a_tally_of_lists_has_one_form(change: Callable[[Any], object], found: str) -> None:
    report = with_record(TALLY, change)
    (failure,) = failures_of(report)["tally.ballots"]
    assert failure.found.startswith(found)
    assert "decryption.proof" in not_checked(report)


def test_a_false_factor_of_a_list_is_named_by_its_place() -> None:
    generator = ED25519.generator.text
    report = with_record(SHARE, lambda v: v["decryption_factors"][0][1].__setitem__(1, generator))
    (failure,) = failures_of(report)["decryption.proof"]
    assert failure.expected.startswith("trustee 1, question 1, list 2, candidate 1: ")


@pytest.mark.parametrize("name", ["decryption_factors", "decryption_proofs"])
def test_a_share_of_lists_has_one_form(name: str) -> None:
    report = with_record(SHARE, lambda v: v[name][0][2].clear())
    (failure,) = failures_of(report)["decryption.proof"]
    assert failure.found == f"{name}[0][2]: expected 1 items, found 0"


@pytest.mark.parametrize(
    "result, expected, found",
    [
        ([[[2, 1, 2], [1, 0], [0]]], "question 1, list 2, candidate 1: 1", "0"),
        ([[[2, 1, 2], [1, 1], [1]]], "question 1, list 3: 0", "1"),
        ([[[2, 2, 1], [1, 1], [0]]], "question 1, list 1, candidate 1: 1", "2"),
        (
            [[2, 1, 2, 1, 1, 0]],
            "a result in canonical form",
            "result[0]: expected 3 items, found 6",
        ),
        (
            [[[2, 1, 2], [1, 1]]],
            "a result in canonical form",
            "result[0]: expected 3 items, found 2",
        ),
        (
            [[[2, 1], [2, 1, 1], [0]]],
            "a result in canonical form",
            "result[0][0]: expected 3 items, found 2",
        ),
    ],
)
def test_a_result_of_lists_is_what_the_decryptions_open(
    result: list[Any], expected: str, found: str
) -> None:
    report = with_record(RESULT, lambda v: v.update(result=result))
    failures = failures_of(report)["result.value"]
    assert failed_checks(report) == {"result.value"}
    assert (failures[0].expected, failures[0].found) == (expected, found)
    assert report.result == result


def test_no_ballot_of_lists_at_all_is_valid() -> None:
    report = verify(make_election(questions=(BOARD,), votes=()).archive)
    assert (report.verdict, report.result) == (Verdict.VALID, [[[0, 0, 0], [0, 0], [0]]])
