"""Groups, and elements that are not in them: rows 8, 9, 10 and 27."""

from __future__ import annotations

import json
from functools import cache
from typing import Any, Final

import gmpy2
import pytest

from comitia.ballots.v1.equations.proofs import (
    ProofContext,
    multiply,
    verify_interval,
    verify_nonzero,
)
from comitia.ballots.v1.equations.statements import answer_context
from comitia.ballots.v1.making import check_ballot
from comitia.ballots.v1.model import (
    Check,
    Ciphertext,
    HomomorphicQuestion,
    Json,
    NonzeroProof,
    canonical_json,
    derive_hash,
)
from comitia.ballots.v1.parse import (
    ForeignElements,
    parse_certificate,
    parse_election,
    parse_threshold_trustees,
    parse_trustees,
)
from comitia.cli.command import main
from comitia.curve import BELENIOS_2048, ED25519, GROUPS, RFC_3526_2048, Group, NotCanonical
from comitia.curve.field import FieldGroup
from comitia.errors import MalformedRecord
from comitia.verify import Subject, Verdict
from tests.attacks.hostile import ballot_subject, failing, places_of, refusal, with_ballots
from tests.attacks.mixed import PLAIN, ground_ballot, mixed, outside, small_order
from tests.ballots.v1.keymaking import make_run
from tests.ballots.v1.samples import (
    ELEMENTS,
    FIELD_SAMPLES,
    FIXTURES,
    KEYS,
    LISTED,
    SAMPLES,
    SMALL,
    Path,
    Sample,
    changed,
    field_of,
    fixture_steps,
    samples_of,
    walk,
)
from tests.elections import YES_NO, Made, Step, make_election, put_together, take_apart
from tests.elections import verify_bytes as verify
from tests.verify.building import hold_again, refer_again, result_of, small, with_setup
from tests.verify.trusteeship import group_of

OUTSIDE: Final = {
    "Ed25519": "a point outside the subgroup of prime order",
    "BELENIOS-2048": "a number outside the subgroup of prime order",
    "RFC-3526-2048": "a number outside the subgroup of prime order",
}
EVERY_GROUP = pytest.mark.parametrize("group", GROUPS.values(), ids=lambda group: group.name)
ORDERS: Final = [
    pytest.param(group, order, id=f"{group.name}, order {order}")
    for group, orders in ((ED25519, (2, 4, 8)), (BELENIOS_2048, (2,)), (RFC_3526_2048, (2,)))
    for order in orders
]
ONE_ANSWER: Final = HomomorphicQuestion("Yes?", ("Yes",), 0, 1)


# --- Row 8: what a group is ------------------------------------------------------------------


@EVERY_GROUP
def test_attack_8_the_order_of_each_group_is_a_prime_of_its_stated_size(group: Group) -> None:
    bits = {"Ed25519": 253, "BELENIOS-2048": 256, "RFC-3526-2048": 2047}[group.name]
    assert group.order.bit_length() == bits
    assert gmpy2.is_prime(group.order, 40)


@EVERY_GROUP
def test_attack_8_the_generator_of_each_group_generates_it(group: Group) -> None:
    generator = group.generator
    assert not generator.is_identity
    last = generator.power(group.scalar(group.order - 1))
    assert last * generator == group.identity
    assert last != group.identity, "the order is prime: of 1 or of all of it"
    assert group.parse_element(generator.text) == generator


def test_attack_8_the_curve_is_the_one_of_rfc_8032() -> None:
    plain = PLAIN[ED25519]
    generator = small_order(ED25519)[2] * small_order(ED25519)[2]
    assert generator.is_identity
    assert (plain.order, plain.generator.text) == (ED25519.order, ED25519.generator.text)
    assert ED25519.generator.text == "66" * 31 + "58", "y is 4/5"


@pytest.mark.parametrize("field", [BELENIOS_2048, RFC_3526_2048], ids=lambda field: field.name)
def test_attack_8_each_field_s_prime_is_one_and_has_the_order_in_it(field: FieldGroup) -> None:
    p = int(field.p)
    assert p.bit_length() == 2048
    assert gmpy2.is_prime(p, 40)
    assert (p - 1) % field.order == 0
    assert (p - 1) // field.order % field.order != 0


