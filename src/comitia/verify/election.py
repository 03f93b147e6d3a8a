"""The verification of an election archive, from its bytes to a report.

The order: structure, set-up, ballots (in parallel), tally and result, and whether the archive
continues an earlier one. Each step is told what the one before could read, and says *not checked*
with a reason where that is not enough.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from comitia.ballots.v1.model import Check, Sha256Hex, bound_file_name, shuffles_file_name
from comitia.ballots.v1.parse import Damage
from comitia.errors import ComitiaError
from comitia.verify.ballots import check_ballots
from comitia.verify.bound import BesideFile
from comitia.verify.parallel import Opener, ParallelMap, Progress, Verification
from comitia.verify.report import Place, Report, ReportBuilder
from comitia.verify.setup import Setup, check_setup
from comitia.verify.structure import Structure
from comitia.verify.tally import Beside, TallyCheck, recorded_result
from comitia.verify.walk import read_event_hashes, read_structure


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
    least_shuffles: how many different trustees must have shuffled ranked ballots.
    """

    archive: Opener
    earlier: Opener | None = None
    read_beside: Callable[[str], bytes | None] = _nothing_beside
    least_shuffles: int = 1


def verify_election(
    sources: Sources,
    map_: ParallelMap,
    progress: Progress = _no_progress,
    map_unlocked: ParallelMap = map,
) -> Report:
    """Check everything that an election's archive lets anybody check.

    map_: ``map``, or an engine's; what it runs is picklable where the openers are.
    map_unlocked: the same for what leaves Python's lock while it works; it may share memory.
    Raises UnreadableArchive where a file does not begin as an archive, StorageUnavailable where it
    changes while it is read, ``OSError`` where it cannot be read.
    """
    report = ReportBuilder()
    with sources.archive() as stream:
        structure = read_structure(stream, report)
        verification = Verification(
            sources.archive, stream, map_, map_unlocked, report, progress, structure
        )
        setup = check_setup(verification)
        tallied = check_ballots(setup, verification)
        TallyCheck(setup, verification).run(tallied, _read_beside(sources, setup))
        if sources.earlier is not None:
            _check_extends(structure, sources.earlier, report)
        result = recorded_result(setup, tallied, verification)
    return report.finish(setup.election, result, structure.last_event)


def _read_beside(sources: Sources, setup: Setup) -> Beside:
    """Return what was published beside the archive."""
    if setup.election is None:
        return Beside()
    election = setup.election
    return Beside(
        bound=_read_file(sources, bound_file_name(election.uuid)),
        shuffles=_read_file(sources, shuffles_file_name(election.uuid))
        if election.ranked_places
        else BesideFile(),
        least_shuffles=sources.least_shuffles,
    )


def _read_file(sources: Sources, name: str) -> BesideFile:
    """Return a file's content, that there is none, or why it cannot be read."""
    try:
        return BesideFile(sources.read_beside(name))
    except (OSError, ComitiaError) as error:
        return BesideFile(problem=str(error))


def _check_extends(structure: Structure, earlier: Opener, report: ReportBuilder) -> None:
    """Check that every event of the earlier archive stands at the same height in this one.

    Where it was cut, what is whole of it is compared. Where it is damaged, or has no event, nothing
    says that it was continued.
    """
    check, now = Check.ARCHIVE_EXTENDS, structure.event_hashes
    report.examined(check, 0)
    height = 0
    with earlier() as stream:
        for before in read_event_hashes(stream):
            if isinstance(before, Damage):
                if not (before.cut or before.trailing):
                    report.not_checked(check, f"the earlier copy is damaged: {before.problem}")
                break
            report.examined(check)
            found = now[32 * height : 32 * height + 32].hex()
            if found != before:
                place = Place(height, height, Sha256Hex(found) if found else None)
                report.fail(check, place, before, found or "the end of the archive")
                return
            height += 1
    if height == 0:
        report.not_checked(check, "the earlier copy holds no event")
