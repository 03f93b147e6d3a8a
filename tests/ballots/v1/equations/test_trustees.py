"""Trustees of both kinds: every field of theirs is held, and the trustee is named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import combinations, product
from typing import Final

import pytest

from comitia.ballots.v1.equations import (
    evaluate,
    interpolate,
    is_signed_by,
    member_keys,
    repeated_certificate_failures,
    threshold_failures,
    trustee_failures,
)
from comitia.ballots.v1.model import (
    Certificate,
    Coefficients,
    Proof,
    SingleTrustee,
    ThresholdTrustees,
    TrusteeKey,
    certificate_message,
    coefficients_message,
    combine_keys,
)
from comitia.ballots.v1.parse import parse_election, parse_trustees
from comitia.curve import ED25519, Element, Group
from tests.ballots.v1.keymaking import make_run
from tests.ballots.v1.samples import SMALL, fixture_steps
from tests.curve.groups import TINY_CURVE, TINY_FIELD

FIXTURES: Final = (
    "pedersen-2of3",
    "threshold-names",
    "threshold-3of5-two-singles",
    "rfc3526-threshold-lists",
)
GROUPS: Final = pytest.mark.parametrize("name", ["pedersen-2of3", "rfc3526-threshold-lists"])


class Case:
    """One of the reference's elections with a threshold group."""

    def __init__(self, name: str) -> None:
        election, record, *_ = fixture_steps(name)[0].contents
        self.election = parse_election(election)
        self.group = self.election.group
        self.trustees = parse_trustees(record, self.group)

    @property
    def members(self) -> ThresholdTrustees:
        (members,) = (one for one in self.trustees if isinstance(one, ThresholdTrustees))
        return members


def failed(trustees: ThresholdTrustees, group: Group, first_owner: int = 1) -> list[str]:
    """Return the subjects of what fails of a group."""
    found = list(threshold_failures(trustees, group, first_owner))
    assert {failure.check for failure in found} <= {"setup.trustees"}
    return [failure.subject for failure in found]


@pytest.mark.parametrize("name", FIXTURES)
def test_the_references_groups_hold_and_give_their_elections_key(name: str) -> None:
    case = Case(name)
    assert list(trustee_failures(case.trustees, case.group)) == []
    assert combine_keys(case.trustees, case.group) == case.election.public_key
    members = case.members
    keys = tuple(key.public_key for key in members.keys)
    assert member_keys(members.coefficients, case.group) == keys
    for member in members.coefficients:
        assert len(member.elements) == members.threshold
        assert member.signed.message == coefficients_message(member.elements)
    for certificate in members.certificates:
        message = certificate_message(
            certificate.context, certificate.verification, certificate.encryption
        )
        assert certificate.signed.message == message


def changed_proofs(proof: Proof, group: Group) -> list[Proof]:
    """Return a proof with its challenge changed, and one with its response changed."""
    one = group.scalar(1)
    return [
        replace(proof, challenge=proof.challenge + one),
        replace(proof, response=proof.response + one),
    ]


def with_certificate(
    trustees: ThresholdTrustees, place: int, change: Callable[[Certificate], Certificate]
) -> ThresholdTrustees:
    items = list(trustees.certificates)
    items[place] = change(items[place])
    return replace(trustees, certificates=tuple(items))


def with_coefficients(
    trustees: ThresholdTrustees, place: int, change: Callable[[Coefficients], Coefficients]
) -> ThresholdTrustees:
    items = list(trustees.coefficients)
    items[place] = change(items[place])
    return replace(trustees, coefficients=tuple(items))


def with_key(
    trustees: ThresholdTrustees, place: int, change: Callable[[TrusteeKey], TrusteeKey]
) -> ThresholdTrustees:
    items = list(trustees.keys)
    items[place] = change(items[place])
    return replace(trustees, keys=tuple(items))


def others_joint(place: int, size: int) -> list[str]:
    """Return the signatures of all members over all certificates, but the member's own."""
    return [
        f"trustee {n}, certificates with coefficients" for n in range(1, size + 1) if n != place + 1
    ]


@GROUPS
def test_every_signature_and_proof_of_a_member_is_held_by_one_equation(name: str) -> None:
    case = Case(name)
    group, members = case.group, case.members
    for place in range(len(members.keys)):
        who = f"trustee {place + 1}"
        key, coefficients = members.keys[place], members.coefficients[place]
        assert key.signature is not None
        for pok in changed_proofs(key.proof, group):
            other = with_key(members, place, partial(replace, proof=pok))
            assert failed(other, group) == [who]
        for signature in changed_proofs(key.signature, group):
            other = with_key(members, place, partial(replace, signature=signature))
            assert failed(other, group) == [f"{who}, signed public key"]
        for signature in changed_proofs(coefficients.joint_signature, group):
            other = with_coefficients(
                members,
                place,
                partial(replace, joint_signature=signature),
            )
            assert failed(other, group) == [f"{who}, certificates with coefficients"]
        for signature in changed_proofs(coefficients.signed.signature, group):
            signed = replace(coefficients.signed, signature=signature)
            other = with_coefficients(members, place, partial(replace, signed=signed))
            assert failed(other, group) == [f"{who}, coefficients"]


