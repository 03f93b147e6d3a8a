"""Trustees who decrypt falsely, and keys that are lost: rows 2, 18, 19 and 22."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Final

import pytest

from comitia.ballots.v1.equations import Rehearsal, can_open, derive_rehearsal, rehearsal_failures
from comitia.ballots.v1.making import Decryption, derive_result, make_certificate, rehearse
from comitia.ballots.v1.model import (
    BoundProofs,
    CertificateContext,
    Check,
    EncryptedTally,
    PartialDecryption,
    Proof,
    derive_hash,
)
from comitia.ballots.v1.parse import parse_bound_proofs
from comitia.cli.command import main
from comitia.curve import BELENIOS_2048, ED25519
from comitia.errors import CheckFailed
from comitia.verify import Subject, Verdict
from tests.attacks.hostile import failed, failing, places_of, refusal
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
from tests.verify.building import result_of, share_step, small, with_solved_factor
from tests.verify.trusteeship import group_of, together

TWO_VOTES: Final = (((1, 0),), ((0, 1),))


def held_by(*parts: Keyholders) -> Made:
    """Return an election of two ballots."""
    return make_election(questions=(YES_NO,), votes=TWO_VOTES, keyholders=together(*parts))


def two_of_three() -> Made:
    """Return an election held by a group of three, of whom two are needed."""
    return held_by(group_of(2, 3))


def archive_with(made: Made, shares: dict[int, PartialDecryption]) -> bytes:
    """Return an election with these shares, in the order of their owners."""
    steps = take_apart(made.archive)
    before = steps[: len(made.ballots) + 3]
    given = [share_step(o, s.derive_record(made.election.shape)) for o, s in sorted(shares.items())]
    return put_together([*before, *given, steps[-1]])


def share_subject(made: Made, place: int, share: PartialDecryption) -> Subject:
    """Return how a report names the share of this place, from 0."""
    record = share.derive_record(made.election.shape)
    return Subject(len(made.ballots) + 3 + place, derive_hash(record))


def of_other_ciphertexts(made: Made, owner: int) -> PartialDecryption:
    """Return a trustee's share of another tally: the columns the other way round."""
    swapped: EncryptedTally = tuple(row[::-1] for row in made.tally)
    secret = made.secrets[owner - 1]
    return Decryption(swapped, secret, made.election, seeded("others")).make_share()


def expectations(archive: bytes, check: str) -> list[str]:
    """Return what was expected where a check failed, up to the numbers."""
    result = next(r for r in verify(archive).checks if r.check.id == check)
    return [failure.expected.split(": ")[0] for failure in result.failures]


# --- Row 2: a proof of another ciphertext ----------------------------------------------------


@pytest.mark.parametrize("owner", [1, 2])
def test_attack_2_a_share_of_other_ciphertexts_fails_and_names_its_trustee(owner: int) -> None:
    made = small()
    false = of_other_ciphertexts(made, owner)
    shares = {**dict(enumerate(made.shares, 1)), owner: false}
    archive = archive_with(made, shares)
    places = failing(archive)
    assert places["decryption.proof"] == [share_subject(made, owner - 1, false)]
    assert set(places) <= {"decryption.proof", "result.value"}
    named = [f"trustee {owner}, question 1, choice {n}" for n in (1, 2)]
    assert expectations(archive, "decryption.proof") == named


def test_attack_2_true_factors_with_the_proofs_of_others_fail_choice_by_choice() -> None:
    made = small()
    share = made.shares[0]
    false = replace(share, proofs=tuple(row[::-1] for row in share.proofs))
    archive = archive_with(made, {1: false, 2: made.shares[1]})
    assert failing(archive) == {"decryption.proof": [share_subject(made, 0, false)]}
    named = [f"trustee 1, question 1, choice {n}" for n in (1, 2)]
    assert expectations(archive, "decryption.proof") == named


def test_attack_2_factors_of_other_ciphertexts_with_true_proofs_fail_choice_by_choice() -> None:
    made = small()
    share = made.shares[1]
    first, second = share.factors[0]
    false = replace(share, factors=((first, first),))
    archive = archive_with(made, {1: made.shares[0], 2: false})
    assert expectations(archive, "decryption.proof") == ["trustee 2, question 1, choice 2"]
    assert first != second


