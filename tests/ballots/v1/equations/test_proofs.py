"""The commitments of disjunctions: with shared powers they are those of the plain equations."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comitia.ballots.v1.equations import ballot_failures
from comitia.ballots.v1.equations import proofs as equations
from comitia.ballots.v1.equations.proofs import (
    Branch,
    ProofContext,
    disjunction_commitments,
    plain_commitments,
    shared_commitments,
)
from comitia.ballots.v1.making import check_ballot
from comitia.ballots.v1.model import Ciphertext, HomomorphicQuestion, Json, Proof, canonical_json
from comitia.ballots.v1.parse import parse_ballot
from comitia.curve import BELENIOS_2048, ED25519, RFC_3526_2048, Element, Group
from comitia.errors import CheckFailed
from tests.ballots.v1.samples import SCALARS, Path, changed, field_of, walk
from tests.curve.groups import GROUPS, exponents
from tests.elections import Made, make_election

EVERY_GROUP = pytest.mark.parametrize("group", GROUPS.values(), ids=GROUPS.keys())
SAFE = make_election(
    group=RFC_3526_2048,
    questions=(HomomorphicQuestion("Ada?", ("Ada",), 0, 1, blank=True),),
    votes=(((0, 1),),),
    trustees=1,
    seed="blank over a safe prime",
)


def context_of(group: Group) -> ProofContext:
    key = group.generator_power(group.scalar(group.order // 5))
    return ProofContext(group, key, "a context", "a proof")


def branches_over(group: Group) -> st.SearchStrategy[list[Branch]]:
    """Give branches of up to two ciphertexts, with scalars that belong to no proof."""
    elements = [group.generator_power(group.scalar(n)) for n in (0, 1, group.order - 3, 9)]
    images = [Ciphertext(elements[2], elements[3]), Ciphertext(elements[0], elements[1])]
    scalars = exponents(group.order).map(group.scalar)
    return st.lists(
        st.builds(
            Branch,
            st.sampled_from(images),
            st.integers(0, min(7, group.order - 1)),
            st.builds(Proof, scalars, scalars),
        ),
        max_size=5,
    )


@EVERY_GROUP
def test_shared_powers_give_the_commitments_of_the_plain_equations(group: Group) -> None:
    context = context_of(group)

    @given(branches_over(group))
    @settings(max_examples=6 if group.order > 2**2000 else 20)
    def law(branches: list[Branch]) -> None:
        assert shared_commitments(context, branches) == plain_commitments(context, branches)

    law()


@pytest.mark.parametrize("group", [RFC_3526_2048, BELENIOS_2048, ED25519], ids=lambda g: g.name)
def test_powers_are_shared_where_that_is_faster(
    group: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    def shared(context: ProofContext, branches: list[Branch]) -> list[Element]:
        asked.append((context, branches))
        return []

    asked: list[tuple[ProofContext, list[Branch]]] = []
    monkeypatch.setattr(equations, "shared_commitments", shared)
    disjunction_commitments(context_of(group), [])
    assert asked == ([(context_of(group), [])] if group.multiplies_fast else [])


def verdict(record: bytes, made: Made) -> list[str]:
    """Return in words all that a verifier says about a ballot."""
    ballot = parse_ballot(record, made.election.questions, made.election.group)
    return [str(failure) for failure in ballot_failures(ballot, made.election)]


def test_a_changed_ballot_gets_the_verdict_of_the_plain_equations(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Every scalar over the safe prime, with the same words."""
    q = RFC_3526_2048.order
    sound: Json = json.loads(SAFE.ballots[0])
    paths: list[Path] = [
        path for path, part in walk(sound) if field_of(path) in SCALARS and isinstance(part, str)
    ]
    records = [
        canonical_json(changed(sound, path, lambda text: str((int(text) + 1) % q)))
        for path in paths
    ]
    shared = [verdict(record, SAFE) for record in records]
    monkeypatch.setattr(equations, "shared_commitments", plain_commitments)
    assert shared == [verdict(record, SAFE) for record in records]
    assert all(shared), "each change is noticed"
    assert len(paths) == 20


def test_a_ballot_over_the_safe_prime_holds_and_with_branches_exchanged_does_not() -> None:
    assert verdict(SAFE.ballots[0], SAFE) == []
    check_ballot(SAFE.ballots[0], SAFE.election)
    with pytest.raises(CheckFailed):
        check_ballot(swapped(SAFE.ballots[0]), SAFE.election)


def swapped(record: bytes) -> bytes:
    """Return a ballot with the two branches of its first choice exchanged: their sum stays."""
    ballot = json.loads(record)
    ballot["answers"][0]["individual_proofs"][0].reverse()
    return canonical_json(ballot)
