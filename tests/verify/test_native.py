"""Ballots by the native kernel: it passes what the equations pass; what it does not, they explain.

Every layer that runs here is asked, the fast ones and the portable one.
"""

from __future__ import annotations

import io
import random
from dataclasses import replace
from functools import cache

import pytest

from comitia.ballots.v1.equations import (
    NotTraceable,
    ballot_failures,
    combine_tallies,
    empty_tally,
    tally_of_answers,
)
from comitia.ballots.v1.model import Check
from comitia.ballots.v1.parse import parse_ballot
from comitia.curve.ed25519 import ORDER
from comitia.curve.kernel import choose_layer
from comitia.curve.recipes import Kitchen
from comitia.curve.selfcheck import KernelDisagrees
from comitia.curve.vartime import Layer, compiled_layers
from comitia.errors import MalformedRecord, StorageUnavailable
from comitia.verify import Report, Sources, Verdict, native, verify_election
from comitia.verify.native import choose_sample, make_kitchen
from tests.elections import (
    BOARD,
    BOARD_VOTES,
    CHOOSE,
    GRADE,
    LISTS,
    LISTS_VOTES,
    RANK,
    RANKED_VOTES,
    VOTES,
    YES_NO,
    Made,
    change_step,
    make_election,
)

LAYERS = [layer for layer in compiled_layers() if layer.runs_here]
ELECTIONS = {
    "choices and a blank one": ((CHOOSE, YES_NO), VOTES),
    "lists with one that is empty": ((BOARD,), tuple((vote,) for vote in BOARD_VOTES)),
    "lists and a question": ((LISTS, YES_NO), LISTS_VOTES),
    "rankings, grades and a question": ((RANK, YES_NO, GRADE), RANKED_VOTES),
}
pytestmark = pytest.mark.skipif(not LAYERS, reason="no C compiler, so no native kernel")


