"""Checks of the partial decryptions: whose they are, that they suffice, and that they are right.

A false share fails its check where its trustee, or its group, has no other that could stand in for
it. Where a threshold group has enough without it, it is a warning that names its sender. Where
bound proofs were published, a share counts as right only with one that holds.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from comitia.ballots.v1.equations import choose_owners, decryption_failures
from comitia.ballots.v1.model import (
    BoundProofs,
    Check,
    Election,
    EncryptedTally,
    PartialDecryption,
    SingleTrustee,
    Trustee,
    Trustees,
    owner_keys,
    owner_ranges,
)
from comitia.ballots.v1.parse import parse_partial_decryption
from comitia.errors import MalformedRecord
from comitia.verify.bound import BesideFile, Finding, find_unbound, read_bound
from comitia.verify.parallel import Verification, faults_of, read_of_shape
from comitia.verify.reasons import MISSING_REASON, OPEN_REASON
from comitia.verify.report import Place
from comitia.verify.structure import Located


@dataclass(frozen=True, slots=True)
class Opening:
    """The shares, by owner, with which the tally is opened."""

    shares: Mapping[int, PartialDecryption]
    trustees: Trustees


@dataclass(slots=True)
class _Share:
    """A trustee's decryption: its content, if it could be read, and what does not hold of it."""

    located: Located
    content: PartialDecryption | None
    findings: list[Finding]


class DecryptionCheck:
    """The checks of the partial decryptions of one tally."""

    def __init__(
        self,
        tally: EncryptedTally,
        trustees: Trustees,
        election: Election,
        verification: Verification,
    ) -> None:
        """Take what earlier checks have read."""
        self._tally = tally
        self._trustees = trustees
        self._keys = owner_keys(trustees)
        self._election = election
        self._verification = verification
        self._structure = verification.structure
        self._report = verification.report

    def run(self, beside: BesideFile) -> Opening | None:
        """Make all checks; return the shares to open the tally with, or None where they lack."""
        shares = self._read_shares()
        self._check_present(shares.keys())
        false = {owner: share.findings for owner, share in shares.items() if share.findings}
        self._report_findings(Check.DECRYPTION_PROOF, false, shares)
        proofs = read_bound(beside, self._election, self._report)
        unbound = {} if proofs is None else self._check_bound(proofs, shares, false)
        return self._choose(shares, false, unbound)

    def _check_bound(
        self,
        proofs: BoundProofs,
        shares: Mapping[int, _Share],
        false: Mapping[int, list[Finding]],
    ) -> dict[int, list[Finding]]:
        """Check the bound proofs of all shares that can be read; return what does not hold."""
        check, report = Check.DECRYPTION_BOUND, self._report
        readable = {o: s.content for o, s in shares.items() if s.content is not None}
        unbound = find_unbound(proofs, readable, self._tally, self._trustees, self._election)
        self._report_findings(check, unbound, shares, known=false)
        unread = shares.keys() - readable.keys()
        if unread and choose_owners(self._trustees, readable.keys()) is None:
            report.not_checked(check, MISSING_REASON)
        for owner in sorted({share.owner for share in proofs.shares} - shares.keys()):
            expected = "shares of trustees who have decrypted"
            report.fail(check, Place(), expected, f"a share of trustee {owner}")
        return unbound

    def _read_shares(self) -> dict[int, _Share]:
        """Return the first share of each owner, after checking owners and proofs."""
        report, shares = self._report, dict[int, _Share]()
        report.examined(Check.DECRYPTION_OWNER, len(self._structure.decryptions))
        report.examined(Check.DECRYPTION_PROOF, len(self._structure.decryptions))
        for located, owned in self._structure.decryptions:
            if owned.owner in shares or not 1 <= owned.owner <= len(self._keys):
                expected = f"a trustee from 1 to {len(self._keys)} who has no decryption yet"
                found = f"trustee {owned.owner}"
                report.fail(Check.DECRYPTION_OWNER, located.place, expected, found)
            else:
                shares[owned.owner] = self._read_share(located, owned.owner)
        return shares

    def _read_share(self, located: Located, owner: int) -> _Share:
        election = self._election
        try:
            record = read_of_shape(located, election, self._verification)
            content = parse_partial_decryption(record, election.shape, election.group)
        except MalformedRecord as error:
            expected = f"trustee {owner}: a partial decryption in canonical form"
            return _Share(located, None, [Finding(expected, found) for found in faults_of(error)])
        public_key = self._keys[owner - 1].public_key
        failures = decryption_failures(content, self._tally, public_key, election)
        findings = [
            Finding(f"trustee {owner}, {failure.subject}: {failure.expected}", failure.found)
            for failure in failures
        ]
        return _Share(located, content, findings)

    def _check_present(self, owners: Collection[int]) -> None:
        """Check that every single trustee and enough of every group have decrypted at all."""
        check, report = Check.DECRYPTION_PRESENT, self._report
        needed = sum(trustee.threshold for trustee in self._trustees)
        report.examined(check, needed)
        short = [
            (trustee, members)
            for trustee, members in owner_ranges(self._trustees)
            if sum(owner in owners for owner in members) < trustee.threshold
        ]
        if short and not self._structure.result_recorded:
            report.not_checked(check, OPEN_REASON)
            return
        result = self._structure.result
        place = result.place if result else Place()
        for trustee, members in short:
            found = ", ".join(str(owner) for owner in members if owner in owners)
            report.fail(check, place, _demand(trustee, members), found or "none")

    def _report_findings(
        self,
        check: Check,
        findings: Mapping[int, list[Finding]],
        shares: Mapping[int, _Share],
        known: Collection[int] = (),
    ) -> None:
        """Report what does not hold: as failures, or as one warning a share that is not needed.

        known: whose shares were found false already, so that a second warning says nothing.
        """
        sound = shares.keys() - findings.keys() - set(known)
        for trustee, members in owner_ranges(self._trustees):
            needed = sum(owner in sound for owner in members) < trustee.threshold
            for owner in sorted(set(members) & findings.keys()):
                place = shares[owner].located.place
                if needed:
                    for finding in findings[owner]:
                        self._report.fail(check, place, finding.expected, finding.found)
                elif owner not in known:
                    finding = findings[owner][0]
                    text = (
                        f"The decryption of trustee {owner} does not hold, and is not needed: "
                        f"expected {finding.expected}, found {finding.found}."
                    )
                    self._report.warn(check, place, text)

    def _choose(
        self, shares: Mapping[int, _Share], false: Collection[int], unbound: Collection[int]
    ) -> Opening | None:
        """Return the shares to open with: those that hold in all, else whatever can be read.

        What is opened with a share that does not hold decides nothing: that has failed by then. It
        shows whether the recorded result came from it.
        """
        readable = {o: s.content for o, s in shares.items() if s.content is not None}
        for refused in ({*false, *unbound}, set(false), set[int]()):
            chosen = choose_owners(self._trustees, readable.keys() - refused)
            if chosen is not None:
                return Opening({owner: readable[owner] for owner in chosen}, self._trustees)
        return None


def _demand(trustee: Trustee, members: range) -> str:
    if isinstance(trustee, SingleTrustee):
        return f"a decryption by trustee {members.start}"
    count, last = trustee.threshold, members.stop - 1
    return f"decryptions by {count} of the trustees {members.start} to {last}"
