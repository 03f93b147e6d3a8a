"""Ranked elections under verification: shuffles, their owners and signatures, and the ballots."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from typing import Any, cast

import pytest

from comitia.ballots.v1.equations import ranked_rows
from comitia.ballots.v1.equations.statements import challenge, plaintext_statement, voter_context
from comitia.ballots.v1.making import make_shuffle, sign_shuffle
from comitia.ballots.v1.model import (
    Check,
    Ciphertext,
    EventType,
    Fingerprint,
    Proof,
    Sha256Hex,
    Shuffle,
    SignedShuffles,
    canonical_json,
    derive_ballot_record,
    derive_hash,
)
from comitia.ballots.v1.parse import parse_signed_shuffles
from comitia.curve import ED25519, RFC_3526_2048, expect_embedding
from comitia.errors import StorageUnavailable
from comitia.verify import Report, Sources, Status, Subject, Verdict, verify_election
from tests.ballots.v1.forging import ballot_of, failures, signed_again, unsigned, with_answer
from tests.ballots.v1.samples import RANKED, RANKED_FIELD
from tests.ballots.v1.shuffling import mixed_up, variants
from tests.elections import (
    BOARD,
    BOARD_VOTES,
    CHOOSE,
    GRADE,
    RANK,
    RANK_VOTES,
    VOTES,
    Made,
    Step,
    failed_checks,
    make_election,
    put_together,
    seeded,
    take_apart,
)
from tests.elections import verify_bytes as verify
from tests.verify.building import (
    failures_of,
    hold_again,
    not_checked,
    one_failure,
    ranked,
    refer_again,
    result_of,
    shuffle_again,
    spoiled,
    with_setup,
)
from tests.verify.trusteeship import group_of

TALLY, SHUFFLE_1, SHUFFLE_2, END_SHUFFLES = 5, 6, 7, 8
"""Steps of the smallest election with a ranked question, which has three ballots."""


def subject_of(archive: bytes, step: int) -> Subject:
    """Return how a report names the first record of a step."""
    return Subject(step, derive_hash(take_apart(archive)[step].contents[0]))


def shuffled_by(made: Made, *owners: int) -> bytes:
    """Return an election's archive shuffled by these trustees in turn."""
    shuffles = shuffle_again(made.tally, made.election, owners)
    return put_together(hold_again(made, shuffles=shuffles))


def warnings_of(report: Report) -> list[tuple[str, Subject, str]]:
    """Return the warnings that do not only say that nothing lies beside the archive."""
    return [
        (warning.id, warning.subject, warning.text)
        for warning in report.warnings
        if warning.id not in {"decryption.bound", "shuffle.signature"}
    ]


def with_shuffle(made: Made, number: int, shuffle: Shuffle) -> bytes:
    """Return an archive with another shuffle at a place, everything after it as it was."""
    steps = take_apart(made.archive)
    places = [n for n, step in enumerate(steps) if step.type is EventType.SHUFFLE]
    steps[places[number]] = refer_again(steps[places[number]].with_content(0, shuffle.to_bytes()))
    return put_together(steps)


# Elections that are valid


@cache
def of_many_kinds() -> Made:
    votes = tuple(
        (choose, rank, board, grade)
        for choose, rank, board, grade in zip(
            (vote[0] for vote in VOTES),
            RANK_VOTES,
            (*BOARD_VOTES, BOARD_VOTES[0]),
            ((1, 1), (2, 1), (1, 2), (2, 2)),
            strict=False,
        )
    )
    return make_election(
        questions=(CHOOSE, RANK, BOARD, GRADE), votes=votes, revotes=((1, votes[3]),), seed="kinds"
    )


VALID: dict[str, Callable[[], Made]] = {
    "ranked alone": ranked,
    "beside others": lambda: RANKED,
    "over a safe prime": lambda: RANKED_FIELD,
    "beside choices and lists": of_many_kinds,
    "no ballot": lambda: make_election(questions=(RANK,), votes=()),
    "no ballot, safe prime": lambda: make_election(
        group=RFC_3526_2048, questions=(RANK,), votes=(), trustees=1
    ),
    "one ballot": lambda: make_election(questions=(RANK,), votes=((RANK_VOTES[0],),)),
    "a threshold group": lambda: make_election(
        questions=(RANK,), votes=((RANK_VOTES[0],), (RANK_VOTES[3],)), keyholders=group_of(2, 3)
    ),
    "weights of 1": lambda: make_election(
        questions=(RANK,), votes=((RANK_VOTES[0],), (RANK_VOTES[3],)), weights=(1, 1)
    ),
    "five shuffles by two": lambda: make_election(
        questions=(RANK,), votes=((RANK_VOTES[0],),) * 2, shufflers=(2, 1, 1, 2, 1)
    ),
}