@pytest.fixture(params=LAYERS, ids=lambda layer: layer.name)
def layer(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Layer:
    """Give each layer in turn, and have ballots checked by it."""
    chosen: Layer = request.param
    monkeypatch.setattr(native, "ACTIVE", chosen)
    return chosen


@cache
def made(name: str) -> Made:
    questions, votes = ELECTIONS[name]
    return make_election(questions=questions, votes=votes, seed=name)


def report_on(archive: bytes) -> Report:
    return verify_election(Sources(lambda: io.BytesIO(archive)), map)


def by_equations(archive: bytes) -> Report:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(native, "ACTIVE", None)
        return report_on(archive)


def holds(content: bytes, election: Made) -> bool:
    try:
        ballot = parse_ballot(content, election.election.questions, election.election.group)
    except MalformedRecord:
        return False
    return not any(ballot_failures(ballot, election.election))


def with_byte(content: bytes, place: int, byte: int) -> bytes:
    return content[:place] + bytes([byte]) + content[place + 1 :]


@pytest.mark.usefixtures("layer")
@pytest.mark.parametrize("name", ELECTIONS)
def test_the_report_is_the_one_of_the_equations(name: str) -> None:
    archive = made(name).archive
    assert report_on(archive) == by_equations(archive)
    assert report_on(archive).verdict is Verdict.VALID


@pytest.mark.usefixtures("layer")
@pytest.mark.parametrize("name", ELECTIONS)
def test_no_changed_byte_passes_that_the_equations_do_not_pass(name: str) -> None:
    election = made(name)
    kitchen = make_kitchen(election.election)
    assert kitchen is not None
    draw = random.Random(name)
    content = election.ballots[0]
    changed = [
        with_byte(content, draw.randrange(len(content)), draw.choice(b'0123456789abcdef"{}[],:'))
        for _ in range(150)
    ]
    cut = [content[:-1], content + b"}", content + b"\n", b"", content[: len(content) // 2]]
    texts = [content, *changed, *cut]
    found = kitchen.check(texts, [True] * len(texts))
    assert list(found.passed) == [holds(text, election) for text in texts]
    assert found.tallied == sum(found.passed)


@pytest.mark.usefixtures("layer")
@pytest.mark.parametrize("weight", [2, 1000, 0])
def test_a_weight_multiplies_as_the_equations_do(weight: int) -> None:
    election = make_election(weights=(weight, 1, 1, 3), seed=f"weight {weight}")
    archive = election.archive
    assert report_on(archive) == by_equations(archive)
    assert report_on(archive).verdict is Verdict.VALID


@pytest.mark.usefixtures("layer")
def test_the_largest_weights_are_taken_modulo_the_order() -> None:
    election = made("choices and a blank one")
    kitchen = make_kitchen(election.election)
    assert kitchen is not None
    weights = [2**300, ORDER, ORDER + 1, 2**252]
    found = kitchen.check(election.ballots, [True] * 4, weights)
    questions, group = election.election.questions, election.election.group
    tally = empty_tally(questions, group)
    for content, weight in zip(election.ballots, weights, strict=True):
        answers = parse_ballot(content, questions, group).answers
        tally = combine_tallies(tally, tally_of_answers(answers, weight, group), questions)
    elements = [one for row in tally for choice in row for one in (choice.alpha, choice.beta)]
    assert found.tally == b"".join(element.sort_key for element in elements)


@pytest.mark.usefixtures("layer")
def test_a_ballot_that_is_replaced_does_not_count() -> None:
    election = make_election(revotes=((0, VOTES[1]), (2, VOTES[0])), seed="revotes")
    assert report_on(election.archive) == by_equations(election.archive)
    assert report_on(election.archive).verdict is Verdict.VALID


@pytest.mark.usefixtures("layer")
def test_ballots_of_which_none_counts_add_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("comitia.verify.ballots._CIPHERTEXTS_A_CHUNK", 1)
    election = make_election(revotes=((0, VOTES[1]),), seed="one by one")
    assert report_on(election.archive).verdict is Verdict.VALID


@pytest.mark.usefixtures("layer")
def test_a_ballot_that_changed_while_it_was_read_ends_the_verification(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(native, "find_credential", lambda _: "0" * 64)
    with pytest.raises(StorageUnavailable, match="the archive changed while it was being read"):
        report_on(made("choices and a blank one").archive)


@pytest.mark.usefixtures("layer")
def test_what_is_wrong_with_a_ballot_is_said_as_by_the_equations() -> None:
    election = made("choices and a blank one")
    for place in (250, 700, 1500, len(election.ballots[1]) - 20):
        old = election.ballots[1][place]
        bad = with_byte(election.ballots[1], place, ord("7") if old != ord("7") else ord("8"))
        archive = change_step(election.archive, 2, lambda step: step.with_content(0, bad))  # noqa: B023 - called at once
        report = report_on(archive)
        assert report == by_equations(archive)
        assert report.verdict is Verdict.INVALID


def test_a_kernel_that_passes_too_little_stops_everything(
    layer: Layer, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_all(monkeypatch)
    with pytest.raises(KernelDisagrees, match=f"kernel \\({layer.name}\\)") as refused:
        report_on(made("choices and a blank one").archive)
    assert refused.value.what == "a ballot in which libsodium finds no fault"


def fail_all(monkeypatch: pytest.MonkeyPatch) -> None:
    check = Kitchen.check

    def pass_none(*arguments: object) -> object:
        found = check(*arguments)  # type: ignore[arg-type] # as it is called
        return replace(found, passed=bytes(len(found.passed)), tallied=0)

    monkeypatch.setattr(Kitchen, "check", pass_none)


def test_a_kernel_that_passes_too_much_stops_everything(
    layer: Layer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(native, "choose_sample", lambda number: frozenset(range(number)))
    monkeypatch.setattr("comitia.verify.ballots.choose_sample", native.choose_sample)
    monkeypatch.setattr("comitia.verify.one_ballot.ballot_failures", lambda *_: iter([object()]))
    with pytest.raises(KernelDisagrees) as refused:
        report_on(made("choices and a blank one").archive)
    assert refused.value.what == "a ballot in which libsodium finds a fault"
    assert refused.value.layer == layer.name


@pytest.mark.usefixtures("layer")
def test_a_kernel_that_passes_what_is_no_ballot_stops_everything(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object) -> None:
        raise MalformedRecord("ballot", "for the test")

    monkeypatch.setattr("comitia.verify.one_ballot.parse_ballot", refuse)
    with pytest.raises(KernelDisagrees) as refused:
        report_on(made("choices and a blank one").archive)
    assert refused.value.what == "a ballot in which libsodium finds a fault"


def test_some_ballots_of_every_run_are_checked_twice() -> None:
    assert choose_sample(0) == frozenset()
    assert [len(choose_sample(number)) for number in (1, 2, 1999)] == [1, 1, 1]
    assert all(0 <= place < 3999 for place in choose_sample(3999))
    assert 40 < len(choose_sample(100_000)) <= 50


@pytest.mark.usefixtures("layer")
def test_an_election_that_cannot_be_traced_is_checked_by_the_equations(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(_: object) -> None:
        raise NotTraceable("for the test")

    archive = made("choices and a blank one").archive
    monkeypatch.setattr(native, "compile_recipe", refuse)
    assert make_kitchen(made("choices and a blank one").election) is None
    assert report_on(archive).verdict is Verdict.VALID


@pytest.mark.usefixtures("layer")
def test_a_ballot_that_is_too_large_is_said_to_be() -> None:
    election = made("choices and a blank one")

    large = election.ballots[1] + b" " * 20_000
    archive = change_step(election.archive, 2, lambda step: step.with_content(0, large))
    report = report_on(archive)
    assert report == by_equations(archive)
    assert Check.BALLOT_CANONICAL in {r.check for r in report.checks if r.failures}


def test_no_layer_leaves_everything_to_the_equations() -> None:
    assert choose_layer(LAYERS, {"COMITIA_VARTIME_LAYER": "none"}) is None
