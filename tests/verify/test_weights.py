"""Ballots that count more than once, or not at all."""

from __future__ import annotations

import json

import pytest

from comitia.ballots.v1.equations.tally import MOST_SEARCHED
from comitia.ballots.v1.model import Check, EventType, canonical_json, derive_hash
from comitia.verify import Report, Subject, Verdict
from tests.elections import (
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
    one_failure,
    refer_again,
    result_of,
    small,
    with_setup,
)

TALLY, RESULT = 4, 7


def weighing(*weights: int) -> Made:
    """Return an election of yes, no, yes, no, ... with these weights."""
    votes = tuple(((1, 0) if number % 2 == 0 else (0, 1),) for number in range(len(weights)))
    return make_election(questions=(YES_NO,), votes=votes, weights=weights)


def listed(made: Made, weights: dict[int, str]) -> bytes:
    """Return the list of credentials with what stands behind some voters' changed, "" for none."""
    texts = {ballot_of(made, voter).credential.text: text for voter, text in weights.items()}
    lines = [line.split(",") for line in json.loads(made.records.credentials)]
    return canonical_json([line[0] + texts.get(line[0], "," + line[-1]) for line in lines])


def with_list(made: Made, credentials: bytes) -> Report:
    """Verify the election with another list of credentials, everything after it as it was."""
    _, *after = take_apart(made.archive)
    records = with_setup(made, credentials=credentials)
    return verify(put_together([Step(EventType.SETUP, records.in_order), *after]))


def with_result(made: Made, result: bytes) -> Report:
    steps = take_apart(made.archive)
    steps[RESULT] = Step(EventType.RESULT, (b'{"result":%b}' % result,))
    return verify(put_together(steps))


def with_sized(made: Made, **numbers: object) -> Report:
    steps = take_apart(made.archive)
    value = json.loads(steps[TALLY].contents[1])
    record = json.dumps({**value, **numbers}, separators=(",", ":")).encode()
    steps[TALLY] = steps[TALLY].with_content(1, record)
    return verify(put_together(steps))


# --- What they do ---


@pytest.mark.parametrize(
    "weights, result",
    [
        ((3, 5), [[3, 5]]),
        ((1, 1), [[1, 1]]),
        ((0, 7), [[0, 7]]),
        ((0, 0), [[0, 0]]),
        ((2**30 - 1, 1), [[2**30 - 1, 1]]),
        ((2**30, 1), [["1073741824", 1]]),
        ((2**31, 2**30 + 1), [["2147483648", "1073741825"]]),
    ],
)
def test_a_ballot_counts_as_often_as_its_voter_weighs(
    weights: tuple[int, int], result: list[list[int | str]]
) -> None:
    made = weighing(*weights)
    report = verify(made.archive, bound=made.bound)
    assert (report.verdict, report.result, report.warnings) == (Verdict.VALID, result, ())
    assert result_of(report, Check.TALLY_BALLOTS).count == 2


def test_the_last_ballot_of_a_voter_counts_with_the_voter_s_weight() -> None:
    votes = (((1, 0),), ((0, 1),))
    revotes = ((0, ((0, 1),)), (1, ((0, 0),)), (0, ((1, 0),)))
    made = make_election(questions=(YES_NO,), votes=votes, revotes=revotes, weights=(3, 5))
    report = verify(made.archive)
    assert (report.verdict, report.result) == (Verdict.VALID, [[3, 0]])


def test_voters_who_stay_away_weigh_nothing() -> None:
    made = weighing(3, 5, 9)
    report = verify(put_together(hold_again(made, ballots=made.ballots[:2])))
    assert (report.verdict, report.result) == (Verdict.VALID, [[3, 5]])


def test_who_weighs_nothing_is_counted_among_the_ballots() -> None:
    made = weighing(0, 7)
    assert failed_checks(with_sized(made, num_tallied=1)) == {"tally.counts"}


def test_a_list_may_give_weights_to_some_only() -> None:
    made = weighing(3, 1)
    report = with_list(made, listed(made, {1: ""}))
    assert report.verdict is Verdict.VALID


# --- Weights that were changed ---


