"""The verification of an election archive, from its bytes to a report.

The order: structure, set-up, ballots (in parallel), tally and result, and whether the archive
continues an earlier one. Each step is told what the one before could read, and says *not checked*
with a reason where that is not enough.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from comitia.ballots.v1.model import Check, Sha256Hex, bound_file_name
from comitia.verify.ballots import check_ballots
from comitia.verify.parallel import Opener, ParallelMap, Progress, Verification
from comitia.verify.report import Place, Report, ReportBuilder
from comitia.verify.setup import check_setup
from comitia.verify.structure import Structure, event_hashes, read_structure
from comitia.verify.tally import TallyCheck, recorded_result


def _no_progress(done: int, total: int) -> None:
    """Say nothing."""


def _nothing_beside(name: str) -> None:
    """Find no file beside the archive."""


@dataclass(frozen=True, slots=True)
class Sources:
    """What a verification reads.

    archive: the archive. earlier: an earlier view of it, which it must continue, or None.
    read_beside: returns the content of a file of that name in the archive's folder, or None where
    there is none; the names asked for hold letters, digits and dots only.
    """

    archive: Opener
    earlier: Opener | None = None
    read_beside: Callable[[str], bytes | None] = _nothing_beside


def verify_election(
    sources: Sources, map_: ParallelMap, progress: Progress = _no_progress
) -> Report:
    """Check everything that an election's archive lets anybody check.

    map_: ``map``, or an engine's; what it runs is picklable where the openers are.
    Raises UnreadableArchive where a file does not begin as an archive, StorageUnavailable where it
    changes while it is read, ``OSError`` where it cannot be read.
    """
    report = ReportBuilder()
    with sources.archive() as stream:
        verification = Verification(sources.archive, stream, map_, report, progress)
        structure = read_structure(stream, report)
        setup = check_setup(structure.setup, verification)
        tallied = check_ballots(structure, setup, verification)
        bound = None
        if setup.election is not None:
            bound = sources.read_beside(bound_file_name(setup.election.uuid))
        TallyCheck(structure, setup, verification).run(tallied, bound)
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
