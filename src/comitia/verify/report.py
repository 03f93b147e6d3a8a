"""What a verification found: each check's status, every failure in record order, and the verdict.

The report is a value and says the same on every run and for any number of workers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Protocol

from comitia.ballots.v1.model import Check, Election, Fingerprint, Json, Reading, Sha256Hex, Uuid


class Status(StrEnum):
    """What became of a check. Not checked is never success."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_CHECKED = "not_checked"


class Verdict(StrEnum):
    """What the whole verification says."""

    VALID = "valid"
    INVALID = "invalid"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True, slots=True)
class Subject:
    """What a failure is about: the height of an event and the hash of a record, where known."""

    height: int | None = None
    record: Sha256Hex | None = None

    def to_json(self) -> Json:
        """Return the object of the report."""
        return {"height": self.height, "record": self.record}


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that does not hold."""

    subject: Subject
    expected: str
    found: str

    def to_json(self) -> Json:
        """Return the object of the report."""
        subject = self.subject.to_json()
        return {"subject": subject, "expected": self.expected, "found": self.found}


class AnyCheck(Protocol):
    """A check of an archive or of a record, as a report names it."""

    @property
    def id(self) -> str:
        """Its id."""
        ...

    @property
    def title(self) -> str:
        """What holds when it passes."""
        ...


@dataclass(frozen=True, slots=True)
class CheckResult:
    """A check that applies to this archive or record.

    count: how many items were examined. reason: why it was not checked, else None.
    """

    check: AnyCheck
    status: Status
    count: int
    failures: tuple[Failure, ...]
    reason: str | None

    def to_json(self) -> Json:
        """Return the object of the report."""
        return {
            "id": self.check.id,
            "title": self.check.title,
            "status": self.status.value,
            "count": self.count,
            "failures": [failure.to_json() for failure in self.failures],
        }


def verdict_of(checks: Iterable[CheckResult]) -> Verdict:
    """Return what checks say together: nothing that was not checked is valid."""
    statuses = {result.status for result in checks}
    if Status.FAILED in statuses:
        return Verdict.INVALID
    return Verdict.INCOMPLETE if Status.NOT_CHECKED in statuses else Verdict.VALID


@dataclass(frozen=True, slots=True)
class Warning_:  # noqa: N801 - the builtin of that name is something else
    """Something that a reader should know and that changes no verdict."""

    id: str
    subject: Subject
    text: str

    def to_json(self) -> Json:
        """Return the object of the report."""
        return {"id": self.id, "subject": self.subject.to_json(), "text": self.text}


@dataclass(frozen=True, slots=True)
class RankedReading:
    """What the opened ballots of a ranked question are to a count; never what one of them says.

    place: of the question, from 0. readings: how many ballots are valid, blank, invalid.
    misencoded: how many are no encoding of numbers.
    """

    place: int
    readings: tuple[tuple[Reading, int], ...] = ()
    misencoded: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of a verification.

    result: the array in the archive's result record exactly as recorded, or None.
    ranked: of each ranked question; its part of ``result`` is for programs, not for eyes.
    shufflers: the owners of the shuffles, in their order.
    last_event: the last event, which fixes everything before it where the chain holds.
    """

    uuid: Uuid | None
    election_hash: Fingerprint | None
    checks: tuple[CheckResult, ...]
    warnings: tuple[Warning_, ...]
    result: Json
    last_event: Subject = Subject()
    ranked: tuple[RankedReading, ...] = ()
    shufflers: tuple[int, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """Invalid where anything failed; else incomplete where anything was not checked."""
        return verdict_of(self.checks)

    def to_json(self) -> dict[str, Json]:
        """Return the report as ``comitia verify --json`` prints it."""
        return {
            "verdict": self.verdict.value,
            "subject": {"uuid": self.uuid, "election_hash": self.election_hash},
            "checks": [result.to_json() for result in self.checks],
            "warnings": [warning.to_json() for warning in self.warnings],
            "result": self.result,
        }


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the archive something was examined; failures are reported in order of ``offset``."""

    offset: int = -1
    height: int | None = None
    record: Sha256Hex | None = None

    @property
    def subject(self) -> Subject:
        """The place as the report names it."""
        return Subject(self.height, self.record)


@dataclass(slots=True)
class _Draft:
    count: int = 0
    failures: list[tuple[int, Failure]] = field(default_factory=list)
    unlisted: int = 0
    reason: str | None = None


MOST_FAILURES: Final = 10_000
"""Of one check; a hostile archive could otherwise make a report many times its own size."""


def failures_unlisted(number: int) -> Failure:
    """Return what stands in place of so many more failures of a check."""
    found = f"{number} more failures of this check, which are not listed"
    return Failure(Subject(), f"at most {MOST_FAILURES} failures", found)


class ReportBuilder:
    """Collects what the checks find, in whatever order they run."""

    def __init__(self) -> None:
        """Start with no check."""
        self._drafts: dict[Check, _Draft] = {}
        self._warnings: list[tuple[int, Warning_]] = []
        self._ranked: dict[int, RankedReading] = {}
        self._shufflers: tuple[int, ...] = ()

    def examined(self, check: Check, count: int = 1) -> None:
        """Note that a check applies and that so many more items were examined."""
        self._draft(check).count += count

    def fail(self, check: Check, place: Place, expected: str, found: str) -> None:
        """Note a failure."""
        draft = self._draft(check)
        if len(draft.failures) >= MOST_FAILURES:
            draft.unlisted += 1
            return
        failure = Failure(place.subject, expected, found)
        draft.failures.append((place.offset, failure))

    def not_checked(self, check: Check, reason: str) -> None:
        """Note that a check applies and could not be made, or not wholly."""
        draft = self._draft(check)
        draft.reason = draft.reason or reason

    def warn(self, check: Check, place: Place, text: str) -> None:
        """Note a warning that goes with a check."""
        self._warnings.append((place.offset, Warning_(check.id, place.subject, text)))

    def read_ranked(self, reading: RankedReading) -> None:
        """Note what the ballots of a ranked question are to a count."""
        self._ranked[reading.place] = reading

    def shuffled_by(self, owners: tuple[int, ...]) -> None:
        """Note who is said to have shuffled."""
        self._shufflers = owners

    def has_failed(self, check: Check) -> bool:
        """Whether a check has a failure so far."""
        return check in self._drafts and bool(self._drafts[check].failures)

    def finish(self, election: Election | None, result: Json, last_event: Subject) -> Report:
        """Return the report."""
        uuid = None if election is None else election.uuid
        election_hash = None if election is None else election.fingerprint
        checks = tuple(
            _result(check, self._drafts[check]) for check in Check if check in self._drafts
        )
        warnings = tuple(w for _, w in sorted(self._warnings, key=lambda pair: pair[0]))
        places = () if election is None else election.ranked_places
        ranked = tuple(self._ranked.get(place, RankedReading(place)) for place in places)
        return Report(
            uuid, election_hash, checks, warnings, result, last_event, ranked, self._shufflers
        )

    def _draft(self, check: Check) -> _Draft:
        return self._drafts.setdefault(check, _Draft())


def _result(check: Check, draft: _Draft) -> CheckResult:
    failures = tuple(failure for _, failure in sorted(draft.failures, key=lambda pair: pair[0]))
    if draft.unlisted:
        failures += (failures_unlisted(draft.unlisted),)
    if failures:
        return CheckResult(check, Status.FAILED, draft.count, failures, None)
    status = Status.PASSED if draft.reason is None else Status.NOT_CHECKED
    return CheckResult(check, status, draft.count, (), draft.reason)