@GROUPS
def test_a_certificate_changed_anywhere_fails_for_its_member(name: str) -> None:
    """All members signed all certificates, so that their signatures fail as well."""
    case = Case(name)
    group, members = case.group, case.members
    size = len(members.keys)
    for place, certificate in enumerate(members.certificates):
        who = f"trustee {place + 1}"
        own, joint = f"{who}, signature of the certificate", "certificates with coefficients"
        everybody = [f"trustee {n}, {joint}" for n in range(1, size + 1)]
        for signature in changed_proofs(certificate.signed.signature, group):
            signed = replace(certificate.signed, signature=signature)
            other = with_certificate(members, place, partial(replace, signed=signed))
            assert sorted(failed(other, group)) == sorted([own, *everybody])
        spaced = replace(certificate.signed, message=certificate.signed.message + " ")
        other = with_certificate(members, place, partial(replace, signed=spaced))
        assert sorted(failed(other, group)) == sorted([own, *everybody])
        stolen = certificate.verification * group.generator
        other = with_certificate(members, place, partial(replace, verification=stolen))
        signed_with_it = ("coefficients", joint, "signed public key")
        assert failed(other, group) == [own, *(f"{who}, {part}" for part in signed_with_it)]


@pytest.mark.parametrize(
    "change",
    [{"group": "BELENIOS-2048"}, {"size": 4}, {"threshold": 3}, {"index": 2}],
    ids=str,
)
def test_a_certificate_for_another_place_is_refused(change: dict[str, str | int]) -> None:
    case = Case("pedersen-2of3")
    context = replace(case.members.certificates[0].context, **change)  # type: ignore[arg-type]  # each of its own type
    other = with_certificate(case.members, 0, lambda one: replace(one, context=context))
    (failure,) = threshold_failures(other, case.group)
    expected = "for place 1 of 3 over Ed25519, threshold 2"
    assert failure.args[:3] == ("setup.trustees", "trustee 1, certificate", expected)
    assert failure.found == (
        f"for place {context.index} of {context.size} over {context.group}, "
        f"threshold {context.threshold}"
    )


@GROUPS
def test_a_changed_coefficient_fails_for_its_member_and_changes_all_keys(name: str) -> None:
    case = Case(name)
    group, members = case.group, case.members
    everybody = {f"trustee {n}, public key" for n in range(1, len(members.keys) + 1)}
    for place, power in product(range(len(members.keys)), range(members.threshold)):
        elements = list(members.coefficients[place].elements)
        elements[power] = elements[power] * group.generator
        changed = partial(replace, elements=tuple(elements))
        other = with_coefficients(members, place, changed)
        joint = f"trustee {place + 1}, certificates with coefficients"
        assert set(failed(other, group)) == {joint, *everybody}


@GROUPS
def test_another_public_key_fails_for_its_member(name: str) -> None:
    case = Case(name)
    group, members = case.group, case.members
    for place, key in enumerate(members.keys):
        stolen = key.public_key * group.generator
        other = with_key(members, place, lambda one, stolen=stolen: replace(one, public_key=stolen))  # type: ignore[misc]  # bound at once
        who = f"trustee {place + 1}"
        assert failed(other, group) == [f"{who}, public key", who, f"{who}, signed public key"]
        first = next(threshold_failures(other, group))
        assert first.expected == f"{key.public_key.text}, as the coefficients give it"
        assert first.found == stolen.text


def test_a_member_without_a_signature_fails() -> None:
    """The parser demands one; a group can also be put together by hand."""
    case = Case("pedersen-2of3")
    other = with_key(case.members, 1, lambda key: replace(key, signature=None))
    (failure,) = threshold_failures(other, case.group)
    expected = ("setup.trustees", "trustee 2, signed public key", "a signature", "none")
    assert failure.args == expected


def test_members_exchanged_fail_for_both() -> None:
    case = Case("pedersen-2of3")
    members = case.members
    exchanged = replace(
        members,
        certificates=(members.certificates[1], members.certificates[0], *members.certificates[2:]),
    )
    found = failed(exchanged, case.group)
    assert {"trustee 1, certificate", "trustee 2, certificate"} <= set(found)
    keys = replace(members, keys=(members.keys[1], members.keys[0], *members.keys[2:]))
    assert failed(keys, case.group) == [
        f"trustee {n}{part}" for n in (1, 2) for part in (", public key", ", signed public key")
    ]


