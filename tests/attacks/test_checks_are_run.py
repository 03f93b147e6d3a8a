"""Checks that are specified and never run: row 23.

Each place where the verifier notes a failure, and each equation, is switched off by itself. Then a
hostile archive that nothing else refuses is no longer invalid: so what was switched off was needed.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import Any, Final, cast
from unittest.mock import patch

import pytest

from comitia.ballots.v1 import equations
from comitia.ballots.v1.making.channels import sign
from comitia.ballots.v1.model import (
    BoundProofs,
    Check,
    Coefficients,
    EventType,
    Fingerprint,
    Proof,
    Sha256Hex,
    SignedShuffles,
    ThresholdTrustees,
    Uuid,
    Vector,
    canonical_json,
    certificate_message,
    derive_ballot_record,
    derive_hash,
    derive_trustees_record,
    joint_message,
)
from comitia.ballots.v1.parse import largest_ballot_bytes, parse_bound_proofs, parse_signed_shuffles
from comitia.curve import ED25519
from comitia.verify import Report, Verdict
from tests.attacks.sites import PASSED_ON, SITES, Site, watch
from tests.ballots.v1.forging import (
    ballot_of,
    forged_answer,
    signed_again,
    unsigned,
    with_answer,
)
from tests.ballots.v1.keymaking import Run, make_run
from tests.ballots.v1.samples import LISTED, RANKED_FIELD, SMALL
from tests.elections import (
    YES_NO,
    Keyholders,
    Made,
    Step,
    make_election,
    put_together,
    seeded,
    single_trustees,
    take_apart,
)
from tests.elections import verify_bytes as verify
from tests.verify.building import (
    Data,
    Happening,
    certify,
    hold_again,
    items_of,
    ranked,
    refer_again,
    share_step,
    shuffle_again,
    sign_again,
    small,
    spoiled,
    with_setup,
    write_items,
)
from tests.verify.test_every_check import CASES, revoting
from tests.verify.trusteeship import group_of


@dataclass(frozen=True)
class Hostile:
    """An archive that must not be valid, with what lies beside it."""

    archive: bytes
    bound: bytes | None = None
    earlier: bytes | None = None
    signed: bytes | None = None
    least_shuffles: int = 1

    def report(self) -> Report:
        """Verify it."""
        return verify(
            self.archive,
            bound=self.bound,
            earlier=self.earlier,
            signed=self.signed,
            least_shuffles=self.least_shuffles,
        )


def case_of(check: Check) -> Hostile:
    """Return the archive that fails one check and no other."""
    case = CASES[check]()
    return Hostile(case.archive, case.bound, case.earlier, case.signed)


# --- Hostile archives ------------------------------------------------------------------------


def with_first(*records: bytes, **changes: bytes) -> Hostile:
    """Return the smallest election with other records in its Setup, or with changed ones."""
    _, *after = take_apart(small().archive)
    contents = records or with_setup(small(), **changes).in_order
    return Hostile(put_together([Step(EventType.SETUP, contents), *after]))


def with_record(step: int, place: int, record: bytes) -> Hostile:
    """Return the smallest election with another record at a place, references mended."""
    steps = take_apart(small().archive)
    steps[step] = refer_again(steps[step].with_content(place, record))
    return Hostile(put_together(steps))


def with_step(number: int, *steps: Step) -> Hostile:
    """Return the smallest election with other steps in place of one."""
    sound = take_apart(small().archive)
    return Hostile(put_together([*sound[:number], *steps, *sound[number + 1 :]]))


def misfiled(archive: bytes, content: bytes) -> Hostile:
    """Return an archive in which one record, and the event about it, has another name."""
    name, true = Sha256Hex("0" * 64), derive_hash(content)
    items: list[Data | Happening] = []
    for item in items_of(archive):
        if isinstance(item, Data):
            items.append(replace(item, name=name) if item.content == content else item)
        elif item.event.payload == true:
            items.append(Happening(replace(item.event, payload=name)))
        else:
            items.append(item)
    return Hostile(write_items(items))


def a_ballot_misfiled_that_is_not_read() -> Hostile:
    value = {**json.loads(small().records.election), "uuid": "1" * 129}
    archive = with_first(election=canonical_json(value)).archive
    return misfiled(archive, small().ballots[0])


def a_replaced_ballot_misfiled() -> Hostile:
    made, ballots = revoting()
    return misfiled(made.archive, ballots[0])


def a_replaced_ballot_that_is_too_large() -> Hostile:
    made, ballots = revoting()
    largest = largest_ballot_bytes(made.election.questions, ED25519)
    return Hostile(
        put_together(hold_again(made, ballots=[ballots[0] + b" " * largest, *ballots[1:]]))
    )


def an_event_in_another_form() -> Hostile:
    *items, last = items_of(small().archive)
    assert isinstance(last, Happening)
    return Hostile(write_items([*items, replace(last, raw=last.event.to_bytes() + b"\n")]))


def bound_proofs_of_another_election() -> Hostile:
    proofs = parse_bound_proofs(small().bound, small().election.shape, ED25519)
    other = replace(proofs, election_hash=Fingerprint("0" * 43))
    return Hostile(small().archive, other.to_bytes())


@cache
def of_three() -> Made:
    """Return an election of a group of three, of whom two are needed."""
    votes = (((1, 0),), ((0, 1),))
    return make_election(questions=(YES_NO,), votes=votes, keyholders=group_of(2, 3))


def a_bound_share_of_nobody_who_decrypted() -> Hostile:
    steps = take_apart(of_three().archive)
    return Hostile(put_together([*steps[:7], *steps[8:]]), of_three().bound)


def a_shuffle_of_nothing() -> Hostile:
    tally = take_apart(small().archive)[4]
    shuffle = Step(EventType.SHUFFLE, share_step(1, b'"nothing"').contents)
    return with_step(4, tally, shuffle, Step(EventType.END_SHUFFLES))


def a_payload_that_is_no_reference() -> Hostile:
    return with_step(4, Step(EventType.ENCRYPTED_TALLY, (b'"no reference"',)))


def an_end_with_a_payload() -> Hostile:
    items = items_of(small().archive)
    number = next(
        n
        for n, item in enumerate(items)
        if isinstance(item, Happening) and item.event.type is EventType.END_BALLOTS
    )
    end, intruder = items[number], Data(b'"intruder"')
    assert isinstance(end, Happening)
    event = replace(end.event, payload=derive_hash(intruder.content))
    return Hostile(write_items([*items[:number], intruder, Happening(event), *items[number + 1 :]]))


def something_before_the_end_of_ballots() -> Hostile:
    items = items_of(small().archive)
    number = next(
        n
        for n, item in enumerate(items)
        if isinstance(item, Happening) and item.event.type is EventType.END_BALLOTS
    )
    return Hostile(write_items([*items[:number], Data(b'"intruder"'), *items[number:]]))


def something_after_the_end() -> Hostile:
    return Hostile(write_items([*items_of(small().archive), Data(b'"intruder"')]))


def a_foreign_key() -> bytes:
    value = json.loads(small().records.trustees)
    value[0][1]["public_key"] = "0" * 63 + "2"
    return canonical_json(value)


def a_ranked_ballot_of_weight_2() -> Hostile:
    first, *others = json.loads(ranked().records.credentials)
    credentials = canonical_json([f"{first},2", *others])
    records = with_setup(ranked(), credentials=credentials)
    return Hostile(put_together(hold_again(ranked(), records=records)))


def shuffled_twice_by_one() -> Hostile:
    made = ranked()
    shuffles = shuffle_again(made.tally, made.election, (1, 1))
    return Hostile(put_together(hold_again(made, shuffles=shuffles)), least_shuffles=2)


def a_shuffle_of_no_form() -> Hostile:
    steps = take_apart(ranked().archive)
    number = next(n for n, step in enumerate(steps) if step.type is EventType.SHUFFLE)
    steps[number + 1] = refer_again(steps[number + 1].with_content(0, b"{}"))
    return Hostile(put_together(steps))


def signed_shuffles() -> SignedShuffles:
    return parse_signed_shuffles(ranked().signed, ED25519)


def beside_shuffles(signed: SignedShuffles) -> Hostile:
    return Hostile(ranked().archive, signed=signed.to_bytes())


def signatures_of_another_election() -> Hostile:
    return beside_shuffles(replace(signed_shuffles(), election_hash=Fingerprint("0" * 43)))


def a_signature_of_no_shuffle() -> Hostile:
    first, *others = signed_shuffles().shuffles
    extra = replace(first, payload=derive_hash(b"no shuffle"))
    return beside_shuffles(replace(signed_shuffles(), shuffles=(extra, first, *others)))


def a_shuffle_that_nobody_signed() -> Hostile:
    first, *others = signed_shuffles().shuffles
    false = replace(first, signature=spoiled(first.signature))
    return beside_shuffles(replace(signed_shuffles(), shuffles=(false, *others)))


def another_ranked_ballot_in_the_result() -> Hostile:
    made = ranked()
    first, *others = cast("tuple[Vector, ...]", made.result[0])
    false = ((first[::-1] if any(first) else (1, 2, 3), *others),)
    return Hostile(put_together(hold_again(made, result=false)))


def a_shuffle_with_a_line_s_end() -> Hostile:
    steps = take_apart(ranked().archive)
    number = next(n for n, step in enumerate(steps) if step.type is EventType.SHUFFLE)
    record = steps[number].contents[0]
    steps[number] = refer_again(steps[number].with_content(0, record + b"\n"))
    return Hostile(put_together(steps))


def a_false_shuffle_over_a_field() -> Hostile:
    made = RANKED_FIELD
    ((owner, shuffle),) = shuffle_again(made.tally, made.election, (1,))
    (proof,) = shuffle.proofs
    one = made.election.group.scalar(1)
    responses = replace(proof.responses, s1=proof.responses.s1 + one)
    false = replace(shuffle, proofs=(replace(proof, responses=responses),))
    return Hostile(put_together(hold_again(made, shuffles=[(owner, false)])))


def a_ranked_answer_that_its_maker_does_not_know() -> Hostile:
    """A voter's answer taken from another, whose randomness only that other knows."""
    ballot = with_answer(ballot_of(ranked()), 0, ballot_of(ranked(), 2).answers[0])
    signed = signed_again(ballot, ranked())
    record = derive_ballot_record(unsigned(signed), signed.signature)
    ballots = [record, *ranked().ballots[1:]]
    return Hostile(put_together(hold_again(ranked(), ballots=ballots)))


