"""Offices end with the membership of those who hold them: by death, by leaving, by a correction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from comitia.errors import CheckFailed
from comitia.law.standings import Entry, derive_end
from comitia.record.checks import Check
from comitia.record.folding.state import Registered
from comitia.record.folding.stepping import Step
from comitia.record.kinds.organisation import (
    DeclareMandate,
    EndAppointment,
    EndMandate,
    MakeAppointment,
)
from comitia.record.kinds.register import CorrectMembership, LeaveMembership, RecordDeath
from comitia.record.kinds.values import Identifier, Pseudonym


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


class EndingCheck:
    """Checks that what a member held was ended when the membership was.

    Whether it was is asked at the end: an ending may stand anywhere behind its cause.
    """

    def __init__(self) -> None:
        self._held: dict[Pseudonym, list[Identifier]] = {}
        self._due: dict[Identifier, CheckFailed] = {}

    def note(self, step: Step, registered: Registered | None) -> None:
        """Take an entry that was carried out. registered: the membership that it changed."""
        match step.entry.act:
            case DeclareMandate(holder=holder) | MakeAppointment(holder=holder):
                self._held.setdefault(holder, []).append(step.entry.aggregate)
            case EndMandate() | EndAppointment():
                if ends_with_membership(step):
                    self._due.pop(step.entry.aggregate, None)
            case LeaveMembership() | RecordDeath() | CorrectMembership():
                if registered is not None:
                    self._demand(step, registered)
            case _:
                pass

    def _demand(self, step: Step, registered: Registered) -> None:
        """Note what of the member's must be ended because of an entry, and what no longer."""
        last_day = last_day_of_offices(registered.entries, step.day)
        for one in self._held.get(Pseudonym(step.entry.aggregate), ()):
            self._due.pop(one, None)
            until = step.state.holdings[one].until
            if last_day is not None and until > last_day:
                what, expected = f"what ends {one[:16]}", f"an ending on {last_day}"
                self._due[one] = step.failed(Check.ORDER, what, expected, f"held until {until}")

    def missing(self) -> list[CheckFailed]:
        """Return a failure for everything that should have been ended and was not."""
        return [*self._due.values()]