HOSTILE_GROUPS: Final[list[tuple[str, Json]]] = [
    ("smaller", "RFC-3526-1536"),
    ("smaller, of the other kind", "BELENIOS-1024"),
    ("other letters", "ed25519"),
    ("a space", "Ed25519 "),
    ("the curve with another name", "edwards25519"),
    ("nothing", ""),
    ("parameters", {"p": "23", "q": "11", "g": "2"}),
    ("a composite", {"p": str(2**2048), "q": str(2**255), "g": "1"}),
    ("parameters of ours", {"name": "Ed25519", "g": "1"}),
    ("a list", ["Ed25519"]),
    ("a number", 25519),
    ("null", None),
]
NAMED = pytest.mark.parametrize(
    "value", [pytest.param(value, id=name) for name, value in HOSTILE_GROUPS]
)


@NAMED
def test_attack_8_no_election_brings_a_group_of_its_own(value: Json) -> None:
    """Refused before anything is computed in it, by server, voter's program and verifier alike."""
    record = SAMPLES["election"].replaced(("group",), value)
    error = refusal(lambda: parse_election(record))
    assert isinstance(error, MalformedRecord)
    assert error.where == "group"
    records = with_setup(SMALL, election=record)
    _, *after = take_apart(SMALL.archive)
    report = verify(
        put_together([Step(take_apart(SMALL.archive)[0].type, records.in_order), *after])
    )
    assert places_of(report) == {"setup.election": [Subject(0, derive_hash(record))]}
    assert result_of(report, Check.BALLOT_PROOF).count == 0, "nothing was computed"


@pytest.mark.parametrize(
    "field, value",
    [("p", "23"), ("q", "11"), ("g", "1"), ("generator", "1"), ("order", "2"), ("h", "1")],
)
def test_attack_8_no_parameter_is_read_beside_the_name(field: str, value: str) -> None:
    record = canonical_json({**json.loads(SMALL.records.election), field: value})
    error = refusal(lambda: parse_election(record))
    assert str(error) == f"election: the field {field!r} does not belong here"


@pytest.mark.parametrize("command", ["trustee-key", "credentials"])
@pytest.mark.parametrize("name", ["RFC-3526-1536", "BELENIOS-1024", ""])
def test_attack_8_no_command_makes_keys_in_another_group(
    command: str, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["election", command, "--group", name]) == 2
    assert "argument --group: invalid choice" in capsys.readouterr().err


# --- Row 27: strength ------------------------------------------------------------------------

LEAST_FIELD_BITS: Final = 2048
LEAST_ORDER_BITS: Final = 252


def test_attack_27_no_group_is_weaker_than_what_we_accept() -> None:
    assert set(GROUPS) == {"Ed25519", "BELENIOS-2048", "RFC-3526-2048"}
    for group in GROUPS.values():
        assert group.order.bit_length() >= LEAST_ORDER_BITS
        if isinstance(group, FieldGroup):
            assert int(group.p).bit_length() >= LEAST_FIELD_BITS


@pytest.mark.parametrize("bits", [256, 512, 1024, 2047])
def test_attack_27_a_shorter_field_cannot_be_named_or_described(bits: int) -> None:
    values: list[Json] = [f"BELENIOS-{bits}", f"RFC-3526-{bits}", {"p": str(2**bits - 1)}]
    for value in values:
        error = refusal(parse_election, SAMPLES["election"].replaced(("group",), value))
        assert isinstance(error, MalformedRecord)


# --- Row 9: honest elements times elements of small order ------------------------------------


def over_rfc() -> Made:
    """Return a small election over the third group."""
    return make_election(
        group=RFC_3526_2048, questions=(ONE_ANSWER,), votes=(((1,),),), trustees=1, seed="rfc"
    )


@cache
def samples(group: Group) -> dict[str, Sample]:
    """Return a sample of every record that holds elements of a group."""
    if group is RFC_3526_2048:
        return samples_of(over_rfc())
    return SAMPLES if group is ED25519 else FIELD_SAMPLES


def element_paths(sample: Sample) -> list[Path]:
    """Return where a record holds elements."""
    return [
        path
        for path, part in walk(sample.value)
        if isinstance(part, str) and field_of(path) in ELEMENTS
    ]


@pytest.mark.parametrize("group, order", ORDERS)
def test_attack_9_an_honest_element_times_one_of_small_order_is_refused_at_every_place(
    group: Group, order: int
) -> None:
    tried = 0
    for sample in samples(group).values():
        paths = element_paths(sample)
        for path in paths if order == 2 else paths[:2]:
            record = sample.changed(path, lambda text: mixed(text, group, order))
            with pytest.raises(ForeignElements) as caught:
                sample.parse(record)
            assert caught.value.faults == ((sample.place(path), OUTSIDE[group.name]),)
            tried += 1
    assert tried > 10