@pytest.mark.parametrize("weight", [4, 6, 8, 999_999])
def test_a_weight_changed_on_the_list_is_seen_in_the_tally(weight: int) -> None:
    made = weighing(3, 5)
    report = with_list(made, listed(made, {1: f",{weight}"}))
    sized = take_apart(made.archive)[TALLY].contents[1]
    assert failed_checks(report) == {"tally.ballots", "tally.counts"}
    assert len(failures_of(report)["tally.ballots"]) == 2
    assert (
        failures_of(report)["tally.counts"]
        == one_failure(
            Check.TALLY_COUNTS,
            Subject(4, derive_hash(sized)),
            f"num_tallied 2, total_weight {3 + weight}",
            "num_tallied 2, total_weight 8",
        )["tally.counts"]
    )


@pytest.mark.parametrize("weight", ["", ",1", ",0"])
def test_a_weight_left_out_is_seen_in_the_result_as_well(weight: str) -> None:
    """There are fewer votes in all than the result has for one choice."""
    made = weighing(3, 5)
    report = with_list(made, listed(made, {1: weight}))
    assert failed_checks(report) == {"tally.ballots", "tally.counts", "result.value"}


def test_weights_exchanged_between_voters_change_the_tally_and_not_its_numbers() -> None:
    made = weighing(3, 5)
    report = with_list(made, listed(made, {0: ",5", 1: ",3"}))
    assert failed_checks(report) == {"tally.ballots"}


def test_a_weight_of_who_did_not_vote_changes_nothing() -> None:
    made = weighing(3, 5, 9)
    steps = hold_again(made, ballots=made.ballots[:2])
    records = with_setup(made, credentials=listed(made, {2: ",10"}))
    archive = put_together([Step(EventType.SETUP, records.in_order), *steps[1:]])
    assert verify(archive).verdict is Verdict.VALID


def test_a_tally_without_the_weights_fails() -> None:
    made = weighing(3, 5)
    unweighted = listed(made, {0: "", 1: ""})
    steps = hold_again(made, records=with_setup(made, credentials=unweighted))
    records = with_setup(made, credentials=made.records.credentials)
    report = verify(put_together([Step(EventType.SETUP, records.in_order), *steps[1:]]))
    assert failed_checks(report) == {"tally.ballots", "tally.counts"}


def test_one_credential_with_two_weights_is_one_credential_twice() -> None:
    made = weighing(3, 5)
    first, second = json.loads(made.records.credentials)
    credentials = canonical_json([first, second, second + "0"])
    records = with_setup(made, credentials=credentials)
    report = verify(put_together([Step(EventType.SETUP, records.in_order)]))
    element = second.split(",")[0]
    assert failures_of(report) == one_failure(
        Check.SETUP_CREDENTIALS,
        Subject(0, derive_hash(credentials)),
        "each credential once",
        f"credentials[2]: {element} again",
    )


@pytest.mark.parametrize(
    "weight", [",", ",01", ",-1", ",+1", ",1.0", ",1e3", ", 1", ",1 ", ",1,", ",1,name", ",x"]
)
def test_a_weight_has_one_form(weight: str) -> None:
    made = small()
    credentials = listed(made, {0: weight, 1: ""})
    records = with_setup(made, credentials=credentials)
    report = verify(put_together([Step(EventType.SETUP, records.in_order)]))
    (failure,) = failures_of(report)["setup.credentials"]
    assert failed_checks(report) == {"setup.credentials"}
    assert failure.expected == "a well-formed list of credentials"


# --- The numbers beside the tally ---


@pytest.mark.parametrize("total", [0, 2, 7, 9, 2**30 - 1, "1073741824", "9" * 64])
def test_the_total_weight_is_that_of_the_ballots(total: int | str) -> None:
    made = weighing(3, 5)
    report = with_sized(made, total_weight=total)
    (failure,) = failures_of(report)["tally.counts"]
    assert failed_checks(report) == {"tally.counts"}
    assert failure.expected == "num_tallied 2, total_weight 8"
    assert failure.found == f"num_tallied 2, total_weight {total}"