CORPUS: Final[dict[str, Callable[[], Hostile]]] = {
    **{check.id: partial(case_of, check) for check in CASES},
    "a ballot misfiled that is not read": a_ballot_misfiled_that_is_not_read,
    "a replaced ballot misfiled": a_replaced_ballot_misfiled,
    "a replaced ballot too large": a_replaced_ballot_that_is_too_large,
    "bound proofs of no form": lambda: Hostile(small().archive, b"{}"),
    "bound proofs of another election": bound_proofs_of_another_election,
    "a certificate of no form": lambda: with_first(certificate=b"{}"),
    "a certificate of more voters": lambda: with_first(
        certificate=certify(small(), length=3).to_bytes()
    ),
    "a bound share of nobody who decrypted": a_bound_share_of_nobody_who_decrypted,
    "an election of no form": lambda: with_first(election=b"{}"),
    "a foreign key": lambda: with_first(trustees=a_foreign_key()),
    "trustees of no form": lambda: with_first(trustees=b"[]"),
    "a shuffle of nothing": a_shuffle_of_nothing,
    "a tally of no form": lambda: with_record(4, 0, b"[]"),
    "a result of no form": lambda: with_record(7, 0, b'{"result":[]}'),
    "something after the end": something_after_the_end,
    "an event in another form": an_event_in_another_form,
    "an end with a payload": an_end_with_a_payload,
    "something before the end of ballots": something_before_the_end_of_ballots,
    "a payload that is no reference": a_payload_that_is_no_reference,
    "a ranked ballot of weight 2": a_ranked_ballot_of_weight_2,
    "shuffled twice by one": shuffled_twice_by_one,
    "a shuffle of no form": a_shuffle_of_no_form,
    "signatures of no form": lambda: Hostile(ranked().archive, signed=b"{}"),
    "signatures of another election": signatures_of_another_election,
    "a signature of no shuffle": a_signature_of_no_shuffle,
    "a shuffle that nobody signed": a_shuffle_that_nobody_signed,
    "another ranked ballot in the result": another_ranked_ballot_in_the_result,
}
MADE: Final = {name: cache(make) for name, make in CORPUS.items()}