@EVERY_GROUP
def test_attack_9_elements_of_small_order_and_strangers_are_no_elements(group: Group) -> None:
    for element in (*small_order(group).values(), outside(group)):
        with pytest.raises(NotCanonical, match=OUTSIDE[group.name]):
            group.parse_element(element.text)


def ground_election(group: Group) -> Made:
    """Return an election with one question of one answer."""
    if group is RFC_3526_2048:
        return over_rfc()
    return make_election(
        group=group, questions=(ONE_ANSWER,), votes=(((1,),),), trustees=1, seed="ground"
    )


@pytest.mark.parametrize("half", ["alpha", "beta"])
@pytest.mark.parametrize(
    "group, order",
    [
        pytest.param(ED25519, 2, id="Ed25519, order 2"),
        pytest.param(BELENIOS_2048, 2, id="BELENIOS-2048"),
        pytest.param(RFC_3526_2048, 2, id="RFC-3526-2048"),
    ],
)
def test_attack_9_a_ballot_whose_challenges_were_ground_to_hide_it_is_refused(
    group: Group, order: int, half: str
) -> None:
    """Its equations hold, for whoever does not test membership; so that test is all there is."""
    made = ground_election(group)
    tainted = ground_ballot(made, half, order)
    plain = PLAIN[group]
    key = plain.parse_element(made.election.public_key.text)
    context = ProofContext(plain, key, tainted.context, "question 1, choice 1")
    verify_interval(context, tainted.ciphertext, (0, 1), tainted.proofs)
    place = f"answers[0].choices[0].{half}"
    with pytest.raises(ForeignElements) as caught:
        check_ballot(tainted.record, made.election)
    assert caught.value.faults == ((place, OUTSIDE[group.name]),)
    archive = with_ballots(made, tainted.record)
    assert failing(archive) == {"ballot.element": [ballot_subject(1, tainted.record)]}


def test_attack_9_the_reference_s_ballot_with_a_commitment_of_order_two_is_refused() -> None:
    """It names a list and nobody on it; the sign of the mark is all that is wrong with it."""
    (path,) = (FIXTURES / "lists-order-two-commitment").glob("*.bel")
    ballot = fixture_steps("lists-order-two-commitment")[3].contents[0]
    commitment = json.loads(ballot)["answers"][0]["nonzero_proof"]["commitment"]
    assert commitment == small_order(ED25519)[2].text
    assert failing(path.read_bytes()) == {"ballot.element": [ballot_subject(3, ballot)]}


def test_attack_9_without_the_test_of_membership_its_equations_would_hold() -> None:
    steps = fixture_steps("lists-order-two-commitment")
    election = parse_election(steps[0].contents[0])
    value = json.loads(steps[3].contents[0])
    answer: Any = value["answers"][0]
    plain = PLAIN[ED25519]
    rows = [
        [Ciphertext(*(plain.parse_element(c[half]) for half in ("alpha", "beta"))) for c in row]
        for row in answer["choices"]
    ]
    total = multiply([c for row in rows for c in row[1:]], plain)
    proof = NonzeroProof(
        small_order(ED25519)[2],
        plain.parse_scalar(answer["nonzero_proof"]["challenge"]),
        tuple(plain.parse_scalar(text) for text in answer["nonzero_proof"]["response"]),  # type: ignore[arg-type] # two of them
    )
    voter = f"{election.fingerprint}|{value['credential']}"
    text = answer_context(voter, [c for row in rows for c in row])
    key = plain.parse_element(election.public_key.text)
    verify_nonzero(ProofContext(plain, key, text, "question 1"), total, proof)
    assert int(proof.challenge) % 2 == 0, "ground until it was"


def with_mixed(step: int, part: int, path: Path) -> tuple[bytes, Subject]:
    """Return the smallest election with one element mixed, and the subject of that record."""
    steps = take_apart(small().archive)
    record = canonical_json(
        changed(json.loads(steps[step].contents[part]), path, lambda text: mixed(text, ED25519))
    )
    steps[step] = refer_again(steps[step].with_content(part, record))
    return put_together(steps), Subject(step, derive_hash(record))


UNCOUNTED: Final = {"ballot.credential", "tally.ballots", "tally.counts"}
"""What fails as well where a ballot's credential is not, or no longer, on the list."""


