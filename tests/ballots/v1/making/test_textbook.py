"""What a maker who knows every exponent makes is what the specification's own formulas make."""

from __future__ import annotations

from itertools import product
from unittest import mock

import pytest

from comitia.ballots.v1.making import encryption, make_ballot
from comitia.ballots.v1.making.answers import AnswerMaker
from comitia.ballots.v1.making.nonces import NonceSource
from comitia.ballots.v1.model import HomomorphicQuestion, Opening, SummedQuestion
from comitia.curve import BELENIOS_2048, ED25519, RFC_3526_2048, Element, Group
from tests.ballots.v1.textbook import TextbookMaker
from tests.elections import LISTS, make_election, seeded

TEN = tuple("ABCDEFGHIJ")
SOME_OF_TEN = HomomorphicQuestion("some of ten", TEN, 0, 3)
OF_TWO = HomomorphicQuestion("any", TEN[:2], 0, 2)
OR_BLANK = HomomorphicQuestion("any, or blank", TEN[:2], 0, 2, blank=True)
ONE_OR_BLANK = HomomorphicQuestion("one, or blank", TEN[:2], 1, 1, blank=True)

VOTES: tuple[tuple[SummedQuestion, tuple[tuple[int, ...], ...]], ...] = (
    (SOME_OF_TEN, ((0,) * 10, (1, *(0,) * 9), (*(0,) * 7, 1, 1, 1))),
    (OF_TWO, tuple(product((0, 1), repeat=2))),
    (OR_BLANK, ((0, 0, 0), (0, 1, 0), (0, 1, 1), (1, 0, 0))),
    (ONE_OR_BLANK, ((0, 0, 1), (1, 0, 0))),
    (LISTS, ((1, 1, 0, 0, 0), (1, 1, 1, 0, 0), (0, 0, 0, 1, 1))),
)


def made_both_ways(
    group: Group, question: SummedQuestion, vote: tuple[int, ...]
) -> tuple[bytes, bytes]:
    """Return the ballot as the product makes it, and as the specification's formulas do."""
    made = make_election(group=group, questions=(question,), votes=((vote,),), trustees=1)
    order = (made.election, made.credentials.private[0][1], [vote])
    ours = make_ballot(*order, seeded("both ways"))
    with mock.patch.object(encryption, "AnswerMaker", TextbookMaker):
        return ours, make_ballot(*order, seeded("both ways"))


@pytest.mark.parametrize(
    "question, vote",
    [pytest.param(q, vote, id=f"{q.text} {vote}") for q, votes in VOTES for vote in votes],
)
def test_knowing_the_exponents_changes_no_byte_of_a_ballot(
    question: SummedQuestion, vote: tuple[int, ...]
) -> None:
    ours, textbook = made_both_ways(ED25519, question, vote)
    assert ours == textbook


@pytest.mark.parametrize("group", [BELENIOS_2048, RFC_3526_2048], ids=lambda group: group.name)
@pytest.mark.parametrize("question, vote", [(OR_BLANK, (0, 1, 0)), (LISTS, (0, 0, 0, 1, 1))])
def test_knowing_the_exponents_changes_no_byte_of_a_ballot_over_a_field(
    group: Group, question: SummedQuestion, vote: tuple[int, ...]
) -> None:
    ours, textbook = made_both_ways(group, question, vote)
    assert ours == textbook


class Watched:
    """The calls that reach the library, by name, while ballots are made."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        """Watch the points of Ed25519 from now on."""
        self.calls: list[str] = []
        element = type(ED25519.generator)
        for owner, name in (
            (type(ED25519), "generator_power"),
            (element, "power"),
            (element, "__mul__"),
            (element, "__truediv__"),
        ):
            patch.setattr(owner, name, self._watching(name, getattr(owner, name)))

    def _watching(self, name: str, original: object) -> object:
        def call(*arguments: object) -> Element:
            self.calls.append(name)
            result: Element = original(*arguments)  # type: ignore[operator] # a method, taken by name
            return result

        return call


@pytest.mark.parametrize("question, votes", [pytest.param(*row, id=row[0].text) for row in VOTES])
def test_the_library_gets_the_same_calls_whatever_the_vote(
    question: SummedQuestion, votes: tuple[tuple[int, ...], ...]
) -> None:
    made = make_election(group=ED25519, questions=(question,), votes=((votes[0],),), trustees=1)
    found = []
    for vote in votes:
        with pytest.MonkeyPatch.context() as patch:
            watched = Watched(patch)
            credential = made.credentials.private[0][1]
            make_ballot(made.election, credential, [vote], seeded("watched"))
            found.append(watched.calls)
    assert found == [found[0]] * len(votes)
    assert {"generator_power", "power", "__mul__"} <= set(found[0])


def test_a_proof_of_two_branches_raises_each_base_as_often_as_it_must() -> None:
    """One power of g and of the key a branch, and one of g for the branch that is false."""
    nonces = NonceSource(ED25519, b"", "counted", seeded("counted"))
    opening, key = Opening(nonces.draw(), 1), ED25519.generator_power(nonces.draw())
    maker = AnswerMaker(ED25519, key, "", nonces)
    choice = maker._encrypt(opening)
    with pytest.MonkeyPatch.context() as patch:
        watched = Watched(patch)
        maker._prove_interval("", choice, opening, range(2))
    assert sorted(watched.calls) == ["__mul__", *["generator_power"] * 3, *["power"] * 2]
