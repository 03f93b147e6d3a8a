"""Offices end with the membership of those who hold them: by death, by leaving, by a correction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from comitia.law.standings import Entry, derive_end
from comitia.record.folding.stepping import Step
from comitia.record.kinds.organisation import EndAppointment, EndMandate
from comitia.record.kinds.values import Identifier


def last_day_of_offices(entries: Sequence[Entry], today: date) -> date | None:
    """Return the last day of what a member holds; None while nothing known ends the membership.

    entries: of the membership. It is the last day as a member, but never before yesterday: what was
    done by the office meanwhile stands.
    """
    end = derive_end(entries)
    yesterday = date.fromordinal(max(today.toordinal() - 1, date.min.toordinal()))
    return None if end is None else max(end, yesterday)


def ends_with_membership(step: Step) -> bool:
    """Whether an entry ends an office because its cause has ended the holder's membership.

    So a rule removes nobody who is a member, and on no other day.
    """
    act, held = step.entry.act, step.state.holdings.get(step.entry.aggregate)
    if held is None or not isinstance(act, EndMandate | EndAppointment):
        return False
    known = step.state.register.get(Identifier(held.holder))
    if known is None or known.entry != step.entry.grounds.cause:
        return False
    return act.last_day == last_day_of_offices(known.entries, step.day)