@pytest.mark.parametrize(
    "step, part, path, check, others",
    [
        pytest.param(0, 0, ("public_key",), "setup.election", set(), id="election's key"),
        pytest.param(0, 1, (1, 1, "public_key"), "setup.trustees", set(), id="trustee's key"),
        pytest.param(0, 2, (1,), "setup.credentials", UNCOUNTED, id="credential on the list"),
        pytest.param(1, 0, ("credential",), "ballot.element", UNCOUNTED, id="ballot's credential"),
        pytest.param(
            1, 0, ("answers", 0, "choices", 1, "alpha"), "ballot.element", set(), id="alpha"
        ),
        pytest.param(
            2, 0, ("answers", 0, "choices", 0, "beta"), "ballot.element", set(), id="beta"
        ),
        pytest.param(4, 0, (0, 1, "alpha"), "tally.ballots", set(), id="tally"),
        pytest.param(5, 0, ("decryption_factors", 0, 0), "decryption.proof", set(), id="factor"),
    ],
)
def test_attack_9_a_mixed_element_anywhere_in_an_archive_fails_its_record(
    step: int, part: int, path: Path, check: str, others: set[str]
) -> None:
    archive, subject = with_mixed(step, part, path)
    places = failing(archive)
    assert places[check] == [subject]
    assert set(places) - {check} == others


def inside(value: Any, path: Path, group: Group) -> Json:  # noqa: ANN401 - a record's value
    """Change an element inside a signed text, which is JSON in a string."""
    message = json.loads(value["message"])
    inner = message
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = mixed(inner[path[-1]], group)
    return {**value, "message": canonical_json(message).decode()}


@pytest.mark.parametrize("group", [ED25519, RFC_3526_2048], ids=lambda group: group.name)
@pytest.mark.parametrize(
    "field, path",
    [
        ("certs", ("verification",)),
        ("certs", ("encryption",)),
        ("coefexps", ("coefexps", 0)),
        ("coefexps", ("coefexps", 1)),
    ],
)
def test_attack_9_a_mixed_element_inside_a_signed_text_of_a_group_is_refused(
    group: Group, field: str, path: Path
) -> None:
    run = make_run(3, 2, group)
    value: Any = run.trustees.parameters()
    value[field][1] = inside(value[field][1], path, group)
    place = ".".join(map(str, path)).replace(".0", "[0]").replace(".1", "[1]")
    where = f"threshold trustees.{field}[1].message.{place}"
    with pytest.raises(ForeignElements) as caught:
        parse_threshold_trustees(canonical_json(value), group)
    assert caught.value.faults == ((where, OUTSIDE[group.name]),)


def test_attack_9_a_mixed_coefficient_fails_the_archive_s_trustees() -> None:
    made = make_election(
        questions=(YES_NO,), votes=(((1, 0),), ((0, 1),)), keyholders=group_of(2, 3)
    )
    value = json.loads(made.records.trustees)
    value[0][1]["coefexps"][0] = inside(value[0][1]["coefexps"][0], ("coefexps", 1), ED25519)
    trustees = canonical_json(value)
    records = with_setup(made, trustees=trustees)
    setup, *after = take_apart(made.archive)
    archive = put_together([Step(setup.type, records.in_order), *after])
    assert failing(archive) == {"setup.trustees": [Subject(0, derive_hash(trustees))]}


# --- Row 10: every other element, and the identity -------------------------------------------


@EVERY_GROUP
def test_attack_10_the_ends_of_the_range_are_no_elements_but_the_identity(group: Group) -> None:
    plain = PLAIN[group]
    p = plain.p
    numbers = {0, p - 1, p, p + 1, 2 * p}
    texts = {str(n) for n in numbers} if group is not ED25519 else {f"{n:064x}" for n in numbers}
    for text in sorted(texts):
        with pytest.raises(NotCanonical):
            group.parse_element(text)
    assert group.parse_element(group.identity.text).is_identity


@pytest.mark.parametrize("group", [BELENIOS_2048, RFC_3526_2048], ids=lambda group: group.name)
def test_attack_10_a_number_that_is_no_square_is_no_element(group: FieldGroup) -> None:
    p = int(group.p)
    strangers = [n for n in range(2, 30) if gmpy2.jacobi(n, p) == -1]
    assert len(strangers) > 5
    for number in strangers:
        with pytest.raises(NotCanonical, match="outside the subgroup"):
            group.parse_element(str(number))


@pytest.mark.parametrize("group", [ED25519, BELENIOS_2048, RFC_3526_2048], ids=lambda g: g.name)
def test_attack_10_the_identity_is_refused_where_a_key_is_expected_and_nowhere_else(
    group: Group,
) -> None:
    kinds = set()
    for sample in samples(group).values():
        for path in element_paths(sample):
            record = sample.replaced(path, group.identity.text)
            if path[-1] in KEYS:
                with pytest.raises(ForeignElements) as caught:
                    sample.parse(record)
                problem = "the identity, which is no key"
                assert caught.value.faults == ((sample.place(path), problem),)
            else:
                sample.parse(record)
            kinds.add(field_of(path))
    assert kinds >= {"alpha", "beta", "credential", "public_key", "decryption_factors"}


