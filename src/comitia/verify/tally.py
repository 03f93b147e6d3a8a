"""Checks from the ballots to the result: encrypted tally, decryptions, bound proofs, counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from comitia.ballots.v1.equations import (
    bound_failures,
    decryption_failures,
    open_tally,
    shape_of,
    verify_count,
)
from comitia.ballots.v1.model import (
    BoundProofs,
    Check,
    Election,
    EncryptedTally,
    Json,
    PartialDecryption,
    TrusteeKey,
)
from comitia.ballots.v1.parse import (
    LARGEST_RESULT_BYTES,
    ForeignElements,
    largest_tally_bytes,
    parse_bound_proofs,
    parse_encrypted_tally,
    parse_partial_decryption,
    parse_result,
    read_result,
)
from comitia.errors import CheckFailed, MalformedRecord
from comitia.verify.ballots import TalliedBallots
from comitia.verify.parallel import Verification
from comitia.verify.report import Place
from comitia.verify.setup import QUESTION_REASON, THRESHOLD_REASON, WEIGHT_REASON, Setup
from comitia.verify.structure import Located

OPEN_REASON: Final = "the election is still open"
UNREAD_REASON: Final = "a ballot that counts cannot be read"
NO_TALLY_REASON: Final = "the encrypted tally cannot be read"
MISSING_REASON: Final = "a decryption that is needed is missing or cannot be read"


@dataclass(frozen=True, slots=True)
class _Share:
    """A trustee's decryption that could be read."""

    located: Located
    content: PartialDecryption


@dataclass(frozen=True, slots=True)
class BesideFile:
    """A file beside the archive: its content, or None where there is none or it is not readable.

    problem: why it cannot be read.
    """

    content: bytes | None = None
    problem: str | None = None

    @property
    def is_there(self) -> bool:
        """Whether there is such a file, readable or not."""
        return self.content is not None or self.problem is not None


