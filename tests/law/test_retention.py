"""Who may be erased, and how long somebody is kept."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from comitia.law.errors import Code, RuleViolation
from comitia.law.presets import PRESETS
from comitia.law.retention import require_ended, retention_of
from comitia.law.standings import Change, ChangeKind, Correction, Happening, Standing
from comitia.law.values import Duration, days, years

KNOWN = datetime(2026, 1, 1, tzinfo=UTC)
JOINED = Change("joined", KNOWN, Happening(ChangeKind.FOUND, date(2026, 1, 1), "mill"))
LEFT = Change("left", KNOWN, Happening(ChangeKind.LEAVE, date(2026, 3, 2)))
APPLIED = Change("applied", KNOWN, Happening(ChangeKind.APPLY, date(2026, 1, 1), "mill"))
REFUSED = Change("refused", KNOWN, Happening(ChangeKind.REFUSE, date(2026, 1, 9)))
BACK = Change("back", KNOWN, Happening(ChangeKind.READMIT, date(2027, 1, 1), "mill"))
VOID = Correction("void", KNOWN, "joined", None)


@pytest.mark.parametrize(
    "entries, first",
    [
        ((JOINED, LEFT), date(2026, 3, 2)),
        ((APPLIED, REFUSED), date(2026, 1, 9)),
        ((JOINED, VOID), date(2026, 1, 1)),
    ],
)
def test_who_belongs_no_more_can_be_erased_from_that_day_on(
    entries: tuple[Change | Correction, ...], first: date
) -> None:
    require_ended(entries, first, "ada")


@pytest.mark.parametrize(
    "entries, found",
    [
        ((JOINED,), "member from 2026-01-01 on"),
        ((APPLIED,), "applicant from 2026-01-01 on"),
        ((JOINED, LEFT), "left from 2026-03-02 on"),
        ((JOINED, LEFT, BACK), "member from 2027-01-01 on"),
    ],
)
def test_who_belongs_or_will_again_is_not_erased(entries: tuple[Change, ...], found: str) -> None:
    with pytest.raises(RuleViolation) as refused:
        require_ended(entries, date(2026, 3, 1), "ada")
    told = (refused.value.code, refused.value.expected, refused.value.found)
    assert told == (Code.ERASURE_STILL_MEMBER, "an end on 2026-03-01 or before", found)


@pytest.mark.parametrize(
    "standing, kept",
    [(Standing.LEFT, years(1)), (Standing.EXPELLED, years(1)), (None, days(28))],
)
def test_the_rule_book_says_how_long_somebody_is_kept(
    standing: Standing | None, kept: Duration
) -> None:
    book = PRESETS["small-association"].rule_book(date(2026, 1, 1))
    assert retention_of(standing, book) == kept