def test_attack_10_every_class_of_key_refuses_the_identity_by_its_name() -> None:
    identity, run = ED25519.identity.text, make_run(3, 2)
    value: Any = run.trustees.parameters()
    for field, path in (("certs", "verification"), ("certs", "encryption")):
        message = json.loads(value[field][0]["message"])
        changed = {
            **value[field][0],
            "message": canonical_json({**message, path: identity}).decode(),
        }
        record = canonical_json({**value, field: [changed, *value[field][1:]]})
        with pytest.raises(ForeignElements, match=f"{path}: the identity, which is no key"):
            parse_threshold_trustees(record, ED25519)
    keys = [{**value["verification_keys"][0], "public_key": identity}]
    record = canonical_json(
        {**value, "verification_keys": [*keys, *value["verification_keys"][1:]]}
    )
    with pytest.raises(ForeignElements, match="public_key: the identity, which is no key"):
        parse_threshold_trustees(record, ED25519)
    certificate = SAMPLES["credentials certificate"]
    for name in ("verification_key", "encryption_key"):
        with pytest.raises(ForeignElements, match=f"{name}: the identity, which is no key"):
            parse_certificate(certificate.replaced((name,), identity), ED25519)


def test_attack_10_a_sum_of_keys_that_is_the_identity_opens_no_election() -> None:
    """A second trustee whose key is the first one's inverse: y is 1 and hides nothing."""
    key = SMALL.keys[0].public_key
    group: Group = ED25519
    opposite = group.identity / key
    value = json.loads(SMALL.records.trustees)
    value[1][1]["public_key"] = opposite.text
    trustees = canonical_json(value)
    election = SAMPLES["election"].replaced(("public_key",), ED25519.identity.text)
    assert (parse_trustees(trustees, ED25519)[1].sub_key(ED25519) * key).is_identity
    records = with_setup(SMALL, trustees=trustees, election=election)
    setup, *after = take_apart(SMALL.archive)
    places = failing(put_together([Step(setup.type, records.in_order), *after]))
    assert places == {"setup.election": [Subject(0, derive_hash(election))]}


def test_attack_10_the_identity_is_no_credential_on_the_list() -> None:
    listed = [ED25519.identity.text, *json.loads(SMALL.records.credentials)]
    records = with_setup(SMALL, credentials=canonical_json(listed))
    archive = put_together(hold_again(SMALL, records=records))
    assert failing(archive) == {"setup.credentials": [ballot_subject(0, records.credentials)]}


def test_attack_10_the_identity_is_no_mark_of_a_nonzero_sum() -> None:
    record = json.loads(LISTED.ballots[0])
    record["answers"][0]["nonzero_proof"]["commitment"] = ED25519.identity.text
    ballot = canonical_json(record)
    places = failing(with_ballots(LISTED, ballot, *LISTED.ballots[1:]))
    assert places["ballot.proof"] == [ballot_subject(1, ballot)]
    assert set(places) == {"ballot.proof", "ballot.signature"}


def test_attack_10_the_identity_is_what_nobody_s_votes_are_added_up_to() -> None:
    """Tally and factors of an election without ballots: refusing it would refuse that election."""
    made = make_election(questions=(YES_NO,), votes=())
    tally = json.loads(take_apart(made.archive)[2].contents[0])
    assert {c[half] for c in tally[0] for half in ("alpha", "beta")} == {ED25519.identity.text}
    report = verify(made.archive, bound=made.bound)
    assert (report.verdict, report.result) == (Verdict.VALID, [[0, 0]])


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"{1 | 1 << 255:064x}", id="with a sign"),
        pytest.param(f"{2**255 - 19 + 1:064x}", id="plus the prime"),
        pytest.param(f"{(2**255 - 19 + 1) | 1 << 255:064x}", id="both"),
    ],
)
def test_attack_10_the_identity_has_one_text(text: str) -> None:
    made = make_election(questions=(YES_NO,), votes=())
    steps = take_apart(made.archive)
    value = json.loads(steps[2].contents[0])
    value[0][0]["alpha"] = text
    record = canonical_json(value)
    steps[2] = refer_again(steps[2].with_content(0, record))
    assert failing(put_together(steps)) == {"tally.ballots": [Subject(2, derive_hash(record))]}


def test_attack_10_every_group_of_a_test_is_one_of_the_program() -> None:
    """So that what was shown here was shown of the groups that elections can have."""
    assert set(PLAIN) == set(GROUPS.values())