NEVER_ALONE: Final = {
    Site("walk", "_report_overflow", 1): "the records that were kept do not fit either"
}
"""Sites that say more about what another says as well, and why."""

STILL_INCOMPLETE: Final = {
    "decryption.present",
    "a ballot misfiled that is not read",
    "a shuffle of no form",
    "an election of no form",
    "a foreign key",
    "trustees of no form",
    "a tally of no form",
    "an event in another form",
    "a payload that is no reference",
}
"""What cannot be read leaves checks that cannot be made, whoever says so; all else would pass."""

ALONE: Final = [site for site in SITES if site not in PASSED_ON and site not in NEVER_ALONE]


@pytest.fixture
def without_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave all to the equations: the kernel would notice that one is switched off."""
    monkeypatch.setattr("comitia.verify.native.ACTIVE", None)
    monkeypatch.setattr("comitia.verify.native_shuffles.ACTIVE", None)


@pytest.fixture(scope="module")
def found_by() -> dict[str, set[Site]]:
    """Give for each hostile archive the sites that note its failures."""
    found: dict[str, set[Site]] = {}
    with pytest.MonkeyPatch.context() as patch:
        seen = watch(patch)
        for name, make in MADE.items():
            seen.clear()
            assert make().report().verdict is Verdict.INVALID, name
            found[name] = set(seen)
    return found


def test_attack_23_every_hostile_archive_is_found_at_one_place(
    found_by: dict[str, set[Site]],
) -> None:
    assert {name: len(sites) for name, sites in found_by.items()} == dict.fromkeys(MADE, 1)


@pytest.mark.usefixtures("without_kernel")
@pytest.mark.parametrize("site", ALONE, ids=str)
def test_attack_23_without_this_failure_a_hostile_archive_is_no_longer_invalid(
    site: Site, found_by: dict[str, set[Site]], monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [name for name, sites in found_by.items() if sites == {site}]
    assert names, "no archive needs this check"
    watch(monkeypatch, silent=site)
    for name in names:
        expected = Verdict.INCOMPLETE if name in STILL_INCOMPLETE else Verdict.VALID
        assert MADE[name]().report().verdict is expected, name


def test_attack_23_a_site_that_is_never_alone_is_never_the_only_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    noise = tuple(b'"%d"' % n for n in range(30))
    hostile = with_step(3, Step(EventType.RESULT, noise))
    seen = watch(monkeypatch)
    assert hostile.report().verdict is Verdict.INVALID
    assert seen > set(NEVER_ALONE)


# --- Equations and parsers -------------------------------------------------------------------

Nothing = Callable[..., Any]


def nothing(*_: object, **__: object) -> None:
    """Check nothing."""


def no_failures(*_: object, **__: object) -> Iterator[object]:
    """Find nothing."""
    return iter(())


def forged(made: Made, number: int, values: tuple[int, ...]) -> Hostile:
    """Return an election in which the first voter's answer to a question holds any numbers."""
    questions = made.election.questions
    answer = forged_answer(made, questions[number], values)
    ballot = signed_again(with_answer(ballot_of(made), number, answer), made)
    record = derive_ballot_record(unsigned(ballot), ballot.signature)
    return Hostile(put_together(hold_again(made, ballots=[record, *made.ballots[1:]])))