def test_attack_2_no_result_is_opened_from_such_a_share_and_the_trustee_is_named() -> None:
    made = small()
    shares = {1: made.shares[0], 2: of_other_ciphertexts(made, 2)}
    found = failed(lambda: derive_result(made.tally, shares, made.trustees, 2, made.election))
    assert found == ("decryption.proof", "trustee 2, question 1, choice 1")


def test_attack_2_one_trustee_s_share_is_not_another_s() -> None:
    made = small()
    shares = {1: made.shares[1], 2: made.shares[0]}
    places = failing(archive_with(made, shares))
    assert places["decryption.proof"] == [
        share_subject(made, place, shares[place + 1]) for place in (0, 1)
    ]


# --- Row 22: plaintexts swapped --------------------------------------------------------------


def test_attack_22_a_result_with_two_numbers_exchanged_fails() -> None:
    votes = (((1, 0),), ((1, 0),), ((0, 1),))
    made = make_election(questions=(YES_NO,), votes=votes, seed="exchanged")
    steps = take_apart(made.archive)
    record = b'{"result":[[1,2]]}'
    assert steps[-1].contents == (b'{"result":[[2,1]]}',)
    steps[-1] = Step(steps[-1].type, (record,))
    assert failing(put_together(steps), bound=made.bound) == {
        "result.value": [Subject(len(steps) - 1, derive_hash(record))]
    }


def moved_vote(made: Made) -> PartialDecryption:
    """Return the first share with factors that would move a vote from one choice to the other."""
    share, g = made.shares[0], ED25519.generator
    yes, no = share.factors[0]
    return replace(share, factors=((yes * g, no / g),))


def test_attack_22_factors_for_another_result_do_not_fit_their_proofs() -> None:
    """The ciphertext of 1 would open to 0, and that of 1 to 2."""
    made = small()
    false = moved_vote(made)
    steps = take_apart(archive_with(made, {1: false, 2: made.shares[1]}))
    steps[-1] = Step(steps[-1].type, (b'{"result":[[0,2]]}',))
    archive = put_together(steps)
    assert failing(archive) == {"decryption.proof": [share_subject(made, 0, false)]}
    named = [f"trustee 1, question 1, choice {n}" for n in (1, 2)]
    assert expectations(archive, "decryption.proof") == named


def solved_bound(made: Made, share: PartialDecryption, owner: int) -> bytes:
    """Return the file of bound proofs with those that a trustee can make of a false share."""
    decryption = Decryption(made.tally, made.secrets[owner - 1], made.election, seeded("solved"))
    proofs = parse_bound_proofs(made.bound, made.election.shape, made.election.group)
    shares = [
        decryption.prove_bound(share, owner) if s.owner == owner else s for s in proofs.shares
    ]
    return BoundProofs(proofs.election_hash, tuple(shares)).to_bytes()


@pytest.mark.parametrize("owner", [1, 2])
def test_attack_22_a_false_factor_that_version_1_proves_is_named_by_its_bound_proof(
    owner: int,
) -> None:
    """Without the file no count comes out, and nobody is to blame: that is the limit."""
    made = small()
    false = with_solved_factor(made, owner)
    archive = archive_with(made, {**dict(enumerate(made.shares, 1)), owner: false})
    result = Subject(7, derive_hash(take_apart(made.archive)[-1].contents[0]))
    assert failing(archive) == {"result.value": [result]}
    places = failing(archive, bound=solved_bound(made, false, owner))
    assert places == {
        "decryption.bound": [share_subject(made, owner - 1, false)],
        "result.value": [result],
    }


def test_attack_22_such_a_share_is_refused_when_it_is_handed_in(tmp_path: Path) -> None:
    made = small()
    false = with_solved_factor(made, 1)
    archive = tmp_path / f"{made.election.uuid}.bel"
    steps = take_apart(made.archive)
    archive.write_bytes(put_together(steps[:5]))
    shape = made.election.shape
    bound = json.loads(solved_bound(made, false, 1))["shares"][0]
    handed = tmp_path / "1.decryption"
    owned = share_step(1, false.derive_record(shape)).contents[1]
    lines = [false.derive_record(shape), owned, json.dumps(bound, separators=(",", ":")).encode()]
    handed.write_bytes(b"".join(line + b"\n" for line in lines))
    before = archive.read_bytes()
    assert main(["election", "decryptions", str(handed), "--archive", str(archive)]) == 1
    assert archive.read_bytes() == before


# --- Row 18: one bad share ------------------------------------------------------------------


