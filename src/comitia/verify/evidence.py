"""Every check of evidence: of the file of own entries that a member keeps, without the record.

As with a whole record nothing is believed but the keys that the reader brings. What the entries
mean, and whether their acts were allowed, nobody can tell from some of them: ``record`` does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from comitia.ballots.v1.model import Json, Sha256Hex
from comitia.errors import CheckFailed, MalformedRecord
from comitia.record.checkpoints import Checkpoint, parse_checkpoint
from comitia.record.checks import Check
from comitia.record.cosignatures import verify_cosignatures
from comitia.record.entries import Entry, entry_hash, parse_entry
from comitia.record.evidence import Evidence, Kept
from comitia.record.notes import Note, parse_note, verify_note
from comitia.record.proofs import verify_inclusion
from comitia.record.tree import TreeHead, leaf_hash
from comitia.verify.record import NO_TRUST, NO_WITNESSES
from comitia.verify.report import CheckResult, Failure, Status, Subject, Verdict, verdict_of
from comitia.verify.trust import Trust

NO_ENTRIES: Final = "the file holds no entry"
NO_HISTORY: Final = (
    "single entries cannot show that the record continues what was seen: verify the record itself"
)


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry for which every check holds."""

    place: int
    entry: Entry


@dataclass(frozen=True, slots=True)
class EvidenceReport:
    """The outcome of verifying evidence. shown: the entries that it is evidence of."""

    checkpoint: Checkpoint
    checks: tuple[CheckResult, ...]
    shown: tuple[Shown, ...]

    @property
    def verdict(self) -> Verdict:
        """Invalid where anything failed; else incomplete where anything was not checked."""
        return verdict_of(self.checks)

    def to_json(self) -> dict[str, Json]:
        """Return the report as ``comitia verify --json`` prints it; the entries are in the file."""
        head = self.checkpoint.head
        return {
            "verdict": self.verdict.value,
            "subject": {
                "origin": self.checkpoint.origin,
                "size": head.size,
                "root": head.root.hex(),
            },
            "checks": [result.to_json() for result in self.checks],
            "warnings": [],
            "result": None,
        }


def verify_kept(evidence: Evidence, trust: Trust | None = None) -> EvidenceReport:
    """Make every check of evidence. Raises MalformedRecord where its checkpoint is none."""
    note = parse_note(evidence.note.encode(), "checkpoint")
    checkpoint = parse_checkpoint(note.text, "checkpoint")
    outcomes = [_outcome_of(one, checkpoint.head) for one in evidence.entries]
    checks = [_key(note, checkpoint.origin, trust), _witness(note, trust)]
    checks.append(_of_entries(Check.INCLUSION, outcomes, len(outcomes)))
    if trust is not None and trust.seen is not None:
        checks.append(_consistency(checkpoint.head, trust.seen))
    checks.append(_of_entries(Check.ENTRY, outcomes, len(outcomes)))
    disclosed = sum(len(one.disclosures) for one in evidence.entries)
    checks.append(_of_entries(Check.DISCLOSURE, outcomes, disclosed))
    shown = (one.shown for one in outcomes if not one.failures)
    return EvidenceReport(checkpoint, tuple(checks), tuple(one for one in shown if one is not None))


# --- Who signed ---


def _key(note: Note, origin: str, trust: Trust | None) -> CheckResult:
    """Check name and signature; no handover is in the file, so the key must be known itself."""
    if trust is None:
        return _left(Check.KEY, NO_TRUST)
    failures = []
    if origin != trust.origin:
        failures.append(Failure(Subject(), f"origin: {trust.origin}", origin))
    try:
        verify_note(note, trust.log_keys)
    except CheckFailed as error:
        failures.append(_failure(error))
    return _result(Check.KEY, 1, failures)


def _witness(note: Note, trust: Trust | None) -> CheckResult:
    if trust is None or not trust.witness_keys:
        return _left(Check.WITNESS, NO_TRUST if trust is None else NO_WITNESSES)
    try:
        signed = len(verify_cosignatures(note, trust.witness_keys))
    except CheckFailed as error:
        return _result(Check.WITNESS, 1, [_failure(error)])
    failures = []
    if signed < trust.witnesses:
        expected = f"checkpoint: {trust.witnesses} of the witnesses"
        failures.append(Failure(Subject(), expected, str(signed)))
    return _result(Check.WITNESS, signed, failures)


def _consistency(head: TreeHead, seen: TreeHead) -> CheckResult:
    """Check against a state of the same size; no other can be compared without the record."""
    if seen.size != head.size:
        return _left(Check.CONSISTENCY, NO_HISTORY)
    failures = [] if seen == head else [Failure(Subject(), seen.text, head.text)]
    return _result(Check.CONSISTENCY, 1, failures)


# --- What it holds ---


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What became of one entry. shown: None where it is no entry, or opens to something else."""

    shown: Shown | None
    failures: tuple[tuple[Check, Failure], ...]


def _outcome_of(kept: Kept, head: TreeHead) -> _Outcome:
    subject = Subject(kept.place, Sha256Hex(entry_hash(kept.content)))
    failures, shown = [], None
    try:
        verify_inclusion(kept.place, leaf_hash(kept.content), kept.proof, head)
    except CheckFailed as error:
        failures.append((Check.INCLUSION, _failure(error, subject)))
    try:
        shown = Shown(kept.place, parse_entry(kept.content, kept.disclosures))
    except CheckFailed as error:
        failures.append((Check.DISCLOSURE, _failure(error, subject)))
    except MalformedRecord as error:
        found = Failure(subject, "an entry in its form", str(error))
        failures.append((Check.ENTRY, found))
    return _Outcome(shown, tuple(failures))


def _of_entries(check: Check, outcomes: Sequence[_Outcome], count: int) -> CheckResult:
    if not outcomes:
        return _left(check, NO_ENTRIES)
    return _result(check, count, _found(check, outcomes))


def _found(check: Check, outcomes: Iterable[_Outcome]) -> Iterator[Failure]:
    return (failure for one in outcomes for of, failure in one.failures if of is check)


def _failure(error: CheckFailed, subject: Subject = Subject()) -> Failure:  # noqa: B008 - frozen
    return Failure(subject, f"{error.subject}: {error.expected}", error.found)


def _result(check: Check, count: int, failures: Iterable[Failure]) -> CheckResult:
    listed = tuple(failures)
    return CheckResult(check, Status.FAILED if listed else Status.PASSED, count, listed, None)


def _left(check: Check, reason: str) -> CheckResult:
    return CheckResult(check, Status.NOT_CHECKED, 0, (), reason)