def signed_by_another() -> Hostile:
    ballot = signed_again(ballot_of(SMALL), SMALL, voter=1)
    record = derive_ballot_record(unsigned(ballot), ballot.signature)
    return Hostile(put_together(hold_again(SMALL, ballots=[record, *SMALL.ballots[1:]])))


def named_otherwise() -> Hostile:
    record = sign_again(small(), 0, uuid=Uuid("9" * 14))
    return Hostile(put_together(hold_again(small(), ballots=[record, small().ballots[1]])))


def with_group(change: Callable[[Run], ThresholdTrustees]) -> Hostile:
    """Return an election whose group's record was changed after its keys were made."""
    record = derive_trustees_record((change(make_run(3, 2, seed="group")),))
    records = with_setup(of_three(), trustees=record)
    _, *after = take_apart(of_three().archive)
    return Hostile(put_together([Step(EventType.SETUP, records.in_order), *after]))


def a_certificate_for_another_place(run: Run) -> ThresholdTrustees:
    """Change what the first certificate says; everything that covers it is signed again."""
    first = run.trustees.certificates[0]
    context = replace(first.context, threshold=1)
    text = certificate_message(context, first.verification, first.encryption)
    changed = replace(first, context=context, signed=sign(run.keys(1), text, seeded("place")))
    certificates = (changed, *run.trustees.certificates[1:])

    def signed_jointly(index: int, own: Coefficients) -> Coefficients:
        text = joint_message(certificates, own.elements)
        joint = sign(run.keys(index), text, seeded(f"joint {index}"))
        return replace(own, joint_signature=joint.signature)

    coefficients = tuple(signed_jointly(n, c) for n, c in enumerate(run.trustees.coefficients, 1))
    return replace(run.trustees, certificates=certificates, coefficients=coefficients)


