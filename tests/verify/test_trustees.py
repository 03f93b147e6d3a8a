"""A threshold group in the set-up of an archive: every field of it, and what its members could do.

Single trustees are in ``test_setup``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from comitia.ballots.v1.making.channels import sign
from comitia.ballots.v1.making.keys import prove_knowledge
from comitia.ballots.v1.model import (
    Check,
    Coefficients,
    EventType,
    Json,
    ThresholdTrustees,
    TrusteeKey,
    canonical_json,
    certificate_message,
    coefficients_message,
    combine_keys,
    derive_hash,
    derive_trustees_record,
    joint_message,
)
from comitia.curve import ED25519
from comitia.verify import Failure, Report, Subject, Verdict
from tests.ballots.v1.keymaking import Run, make_run
from tests.elections import Step, failed_checks, put_together, seeded, take_apart
from tests.elections import verify_bytes as verify
from tests.verify.building import failures_of, not_checked, result_of, with_setup
from tests.verify.test_decryption import beside
from tests.verify.test_mutations import other_leaf

FOREIGN = "0" * 63 + "2"
IDENTITY = ED25519.identity.text
ONE = ED25519.scalar(1)


def group_value() -> dict[str, Any]:
    """Return the group of the election as JSON; its members are the trustees 2 to 4."""
    value = json.loads(beside().records.trustees)[1][1]
    assert isinstance(value, dict)
    return value


def report_of(group: Json) -> tuple[Report, Subject]:
    """Verify the election with another group, everything after the set-up as it was."""
    made = beside()
    single = json.loads(made.records.trustees)[0]
    trustees = canonical_json([single, ["Pedersen", group]])
    _, *after = take_apart(made.archive)
    setup = Step(EventType.SETUP, with_setup(made, trustees=trustees).in_order)
    return verify(put_together([setup, *after])), Subject(0, derive_hash(trustees))


def leaves(value: Json, where: str = "") -> Iterator[tuple[str, Json]]:
    """Yield each place of a value with the value changed there, inside signed texts as well."""
    if isinstance(value, dict):
        for name, inner in value.items():
            for place, changed in leaves(inner, f"{where}.{name}"):
                yield place, {**value, name: changed}
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            for place, changed in leaves(inner, f"{where}[{number}]"):
                yield place, [*value[:number], changed, *value[number + 1 :]]
    elif isinstance(value, str) and value.startswith("{"):
        for place, changed in leaves(json.loads(value), where):
            yield place, canonical_json(changed).decode()
    else:
        yield where, other_leaf(value)


def changes() -> dict[str, Json]:
    """Return the group with each of its fields changed, by the places."""
    return dict(leaves(group_value()))


def test_a_threshold_group_is_examined_member_by_member() -> None:
    report, _ = report_of(group_value())
    assert report.verdict is Verdict.VALID
    assert result_of(report, Check.SETUP_TRUSTEES).count == 4


def test_every_field_of_every_member_is_changed_below() -> None:
    places = {place.split("[")[0].lstrip(".") for place in changes()}
    assert places == {"threshold", "certs", "coefexps", "signatures", "verification_keys"}
    assert len(changes()) == 1 + 3 * (8 + 4 + 2 + 5)


@pytest.mark.parametrize("place", sorted(changes()))
def test_any_field_of_a_group_changed_fails_and_names_the_trustee(place: str) -> None:
    report, subject = report_of(changes()[place])
    failures = failures_of(report)["setup.trustees"]
    assert report.verdict is Verdict.INVALID
    assert {failure.subject for failure in failures} == {subject}
    if place == ".threshold":
        found = "trustees[1].coefexps[0].message.coefexps: expected 3 items, found 2"
        assert [failure.found for failure in failures] == [found]
        return
    number = int(place.split("[")[1].split("]", maxsplit=1)[0])
    part = place.split("[", maxsplit=1)[0]
    named = {f.expected.split(",")[0].split(":")[0] for f in failures}
    assert f"trustee {number + 2}" in named or failures[0].found.startswith(
        f"trustees[1]{part}[{number}]"
    )


@pytest.mark.parametrize(
    "change, found",
    [
        (lambda v: v.update(threshold=0), "trustees[1].threshold: expected a number from 1 to 3"),
        (lambda v: v.update(threshold=4), "trustees[1].threshold: expected a number from 1 to 3"),
        (
            lambda v: v.update(threshold="2"),
            "trustees[1].threshold: expected an integer, found a string",
        ),
        (lambda v: v["certs"].pop(), "trustees[1].coefexps: expected 2 items, found 3"),
        (lambda v: v["coefexps"].pop(), "trustees[1].coefexps: expected 3 items, found 2"),
        (lambda v: v["signatures"].pop(), "trustees[1].signatures: expected 3 items, found 2"),
        (
            lambda v: v["verification_keys"].pop(),
            "trustees[1].verification_keys: expected 3 items, found 2",
        ),
        (lambda v: v.pop("signatures"), "trustees[1]: the field signatures is missing"),
        (
            lambda v: v["verification_keys"][0].pop("signature"),
            "trustees[1].verification_keys[0]: the field signature is missing",
        ),
        (
            lambda v: v["certs"][2].update(message="[]"),
            "trustees[1].certs[2].message: expected an object, found a list",
        ),
        (
            lambda v: v["certs"][2].update(message=v["certs"][2]["message"] + " "),
            "trustees[1].certs[2].message: not in its canonical form",
        ),
        (
            lambda v: v["coefexps"][1].update(message='{"coefexps":[]}'),
            "trustees[1].coefexps[1].message.coefexps: expected 2 items, found 0",
        ),
        (lambda v: v.clear(), "trustees[1]: the field threshold is missing"),
    ],
)
def test_a_group_has_one_form(change: Callable[[dict[str, Any]], object], found: str) -> None:
    value = group_value()
    change(value)
    report, subject = report_of(value)
    assert failures_of(report)["setup.trustees"] == (
        Failure(subject, "a well-formed list of trustees", found),
    )
    assert not_checked(report) == [
        *("decryption.present", "decryption.owner", "decryption.proof", "result.value")
    ]


def test_every_element_of_a_group_that_is_none_is_named() -> None:
    value = group_value()
    message = json.loads(value["certs"][0]["message"])
    message.update(verification=IDENTITY, encryption=FOREIGN)
    value["certs"][0]["message"] = canonical_json(message).decode()
    message = json.loads(value["coefexps"][1]["message"])
    message["coefexps"][1] = FOREIGN
    value["coefexps"][1]["message"] = canonical_json(message).decode()
    value["verification_keys"][2]["public_key"] = IDENTITY
    report, _ = report_of(value)
    failures = failures_of(report)["setup.trustees"]
    assert {failure.expected for failure in failures} == {"a key of the group"}
    assert [failure.found.split(": ")[0] for failure in failures] == [
        "trustees[1].certs[0].message.verification",
        "trustees[1].certs[0].message.encryption",
        "trustees[1].coefexps[1].message.coefexps[1]",
        "trustees[1].verification_keys[2].public_key",
    ]


# --- What members could do, who sign whatever they like ---


def run() -> Run:
    return make_run(3, 2, seed="members")


def opened_by(trustees: ThresholdTrustees) -> Report:
    """Verify an election that a group alone has just opened, with the key that follows from it."""
    made = beside()
    key = combine_keys((trustees,), ED25519)
    election = canonical_json({**json.loads(made.records.election), "public_key": key.text})
    record = derive_trustees_record((trustees,))
    records = with_setup(made, election=election, trustees=record)
    return verify(put_together([Step(EventType.SETUP, records.in_order)]))


def named_in(report: Report) -> list[str]:
    """Return what the failures of the trustees, which must be the only ones, are about."""
    assert failed_checks(report) == {"setup.trustees"}
    return [f.expected.split(": ")[0] for f in failures_of(report)["setup.trustees"]]


def with_member(
    trustees: ThresholdTrustees,
    index: int,
    *,
    key: TrusteeKey | None = None,
    coefficients: Coefficients | None = None,
) -> ThresholdTrustees:
    """Return the group with parts of one member replaced."""
    keys, committed = list(trustees.keys), list(trustees.coefficients)
    keys[index - 1] = key or keys[index - 1]
    committed[index - 1] = coefficients or committed[index - 1]
    return replace(trustees, keys=tuple(keys), coefficients=tuple(committed))


def own_key(run: Run, index: int) -> TrusteeKey:
    """Return a key of a member's own choice, proved and signed."""
    key = prove_knowledge(ED25519, ED25519.scalar(7), seeded("own"))
    signed = sign(run.keys(index), key.public_key.text, seeded("own"))
    return replace(key, signature=signed.signature)