@pytest.mark.parametrize("owner", [1, 2, 3])
def test_attack_18_one_bad_share_of_a_group_that_has_enough_is_flagged_and_blocks_nothing(
    owner: int,
) -> None:
    made = two_of_three()
    share = made.shares[owner - 1]
    false = replace(share, proofs=tuple(row[::-1] for row in share.proofs))
    shares = {**dict(enumerate(made.shares, 1)), owner: false}
    report = verify(archive_with(made, shares))
    assert (report.verdict, report.result) == (Verdict.VALID, [[1, 1]])
    (warning,) = [w for w in report.warnings if w.id == "decryption.proof"]
    assert warning.subject == share_subject(made, owner - 1, false)
    assert warning.text.startswith(f"The decryption of trustee {owner} does not hold, and is not ")
    assert derive_result(made.tally, shares, made.trustees, 2, made.election) == ((1, 1),)


@pytest.mark.parametrize("bad", list(combinations((1, 2, 3), 2)))
def test_attack_18_where_too_few_good_shares_are_left_every_bad_one_fails(
    bad: tuple[int, int],
) -> None:
    made = two_of_three()
    shares = dict(enumerate(made.shares, 1))
    for owner in bad:
        share = made.shares[owner - 1]
        shares[owner] = replace(share, proofs=tuple(row[::-1] for row in share.proofs))
    places = failing(archive_with(made, shares))
    assert places == {
        "decryption.proof": [share_subject(made, owner - 1, shares[owner]) for owner in bad]
    }
    found = failed(lambda: derive_result(made.tally, shares, made.trustees, 2, made.election))
    assert found == ("decryption.proof", f"trustee {bad[0]}, question 1, choice 1")


def test_attack_18_a_bad_share_of_a_single_trustee_fails_beside_a_full_group() -> None:
    made = held_by(single_trustees(1, ED25519, seeded("single")), group_of(2, 3))
    share = made.shares[0]
    false = replace(share, proofs=tuple(row[::-1] for row in share.proofs))
    places = failing(archive_with(made, {**dict(enumerate(made.shares, 1)), 1: false}))
    assert places == {"decryption.proof": [share_subject(made, 0, false)]}


def handed_over(made: Made, folder: Path, owner: int, share: PartialDecryption) -> Path:
    """Write what a trustee hands in, without bound proofs."""
    record = share.derive_record(made.election.shape)
    path = folder / f"{owner}.decryption"
    path.write_bytes(b"".join(line + b"\n" for line in share_step(owner, record).contents))
    return path