class TallyCheck:
    """The checks after the ballots, on one archive."""

    def __init__(self, setup: Setup, verification: Verification) -> None:
        """Take what earlier checks found."""
        self._verification = verification
        self._structure = verification.structure
        self._setup = setup
        self._report = verification.report

    def run(self, tallied: TalliedBallots | None, bound: BesideFile) -> None:
        """Make every check that can be made, and say of the others why it cannot."""
        election, keys = self._setup.election, self._setup.keys
        given = (Check.DECRYPTION_BOUND,) if bound.is_there else ()
        self._check_shuffles()
        reason = self._obstacle(tallied)
        if election is None or tallied is None or reason is not None:
            self._leave((*_TALLY_CHECKS, *given), reason or self._setup.unreadable)
            return
        tally = self._read_tally(election)
        self._check_tally(tally, tallied)
        if keys is None:
            self._leave((*_DECRYPTION_CHECKS, *given), self._keys_reason())
            return
        if tally is None:
            self._leave((*_DECRYPTION_CHECKS, *given), self._tally_reason())
            return
        shares = self._check_shares(tally, keys, election)
        self._check_bound(bound, tally, shares, keys, election)
        self._check_result(tally, shares, keys, election, tallied.number)

    def _obstacle(self, tallied: TalliedBallots | None) -> str | None:
        if self._setup.election is not None and tallied is None:
            return QUESTION_REASON
        return WEIGHT_REASON if self._setup.weighted else None

    def _keys_reason(self) -> str:
        failed = self._report.has_failed(Check.SETUP_TRUSTEES)
        return "the trustees' keys cannot be read" if failed else THRESHOLD_REASON

    def _tally_reason(self) -> str:
        return OPEN_REASON if self._structure.tally is None else NO_TALLY_REASON

    def _leave(self, checks: tuple[Check, ...], reason: str) -> None:
        for check in checks:
            self._report.not_checked(check, reason)

    def _check_shuffles(self) -> None:
        """Ranked ballots need shuffles; an election without ranked questions has none."""
        election = self._setup.election
        if election is not None and election.homomorphic_questions is None:
            if election.has_ranked_question:
                self._leave(_SHUFFLE_CHECKS, QUESTION_REASON)
            return
        for located in self._structure.shuffles:
            expected = "no shuffle in an election without ranked questions"
            self._report.fail(Check.ARCHIVE_GRAMMAR, located.place, expected, "a shuffle")

    def _read_tally(self, election: Election) -> EncryptedTally | None:
        located = self._structure.tally
        if located is None:
            return None
        shape = shape_of(election.homomorphic_questions or ())
        try:
            record = self._read(located, shape, election)
            return parse_encrypted_tally(record, shape, election.group)
        except MalformedRecord as error:
            expected = "an encrypted tally in canonical form"
            self._fail_form(Check.TALLY_BALLOTS, located.place, expected, error)
            return None

    def _check_tally(self, tally: EncryptedTally | None, tallied: TalliedBallots) -> None:
        report, structure = self._report, self._structure
        if structure.tally is None or structure.sized is None:
            self._leave((Check.TALLY_BALLOTS, Check.TALLY_COUNTS), OPEN_REASON)
            return
        report.examined(Check.TALLY_BALLOTS, tallied.number)
        if tallied.tally is None:
            report.not_checked(Check.TALLY_BALLOTS, UNREAD_REASON)
        elif tally is not None:
            self._compare_tallies(tally, tallied.tally, structure.tally.place)
        located, sized = structure.sized
        report.examined(Check.TALLY_COUNTS)
        expected = f"num_tallied {tallied.number}, total_weight {tallied.number}"
        found = f"num_tallied {sized.num_tallied}, total_weight {sized.total_weight}"
        if found != expected:
            report.fail(Check.TALLY_COUNTS, located.place, expected, found)

    def _compare_tallies(
        self, recorded: EncryptedTally, computed: EncryptedTally, place: Place
    ) -> None:
        for i, (row, own_row) in enumerate(zip(recorded, computed, strict=True), 1):
            for j, (found, expected) in enumerate(zip(row, own_row, strict=True), 1):
                if found != expected:
                    subject = f"question {i}, choice {j}: "
                    self._report.fail(
                        Check.TALLY_BALLOTS, place, subject + expected.text, found.text
                    )

    def _check_shares(
        self, tally: EncryptedTally, keys: tuple[TrusteeKey, ...], election: Election
    ) -> dict[int, _Share]:
        """Check owners, presence and proofs; return the readable shares by owner."""
        report, shares = self._report, dict[int, _Share]()
        owners: set[int] = set()
        report.examined(Check.DECRYPTION_OWNER, len(self._structure.decryptions))
        report.examined(Check.DECRYPTION_PROOF, len(self._structure.decryptions))
        for located, owned in self._structure.decryptions:
            if owned.owner in owners or not 1 <= owned.owner <= len(keys):
                expected = f"a trustee from 1 to {len(keys)} who has no decryption yet"
                found = f"trustee {owned.owner}"
                report.fail(Check.DECRYPTION_OWNER, located.place, expected, found)
                continue
            owners.add(owned.owner)
            share = self._check_share(located, owned.owner, tally, keys, election)
            if share is not None:
                shares[owned.owner] = share
        self._check_present(owners, keys)
        return shares

    def _check_share(
        self,
        located: Located,
        owner: int,
        tally: EncryptedTally,
        keys: tuple[TrusteeKey, ...],
        election: Election,
    ) -> _Share | None:
        check = Check.DECRYPTION_PROOF
        shape = tuple(len(row) for row in tally)
        try:
            record = self._read(located, shape, election)
            content = parse_partial_decryption(record, shape, election.group)
        except MalformedRecord as error:
            expected = f"trustee {owner}: a partial decryption in canonical form"
            self._fail_form(check, located.place, expected, error)
            return None
        public_key = keys[owner - 1].public_key
        for failure in decryption_failures(content, tally, public_key, election):
            expected = f"trustee {owner}, {failure.subject}: {failure.expected}"
            self._report.fail(check, located.place, expected, failure.found)
        return _Share(located, content)

    def _check_present(self, owners: set[int], keys: tuple[TrusteeKey, ...]) -> None:
        self._report.examined(Check.DECRYPTION_PRESENT, len(keys))
        missing = [owner for owner in range(1, len(keys) + 1) if owner not in owners]
        if missing and not self._structure.result_recorded:
            self._report.not_checked(Check.DECRYPTION_PRESENT, OPEN_REASON)
            return
        for owner in missing:
            expected = f"a decryption by trustee {owner}"
            place = self._structure.result.place if self._structure.result else Place()
            self._report.fail(Check.DECRYPTION_PRESENT, place, expected, "none")

    def _check_bound(
        self,
        bound: BesideFile,
        tally: EncryptedTally,
        shares: dict[int, _Share],
        keys: tuple[TrusteeKey, ...],
        election: Election,
    ) -> None:
        check = Check.DECRYPTION_BOUND
        if bound.problem is not None:
            reason = f"the file beside the archive cannot be read: {bound.problem}"
            self._report.not_checked(check, reason)
            return
        if bound.content is None:
            text = (
                "No bound decryption proofs were published beside the archive: that every share is "
                "right rests on the trustees' honesty."
            )
            self._report.warn(check, Place(), text)
            return
        shape = tuple(len(row) for row in tally)
        try:
            proofs = parse_bound_proofs(bound.content, shape, election.group)
        except MalformedRecord as error:
            self._report.fail(check, Place(), "a file of bound proofs", str(error))
            return
        if proofs.election_hash != election.fingerprint:
            expected, found = election.fingerprint, proofs.election_hash
            self._report.fail(check, Place(), f"election_hash {expected}", found)
        self._check_bound_shares(proofs, tally, shares, keys, election)

    def _check_bound_shares(
        self,
        proofs: BoundProofs,
        tally: EncryptedTally,
        shares: dict[int, _Share],
        keys: tuple[TrusteeKey, ...],
        election: Election,
    ) -> None:
        check, by_owner = Check.DECRYPTION_BOUND, {s.owner: s for s in proofs.shares}
        self._report.examined(check, len(by_owner))
        for owner, share in sorted(shares.items()):
            place = share.located.place
            if owner not in by_owner:
                expected = f"a bound share of trustee {owner}"
                self._report.fail(check, place, expected, "none")
                continue
            failures = bound_failures(
                by_owner[owner],
                share.content,
                tally,
                keys[owner - 1].public_key,
                election,
            )
            for failure in failures:
                expected = f"trustee {owner}, {failure.subject}: {failure.expected}"
                self._report.fail(check, place, expected, failure.found)
        for owner in sorted(by_owner.keys() - shares.keys()):
            expected = "shares of trustees who have decrypted"
            self._report.fail(check, Place(), expected, f"a share of trustee {owner}")

    def _check_result(
        self,
        tally: EncryptedTally,
        shares: dict[int, _Share],
        keys: tuple[TrusteeKey, ...],
        election: Election,
        ballots: int,
    ) -> None:
        check, located = Check.RESULT_VALUE, self._structure.result
        if located is None:
            self._report.not_checked(check, OPEN_REASON)
            return
        self._report.examined(check)
        shape = tuple(len(row) for row in tally)
        try:
            result = parse_result(self._read(located, shape, election), shape)
        except MalformedRecord as error:
            self._report.fail(check, located.place, "a result in canonical form", str(error))
            return
        if len(shares) < len(keys):
            self._report.not_checked(check, MISSING_REASON)
            return
        contents = [shares[owner].content for owner in sorted(shares)]
        for i, row in enumerate(open_tally(tally, contents)):
            for j, opened in enumerate(row):
                subject = f"question {i + 1}, choice {j + 1}"
                try:
                    verify_count(opened, result[i][j], ballots, election.group, subject)
                except CheckFailed as failure:
                    expected = f"{subject}: {failure.expected}"
                    self._report.fail(check, located.place, expected, failure.found)

    def _read(self, located: Located, shape: Sequence[int], election: Election) -> bytes:
        return self._verification.read(located, largest_tally_bytes(shape, election.group))

    def _fail_form(self, check: Check, place: Place, expected: str, error: MalformedRecord) -> None:
        """Report a record that is not in form; every foreign element in it by itself."""
        faults = error.faults if isinstance(error, ForeignElements) else None
        for found in [str(error)] if faults is None else [f"{w}: {p}" for w, p in faults]:
            self._report.fail(check, place, expected, found)


_TALLY_CHECKS: Final = (
    Check.TALLY_BALLOTS,
    Check.TALLY_COUNTS,
    Check.DECRYPTION_PRESENT,
    Check.DECRYPTION_OWNER,
    Check.DECRYPTION_PROOF,
    Check.RESULT_VALUE,
)
_DECRYPTION_CHECKS: Final = _TALLY_CHECKS[2:]
_SHUFFLE_CHECKS: Final = (Check.SHUFFLE_PRESENT, Check.SHUFFLE_OWNER, Check.SHUFFLE_PROOF)


def recorded_result(setup: Setup, verification: Verification) -> Json:
    """Return the array in the result's record exactly as recorded, or None."""
    located = verification.structure.result
    if located is None:
        return None
    largest = LARGEST_RESULT_BYTES
    if setup.election is not None and setup.election.homomorphic_questions is not None:
        shape = shape_of(setup.election.homomorphic_questions)
        largest = largest_tally_bytes(shape, setup.election.group)
    try:
        return read_result(verification.read(located, largest))
    except MalformedRecord:
        return None
