"""The balance of members from the table of steps: any branches and days, as known at any time.

Three questions whatever is asked for: who was there before the first day, what happened up to the
last, who was there then, each counted by branch. Everything else is sums. A test compares with
``law.balance``, which reads every entry.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.core.cache import cache
from django.db.models import Count, Q, QuerySet

from comitia.law.balance import COMING, GOING, Balance, Cause, Column, derive_balance
from comitia.law.standings import COUNTED, ChangeKind
from comitia.record.folding.order import LARGEST_DISORDER
from comitia.record.kinds.values import Identifier
from comitia.web.acts.reading import registered
from comitia.web.register.models import Step

_COLUMNS: Final = (*COMING.items(), *GOING.items())
_KEPT: Final = timedelta(days=7)
MOST_CAUSES: Final = 100
"""Of a difference; more are not named on a page."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for. known_at: by what was known then. stated_at: the start by what was then.

    first, last: days of the period, both within it. Times may be None: by all that is known.
    """

    first: date
    last: date
    known_at: datetime | None
    stated_at: datetime | None

    @property
    def eve(self) -> date:
        return self.first - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Movement:
    """So many changes of one kind that led from a branch to a branch; none for no member."""

    kind: ChangeKind
    before: str | None
    after: str | None
    number: int


@dataclass(frozen=True, slots=True)
class Counts:
    """What the three questions answer: start and end by branch, and everything in between."""

    asked: Asked
    start: Mapping[str, int]
    movements: tuple[Movement, ...]
    end: Mapping[str, int]

    def balance(self, branches: Collection[str], causes: tuple[Cause, ...] = ()) -> Balance:
        """Return the balance of some branches together: transfers among them cancel."""
        inside = frozenset(branches)
        columns: Counter[Column] = Counter()
        for one in self.movements:
            if (column := column_of(one.kind, one.before, one.after, inside)) is not None:
                columns[column] += one.number
        return Balance(
            self.asked.first,
            self.asked.last,
            sum(number for branch, number in self.start.items() if branch in inside),
            {column: columns[column] for column in Column},
            sum(number for branch, number in self.end.items() if branch in inside),
            causes,
        )


def column_of(
    kind: ChangeKind, before: str | None, after: str | None, inside: frozenset[str]
) -> Column | None:
    """Return where a change is counted, seen from some branches; None where it is no movement."""
    was, is_now = before in inside, after in inside
    if was == is_now:
        return None
    return (COMING if is_now else GOING)[kind]


def known(at: datetime | None) -> Q:
    """Select the steps that the record knew at a time; of None those that it knows now.

    Now is asked for most, and there are indexes for it alone.
    """
    if at is None:
        return Q(known_until=None)
    return Q(known_from__lte=at) & (Q(known_until=None) | Q(known_until__gt=at))


def members_on(day: date, at: datetime | None) -> QuerySet[Step]:
    """Return the steps by which people were members at the end of a day, as known at a time."""
    running = Q(day__lte=day) & (Q(until=None) | Q(until__gt=day))
    return Step.objects.filter(running, known(at), standing__in=COUNTED)


def count(asked: Asked) -> Counts:
    """Count everything, in all branches."""
    return Counts(
        asked,
        _by_branch(members_on(asked.eve, asked.stated_at)),
        tuple(_movements(asked)),
        _by_branch(members_on(asked.last, asked.known_at)),
    )


def count_once(asked: Asked, now: datetime) -> Counts:
    """Count everything, or return what was counted before, where that cannot have changed.

    What was known at a time that is past is the same for ever: a correction says something else
    from its own time on. Members all ask for the same, the month that ended last.
    """
    times = (asked.known_at, asked.stated_at)
    if any(at is None or now - at <= LARGEST_DISORDER for at in times):
        return count(asked)
    parts = (asked.first, asked.last, *times)
    key = "-".join(["balance", *(f"{part:%Y%m%dT%H%M%S%z}" for part in parts)])
    found: Counts | None = cache.get(key)
    if found is None:
        found = count(asked)
        cache.set(key, found, _KEPT.total_seconds())
    return found


def _by_branch(steps: QuerySet[Step]) -> dict[str, int]:
    return dict(steps.values_list("branch").annotate(number=Count("pk")).order_by())


def _movements(asked: Asked) -> Iterator[Movement]:
    steps = Step.objects.filter(
        known(asked.known_at), day__gte=asked.first, day__lte=asked.last
    ).filter(Q(standing__in=COUNTED) | Q(standing_before__in=COUNTED))
    sides = ("kind", "branch_before", "standing_before", "branch", "standing")
    for kind, before, was, after, is_now, number in (
        steps.values_list(*sides).annotate(number=Count("pk")).order_by()
    ):
        yield Movement(
            ChangeKind(kind),
            before if was in COUNTED else None,
            after if is_now in COUNTED else None,
            number,
        )


def steps_of(asked: Asked, column: Column, branches: Collection[str]) -> QuerySet[Step]:
    """Return the changes that a number of a balance counts, in the order of their days."""
    inside, kinds = list(branches), [k for k, c in _COLUMNS if c is column]
    now = Q(standing__in=COUNTED, branch__in=inside)
    was = Q(standing_before__in=COUNTED, branch_before__in=inside)
    is_coming = column in set(COMING.values())
    wanted = now & ~was if is_coming else was & ~now
    in_period = Q(day__gte=asked.first, day__lte=asked.last, kind__in=kinds)
    return Step.objects.filter(in_period, known(asked.known_at), wanted).order_by("day", "pk")


def causes_of(asked: Asked, branches: Collection[str]) -> tuple[Cause, ...]:
    """Return why the start as it was stated is not the one that is known now, person by person."""
    if asked.stated_at == asked.known_at:
        return ()
    stated = set(_inside(asked.eve, asked.stated_at, branches))
    now = set(_inside(asked.eve, asked.known_at, branches))
    return tuple(_causes(asked, branches, sorted(stated ^ now)[:MOST_CAUSES]))


def _inside(day: date, at: datetime | None, branches: Collection[str]) -> Iterable[str]:
    steps = members_on(day, at).filter(branch__in=list(branches))
    return steps.values_list("membership_id", flat=True)


def _causes(asked: Asked, branches: Collection[str], memberships: Iterable[str]) -> Iterator[Cause]:
    """Ask the law, which reads the entries: so these few are checked against the table too."""
    for one in memberships:
        found = registered(Identifier(one))
        if found is not None:
            period = asked.first, asked.last
            own = [found.entries]
            yield from derive_balance(own, branches, period, asked.stated_at, asked.known_at).causes