@pytest.mark.parametrize("kind", VALID)
def test_a_sound_ranked_election_is_valid(kind: str) -> None:
    made = VALID[kind]()
    report = verify(made.archive, bound=made.bound, signed=made.signed)
    assert failures_of(report) == {}
    assert (report.verdict, report.warnings) == (Verdict.VALID, ())
    assert {result.status for result in report.checks} == {Status.PASSED}
    assert report.result == json.loads(take_apart(made.archive)[-1].contents[0])["result"]
    count = len(made.shuffles)
    for check in (
        Check.SHUFFLE_PRESENT,
        Check.SHUFFLE_OWNER,
        Check.SHUFFLE_PROOF,
        Check.SHUFFLE_SIGNATURE,
    ):
        assert result_of(report, check).count == count


def test_the_ballots_of_a_result_are_those_that_were_cast_in_another_order() -> None:
    made = of_many_kinds()
    ranks = cast("tuple[tuple[int, ...], ...]", made.result[1])
    assert sorted(ranks) == sorted(RANK_VOTES[n] for n in (0, 3, 2, 3))


# How many shuffles, and by whom


@pytest.mark.parametrize("least", [1, 2])
def test_shuffles_by_enough_trustees_are_enough(least: int) -> None:
    made = ranked()
    assert verify(made.archive, least_shuffles=least).verdict is Verdict.VALID


@pytest.mark.parametrize(
    "owners, least, failed",
    [
        ((1,), 2, {"shuffle.present"}),
        ((1, 2), 3, {"shuffle.present"}),
        ((1, 1), 2, {"shuffle.owner"}),
        ((2, 2, 2), 2, {"shuffle.owner"}),
        ((1, 3), 2, {"shuffle.owner"}),
        ((0,), 1, {"shuffle.owner"}),
        ((3,), 1, {"shuffle.owner"}),
        ((3, 4), 2, {"shuffle.owner"}),
        ((3,), 2, {"shuffle.present"}),
    ],
    ids=repr,
)
def test_fewer_shuffles_or_shufflers_than_promised_fail(
    owners: tuple[int, ...], least: int, failed: set[str]
) -> None:
    report = verify(shuffled_by(ranked(), *owners), least_shuffles=least)
    assert (report.verdict, failed_checks(report)) == (Verdict.INVALID, failed)


def test_one_trustee_who_shuffles_twice_is_one_trustee() -> None:
    archive = shuffled_by(ranked(), 1, 1)
    assert verify(archive).verdict is Verdict.VALID
    assert failures_of(verify(archive, least_shuffles=2)) == one_failure(
        Check.SHUFFLE_OWNER, subject_of(archive, TALLY), "shuffles by at least 2 trustees", "1"
    )


def test_somebody_who_is_no_trustee_is_named_where_trustees_are_lacking() -> None:
    archive = shuffled_by(ranked(), 1, 7)
    assert failures_of(verify(archive, least_shuffles=2)) == one_failure(
        Check.SHUFFLE_OWNER, subject_of(archive, SHUFFLE_2), "a trustee from 1 to 2", "trustee 7"
    )


@pytest.mark.parametrize("owners", [(7, 1), (1, 7)])
def test_a_shuffle_by_nobody_beside_enough_others_is_a_warning(owners: tuple[int, ...]) -> None:
    archive = shuffled_by(ranked(), *owners)
    report = verify(archive)
    assert report.verdict is Verdict.VALID
    place = SHUFFLE_1 + owners.index(7)
    text = "A shuffle is said to be by trustee 7, who is none; it counts for nothing."
    assert warnings_of(report) == [("shuffle.owner", subject_of(archive, place), text)]


def test_an_election_without_shuffles_fails_where_shuffling_has_ended_and_only_there() -> None:
    steps = hold_again(ranked(), shuffles=())
    report = verify(put_together(steps))
    assert failures_of(report) == one_failure(
        Check.SHUFFLE_PRESENT,
        Subject(TALLY, derive_hash(steps[TALLY].contents[0])),
        "at least 1 shuffles",
        "0",
    )
    still = verify(put_together(steps[: TALLY + 1]))
    assert (still.verdict, failed_checks(still)) == (Verdict.INCOMPLETE, set())
    assert result_of(still, Check.SHUFFLE_PRESENT).status is Status.NOT_CHECKED
    assert result_of(still, Check.SHUFFLE_PRESENT).reason == "the election is still open"


@pytest.mark.parametrize("steps", range(1, 13))
def test_every_honest_prefix_is_incomplete(steps: int) -> None:
    sound = take_apart(ranked().archive)
    report = verify(put_together(sound[:steps]))
    assert failed_checks(report) == set()
    assert report.verdict is (Verdict.VALID if steps == len(sound) else Verdict.INCOMPLETE)