def test_the_group_of_these_tests_is_right() -> None:
    assert opened_by(run().trustees).verdict is Verdict.INCOMPLETE
    assert failures_of(opened_by(run().trustees)) == {}


def test_a_key_of_a_member_s_own_choice_is_not_the_one_of_its_coefficients() -> None:
    """Proved and signed; with its shares nothing could be opened."""
    false = with_member(run().trustees, 2, key=own_key(run(), 2))
    assert named_in(opened_by(false)) == ["trustee 2, public key"]


def test_coefficients_changed_afterwards_are_not_those_of_the_keys() -> None:
    """Signed anew, alone and with all certificates; the sum is wrong for everybody."""
    trustees, keys = run().trustees, run().keys(3)
    first, second = trustees.coefficients[2].elements
    elements = (first, second * ED25519.generator)
    coefficients = replace(
        trustees.coefficients[2],
        signed=sign(keys, coefficients_message(elements), seeded("changed")),
        joint_signature=sign(
            keys, joint_message(trustees.certificates, elements), seeded("changed")
        ).signature,
        elements=elements,
    )
    false = with_member(trustees, 3, coefficients=coefficients)
    assert named_in(opened_by(false)) == [f"trustee {n}, public key" for n in (1, 2, 3)]


def test_coefficients_signed_with_other_certificates_are_not_of_this_group() -> None:
    trustees, keys = run().trustees, run().keys(1)
    others = make_run(3, 2, seed="others").trustees.certificates
    elements = trustees.coefficients[0].elements
    joint = sign(keys, joint_message(others, elements), seeded("others")).signature
    coefficients = replace(trustees.coefficients[0], joint_signature=joint)
    false = with_member(trustees, 1, coefficients=coefficients)
    assert named_in(opened_by(false)) == ["trustee 1, certificates with coefficients"]


