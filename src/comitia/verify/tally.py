"""Checks from the ballots to the result: the encrypted tally, and what the decryptions open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, cast

from comitia.ballots.v1.equations import open_tally, verify_count
from comitia.ballots.v1.model import (
    Check,
    Election,
    EncryptedTally,
    Json,
    RankedQuestion,
    Reading,
    Vector,
    name_choice,
)
from comitia.ballots.v1.parse import (
    LARGEST_RESULT_BYTES,
    largest_result_bytes,
    parse_encrypted_tally,
    parse_result,
    read_result,
)
from comitia.curve import Element, expect_embedding
from comitia.curve.embedded import are_embedded
from comitia.errors import CheckFailed, MalformedRecord
from comitia.verify.ballots import TalliedBallots
from comitia.verify.bound import NO_FILE, BesideFile
from comitia.verify.decryption import DecryptionCheck, Opening
from comitia.verify.parallel import Verification, faults_of, read_of_shape
from comitia.verify.reasons import (
    MISSING_REASON,
    NO_TALLY_REASON,
    OPEN_REASON,
    SHUFFLE_REASON,
    UNREAD_REASON,
)
from comitia.verify.report import Place, RankedReading
from comitia.verify.setup import Setup
from comitia.verify.shuffles import ShuffleCheck


@dataclass(frozen=True, slots=True)
class Beside:
    """The files beside the archive, and how many trustees must have shuffled."""

    bound: BesideFile = NO_FILE
    shuffles: BesideFile = NO_FILE
    least_shuffles: int = 1


class TallyCheck:
    """The checks after the ballots, on one archive."""

    def __init__(self, setup: Setup, verification: Verification) -> None:
        """Take what earlier checks found."""
        self._verification = verification
        self._structure = verification.structure
        self._setup = setup
        self._report = verification.report

    def run(self, tallied: TalliedBallots | None, beside: Beside) -> None:
        """Make every check that can be made, and say of the others why it cannot."""
        given = (Check.DECRYPTION_BOUND,) if beside.bound.is_there else ()
        if self._setup.election is None or tallied is None:
            self._leave((*_TALLY_CHECKS, *given), self._setup.unreadable)
            return
        election = replace(self._setup.election, counted=tallied.number)
        trustees = self._setup.trustees
        tally = self._read_tally(election)
        self._check_tally(tally, tallied, election)
        shuffled = self._check_shuffles(tally, election, beside)
        if trustees is None:
            self._leave((*_DECRYPTION_CHECKS, *given), self._setup.keys_reason)
            return
        if shuffled is None:
            reason = self._tally_reason() if tally is None else SHUFFLE_REASON
            self._leave((*_DECRYPTION_CHECKS, *given), reason)
            return
        opening = DecryptionCheck(shuffled, trustees, election, self._verification).run(
            beside.bound
        )
        self._check_result(shuffled, opening, election, tallied.weight)

    def _tally_reason(self) -> str:
        return OPEN_REASON if self._structure.tally is None else NO_TALLY_REASON

    def _leave(self, checks: tuple[Check, ...], reason: str) -> None:
        for check in checks:
            self._report.not_checked(check, reason)

    def _check_shuffles(
        self, tally: EncryptedTally | None, election: Election, beside: Beside
    ) -> EncryptedTally | None:
        """Return the tally that is decrypted: the recorded one, with its ranked rows shuffled."""
        if not election.ranked_places:
            for located, _ in self._structure.shuffles:
                expected = "no shuffle in an election without ranked questions"
                self._report.fail(Check.ARCHIVE_GRAMMAR, located.place, expected, "a shuffle")
            return tally
        if tally is None:
            given = (Check.SHUFFLE_SIGNATURE,) if beside.shuffles.is_there else ()
            self._leave((*_SHUFFLE_CHECKS, *given), self._tally_reason())
            return None
        check = ShuffleCheck(tally, self._setup.trustees, election, self._verification)
        return check.run(beside.least_shuffles, beside.shuffles)

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
            record = self._verification.read(located, largest_result_bytes(election))
            result = parse_result(record, election)
        except MalformedRecord as error:
            self._report.fail(check, located.place, "a result in canonical form", str(error))
            return
        if opening is None:
            self._report.not_checked(check, MISSING_REASON)
            return
        opened = open_tally(tally, opening.shares, opening.trustees, election.group)
        for i, (row, question) in enumerate(zip(opened, election.questions, strict=True)):
            # What the parser has read of a row follows from the kind of its question.
            if isinstance(question, RankedQuestion):
                vectors = cast("tuple[Vector, ...]", result[i])
                self._check_ranked(i, row, vectors, election, located.place)
            else:
                votes = cast("tuple[int, ...]", result[i])
                for failure in _count_failures(i, row, votes, election, most):
                    expected = f"{failure.subject}: {failure.expected}"
                    self._report.fail(check, located.place, expected, failure.found)

    def _check_ranked(
        self,
        i: int,
        row: Sequence[Element],
        stated: Sequence[Vector],
        election: Election,
        place: Place,
    ) -> None:
        """Compare opened ballots with the record; what a ballot says is in no message."""
        question = cast("RankedQuestion", election.questions[i])
        embedding = expect_embedding(election.group)
        readings: Counter[Reading] = Counter()
        held = [embedding.extract(element, len(question.answers)) for element in row]
        for j, (numbers, said) in enumerate(zip(held, stated, strict=True)):
            readings[question.read(numbers)] += 1
            if numbers != said:
                expected = f"question {i + 1}, ballot {j + 1}: the numbers that it holds"
                self._report.fail(Check.RESULT_VALUE, place, expected, "others")
        embedded = are_embedded(embedding, row, held)
        strange = [str(j) for j, is_embedded in enumerate(embedded, 1) if not is_embedded]
        counts = tuple((reading, readings[reading]) for reading in Reading)
        self._report.read_ranked(RankedReading(i, counts, len(strange)))
        if strange:
            text = (
                f"Of question {i + 1}, {len(strange)} opened ballots do not hold numbers as they "
                f"are encoded: {', '.join(strange[:_MOST_NAMED])}."
            )
            self._report.warn(Check.RESULT_VALUE, place, text)


def _count_failures(
    i: int, row: Sequence[Element], votes: Sequence[int], election: Election, most: int
) -> Iterator[CheckFailed]:
    """Yield a failure for each choice that does not hold the stated number of votes."""
    for j, (element, stated) in enumerate(zip(row, votes, strict=True)):
        subject = f"question {i + 1}, {name_choice(j, election.shape[i])}"
        try:
            verify_count(element, stated, most, election.group, subject)
        except CheckFailed as failure:
            yield failure


_MOST_NAMED: Final = 100
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


def recorded_result(
    setup: Setup, tallied: TalliedBallots | None, verification: Verification
) -> Json:
    """Return the array in the result's record exactly as recorded, or None."""
    located = verification.structure.result
    if located is None:
        return None
    largest = LARGEST_RESULT_BYTES
    if setup.election is not None and tallied is not None:
        largest = largest_result_bytes(replace(setup.election, counted=tallied.number))
    try:
        return read_result(verification.read(located, largest))
    except MalformedRecord:
        return None