def coefficients_without_the_others(run: Run) -> ThresholdTrustees:
    first, *others = run.trustees.coefficients
    unsigned_ = replace(first, joint_signature=spoiled(first.joint_signature))
    return replace(run.trustees, coefficients=(unsigned_, *others))


def a_key_that_nobody_signed(run: Run) -> ThresholdTrustees:
    first, *others = run.trustees.keys
    assert isinstance(first.signature, Proof)
    unsigned_ = replace(first, signature=spoiled(first.signature))
    return replace(run.trustees, keys=(unsigned_, *others))


def a_bound_share_that_nobody_signed() -> Hostile:
    proofs = parse_bound_proofs(small().bound, small().election.shape, ED25519)
    first, second = proofs.shares
    shares = (replace(first, signature=spoiled(first.signature)), second)
    return Hostile(small().archive, BoundProofs(proofs.election_hash, shares).to_bytes())


def one_credential_twice() -> Hostile:
    listed = json.loads(small().records.credentials)
    records = with_setup(small(), credentials=canonical_json([*listed, listed[1]]))
    return Hostile(put_together(hold_again(small(), records=records)))


def with_a_line_s_end(step: int, place: int) -> Hostile:
    record = take_apart(small().archive)[step].contents[place]
    return with_record(step, place, record + b"\n")


def setup_data_with_a_line_s_end() -> Hostile:
    *parts, setup_data = small().records.in_order
    return with_first(*parts, setup_data + b"\n")


def with_a_copied_key() -> Hostile:
    """Return an election whose second trustee publishes the first one's key, proof and all."""
    one = single_trustees(1, ED25519, seeded("victim"))
    twice = Keyholders(one.trustees * 2, one.secrets * 2)
    votes = (((1, 0),), ((0, 1),))
    with patch(f"{MAKING}.making.election.trustee_failures", no_failures):
        made = make_election(
            questions=(YES_NO,), votes=votes, keyholders=twice, seed="a copied key"
        )
    return Hostile(made.archive)


MAKING: Final = "comitia.ballots.v1"


@dataclass(frozen=True)
class Switch:
    """A function by its place, what stands in for it, and an archive that it alone refuses.

    equation: which functions of the equations do nothing then, as far as this archive needs them.
    """

    target: str
    instead: Nothing
    hostile: Callable[[], Hostile]
    equation: tuple[str, ...] = ()


