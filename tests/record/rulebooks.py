"""Changing the rule book on a record: announced by one of the body that decides, adopted by two."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from comitia.record.entries import Capacity
from comitia.record.kinds.rulebook import AdoptRuleBook, AnnounceRuleBook
from comitia.record.kinds.values import EntryHash, Text, Values
from tests.record.founded import (
    BOOK,
    CAT,
    CENTRAL,
    COMMITTEE_BODY,
    LISTED,
    RULES,
    WHOLE,
    Record,
    found,
    identifier,
    mandate,
)

DECIDER: Final = {"rulebook.decider": {"body": "committee"}}
SECOND: Final = identifier("second")
"""Cat's mandate in the body that decides; Ben holds the other."""
BOTH: Final = ((Capacity.MANDATE, CENTRAL), (Capacity.MANDATE, SECOND))
NOTICE: Final = timedelta(days=20)
"""Longer than a change must have been announced, wherever weekends fall."""
TO_CHANGE: Final = (*LISTED, (SECOND, WHOLE, mandate(COMMITTEE_BODY, CAT)))


def found_to_change(**rules: object) -> Record:
    """Return a record in which two may change the rule book. rules: other than usual."""
    book = Values({**BOOK, **DECIDER, **rules})
    return found(
        [(one, at, replace(act, rules=book) if one == RULES else act) for one, at, act in TO_CHANGE]
    )


def announcement(day: date, **rules: object) -> AnnounceRuleBook:
    """Return the announcement of a rule book. rules: other than usual."""
    return AnnounceRuleBook(
        in_force_from=day,
        preset=Text("small-association"),
        rules=Values({**BOOK, **DECIDER, **rules}),
    )


def adoption(of: AnnounceRuleBook, name: EntryHash | None, number: int = 2) -> AdoptRuleBook:
    """Return the adoption, with votes, of what was announced by the entry of a name."""
    return AdoptRuleBook(
        number=number,
        in_force_from=of.in_force_from,
        preset=of.preset,
        rules=of.rules,
        announced=name,
        in_favour=10,
        against=2,
    )


def announce(record: Record, act: AnnounceRuleBook) -> EntryHash:
    """Announce a change."""
    return record.act(act, RULES, BOTH[0], branch=WHOLE)


def change(record: Record, act: AnnounceRuleBook, number: int = 2) -> EntryHash:
    """Announce a change and adopt it when it can be; return the entry of the adoption."""
    name = announce(record, act)
    record.now += NOTICE
    return record.act(adoption(act, name, number), RULES, *BOTH, branch=WHOLE)
