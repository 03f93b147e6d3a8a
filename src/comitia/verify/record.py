"""Every check of a published record: what is under its checkpoint, who signed it, and what it says.

The entries are read from the tiles and compared with the root before anything is made of them, and
then folded in their order. Nothing is believed but the keys that the auditor brings: without those
the record can be whole and lawful, and still be another than everybody else's, so that is *not
checked*.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from comitia.ballots.v1.model import Json, Sha256Hex
from comitia.errors import CheckFailed, MalformedRecord, StorageUnavailable
from comitia.law.balance import Balance
from comitia.record.checkpoints import Checkpoint, parse_checkpoint
from comitia.record.checks import Check
from comitia.record.cosignatures import verify_cosignatures
from comitia.record.entries import entry_hash
from comitia.record.folding import Folding, State
from comitia.record.folding.balance import balance_failures, balance_of_last_year, yearly_of
from comitia.record.notes import Note, parse_note
from comitia.record.proofs import verify_consistency
from comitia.record.tile_reader import ReadPath, TileReader, open_tiles
from comitia.record.tiles import CHECKPOINT_PATH
from comitia.record.tree import TreeHead
from comitia.verify.parallel import Progress
from comitia.verify.report import (
    MOST_FAILURES,
    CheckResult,
    Failure,
    Status,
    Subject,
    Verdict,
    failures_unlisted,
    verdict_of,
)
from comitia.verify.rotations import Handovers, Placed, verify_signer
from comitia.verify.trust import Trust

NO_TRUST: Final = "no keys of the record and of witnesses were given (--trust)"
NO_WITNESSES: Final = "no witness is named in what was given as trusted"
NOT_WHOLE: Final = "the entries could not be read to the end"
_OF_ENTRIES: Final = (
    Check.ENTRY,
    Check.FOUNDING,
    Check.ORDER,
    Check.RULES,
    Check.RIGHT,
    Check.STANDING,
)
_OF_CONTENTS: Final = (*_OF_ENTRIES, Check.BALANCE)


class UnreadableRecord(MalformedRecord):
    """No checkpoint that could be read: nothing else can be asked."""


@dataclass(frozen=True, slots=True)
class RecordReport:
    """The outcome of verifying a record.

    members: the balance of the whole in the last year; None where the entries were not all read.
    """

    checkpoint: Checkpoint
    checks: tuple[CheckResult, ...]
    members: Balance | None = None

    @property
    def verdict(self) -> Verdict:
        """Invalid where anything failed; else incomplete where anything was not checked."""
        return verdict_of(self.checks)

    def to_json(self) -> dict[str, Json]:
        """Return the report as ``comitia verify --json`` prints it."""
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


def read_checkpoint(read: ReadPath) -> tuple[Checkpoint, Note]:
    """Return a record's checkpoint, whoever signed it. Raises UnreadableRecord."""
    try:
        note = parse_note(read(CHECKPOINT_PATH), CHECKPOINT_PATH)
        return parse_checkpoint(note.text, CHECKPOINT_PATH), note
    except (MalformedRecord, StorageUnavailable) as error:
        raise UnreadableRecord("record", f"no checkpoint: {error}") from None


def verify_record(
    read: ReadPath,
    trust: Trust | None = None,
    since: TreeHead | None = None,
    progress: Progress | None = None,
) -> RecordReport:
    """Make every check of a record. Raises UnreadableRecord where there is no checkpoint.

    read: gives what is published under a path. trust: what is known beforehand. since: an earlier
    state that the record must continue, beside the one in ``trust``.
    """
    checkpoint, note = read_checkpoint(read)
    verification = _Verification(read, checkpoint, note)
    verification.signatures(trust)
    earlier = [one for one in (None if trust is None else trust.seen, since) if one is not None]
    verification.contents(earlier, progress)
    verification.key(trust)
    return RecordReport(checkpoint, verification.results(), verification.members)


