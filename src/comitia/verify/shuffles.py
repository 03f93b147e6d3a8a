"""Checks of the shuffles of ranked ballots, and of their signatures beside the archive."""

from __future__ import annotations

from collections.abc import Sequence

from comitia.ballots.v1.equations import (
    ranked_rows,
    shuffle_failures,
    signed_shuffle_failures,
    with_ranked_rows,
)
from comitia.ballots.v1.model import (
    Check,
    Election,
    EncryptedTally,
    Rows,
    SignedShuffle,
    TrusteeKey,
    Trustees,
    owner_keys,
)
from comitia.ballots.v1.parse import largest_shuffle_bytes, parse_shuffle, parse_signed_shuffles
from comitia.curve import Element
from comitia.errors import MalformedRecord
from comitia.verify.bound import BesideFile
from comitia.verify.native_shuffles import (
    EncodedRows,
    decode_rows,
    encode_rows,
    make_native_shuffles,
)
from comitia.verify.parallel import Verification, faults_of
from comitia.verify.reasons import KEYS_REASON, OPEN_REASON
from comitia.verify.report import Place
from comitia.verify.structure import Located

_NO_FILE = (
    "No signatures of the shuffles were published beside the archive: who made them is a claim."
)


def _plain(rows: Rows | EncodedRows | None) -> Rows | None:
    return decode_rows(rows) if isinstance(rows, EncodedRows) else rows