def test_shuffling_under_way_is_checked_as_far_as_it_is() -> None:
    steps = take_apart(ranked().archive)
    one = verify(put_together(steps[: SHUFFLE_1 + 1]), least_shuffles=2)
    assert result_of(one, Check.SHUFFLE_PRESENT).status is Status.NOT_CHECKED
    assert result_of(one, Check.SHUFFLE_PROOF).status is Status.PASSED
    assert result_of(one, Check.SHUFFLE_PROOF).count == 1
    both = verify(put_together(steps[: SHUFFLE_2 + 1]), least_shuffles=2)
    assert result_of(both, Check.SHUFFLE_PRESENT).status is Status.PASSED
    twice = take_apart(shuffled_by(ranked(), 1, 1))[: SHUFFLE_2 + 1]
    assert failed_checks(verify(put_together(twice), least_shuffles=2)) <= {"shuffle.owner"}


def test_an_end_of_shuffles_without_any_is_against_the_order_of_events() -> None:
    steps = hold_again(ranked(), shuffles=())
    steps.insert(TALLY + 1, Step(EventType.END_SHUFFLES))
    report = verify(put_together(steps))
    assert failed_checks(report) == {"archive.grammar", "shuffle.present"}


def test_a_shuffle_in_an_election_without_ranked_questions_fails() -> None:
    made = make_election()
    steps = take_apart(made.archive)
    tally = next(n for n, step in enumerate(steps) if step.type is EventType.ENCRYPTED_TALLY)
    shuffle = Step(EventType.SHUFFLE, take_apart(ranked().archive)[SHUFFLE_1].contents)
    steps[tally + 1 : tally + 1] = [shuffle, Step(EventType.END_SHUFFLES)]
    report = verify(put_together(steps), signed=ranked().signed)
    assert failures_of(report) == one_failure(
        Check.ARCHIVE_GRAMMAR,
        subject_of(put_together(steps), tally + 1),
        "no shuffle in an election without ranked questions",
        "a shuffle",
    )
    assert Check.SHUFFLE_PROOF not in {result.check for result in report.checks}


# Proofs


def test_every_part_of_a_shuffle_changed_fails_in_the_archive_too() -> None:
    """The equations' own tests say which one; here all of them come through the parser."""
    made = ranked()
    first, last = made.shuffles
    for where, changed in variants(first.proofs[0].responses, ED25519):
        proof = replace(first.proofs[0], responses=changed)
        report = verify(with_shuffle(made, 0, replace(first, proofs=(proof,))))
        assert failed_checks(report) == {"shuffle.proof"}, where
        subjects = {failure.subject.height for failure in failures_of(report)["shuffle.proof"]}
        assert subjects == {SHUFFLE_1}
    for where, rows in variants(last.rows, ED25519):
        report = verify(with_shuffle(made, 1, replace(last, rows=rows)))
        assert "shuffle.proof" in failed_checks(report), where


def test_shuffles_exchanged_both_fail() -> None:
    made = ranked()
    steps = take_apart(made.archive)
    steps[SHUFFLE_1], steps[SHUFFLE_2] = steps[SHUFFLE_2], steps[SHUFFLE_1]
    report = verify(put_together(steps))
    assert failed_checks(report) >= {"shuffle.proof"}
    heights = {failure.subject.height for failure in failures_of(report)["shuffle.proof"]}
    assert heights == {SHUFFLE_1, SHUFFLE_2}


def test_a_shuffle_of_another_election_fails() -> None:
    made = ranked()
    other = replace(made.election, fingerprint=Fingerprint("A" * 43))
    forged = make_shuffle(made.shuffles[0].rows, other, seeded("other"))
    report = verify(with_shuffle(made, 1, forged))
    assert failed_checks(report) >= {"shuffle.proof"}


def test_a_mixed_up_row_that_is_decrypted_rightly_fails_at_its_shuffle_alone() -> None:
    """Nothing after the shuffle can tell: the ballots are others, and everything else fits."""
    made = make_election(questions=(RANK,), votes=((RANK_VOTES[0],), (RANK_VOTES[3],)))
    (sound,) = (shuffle for _, shuffle in shuffle_again(made.tally, made.election, (1,)))
    forged = replace(sound, rows=(mixed_up(sound.rows[0], ED25519),))
    archive = put_together(hold_again(made, shuffles=[(1, forged)]))
    report = verify(archive)
    assert failed_checks(report) == {"shuffle.proof"}


def test_a_ballot_replaced_by_a_shuffler_fails_at_its_shuffle_alone() -> None:
    made = ranked()
    first, last = made.shuffles
    row = (last.rows[0][0], last.rows[0][0], last.rows[0][2])
    archive = put_together(hold_again(made, shuffles=[(1, first), (2, replace(last, rows=(row,)))]))
    assert failed_checks(verify(archive)) == {"shuffle.proof"}


# Shuffles that cannot be read


