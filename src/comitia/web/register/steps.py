"""The steps of memberships as a table, so that balances need not read every entry.

What the table holds follows from the entries by ``law.standings`` alone: ``expected_rows`` says
what it must hold of a membership, the handlers write it, and a check compares.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from comitia.law.standings import Entry, derive_steps
from comitia.record.kinds.values import Identifier
from comitia.web.register.models import Step


@dataclass(frozen=True, slots=True)
class Row:
    """What a step says: the columns but for the time of knowledge."""

    entry: str
    kind: str
    day: date
    until: date | None
    branch_before: str
    standing_before: str
    branch: str
    standing: str


def rows_of(entries: Sequence[Entry], known_at: datetime | None = None) -> tuple[Row, ...]:
    """Return what a person's entries say, step by step."""
    steps = list(derive_steps(entries, date.max, known_at))
    ends = [one.happening.day for one in steps[1:]]
    return tuple(
        Row(
            step.id,
            step.happening.kind,
            step.happening.day,
            until,
            step.before.branch or "",
            step.before.standing or "",
            step.after.branch or "",
            step.after.standing or "",
        )
        for step, until in zip(steps, [*ends, None], strict=True)
    )


def known_times(entries: Sequence[Entry]) -> Iterator[datetime]:
    """Yield from when each entry is known: not before those that it follows."""
    latest: datetime | None = None
    for one in entries:
        latest = one.known_at if latest is None else max(latest, one.known_at)
        yield latest


def write_steps(membership: Identifier, entries: Sequence[Entry]) -> None:
    """Bring a membership's rows up to its last entry: end what it contradicts, add what it says.

    Called with every entry that changes a membership, in the transaction that writes it.
    """
    *_, now = known_times(entries)
    wanted = set(rows_of(entries))
    known = {
        _row(one): one.pk for one in Step.objects.filter(membership=membership, known_until=None)
    }
    ended = [pk for row, pk in known.items() if row not in wanted]
    if ended:
        Step.objects.filter(pk__in=ended).update(known_until=now)
    added = [row for row in rows_of(entries) if row not in known]
    Step.objects.bulk_create(made(membership, row, now) for row in added)


def made(membership: Identifier, row: Row, since: datetime, until: datetime | None = None) -> Step:
    """Return the row of a step that is known from a time on, and until another."""
    values = {name: getattr(row, name) for name in Row.__slots__}
    return Step(membership_id=membership, known_from=since, known_until=until, **values)


def expected_rows(
    entries: Sequence[Entry],
) -> frozenset[tuple[Row, datetime, datetime | None]]:
    """Return everything that the table must hold of a membership, from its entries alone."""
    open_rows: dict[Row, datetime] = {}
    found: set[tuple[Row, datetime, datetime | None]] = set()
    for number, now in enumerate(known_times(entries), 1):
        wanted = rows_of(entries[:number])
        for row in [one for one in open_rows if one not in wanted]:
            found.add((row, open_rows.pop(row), now))
        for row in wanted:
            open_rows.setdefault(row, now)
    return frozenset(found | {(row, since, None) for row, since in open_rows.items()})


def held_rows(membership: Identifier) -> frozenset[tuple[Row, datetime, datetime | None]]:
    """Return what the table holds of a membership."""
    return as_held(Step.objects.filter(membership=membership))


def as_held(steps: Iterable[Step]) -> frozenset[tuple[Row, datetime, datetime | None]]:
    """Return what rows of the table say."""
    return frozenset((_row(one), one.known_from, one.known_until) for one in steps)


def _row(step: Step) -> Row:
    return Row(**{name: getattr(step, name) for name in Row.__slots__})
