"""The bound decryption proofs beside an archive: what there is, and what of it does not hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from comitia.ballots.v1.equations import bound_failures
from comitia.ballots.v1.model import (
    BoundProofs,
    Check,
    Election,
    EncryptedTally,
    PartialDecryption,
    Trustees,
    owner_keys,
)
from comitia.ballots.v1.parse import parse_bound_proofs
from comitia.errors import MalformedRecord
from comitia.verify.report import Place, ReportBuilder

_NO_FILE = (
    "No bound decryption proofs were published beside the archive: that every share is "
    "right rests on the trustees' honesty."
)


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


NO_FILE: Final = BesideFile()


@dataclass(frozen=True, slots=True)
class Finding:
    """What does not hold of one trustee's bound share."""

    expected: str
    found: str


def read_bound(beside: BesideFile, election: Election, report: ReportBuilder) -> BoundProofs | None:
    """Return the bound proofs, or None after saying why there are none."""
    check = Check.DECRYPTION_BOUND
    if beside.problem is not None:
        reason = f"the file beside the archive cannot be read: {beside.problem}"
        report.not_checked(check, reason)
        return None
    if beside.content is None:
        report.warn(check, Place(), _NO_FILE)
        return None
    try:
        proofs = parse_bound_proofs(beside.content, election.shape, election.group)
    except MalformedRecord as error:
        report.fail(check, Place(), "a file of bound proofs", str(error))
        return None
    if proofs.election_hash != election.fingerprint:
        expected, found = election.fingerprint, proofs.election_hash
        report.fail(check, Place(), f"election_hash {expected}", found)
    report.examined(check, len(proofs.shares))
    return proofs


def find_unbound(
    proofs: BoundProofs,
    shares: Mapping[int, PartialDecryption],
    tally: EncryptedTally,
    trustees: Trustees,
    election: Election,
) -> dict[int, list[Finding]]:
    """Return what does not hold of the bound share of each owner; nothing of those that hold.

    shares: the decryptions that could be read, by owner.
    """
    keys, by_owner = owner_keys(trustees), {share.owner: share for share in proofs.shares}
    unbound: dict[int, list[Finding]] = {}
    for owner, share in sorted(shares.items()):
        if owner not in by_owner:
            unbound[owner] = [Finding(f"a bound share of trustee {owner}", "none")]
            continue
        public_key = keys[owner - 1].public_key
        failures = bound_failures(by_owner[owner], share, tally, public_key, election)
        findings = [
            Finding(f"trustee {owner}, {failure.subject}: {failure.expected}", failure.found)
            for failure in failures
        ]
        if findings:
            unbound[owner] = findings
    return unbound