@pytest.mark.parametrize(
    "change, found",
    [
        (lambda v: v.pop("proofs"), "shuffle: the field proofs is missing"),
        (lambda v: v["ciphertexts"].append([]), "ciphertexts: expected 1 items, found 2"),
        (lambda v: v["ciphertexts"][0].pop(), "ciphertexts[0]: expected 3 items, found 2"),
        (lambda v: v["proofs"].clear(), "proofs: expected 1 items, found 0"),
        (lambda v: v["proofs"][0].pop(), "proofs[0]: expected 4 items, found 3"),
        (lambda v: v["proofs"][0][0][3].append("1"), "proofs[0][0][3]: expected 2 items, found 3"),
        (lambda v: v["proofs"][0][2].append("1"), "proofs[0][2]: expected 3 items, found 4"),
        (lambda v: v["proofs"][0][1].pop(0), "proofs[0][1]: expected 6 items, found 5"),
        (
            lambda v: v["proofs"][0][3].__setitem__(1, "0" * 64),
            "proofs[0][3][1]: a point outside the subgroup of prime order",
        ),
        (
            lambda v: v["ciphertexts"][0][0].__setitem__("alpha", "0" * 63 + "2"),
            "ciphertexts[0][0].alpha: not a point on the curve",
        ),
    ],
)
@pytest.mark.parametrize("number", [0, 1])
def test_a_shuffle_that_cannot_be_read_fails_and_leaves_what_rests_on_it(
    number: int, change: Callable[[Any], object], found: str
) -> None:
    step = SHUFFLE_1 + number
    steps = take_apart(ranked().archive)
    value = json.loads(steps[step].contents[0])
    change(value)
    steps[step] = refer_again(steps[step].with_content(0, canonical_json(value)))
    archive = put_together(steps)
    report = verify(archive)
    assert failures_of(report) == one_failure(
        Check.SHUFFLE_PROOF,
        subject_of(archive, step),
        f"trustee {number + 1}: a shuffle in canonical form",
        found,
    )
    last = ["decryption.present", "decryption.owner", "decryption.proof", "result.value"]
    assert not_checked(report) == (last if number == 1 else [])
    if number == 1:
        assert result_of(report, Check.RESULT_VALUE).reason == "the last shuffle cannot be read"


def test_every_foreign_element_of_a_shuffle_is_named() -> None:
    steps = take_apart(ranked().archive)
    value = json.loads(steps[SHUFFLE_1].contents[0])
    value["proofs"][0][2][0] = value["proofs"][0][0][0] = "0" * 64
    steps[SHUFFLE_1] = refer_again(steps[SHUFFLE_1].with_content(0, canonical_json(value)))
    failures = failures_of(verify(put_together(steps)))["shuffle.proof"]
    assert [failure.found.split(":")[0] for failure in failures] == [
        "proofs[0][0][0]",
        "proofs[0][2][0]",
    ]


def test_a_shuffle_that_is_too_large_is_refused_unread() -> None:
    steps = take_apart(ranked().archive)
    record = steps[SHUFFLE_2].contents[0] + b" " * 100_000
    steps[SHUFFLE_2] = refer_again(steps[SHUFFLE_2].with_content(0, record))
    (failure,) = failures_of(verify(put_together(steps)))["shuffle.proof"]
    assert "bytes, where at most" in failure.found


def test_without_a_tally_no_shuffle_is_checked_and_the_report_says_so() -> None:
    steps = take_apart(ranked().archive)
    steps[TALLY] = refer_again(steps[TALLY].with_content(0, b"[]"))
    report = verify(put_together(steps), bound=ranked().bound, signed=ranked().signed)
    assert failed_checks(report) == {"tally.ballots"}
    assert not_checked(report) == [
        *("shuffle.present", "shuffle.owner", "shuffle.proof", "shuffle.signature"),
        *("decryption.present", "decryption.owner", "decryption.proof", "decryption.bound"),
        "result.value",
    ]


def test_of_an_unreadable_election_signatures_are_not_checked_and_the_report_says_so() -> None:
    steps = take_apart(ranked().archive)
    records = with_setup(ranked(), election=b"{}")
    steps[0] = Step(EventType.SETUP, records.in_order)
    report = verify(put_together(steps), signed=ranked().signed)
    assert failed_checks(report) == {"setup.election"}


def with_trustees(trustees: bytes) -> bytes:
    steps = take_apart(ranked().archive)
    steps[0] = Step(EventType.SETUP, with_setup(ranked(), trustees=trustees).in_order)
    return put_together(steps)


def test_without_trustees_proofs_are_checked_and_owners_and_signatures_are_not() -> None:
    report = verify(with_trustees(b"[]"), signed=ranked().signed)
    assert failed_checks(report) == {"setup.trustees"}
    assert not_checked(report)[:2] == ["shuffle.owner", "shuffle.signature"]
    assert result_of(report, Check.SHUFFLE_PROOF).status is Status.PASSED
    assert result_of(report, Check.SHUFFLE_PRESENT).status is Status.PASSED


# Signatures beside the archive


def signed() -> SignedShuffles:
    return parse_signed_shuffles(ranked().signed, ED25519)


def signature_report(content: bytes) -> Report:
    report = verify(ranked().archive, bound=ranked().bound, signed=content)
    assert failed_checks(report) <= {"shuffle.signature"}
    assert report.warnings == ()
    return report