def test_the_threshold_is_in_every_certificate() -> None:
    """Without it a group could claim afterwards that fewer, or more, suffice."""
    case = Case("pedersen-2of3")
    for threshold in (1, 3):
        found = failed(replace(case.members, threshold=threshold), case.group)
        assert found == [f"trustee {n}, certificate" for n in (1, 2, 3)]


def test_trustees_are_named_by_their_number_among_all() -> None:
    case = Case("threshold-names")
    single, members = case.trustees
    assert isinstance(single, SingleTrustee)
    assert isinstance(members, ThresholdTrustees)
    one = case.group.scalar(1)
    proof = replace(single.key.proof, challenge=single.key.proof.challenge + one)
    false = SingleTrustee(replace(single.key, proof=proof))
    nameless = with_key(members, 2, lambda key: replace(key, signature=None))
    found = [failure.subject for failure in trustee_failures((false, nameless), case.group)]
    assert found == ["trustee 1", "trustee 4, signed public key"]
    found = [failure.subject for failure in trustee_failures((nameless, false), case.group)]
    assert found == ["trustee 3, signed public key", "trustee 4"]
    assert failed(nameless, case.group, 7) == ["trustee 9, signed public key"]


def test_a_repeated_key_names_both_trustees_counted_from_one_unless_told_otherwise() -> None:
    first, second, *_ = Case("pedersen-2of3").members.certificates
    copied = replace(second, encryption=first.verification)
    for numbers, one, two in (((), 1, 2), ((4,), 4, 5)):
        (failure,) = repeated_certificate_failures((first, copied), *numbers)
        assert failure.args == (
            "setup.trustees",
            f"trustee {two}, encryption key",
            "a key of its own",
            f"the verification key of trustee {one}",
        )


def test_names_are_not_signed() -> None:
    """They say what a trustee is called; nothing proves it."""
    case = Case("threshold-names")
    renamed = with_key(case.members, 0, lambda key: replace(key, name="Mallory"))
    assert failed(renamed, case.group) == []


def test_a_text_is_signed_by_its_key_alone_and_as_it_stands() -> None:
    case = Case("pedersen-2of3")
    one, other = case.members.certificates[:2]
    signed = one.signed
    assert is_signed_by(signed.message, signed.signature, one.verification, case.group)
    assert not is_signed_by(signed.message, signed.signature, other.verification, case.group)
    assert not is_signed_by(signed.message + " ", signed.signature, one.verification, case.group)


# Polynomials in the exponent, on groups that are small enough to compare with plain integers

TINY = pytest.mark.parametrize("group", [TINY_CURVE, TINY_FIELD], ids=lambda group: group.name)


def power(group: Group, exponent: int) -> Element:
    return group.generator_power(group.scalar(exponent % group.order))


@TINY
@pytest.mark.parametrize("polynomial", [(3,), (3, 5), (0, 4, 7), (2, 0, 0, 9)], ids=str)
def test_a_committed_polynomial_is_evaluated_as_the_plain_one(
    group: Group, polynomial: tuple[int, ...]
) -> None:
    elements = [power(group, coefficient) for coefficient in polynomial]
    for index in range(2 * group.order):
        value = sum(a * index**k for k, a in enumerate(polynomial))
        assert evaluate(elements, index, group) == power(group, value)


@TINY
def test_interpolation_gives_the_value_at_zero_from_any_indexes(group: Group) -> None:
    q = group.order
    polynomial = (7, 3, 5)

    def at(index: int) -> int:
        return sum(a * index**k for k, a in enumerate(polynomial))

    for size in (3, 4, 5):
        for indexes in combinations(range(1, 8), size):
            total = sum(int(interpolate(i, indexes, group)) * at(i) for i in indexes)
            assert total % q == polynomial[0]


@TINY
def test_a_coefficient_is_the_quotient_of_plain_integers(group: Group) -> None:
    q = group.order
    for indexes in combinations(range(1, q), 3):
        for index in indexes:
            numerator = denominator = 1
            for other in indexes:
                if other != index:
                    numerator *= other
                    denominator *= other - index
            found = int(interpolate(index, indexes, group))
            assert found * denominator % q == numerator % q


@TINY
def test_who_is_alone_needs_no_coefficient(group: Group) -> None:
    assert [int(interpolate(n, (n,), group)) for n in (1, 2, 5)] == [1, 1, 1]


def test_fewer_indexes_than_the_threshold_give_something_else() -> None:
    group, polynomial = TINY_CURVE, (7, 3, 5)
    indexes = (1, 2)
    total = sum(
        int(interpolate(i, indexes, group)) * sum(a * i**k for k, a in enumerate(polynomial))
        for i in indexes
    )
    assert total % group.order != polynomial[0]


def test_a_group_of_one_and_a_group_that_needs_all_hold() -> None:
    for size, threshold in ((1, 1), (2, 2), (4, 3)):
        trustees = make_run(size, threshold).trustees
        assert failed(trustees, ED25519) == []
        assert list(trustee_failures((*SMALL.trustees, trustees), ED25519)) == []