class _Verification:
    """One verification under way."""

    def __init__(self, read: ReadPath, checkpoint: Checkpoint, note: Note) -> None:
        self._read = read
        self._checkpoint = checkpoint
        self._note = note
        self._failures: dict[Check, list[Failure]] = {}
        self._unlisted: dict[Check, int] = {}
        self._counts: dict[Check, int] = {}
        self._reasons: dict[Check, str] = {}
        self._reader: TileReader | None = None
        self._rotations: list[Placed] = []
        self.members: Balance | None = None

    def results(self) -> tuple[CheckResult, ...]:
        """Return what became of each check that applies, in the order of the list of checks."""
        return tuple(self._result(check) for check in Check if check in self._counts)

    def _result(self, check: Check) -> CheckResult:
        failures = tuple(self._failures.get(check, ()))
        if (unlisted := self._unlisted.get(check)) is not None:
            failures += (failures_unlisted(unlisted),)
        reason = None if failures else self._reasons.get(check)
        status = Status.PASSED if reason is None else Status.NOT_CHECKED
        if failures:
            status = Status.FAILED
        return CheckResult(check, status, self._counts[check], failures, reason)

    def _examined(self, check: Check, count: int = 1) -> None:
        self._counts[check] = self._counts.get(check, 0) + count

    def _leave(self, checks: Iterable[Check], reason: str) -> None:
        for check in checks:
            self._examined(check, 0)
            self._reasons[check] = reason

    def _fail(self, check: Check, error: CheckFailed, subject: Subject = Subject()) -> None:  # noqa: B008 - frozen
        failures = self._failures.setdefault(check, [])
        if len(failures) >= MOST_FAILURES:
            self._unlisted[check] = self._unlisted.get(check, 0) + 1
            return
        failures.append(Failure(subject, f"{error.subject}: {error.expected}", error.found))

    # --- Who signed ---

    def signatures(self, trust: Trust | None) -> None:
        """Check the record's name and the signatures of witnesses."""
        if trust is None:
            self._leave((Check.KEY, Check.WITNESS), NO_TRUST)
            return
        self._examined(Check.KEY)
        if self._checkpoint.origin != trust.origin:
            error = CheckFailed(Check.KEY.id, "origin", trust.origin, self._checkpoint.origin)
            self._fail(Check.KEY, error)
        self._witnesses(trust)

    def key(self, trust: Trust | None) -> None:
        """Check the log's signature; which key it needs follows from the entries."""
        if trust is None:
            return
        if self._reader is None:
            self._reasons[Check.KEY] = NOT_WHOLE
            return
        handovers = Handovers(trust.origin, self._read, self._reader.head_at)
        try:
            reason = verify_signer(self._note, trust.log_keys, self._rotations, handovers)
        except CheckFailed as error:
            self._fail(Check.KEY, error)
        else:
            if reason is not None:
                self._reasons[Check.KEY] = reason

    def _witnesses(self, trust: Trust) -> None:
        if not trust.witness_keys:
            self._leave((Check.WITNESS,), NO_WITNESSES)
            return
        try:
            signed = verify_cosignatures(self._note, trust.witness_keys)
        except CheckFailed as error:
            self._examined(Check.WITNESS)
            self._fail(Check.WITNESS, error)
            return
        self._examined(Check.WITNESS, len(signed))
        if len(signed) < trust.witnesses:
            expected, found = f"{trust.witnesses} of the witnesses", str(len(signed))
            self._fail(Check.WITNESS, CheckFailed(Check.WITNESS.id, "checkpoint", expected, found))

    # --- What is there ---

    def contents(self, earlier: Sequence[TreeHead], progress: Progress | None) -> None:
        """Check tiles and entries, what they say, and that they continue what was seen."""
        self._examined(Check.TILES, self._checkpoint.head.size)
        try:
            reader = open_tiles(self._checkpoint.head, self._read)
            self._consistent(reader, earlier)
            self._fold(reader, progress)
        except (CheckFailed, MalformedRecord, StorageUnavailable) as error:
            self._fail(Check.TILES, _as_failure(error))
            self._leave((check for check in _OF_CONTENTS if check not in self._failures), NOT_WHOLE)
            if earlier and Check.CONSISTENCY not in self._counts:
                self._leave((Check.CONSISTENCY,), NOT_WHOLE)

    def _consistent(self, reader: TileReader, earlier: Sequence[TreeHead]) -> None:
        for seen in earlier:
            self._examined(Check.CONSISTENCY)
            is_longer = seen.size > reader.head.size  # which no proof can show to be continued
            try:
                proof = () if is_longer else reader.prove_consistency(seen.size)
                verify_consistency(seen, proof, reader.head)
            except CheckFailed as error:
                self._fail(Check.CONSISTENCY, error)

    def _fold(self, reader: TileReader, progress: Progress | None) -> None:
        folding, size = Folding(), reader.head.size
        for check in _OF_ENTRIES:
            self._examined(check, 0)
        for index, content in enumerate(reader.entries(0, size)):
            subject = Subject(index, Sha256Hex(entry_hash(content)))
            for error in folding.take(content):
                self._fail(_BY_ID[error.check], error, subject)
            for rotation in folding.state.rotations[len(self._rotations) :]:
                self._rotations.append(Placed(rotation, index + 1))
            if progress is not None:
                progress(index + 1, size)
        for check in _OF_ENTRIES:
            self._examined(check, size)
        for error in folding.finish():
            self._fail(_BY_ID[error.check], error)
        self._balance(folding.state)
        self._reader = reader

    def _balance(self, state: State) -> None:
        years = yearly_of(state)
        self._examined(Check.BALANCE, len(years))
        for name, error in balance_failures(years):
            self._fail(Check.BALANCE, error, Subject(None, Sha256Hex(name)))
        self.members = balance_of_last_year(state)


_BY_ID: Final = {check.id: check for check in Check}


def _as_failure(error: Exception) -> CheckFailed:
    if isinstance(error, CheckFailed):
        return error
    return CheckFailed(Check.TILES.id, "record", "tiles and entries in form", str(error))