@pytest.mark.parametrize(
    "total",
    ["8", "08", 2**30, "1073741823", "01073741824", " 1073741824", "1073741824.0", "9" * 65],
)
def test_the_total_weight_is_text_only_above_what_a_number_holds(total: int | str) -> None:
    report = with_sized(weighing(3, 5), total_weight=total)
    failure, _ = failures_of(report)["archive.grammar"]
    assert failure.expected == "the payload of EncryptedTally"
    assert failure.found.startswith("total_weight: expected ")


# --- The result ---


@pytest.mark.parametrize(
    "result",
    [b'[["3",5]]', b'[[3,"5"]]', b'[[3,"05"]]', b"[[3,1073741824]]", b'[["1073741823",5]]'],
)
def test_a_result_is_text_only_above_what_a_number_holds(result: bytes) -> None:
    report = with_result(weighing(3, 5), result)
    (failure,) = failures_of(report)["result.value"]
    assert failed_checks(report) == {"result.value"}
    assert failure.expected == "a result in canonical form"


@pytest.mark.parametrize(
    "result", [b"[[1073741823,1]]", b"[[1073741824,1]]", b'[["01073741824",1]]']
)
def test_a_result_that_needs_text_is_not_taken_as_a_number(result: bytes) -> None:
    report = with_result(weighing(2**30, 1), result)
    assert failed_checks(report) == {"result.value"}


@pytest.mark.parametrize(
    "result, expected, found",
    [
        (b"[[3,6]]", "question 1, choice 2: 5", "6"),
        (b"[[0,5]]", "question 1, choice 1: 3", "0"),
        (b'[[3,"1073741824"]]', "question 1, choice 2: 5", "1073741824"),
    ],
)
def test_a_wrong_weight_in_the_result_fails(result: bytes, expected: str, found: str) -> None:
    (failure,) = failures_of(with_result(weighing(3, 5), result))["result.value"]
    assert (failure.expected, failure.found) == (expected, found)


# --- Weights too large to search through ---

HUGE = 10**60


def huge() -> tuple[Made, list[Step]]:
    """Return an election of two voters whose weights no search could find."""
    made = weighing(3, 5)
    records = with_setup(made, credentials=listed(made, {0: f",{HUGE}", 1: f",{HUGE + 7}"}))
    return made, hold_again(made, records=records, result=((HUGE, HUGE + 7),))


def test_weights_have_no_limit() -> None:
    _, steps = huge()
    report = verify(put_together(steps))
    assert (report.verdict, report.result) == (Verdict.VALID, [[str(HUGE), str(HUGE + 7)]])


def test_a_wrong_result_of_weights_without_limit_takes_no_search(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def search(*_: object) -> None:
        pytest.fail("searched through more numbers than anybody can")

    monkeypatch.setattr("comitia.ballots.v1.equations.tally.find_exponent", search)
    _, steps = huge()
    record = canonical_json({"result": [[str(HUGE + 1), str(HUGE + 7)]]})
    steps[RESULT] = Step(EventType.RESULT, (record,))
    report = verify(put_together(steps))
    assert failures_of(report) == one_failure(
        Check.RESULT_VALUE,
        Subject(7, derive_hash(record)),
        f"question 1, choice 1: the number from 0 to {2 * HUGE + 7} that the ciphertext holds",
        str(HUGE + 1),
    )


def test_the_true_number_is_said_as_far_as_it_is_searched_for() -> None:
    for most, expected in (
        (MOST_SEARCHED, "3"),
        (MOST_SEARCHED + 1, f"the number from 0 to {MOST_SEARCHED + 1} that the ciphertext holds"),
    ):
        report = with_result(weighing(3, most - 3), b"[[4,%d]]" % (most - 3))
        (failure,) = failures_of(report)["result.value"]
        assert (failure.expected, failure.found) == (f"question 1, choice 1: {expected}", "4")


def test_a_weight_larger_than_the_group_s_order_is_no_weight() -> None:
    """Reduced by the order it would count as another."""
    made = small()
    order = made.election.group.order
    credentials = listed(made, {0: f",{order + 1}", 1: ""})
    records = with_setup(made, credentials=credentials)
    steps = take_apart(made.archive)
    report = verify(
        put_together([refer_again(Step(EventType.SETUP, records.in_order)), *steps[1:]])
    )
    assert "setup.credentials" in failed_checks(report)