class ShuffleCheck:
    """The checks of the shuffles of one tally."""

    def __init__(
        self,
        tally: EncryptedTally,
        trustees: Trustees | None,
        election: Election,
        verification: Verification,
    ) -> None:
        """Take what earlier checks have read. trustees: None where they cannot be read."""
        self._tally = tally
        self._keys = None if trustees is None else owner_keys(trustees)
        self._election = election
        self._verification = verification
        self._shuffles = verification.structure.shuffles
        self._report = verification.report
        self._counts = [election.counted] * len(election.ranked_places)
        self._native = make_native_shuffles(election)

    def run(self, least: int, beside: BesideFile) -> EncryptedTally | None:
        """Make all checks; return the tally to be decrypted, None where the last one is unread."""
        self._report.shuffled_by(tuple(owned.owner for _, owned in self._shuffles))
        self._check_present(least)
        self._check_signatures(beside)
        rows = self._check_proofs()
        return None if rows is None else with_ranked_rows(self._tally, rows, self._election)

    def _check_present(self, least: int) -> None:
        """Check that there are enough shuffles, and that enough different trustees made them.

        A second shuffle by one trustee adds nothing, nor does one by somebody who is none; what is
        more than enough is harmless where its proof holds, so it is a warning.
        """
        structure, report = self._verification.structure, self._report
        for check in (Check.SHUFFLE_PRESENT, Check.SHUFFLE_OWNER):
            report.examined(check, len(self._shuffles))
        enough = len(self._shuffles) >= least
        place = structure.tally.place if structure.tally else Place()
        if not enough and structure.shuffles_closed:
            found = str(len(self._shuffles))
            report.fail(Check.SHUFFLE_PRESENT, place, f"at least {least} shuffles", found)
        elif not enough:
            report.not_checked(Check.SHUFFLE_PRESENT, OPEN_REASON)
        if self._keys is None:
            report.not_checked(Check.SHUFFLE_OWNER, KEYS_REASON)
            return
        trustees = range(1, len(self._keys) + 1)
        owners = {owned.owner for _, owned in self._shuffles}
        lacking = enough and len(owners & set(trustees)) < least
        for located, owned in self._shuffles:
            if owned.owner in trustees:
                continue
            expected = f"a trustee from 1 to {len(self._keys)}"
            found = f"trustee {owned.owner}"
            if lacking:
                report.fail(Check.SHUFFLE_OWNER, located.place, expected, found)
            else:
                text = f"A shuffle is said to be by {found}, who is none; it counts for nothing."
                report.warn(Check.SHUFFLE_OWNER, located.place, text)
        if lacking and owners <= set(trustees):
            expected, found = f"shuffles by at least {least} trustees", f"{len(owners)}"
            report.fail(Check.SHUFFLE_OWNER, place, expected, found)

    def _check_proofs(self) -> Rows | None:
        """Check each shuffle against the one before it; return the rows of the last."""
        check, election = Check.SHUFFLE_PROOF, self._election
        self._report.examined(check, len(self._shuffles))
        largest = largest_shuffle_bytes(self._counts, election.group)
        rows: Rows | EncodedRows | None = ranked_rows(self._tally, election)
        for located, owned in self._shuffles:
            try:
                record = self._verification.read(located, largest)
                rows = self._check_proof(record, rows, located, owned.owner)
            except MalformedRecord as error:
                expected = f"trustee {owned.owner}: a shuffle in canonical form"
                for found in faults_of(error):
                    self._report.fail(check, located.place, expected, found)
                rows = None
        return _plain(rows)

    def _check_proof(
        self, record: bytes, before: Rows | EncodedRows | None, located: Located, owner: int
    ) -> Rows | EncodedRows:
        """Check one shuffle; return its rows. Raises MalformedRecord where it cannot be read.

        before: None where the one before it could not be read; then it is only read. What the
        kernel does not pass the reference reads again, to say what is wrong.
        """
        native = None if before is None else self._native
        if native is not None and before is not None:
            encoded = before if isinstance(before, EncodedRows) else encode_rows(before)
            passed = native.check(record, encoded, self._verification.map_unlocked)
            if passed is not None:
                return passed
        shuffle = parse_shuffle(record, self._counts, self._election.group)
        if (plain := _plain(before)) is not None:
            failures = list(shuffle_failures(shuffle, plain, self._election))
            for failure in failures:
                expected = f"trustee {owner}, {failure.subject}: {failure.expected}"
                self._report.fail(Check.SHUFFLE_PROOF, located.place, expected, failure.found)
            if native is not None and not failures:
                native.disagree("a shuffle in which libsodium finds no fault")
        return shuffle.rows

    def _check_signatures(self, beside: BesideFile) -> None:
        check, report, election = Check.SHUFFLE_SIGNATURE, self._report, self._election
        if beside.problem is not None:
            reason = f"the file beside the archive cannot be read: {beside.problem}"
            report.not_checked(check, reason)
            return
        if beside.content is None:
            report.warn(check, Place(), _NO_FILE)
            return
        try:
            signed = parse_signed_shuffles(beside.content, election.group)
        except MalformedRecord as error:
            report.fail(check, Place(), "a file of signed shuffles", str(error))
            return
        if signed.election_hash != election.fingerprint:
            expected = f"election_hash {election.fingerprint}"
            report.fail(check, Place(), expected, signed.election_hash)
        report.examined(check, len(signed.shuffles))
        if self._keys is None:
            report.not_checked(check, KEYS_REASON)
        else:
            self._compare_signatures(signed.shuffles, self._keys)

    def _compare_signatures(
        self, signed: Sequence[SignedShuffle], keys: Sequence[TrusteeKey]
    ) -> None:
        """Check that each shuffle by a trustee has its one signature, and nothing else has any."""
        by_claim = {(one.owner, one.payload): one for one in reversed(signed)}
        extra = [one for one in signed if by_claim[one.owner, one.payload] is not one]
        for located, owned in self._shuffles:
            if 1 <= owned.owner <= len(keys):
                key = keys[owned.owner - 1].public_key
                claimed = by_claim.pop((owned.owner, owned.payload), None)
                self._check_signature(located, owned.owner, key, claimed)
        for one in (*by_claim.values(), *extra):
            expected = "one signature of each shuffle by a trustee in the archive"
            found = f"one more, of trustee {one.owner} of {one.payload}"
            self._report.fail(Check.SHUFFLE_SIGNATURE, Place(), expected, found)

    def _check_signature(
        self, located: Located, owner: int, key: Element, signed: SignedShuffle | None
    ) -> None:
        check, report = Check.SHUFFLE_SIGNATURE, self._report
        if signed is None:
            report.fail(check, located.place, f"a signature of trustee {owner}", "none")
            return
        for failure in signed_shuffle_failures(signed, key, self._election):
            expected = f"trustee {owner}, {failure.subject}: {failure.expected}"
            report.fail(check, located.place, expected, failure.found)
