"""Every check, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Final

from comitia.web.project.checking import entries, installation, persons, publication, tables
from comitia.web.project.checking.findings import Checked, Finding, Progress

MOST_FINDINGS: Final = 1000
"""Of one check: more are counted, and not told."""


def check_all(now: datetime, progress: Progress) -> tuple[Checked, ...]:
    """Make every check, in order. progress: told how many of how many entries were read."""
    folded = entries.fold_all(progress)
    told: list[tuple[str, str, Callable[[], Iterator[Finding]]]] = [
        ("settings", "The settings are fit for members.", installation.check_settings),
        (
            "files",
            "Nobody else reads the data folder, and there is room.",
            installation.check_files,
        ),
        (
            "clock",
            "The clock is neither behind nor leapt ahead.",
            lambda: installation.check_clock(now),
        ),
        ("database", "Tables and triggers are this version's.", installation.check_databases),
        ("key", "The record's key is there and its own.", installation.check_key),
        ("entries", "Every entry is one that could come next.", lambda: iter(folded.findings)),
        ("aggregates", "Each entry's row says what it says.", lambda: tables.aggregates(folded)),
        ("tables", "The tables follow from the entries.", lambda: tables.compare(folded)),
        ("places", "Every entry has its place.", lambda: publication.check_places(now)),
        ("tree", "Hashes and checkpoints are over these entries.", publication.check_tree),
        ("disclosures", "What can be opened is what was sealed.", persons.check_disclosures),
        ("details", "What is held of a person was entered.", persons.check_details),
        ("persons", "Each person has a secret, and no other.", lambda: persons.check_persons(now)),
    ]
    return tuple(Checked(id_, title, limited(tuple(run()))) for id_, title, run in told)


def limited(found: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return the first findings, and one that counts the others."""
    more = len(found) - MOST_FINDINGS
    if more <= 0:
        return tuple(found)
    last = found[-1]
    return (*found[:MOST_FINDINGS], Finding(last.id, f"and {more} more", last.is_warning))