def test_without_signatures_there_is_a_warning_and_no_check() -> None:
    report = verify(ranked().archive, bound=ranked().bound)
    assert report.verdict is Verdict.VALID
    assert Check.SHUFFLE_SIGNATURE not in {result.check for result in report.checks}
    (warning,) = report.warnings
    assert (warning.id, warning.subject, warning.text) == (
        "shuffle.signature",
        Subject(),
        (
            "No signatures of the shuffles were published beside the archive: "
            "who made them is a claim."
        ),
    )


def test_of_elections_without_ranked_questions_no_signatures_are_asked_for() -> None:
    made = make_election()
    report = verify(made.archive, bound=made.bound)
    assert report.warnings == ()
    assert names_asked_for(made) == [f"{made.election.uuid}.bound.json"]
    uuid = ranked().election.uuid
    assert names_asked_for(ranked()) == [f"{uuid}.bound.json", f"{uuid}.shuffles.json"]


def names_asked_for(made: Made) -> list[str]:
    asked: list[str] = []

    def read(name: str) -> None:
        asked.append(name)

    verify_election(Sources(lambda: io.BytesIO(made.archive), read_beside=read), map)
    return asked


def test_signatures_that_cannot_be_read_are_not_checked_and_the_report_says_why() -> None:
    def read(name: str) -> bytes | None:
        if name.endswith(".shuffles.json"):
            raise StorageUnavailable("the disk is gone")
        return ranked().bound

    sources = Sources(lambda: io.BytesIO(ranked().archive), read_beside=read)
    report = verify_election(sources, map)
    assert (report.verdict, failed_checks(report)) == (Verdict.INCOMPLETE, set())
    assert not_checked(report) == ["shuffle.signature"]
    assert result_of(report, Check.SHUFFLE_SIGNATURE).reason == (
        "the file beside the archive cannot be read: the disk is gone"
    )


@pytest.mark.parametrize(
    "content, found",
    [
        (b"", "signed shuffles: not JSON at character 0: Expecting value"),
        (b"[]", "signed shuffles: expected an object, found a list"),
        (b"{}", "signed shuffles: the field version is missing"),
        (ranked().signed.replace(b":1,", b":2,", 1), "version: expected 1, found 2"),
        (ranked().signed + b"\n", "signed shuffles: not in its canonical form"),
        (b" " * (2**20 + 1), "signed shuffles: 1048577 bytes, where at most 1048576 are allowed"),
    ],
)
def test_a_file_of_signatures_has_one_form(content: bytes, found: str) -> None:
    assert failures_of(signature_report(content)) == one_failure(
        Check.SHUFFLE_SIGNATURE, Subject(), "a file of signed shuffles", found
    )


def test_signatures_of_another_election_fail() -> None:
    other = replace(signed(), election_hash=Fingerprint("A" * 43)).to_bytes()
    expected = f"election_hash {ranked().election.fingerprint}"
    assert failures_of(signature_report(other)) == one_failure(
        Check.SHUFFLE_SIGNATURE, Subject(), expected, "A" * 43
    )


def test_signatures_made_in_another_election_fail_one_by_one() -> None:
    made = ranked()
    other = replace(made.election, fingerprint=Fingerprint("A" * 43))
    false = tuple(
        sign_shuffle(owner, shuffle.derive_record_hash(), secret, other, seeded("other"))
        for owner, (shuffle, secret) in enumerate(zip(made.shuffles, made.secrets, strict=True), 1)
    )
    failures = failures_of(signature_report(replace(signed(), shuffles=false).to_bytes()))
    assert [f.expected.split(":")[0] for f in failures["shuffle.signature"]] == [
        "trustee 1, signature",
        "trustee 2, signature",
    ]


@pytest.mark.parametrize("missing", [0, 1])
def test_a_shuffle_without_signature_beside_signed_ones_fails(missing: int) -> None:
    others = tuple(one for n, one in enumerate(signed().shuffles) if n != missing)
    failures = failures_of(signature_report(replace(signed(), shuffles=others).to_bytes()))
    assert failures == one_failure(
        Check.SHUFFLE_SIGNATURE,
        subject_of(ranked().archive, SHUFFLE_1 + missing),
        f"a signature of trustee {missing + 1}",
        "none",
    )


@pytest.mark.parametrize("part", ["challenge", "response"])
def test_a_changed_signature_fails_with_its_trustee(part: str) -> None:
    first, second = signed().shuffles
    proof = first.signature
    value = getattr(proof, part) + ED25519.scalar(1)
    false = replace(first, signature=replace(proof, **{part: value}))
    report = signature_report(replace(signed(), shuffles=(false, second)).to_bytes())
    (failure,) = failures_of(report)["shuffle.signature"]
    assert failure.subject == subject_of(ranked().archive, SHUFFLE_1)
    assert failure.expected.startswith("trustee 1, signature: the challenge ")
    assert failure.found == false.signature.challenge.text