def test_attack_18_a_server_refuses_a_bad_share_and_opens_the_result_with_the_good(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = two_of_three()
    archive = tmp_path / f"{made.election.uuid}.bel"
    archive.write_bytes(put_together(take_apart(made.archive)[:5]))
    share = made.shares[0]
    false = replace(share, proofs=tuple(row[::-1] for row in share.proofs))
    files = [
        handed_over(made, tmp_path, 1, false),
        handed_over(made, tmp_path, 2, made.shares[1]),
        handed_over(made, tmp_path, 3, made.shares[2]),
    ]
    words = ["election", "decryptions", *map(str, files), "--archive", str(archive)]
    assert main(words) == 1
    refused = capsys.readouterr().err
    assert refused.startswith(f"comitia: {files[0]}: refused: decryption.proof: trustee 1, ")
    assert refused.count("\n") == 1
    assert main(["election", "result", "--archive", str(archive)]) == 0
    report = verify(archive.read_bytes())
    assert (report.verdict, report.result) == (Verdict.VALID, [[1, 1]])


# --- Row 19: keys that are lost --------------------------------------------------------------


def three_of_five() -> Made:
    """Return an election held by a group of five, of whom three are needed."""
    return held_by(group_of(3, 5))


@pytest.mark.parametrize("lost", list(combinations(range(1, 6), 2)))
def test_attack_19_two_of_five_keys_may_be_lost(lost: tuple[int, int]) -> None:
    made = three_of_five()
    shares = {o: s for o, s in enumerate(made.shares, 1) if o not in lost}
    assert derive_result(made.tally, shares, made.trustees, 2, made.election) == ((1, 1),)
    assert verify(archive_with(made, shares)).verdict is Verdict.VALID


@pytest.mark.parametrize("left", [(1, 2), (2, 5), (4, 5)])
def test_attack_19_with_three_of_five_keys_lost_nothing_is_opened_and_it_is_said(
    left: tuple[int, int],
) -> None:
    made = three_of_five()
    shares = {o: made.shares[o - 1] for o in left}
    error = refusal(lambda: derive_result(made.tally, shares, made.trustees, 2, made.election))
    assert isinstance(error, CheckFailed)
    assert (error.check, error.expected, error.found) == (
        "decryption.present",
        "3 of trustees 1 to 5",
        f"those of trustees {left[0]}, {left[1]}",
    )
    report = verify(archive_with(made, shares))
    assert set(places_of(report)) == {"decryption.present"}
    (failure,) = result_of(report, Check.DECRYPTION_PRESENT).failures
    assert failure.expected == "decryptions by 3 of the trustees 1 to 5"
    assert failure.found == f"{left[0]}, {left[1]}"


@pytest.mark.parametrize("size", [1, 2, 5])
def test_attack_19_a_group_that_needs_every_key_must_be_asked_for_by_name(size: int) -> None:
    context = CertificateContext("Ed25519", size, size, 1)
    with pytest.raises(ValueError, match="must be asked for by all_needed"):
        make_certificate(context, seeded("all needed"))
    make_certificate(context, seeded("all needed"), all_needed=True)


def test_attack_19_the_command_warns_before_it_makes_such_a_certificate(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["election", "threshold-certificate", "--place", "1/3/3", "--dir", str(tmp_path)]
    assert main(words) == 2
    said = capsys.readouterr().err
    assert "one lost key loses the result" in said
    assert "--all-needed" in said
    assert list(tmp_path.iterdir()) == []


def rehearsal_files(made: Made, folder: Path, owners: tuple[int, ...]) -> list[str]:
    """Write the proofs of these trustees that their keys work."""
    paths = []
    for owner in owners:
        share = rehearse(made.secrets[owner - 1], owner, made.election, seeded(f"drill {owner}"))
        path = folder / f"{owner}.rehearsal"
        path.write_bytes(share.to_bytes() + b"\n")
        paths.append(str(path))
    return paths


@pytest.mark.parametrize(
    "owners, status, last",
    [
        ((1, 2, 3, 4, 5), 0, "Together these trustees opened the test tally."),
        ((1, 3, 5), 1, "Together these trustees opened the test tally."),
        ((2, 4), 1, "These trustees could not open the election's tally."),
    ],
)
def test_attack_19_the_rehearsal_shows_whose_key_is_lost_while_the_election_is_open(
    owners: tuple[int, ...],
    status: int,
    last: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    made = three_of_five()
    archive = tmp_path / f"{made.election.uuid}.bel"
    archive.write_bytes(put_together(take_apart(made.archive)[:1]))
    files = rehearsal_files(made, tmp_path, owners)
    words = ["election", "check-rehearsal", *files, "--archive", str(archive)]
    assert main(words) == status
    lines = capsys.readouterr().out.splitlines()
    works = {
        True: "✓ trustee {}: the key works",
        False: "✗ trustee {}: no proof that the key works",
    }
    assert lines == [*(works[n in owners].format(n) for n in range(1, 6)), last]


def test_attack_19_a_rehearsal_says_nothing_of_the_votes_and_is_no_decryption() -> None:
    """Its tally is the fingerprint's, so nobody can have a ballot decrypted as a drill."""
    made = three_of_five()
    rehearsal: Rehearsal = derive_rehearsal(made.election)
    alphas = {c.alpha for row in made.tally for c in row}
    assert not alphas & {c.alpha for row in rehearsal.tally for c in row}
    share = rehearse(made.secrets[0], 1, made.election, seeded("drill"))
    assert list(rehearsal_failures(share, made.election, made.trustees)) == []
    assert not can_open({1: share}, made.election, made.trustees)
    proof = share.share.proofs[0][0]
    assert isinstance(proof, Proof)
    others = replace(share, election_hash=small().election.fingerprint)
    found = [f.subject for f in rehearsal_failures(others, made.election, made.trustees)]
    assert found == ["trustee 1, election_hash"]


def test_attack_19_a_lost_key_of_a_single_trustee_loses_the_result_and_it_is_said() -> None:
    made = make_election(
        group=BELENIOS_2048, questions=(YES_NO,), votes=TWO_VOTES, seed="lost single"
    )
    error = refusal(
        lambda: derive_result(made.tally, {1: made.shares[0]}, made.trustees, 2, made.election)
    )
    assert isinstance(error, CheckFailed)
    assert error.expected == "trustee 1's and trustee 2's"