SWITCHES: Final = [
    Switch(
        f"{MAKING}.equations.ballot.verify_interval",
        nothing,
        lambda: forged(small(), 0, (2, 0)),
    ),
    Switch(
        f"{MAKING}.equations.proofs.expect_sum",
        nothing,
        lambda: forged(small(), 0, (1, -1)),
        ("expect_sum",),
    ),
    Switch(
        f"{MAKING}.equations.ballot.verify_blank", nothing, lambda: forged(SMALL, 0, (1, 1, 0, 0))
    ),
    Switch(
        f"{MAKING}.equations.ballot.verify_blank_overall",
        nothing,
        lambda: forged(SMALL, 0, (0, 1, 1, 1)),
    ),
    Switch(
        f"{MAKING}.equations.ballot.verify_list",
        nothing,
        lambda: forged(LISTED, 0, (1, 1, 0, 0, 1)),
    ),
    Switch(
        f"{MAKING}.equations.ballot.verify_nonzero",
        nothing,
        lambda: forged(LISTED, 0, (1, 0, 0, 0, 0)),
        ("verify_nonzero",),
    ),
    Switch(
        f"{MAKING}.equations.ballot.verify_signature",
        nothing,
        signed_by_another,
        ("verify_signature",),
    ),
    Switch(
        f"{MAKING}.equations.ballot.expect_challenge",
        nothing,
        signed_by_another,
        ("expect_challenge",),
    ),
    Switch(
        f"{MAKING}.equations.ballot.verify_names_election",
        nothing,
        named_otherwise,
        ("verify_names_election",),
    ),
    Switch(
        f"{MAKING}.equations.trustees.verify_knowledge",
        nothing,
        lambda: case_of(Check.SETUP_TRUSTEES),
    ),
    Switch(
        f"{MAKING}.equations.trustees.repeated_key_failures",
        no_failures,
        with_a_copied_key,
        ("_repeated",),
    ),
    Switch(
        f"{MAKING}.equations.trustees.certificate_failures",
        no_failures,
        lambda: with_group(a_certificate_for_another_place),
        ("certificate_failures",),
    ),
    Switch(
        f"{MAKING}.equations.trustees.coefficient_failures",
        no_failures,
        lambda: with_group(coefficients_without_the_others),
    ),
    Switch(
        f"{MAKING}.equations.trustees.member_key_failures",
        no_failures,
        lambda: with_group(a_key_that_nobody_signed),
        ("member_key_failures",),
    ),
    Switch(
        "comitia.verify.setup.trustee_failures",
        no_failures,
        lambda: case_of(Check.SETUP_TRUSTEES),
    ),
    Switch(
        "comitia.verify.decryption.decryption_failures",
        no_failures,
        lambda: case_of(Check.DECRYPTION_PROOF),
    ),
    Switch(
        "comitia.verify.bound.bound_failures",
        no_failures,
        a_bound_share_that_nobody_signed,
        ("bound_failures",),
    ),
    Switch(
        "comitia.verify.decryption.find_unbound",
        lambda *_: {},
        lambda: case_of(Check.DECRYPTION_BOUND),
    ),
    Switch(
        "comitia.verify.credentials.certified_failures",
        no_failures,
        lambda: with_first(certificate=certify(small(), signer="somebody else").to_bytes()),
        ("certified_failures",),
    ),
    Switch(
        "comitia.verify.credentials._SeenCredentials.fault",
        nothing,
        one_credential_twice,
    ),
    Switch(
        "comitia.verify.tally.verify_count",
        nothing,
        lambda: case_of(Check.RESULT_VALUE),
        ("verify_count",),
    ),
    Switch(
        f"{MAKING}.equations.ballot.verify_plaintext",
        nothing,
        a_ranked_answer_that_its_maker_does_not_know,
    ),
    Switch(
        "comitia.verify.shuffles.shuffle_failures",
        no_failures,
        lambda: case_of(Check.SHUFFLE_PROOF),
        ("shuffle_failures",),
    ),
    Switch(
        f"{MAKING}.equations.shuffle.holds_combined",
        lambda *_: True,
        a_false_shuffle_over_a_field,
    ),
    Switch(
        "comitia.verify.shuffles.signed_shuffle_failures",
        no_failures,
        a_shuffle_that_nobody_signed,
    ),
    Switch(f"{MAKING}.parse.shuffle.expect_canonical", nothing, a_shuffle_with_a_line_s_end),
    Switch(f"{MAKING}.parse.ballot.expect_canonical", nothing, lambda: with_a_line_s_end(1, 0)),
    Switch(f"{MAKING}.parse.tally.expect_canonical", nothing, lambda: with_a_line_s_end(4, 0)),
    Switch(f"{MAKING}.parse.trustees.expect_canonical", nothing, lambda: with_a_line_s_end(0, 1)),
    Switch(f"{MAKING}.parse.setup.expect_canonical", nothing, setup_data_with_a_line_s_end),
    Switch(
        f"{MAKING}.parse.bound.expect_canonical",
        nothing,
        lambda: Hostile(small().archive, small().bound + b"\n"),
    ),
    Switch(
        f"{MAKING}.parse.archive.expect_canonical",
        nothing,
        MADE["an event in another form"],
    ),
    Switch(
        f"{MAKING}.parse.credentials.expect_canonical",
        nothing,
        lambda: with_first(certificate=certify(small()).to_bytes() + b"\n"),
    ),
]
OF_NO_ARCHIVE: Final = {
    "audit_failures": "of a ballot that a voter opened, which is in no archive",
    "rehearsal_failures": "of a test tally, which is in no archive",
}


@pytest.mark.usefixtures("without_kernel")
@pytest.mark.parametrize("switch", SWITCHES, ids=lambda switch: switch.target.split(".", 1)[1])
def test_attack_23_without_this_function_a_hostile_archive_is_valid(
    switch: Switch, monkeypatch: pytest.MonkeyPatch
) -> None:
    hostile = switch.hostile()
    assert hostile.report().verdict is Verdict.INVALID
    monkeypatch.setattr(switch.target, switch.instead)
    assert hostile.report().verdict is Verdict.VALID


def test_attack_23_every_equation_that_can_fail_is_switched_off_once() -> None:
    failing = set()
    for path in sorted(Path(equations.__file__).parent.glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef) and any(
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == "CheckFailed"
                for node in ast.walk(function)
            ):
                failing.add(function.name)
    assert failing == {name for s in SWITCHES for name in s.equation} | OF_NO_ARCHIVE.keys()