def test_a_signature_under_another_owner_or_of_another_record_is_missing_and_one_too_many() -> None:
    first, second = signed().shuffles
    for false in (replace(first, owner=2), replace(first, payload=Sha256Hex("0" * 64))):
        report = signature_report(replace(signed(), shuffles=(false, second)).to_bytes())
        found = [(f.expected, f.found) for f in failures_of(report)["shuffle.signature"]]
        assert sorted(found) == [
            ("a signature of trustee 1", "none"),
            (
                "one signature of each shuffle by a trustee in the archive",
                f"one more, of trustee {false.owner} of {false.payload}",
            ),
        ]


def test_a_signature_by_another_trustee_s_key_fails() -> None:
    made = ranked()
    first, second = signed().shuffles
    false = sign_shuffle(1, first.payload, made.secrets[1], made.election, seeded("impostor"))
    report = signature_report(replace(signed(), shuffles=(false, second)).to_bytes())
    (failure,) = failures_of(report)["shuffle.signature"]
    assert failure.expected.startswith("trustee 1, signature: ")


@pytest.mark.parametrize("extra", ["of no shuffle", "of nobody", "twice"])
def test_signatures_beyond_those_of_the_shuffles_fail(extra: str) -> None:
    first, second = signed().shuffles
    added = {
        "of no shuffle": replace(first, payload=Sha256Hex("0" * 64)),
        "of nobody": replace(first, owner=7),
        "twice": replace(first, signature=spoiled(first.signature)),
    }[extra]
    for shuffles in ((added, first, second), (first, second, added)):
        report = signature_report(replace(signed(), shuffles=shuffles).to_bytes())
        found = failures_of(report)["shuffle.signature"]
        (more,) = (failure for failure in found if failure.subject == Subject())
        assert more.found == f"one more, of trustee {added.owner} of {added.payload}"
        is_first_false = extra == "twice" and shuffles[0] is added
        assert len(found) == 1 + is_first_false, "the first one counts"


def test_the_signature_of_a_shuffle_by_nobody_is_not_asked_for_and_fails_where_there_is_one() -> (
    None
):
    """There is no key for it; its owner is a matter of ``shuffle.owner``."""
    made = ranked()
    shuffles = shuffle_again(made.tally, made.election, (1, 7))
    archive = put_together(hold_again(made, shuffles=shuffles))
    payloads = [shuffle.derive_record_hash() for _, shuffle in shuffles]
    first = sign_shuffle(1, payloads[0], made.secrets[0], made.election, seeded("first"))
    content = SignedShuffles(made.election.fingerprint, (first,)).to_bytes()
    report = verify(archive, signed=content)
    assert report.verdict is Verdict.VALID
    assert [id_ for id_, _, _ in warnings_of(report)] == ["shuffle.owner"]
    second = sign_shuffle(7, payloads[1], made.secrets[1], made.election, seeded("second"))
    content = SignedShuffles(made.election.fingerprint, (first, second)).to_bytes()
    (failure,) = failures_of(verify(archive, signed=content))["shuffle.signature"]
    assert failure.found == f"one more, of trustee 7 of {payloads[1]}"


def test_signatures_in_another_order_than_the_shuffles_are_as_good() -> None:
    turned = replace(signed(), shuffles=signed().shuffles[::-1]).to_bytes()
    assert signature_report(turned).verdict is Verdict.VALID


def test_signatures_are_checked_while_shuffling_is_under_way() -> None:
    steps = take_apart(ranked().archive)
    one = replace(signed(), shuffles=signed().shuffles[:1]).to_bytes()
    report = verify(put_together(steps[: SHUFFLE_1 + 1]), signed=one)
    assert failed_checks(report) == set()
    assert result_of(report, Check.SHUFFLE_SIGNATURE).status is Status.PASSED
    both = verify(put_together(steps[: SHUFFLE_1 + 1]), signed=ranked().signed)
    assert failed_checks(both) == {"shuffle.signature"}


# Ranked ballots in the tally


def test_a_tally_whose_ranked_ballots_are_not_sorted_fails() -> None:
    """Its order would tell the order in which voters voted."""
    made = ranked()
    (row,) = made.tally
    archive = put_together(hold_again(made, tally=(row[::-1],)))
    report = verify(archive)
    assert failed_checks(report) == {"tally.ballots"}
    assert {f.subject for f in failures_of(report)["tally.ballots"]} == {subject_of(archive, TALLY)}
    assert [f.expected.split(":")[0] for f in failures_of(report)["tally.ballots"]] == [
        "question 1, choice 1",
        "question 1, choice 3",
    ]


def test_a_tally_with_another_ranked_ballot_fails() -> None:
    made = ranked()
    (row,) = made.tally
    tally = ((row[0], row[1], made.shuffles[0].rows[0][2]),)
    assert failed_checks(verify(put_together(hold_again(made, tally=tally)))) == {"tally.ballots"}


