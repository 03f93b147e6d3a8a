"""The verification of an election archive, from its bytes to a report.

The order: structure, set-up, ballots (in parallel), tally and result, and whether the archive
continues an earlier one. Each step is told what the one before could read, and says *not checked*
with a reason where that is not enough.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol, TypeVar

from comitia.ballots.v1.model import Check, Sha256Hex
from comitia.verify.ballots import Opener, check_ballots
from comitia.verify.report import Place, Report, ReportBuilder
from comitia.verify.setup import check_setup
from comitia.verify.structure import Structure, event_hashes, read_structure
from comitia.verify.tally import TallyCheck, recorded_result

_Input = TypeVar("_Input")
_Output = TypeVar("_Output")


class ParallelMap(Protocol):
    """Applies a function to items, perhaps in other processes; results come in order."""

    def __call__(
        self, function: Callable[[_Input], _Output], items: Iterable[_Input], /
    ) -> Iterator[_Output]:
        """Yield the results in the order of the items."""
        ...


def _no_progress(done: int, total: int) -> None:
    """Say nothing."""


@dataclass(frozen=True, slots=True)
class Sources:
    """What a verification reads.

    archive: the archive. earlier: an earlier view of it, which it must continue, or None.
    bound: the content of the file of bound decryption proofs beside it, or None where there is none.
    """

    archive: Opener
    earlier: Opener | None = None
    bound: bytes | None = None


def verify_election(
    sources: Sources, map_: ParallelMap, progress: Callable[[int, int], None] = _no_progress
) -> Report:
    """Check everything that an election's archive lets anybody check.

    map_: ``map``, or an engine's; what it runs is picklable where the openers are.
    progress: called with the number of ballots checked and their total.
    Raises UnreadableArchive where a file does not begin as an archive, StorageUnavailable where it
    changes while it is read, ``OSError`` where it cannot be read.
    """
    report = ReportBuilder()
    with sources.archive() as stream:
        structure = read_structure(stream, report)
        setup = check_setup(stream, structure.setup, map_, report)
        tallied = check_ballots(sources.archive, structure, setup, map_, report, progress)
        TallyCheck(stream, structure, setup, report).run(tallied, sources.bound)
        if sources.earlier is not None:
            _check_extends(structure, sources.earlier, report)
        result = recorded_result(stream, structure)
    election = setup.election
    if election is None:
        return report.finish(None, None, result)
    return report.finish(election.uuid, election.fingerprint, result)


def _check_extends(structure: Structure, earlier: Opener, report: ReportBuilder) -> None:
    """Check that every event of the earlier archive stands at the same height in this one."""
    check, now = Check.ARCHIVE_EXTENDS, structure.event_hashes
    report.examined(check, 0)
    with earlier() as stream:
        for height, before in enumerate(event_hashes(stream)):
            report.examined(check)
            found = now[32 * height : 32 * height + 32].hex()
            if found != before:
                place = Place(height, height, Sha256Hex(found) if found else None)
                report.fail(check, place, before, found or "the end of the archive")
                return
