"""Checks from the ballots to the result: the encrypted tally, and what the decryptions open."""

from __future__ import annotations

from typing import Final

from comitia.ballots.v1.equations import open_tally, verify_count
from comitia.ballots.v1.model import (
    Check,
    Election,
    EncryptedTally,
    Json,
    name_choice,
)
from comitia.ballots.v1.parse import (
    LARGEST_RESULT_BYTES,
    largest_tally_bytes,
    parse_encrypted_tally,
    parse_result,
    read_result,
)
from comitia.errors import CheckFailed, MalformedRecord
from comitia.verify.ballots import TalliedBallots
from comitia.verify.bound import BesideFile
from comitia.verify.decryption import DecryptionCheck, Opening
from comitia.verify.parallel import Verification, faults_of, read_of_shape
from comitia.verify.reasons import (
    MISSING_REASON,
    NO_TALLY_REASON,
    OPEN_REASON,
    QUESTION_REASON,
    UNREAD_REASON,
)
from comitia.verify.report import Place
from comitia.verify.setup import Setup


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
        election, trustees = self._setup.election, self._setup.trustees
        given = (Check.DECRYPTION_BOUND,) if bound.is_there else ()
        self._check_shuffles()
        if election is None or tallied is None:
            reason = self._setup.unreadable if election is None else QUESTION_REASON
            self._leave((*_TALLY_CHECKS, *given), reason)
            return
        tally = self._read_tally(election)
        self._check_tally(tally, tallied, election)
        if trustees is None:
            self._leave((*_DECRYPTION_CHECKS, *given), self._setup.keys_reason)
            return
        if tally is None:
            self._leave((*_DECRYPTION_CHECKS, *given), self._tally_reason())
            return
        opening = DecryptionCheck(tally, trustees, election, self._verification).run(bound)
        self._check_result(tally, opening, election, tallied.weight)

    def _tally_reason(self) -> str:
        return OPEN_REASON if self._structure.tally is None else NO_TALLY_REASON

    def _leave(self, checks: tuple[Check, ...], reason: str) -> None:
        for check in checks:
            self._report.not_checked(check, reason)

    def _check_shuffles(self) -> None:
        """Ranked ballots need shuffles; an election without ranked questions has none."""
        election = self._setup.election
        if election is not None and election.summed_questions is None:
            self._leave(_SHUFFLE_CHECKS, QUESTION_REASON)
            return
        for located in self._structure.shuffles:
            expected = "no shuffle in an election without ranked questions"
            self._report.fail(Check.ARCHIVE_GRAMMAR, located.place, expected, "a shuffle")

    def _read_tally(self, election: Election) -> EncryptedTally | None:
        located = self._structure.tally
        if located is None:
            return None
        try:
            record = read_of_shape(located, election, self._verification)
            return parse_encrypted_tally(record, election.shape, election.group)
        except MalformedRecord as error:
            expected = "an encrypted tally in canonical form"
            for found in faults_of(error):
                self._report.fail(Check.TALLY_BALLOTS, located.place, expected, found)
            return None

    def _check_tally(
        self, tally: EncryptedTally | None, tallied: TalliedBallots, election: Election
    ) -> None:
        report, structure = self._report, self._structure
        if structure.tally is None or structure.sized is None:
            self._leave((Check.TALLY_BALLOTS, Check.TALLY_COUNTS), OPEN_REASON)
            return
        report.examined(Check.TALLY_BALLOTS, tallied.number)
        if tallied.tally is None:
            report.not_checked(Check.TALLY_BALLOTS, UNREAD_REASON)
        elif tally is not None:
            self._compare_tallies(tally, tallied.tally, election, structure.tally.place)
        located, sized = structure.sized
        report.examined(Check.TALLY_COUNTS)
        expected = f"num_tallied {tallied.number}, total_weight {tallied.weight}"
        found = f"num_tallied {sized.num_tallied}, total_weight {sized.total_weight}"
        if found != expected:
            report.fail(Check.TALLY_COUNTS, located.place, expected, found)

    def _compare_tallies(
        self,
        recorded: EncryptedTally,
        computed: EncryptedTally,
        election: Election,
        place: Place,
    ) -> None:
        for i, (row, own_row) in enumerate(zip(recorded, computed, strict=True)):
            for j, (found, expected) in enumerate(zip(row, own_row, strict=True)):
                if found != expected:
                    subject = f"question {i + 1}, {name_choice(j, election.shape[i])}: "
                    self._report.fail(
                        Check.TALLY_BALLOTS, place, subject + expected.text, found.text
                    )

    def _check_result(
        self, tally: EncryptedTally, opening: Opening | None, election: Election, most: int
    ) -> None:
        check, located = Check.RESULT_VALUE, self._structure.result
        if located is None:
            self._report.not_checked(check, OPEN_REASON)
            return
        self._report.examined(check)
        try:
            record = read_of_shape(located, election, self._verification)
            result = parse_result(record, election.shape, election.group)
        except MalformedRecord as error:
            self._report.fail(check, located.place, "a result in canonical form", str(error))
            return
        if opening is None:
            self._report.not_checked(check, MISSING_REASON)
            return
        opened = open_tally(tally, opening.shares, opening.trustees, election.group)
        for i, row in enumerate(opened):
            for j, element in enumerate(row):
                subject = f"question {i + 1}, {name_choice(j, election.shape[i])}"
                try:
                    verify_count(element, result[i][j], most, election.group, subject)
                except CheckFailed as failure:
                    expected = f"{subject}: {failure.expected}"
                    self._report.fail(check, located.place, expected, failure.found)


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
    if setup.election is not None and setup.election.summed_questions is not None:
        largest = largest_tally_bytes(setup.election.shape, setup.election.group)
    try:
        return read_result(verification.read(located, largest))
    except MalformedRecord:
        return None