def test_a_tally_of_too_few_ranked_ballots_is_not_in_form() -> None:
    steps = take_apart(ranked().archive)
    value = json.loads(steps[TALLY].contents[0])
    value[0].pop()
    steps[TALLY] = refer_again(steps[TALLY].with_content(0, canonical_json(value)))
    (failure,) = failures_of(verify(put_together(steps)))["tally.ballots"]
    assert failure.found == "[0]: expected 3 items, found 2"


def with_weights(made: Made, *weights: str) -> bytes:
    """Return an election held again with weights (in the order of the list, or none)."""
    listed = json.loads(made.records.credentials)
    credentials = canonical_json([f"{text}{w}" for text, w in zip(listed, weights, strict=True)])
    return put_together(hold_again(made, records=with_setup(made, credentials=credentials)))


@pytest.mark.parametrize("weight", ["0", "2", "1000000"])
def test_a_ranked_ballot_of_another_weight_than_1_fails(weight: str) -> None:
    report = verify(with_weights(ranked(), f",{weight}", "", ",1"))
    listed = json.loads(ranked().records.credentials)
    heavy = next(n for n in range(3) if ballot_of(ranked(), n).credential.text == listed[0])
    assert failures_of(report) == one_failure(
        Check.TALLY_BALLOTS,
        Subject(1 + heavy, derive_hash(ranked().ballots[heavy])),
        "the weight 1 of a voter who answers a ranked question",
        weight,
    )


def test_only_ballots_that_count_need_the_weight_1() -> None:
    """Of a voter who voted twice the last; of a voter who did not vote none."""
    made = make_election(questions=(RANK,), votes=((RANK_VOTES[0],), (RANK_VOTES[1],)))
    voter = ballot_of(made, 0).credential.text
    listed = json.loads(made.records.credentials)
    weights = [",5" if text == voter else "" for text in listed]
    records = with_setup(
        made,
        credentials=canonical_json([t + w for t, w in zip(listed, weights, strict=True)]),
    )
    absent = put_together(hold_again(made, records=records, ballots=made.ballots[1:]))
    assert verify(absent).verdict is Verdict.VALID
    present = verify(put_together(hold_again(made, records=records)))
    assert failed_checks(present) == {"tally.ballots"}


def test_weights_of_other_elections_are_no_matter_of_ranked_ballots() -> None:
    made = make_election(weights=(3, 0, 2, 1))
    assert verify(made.archive).verdict is Verdict.VALID


# The result


def with_result(made: Made, change: Callable[[Any], object]) -> bytes:
    steps = take_apart(made.archive)
    value = json.loads(steps[-1].contents[0])
    change(value["result"])
    return put_together([*steps[:-1], Step(EventType.RESULT, (canonical_json(value),))])


def test_every_changed_number_of_a_ballot_fails_and_no_number_is_in_the_message() -> None:
    made = RANKED
    for question, answers in ((0, 3), (2, 2)):
        for ballot in range(3):
            for place in range(answers):

                def change(
                    result: list[list[list[int]]],
                    at: tuple[int, int, int] = (question, ballot, place),
                ) -> None:
                    i, j, k = at
                    result[i][j][k] = 77

                archive = with_result(made, change)
                report = verify(archive)
                expected = (
                    f"question {question + 1}, ballot {ballot + 1}: the numbers that it holds"
                )
                last = len(take_apart(archive)) - 1
                assert failures_of(report) == one_failure(
                    Check.RESULT_VALUE, subject_of(archive, last), expected, "others"
                )


def test_ballots_exchanged_in_the_result_fail() -> None:
    """Their order is that of the last shuffle, and of nothing else."""
    made = make_election(questions=(RANK,), votes=((RANK_VOTES[0],), (RANK_VOTES[3],)))
    report = verify(with_result(made, lambda result: result[0].reverse()))
    assert [f.expected for f in failures_of(report)["result.value"]] == [
        "question 1, ballot 1: the numbers that it holds",
        "question 1, ballot 2: the numbers that it holds",
    ]


@pytest.mark.parametrize(
    "change, found",
    [
        (lambda r: r[0].pop(), "result[0]: expected 3 items, found 2"),
        (lambda r: r[0].append([1, 2, 3]), "result[0]: expected 3 items, found 4"),
        (lambda r: r[0][0].pop(), "result[0][0]: expected 3 items, found 2"),
        (lambda r: r[0].__setitem__(1, 7), "result[0][1]: expected a list, found a number"),
        (
            lambda r: r[0][2].__setitem__(0, 256),
            "result[0][2][0]: expected an integer from 0 to 255, found 256",
        ),
        (
            lambda r: r[0][2].__setitem__(0, "1"),
            "result[0][2][0]: expected an integer, found a string",
        ),
    ],
)
def test_a_ranked_result_has_one_form(change: Callable[[Any], object], found: str) -> None:
    (failure,) = failures_of(verify(with_result(ranked(), change)))["result.value"]
    assert failure.found == found