@pytest.mark.parametrize(
    "change, found",
    [
        ({"index": 2}, "for place 2 of 3 over Ed25519, threshold 2"),
        ({"size": 4}, "for place 1 of 4 over Ed25519, threshold 2"),
        ({"threshold": 1}, "for place 1 of 3 over Ed25519, threshold 1"),
        ({"group": "BELENIOS-2048"}, "for place 1 of 3 over BELENIOS-2048, threshold 2"),
    ],
)
def test_a_certificate_is_for_its_place_in_this_group(change: dict[str, Any], found: str) -> None:
    """Signed by its owner, and by all with their coefficients."""
    trustees = run().trustees
    old = trustees.certificates[0]
    context = replace(old.context, **change)
    message = certificate_message(context, old.verification, old.encryption)
    certificate = replace(old, signed=sign(run().keys(1), message, seeded("c")), context=context)
    certificates = (certificate, *trustees.certificates[1:])
    coefficients = tuple(
        replace(
            member,
            joint_signature=sign(
                run().keys(index), joint_message(certificates, member.elements), seeded("c")
            ).signature,
        )
        for index, member in enumerate(trustees.coefficients, 1)
    )
    false = replace(trustees, certificates=certificates, coefficients=coefficients)
    report = opened_by(false)
    assert named_in(report) == ["trustee 1, certificate"]
    (failure,) = failures_of(report)["setup.trustees"]
    assert failure.expected.endswith(": for place 1 of 3 over Ed25519, threshold 2")
    assert failure.found == found


def test_members_in_another_order_are_in_the_wrong_places() -> None:
    trustees = run().trustees
    turned = ThresholdTrustees(
        trustees.threshold,
        trustees.certificates[::-1],
        trustees.coefficients[::-1],
        trustees.keys[::-1],
    )
    named = named_in(opened_by(turned))
    assert {"trustee 1, certificate", "trustee 3, certificate"} <= set(named)
    assert {"trustee 1, public key", "trustee 3, public key"} <= set(named)


def test_two_groups_are_told_apart_by_owner_numbers() -> None:
    second = make_run(2, 1, seed="second")
    one, false = run().trustees, with_member(second.trustees, 2, key=own_key(second, 2))
    made = beside()
    trustees = (one, false)
    product = combine_keys(trustees, ED25519)
    election = canonical_json({**json.loads(made.records.election), "public_key": product.text})
    record = derive_trustees_record(trustees)
    records = with_setup(made, election=election, trustees=record)
    report = verify(put_together([Step(EventType.SETUP, records.in_order)]))
    assert named_in(report) == ["trustee 5, public key"]
    assert result_of(report, Check.SETUP_TRUSTEES).count == 5


def test_the_election_s_key_is_the_product_with_the_group_s() -> None:
    made = beside()
    other = make_run(3, 2, seed="members").trustees
    single = made.trustees[0]
    product = combine_keys((single, other), ED25519)
    record = derive_trustees_record((single, other))
    records = with_setup(made, trustees=record)
    report = verify(put_together([Step(EventType.SETUP, records.in_order)]))
    (failure,) = failures_of(report)["setup.election"]
    assert failed_checks(report) == {"setup.election"}
    assert failure.expected == f"public_key {product.text}, the product of the trustees' keys"
    assert failure.found == made.election.public_key.text


def test_names_are_nobody_s_business_but_the_trustees() -> None:
    """Nothing proves them, so nothing is checked of them but that they are texts."""
    value = group_value()
    value["verification_keys"][1]["name"] = "Zoë"
    assert report_of(value)[0].verdict is Verdict.VALID
    value["verification_keys"][1]["name"] = 1
    (failure,) = failures_of(report_of(value)[0])["setup.trustees"]
    assert failure.found == (
        "trustees[1].verification_keys[1].name: expected a string, found a number"
    )