def test_ballots_that_no_count_would_take_are_valid_all_the_same() -> None:
    """The protocol carries any vector: what it is worth is the count's to say."""
    loose = replace(RANK, counting=None)
    made = make_election(questions=(loose,), votes=(((200, 200, 255),), ((9, 0, 0),)))
    assert verify(made.archive).verdict is Verdict.VALID


def strange_ballot(made: Made, padding: int) -> bytes:
    """Return the first voter's ballot with a member that no numbers are encoded as.

    padding: how many members behind the right one; of the same numbers, or of a text that stands
    before them.
    """
    embedding = expect_embedding(ED25519)
    content = embedding.embed((1, 2, 3))
    number = int(content.text, 16)
    found = 0
    while found < padding:
        number += 1
        if (member := ED25519.find_element(f"{number:064x}")) is not None:
            content, found = member, found + 1
    ballot = ballot_of(made)
    answer = cast("Any", ballot.answers[0])
    key, group = made.election.public_key, made.election.group
    exponent, mask = group.scalar(4711), group.scalar(42)
    choice = Ciphertext(ED25519.generator_power(exponent), key.power(exponent) * content)
    voter = voter_context(made.election.fingerprint, ballot.credential)
    statement = plaintext_statement(voter, key, choice, ED25519.generator_power(mask))
    hashed = challenge(ED25519, statement)
    proof = Proof(hashed, mask - exponent * hashed)
    changed = signed_again(
        with_answer(ballot, 0, replace(answer, choice=choice, proof=proof)), made
    )
    assert failures(changed, made.election) == []
    return derive_ballot_record(unsigned(changed), changed.signature)


@pytest.mark.parametrize("padding", [1, 5])
def test_a_plaintext_that_is_not_its_own_encoding_is_a_warning_that_names_its_place(
    padding: int,
) -> None:
    """Whoever encrypted it put a mark where the numbers do not show it."""
    made = ranked()
    ballots = [strange_ballot(made, padding), *made.ballots[1:]]
    archive = put_together(hold_again(made, ballots=ballots))
    report = verify(archive)
    assert report.verdict is Verdict.VALID
    result = cast("list[list[list[int]]]", report.result)[0]
    place = next(n for n, vector in enumerate(result, 1) if vector == [1, 2, 3])
    text = f"Of question 1, 1 opened ballots do not hold numbers as they are encoded: {place}."
    last = len(take_apart(archive)) - 1
    assert warnings_of(report) == [("result.value", subject_of(archive, last), text)]
    assert "1, 2, 3" not in text


def test_a_false_number_of_such_a_ballot_fails_and_is_a_warning_too() -> None:
    made = ranked()
    archive = put_together(hold_again(made, ballots=[strange_ballot(made, 1), *made.ballots[1:]]))
    steps = take_apart(archive)
    value = json.loads(steps[-1].contents[0])
    place = value["result"][0].index([1, 2, 3])
    value["result"][0][place] = [3, 2, 1]
    steps[-1] = Step(EventType.RESULT, (canonical_json(value),))
    report = verify(put_together(steps))
    assert failed_checks(report) == {"result.value"}
    assert [id_ for id_, _, _ in warnings_of(report)] == ["result.value"]


def places_named(text: str) -> Iterable[str]:
    return text.rstrip(".").split(": ")[1].split(", ")


def test_of_many_strange_ballots_only_the_first_hundred_are_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("comitia.verify.tally._MOST_NAMED", 1)
    made = make_election(questions=(RANK,), votes=((RANK_VOTES[0],), (RANK_VOTES[3],)))
    first = strange_ballot(made, 1)
    second = made.ballots[1]
    report = verify(put_together(hold_again(made, ballots=[first, second])))
    ((_, _, text),) = warnings_of(report)
    assert len(list(places_named(text))) == 1


def test_a_rank_that_was_decrypted_with_a_false_share_fails_its_proof() -> None:
    made = ranked()
    steps = take_apart(made.archive)
    number = next(n for n, s in enumerate(steps) if s.type is EventType.PARTIAL_DECRYPTION)
    value = json.loads(steps[number].contents[0])
    value["decryption_factors"][0][1] = ED25519.generator.text
    steps[number] = refer_again(steps[number].with_content(0, canonical_json(value)))
    report = verify(put_together(steps))
    (failure,) = failures_of(report)["decryption.proof"]
    assert failure.expected.startswith("trustee 1, question 1, choice 2: ")
    assert failed_checks(report) == {"decryption.proof", "result.value"}


def test_rows_of_a_recorded_tally_are_where_shuffling_begins() -> None:
    """Even where it is not the sum of the ballots: each fault is told by its own check."""
    made = ranked()
    (row,) = made.tally
    tally = (row[::-1],)
    assert ranked_rows(tally, made.election) == tally
    archive = put_together(hold_again(made, tally=tally))
    assert failed_checks(verify(archive)) == {"tally.ballots"}
