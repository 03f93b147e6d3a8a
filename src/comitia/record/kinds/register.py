"""Acts on the register: who belongs, to which branch, with which standing, since when.

A person is not in the record. A membership is, under a pseudonym of its own; what identifies the
person is salted, and forgotten on request without the balance changing.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum, unique
from typing import Final

from comitia.law.standings import Standing
from comitia.record.kinds.declaring import Begins, Withheld, act_kind, open_field, salted_field
from comitia.record.kinds.values import EntryHash, Identifier, Line, Text


@unique
class Category(StrEnum):
    """What kind of member somebody is, as far as rights depend on it."""

    FULL = "full"
    REDUCED = "reduced"
    HONORARY = "honorary"
    SUPPORTING = "supporting"


APPLIED_FOR: Final = (Category.FULL, Category.REDUCED, Category.SUPPORTING)
"""For which kinds of membership one can apply: nobody applies for an honour."""


@act_kind("membership.declare", aggregate="membership", begins=Begins.ALWAYS)
class DeclareMembership:
    """State at the founding with which standing somebody is on the register."""

    branch: Identifier = open_field("the branch in which the membership is, or was last")
    standing: Standing = open_field("the standing")
    since: date = open_field("the first day of this standing")
    category: Category = open_field("the kind of membership")
    name: Line | Withheld = salted_field("the person's name")
    birth_date: date | Withheld | None = salted_field("the date of birth", default=None)
    address: Text | Withheld | None = salted_field("the postal address chosen", default=None)


@act_kind("membership.apply", aggregate="membership", begins=Begins.PERHAPS)
class ApplyForMembership:
    """Ask a branch to be admitted, or to be admitted again after a membership had ended."""

    branch: Identifier = open_field("the branch that is asked")
    category: Category = open_field("the kind of membership asked for")
    name: Line | Withheld = salted_field("the applicant's name")
    birth_date: date | Withheld | None = salted_field("the date of birth", default=None)
    address: Text | Withheld | None = salted_field("the postal address chosen", default=None)


@act_kind("membership.withdraw", aggregate="membership")
class WithdrawApplication:
    """Take an application back before it is decided."""


@act_kind("membership.admit", aggregate="membership")
class AdmitMember:
    """Decide an application: the applicant is a member."""

    since: date = open_field("the first day of membership")


@act_kind("membership.refuse", aggregate="membership")
class RefuseApplication:
    """Decide an application: it is refused, with reasons."""

    reasons: Text | Withheld = salted_field("why, as the applicant is told")


@act_kind("membership.transfer", aggregate="membership")
class TransferMember:
    """Move a membership from its branch to another."""

    to: Identifier = open_field("the branch from now on")
    since: date = open_field("the first day there")


@act_kind("membership.leave", aggregate="membership")
class LeaveMembership:
    """End one's own membership."""

    last_day: date = open_field("the last day of membership")
    declared_on: date | None = open_field(
        "the day on which the letter came, where keepers enter one", default=None
    )


@act_kind("membership.record_death", aggregate="membership")
class RecordDeath:
    """Note that a member has died."""

    day: date = open_field("the day of death, or the day on which it became known")


@act_kind("membership.readmit", aggregate="membership")
class ReadmitMember:
    """Decide the application of somebody whose membership had ended: they are a member again."""

    branch: Identifier = open_field("the branch that was asked")
    since: date = open_field("the first day of the new membership")


@act_kind("membership.correct", aggregate="membership")
class CorrectMembership:
    """Say that an act on this membership was entered wrongly, and what is right.

    Nothing is removed: the register can be read as it was known, and as corrected.
    """

    wrong: EntryHash = open_field("the entry that is corrected")
    was_void: bool = open_field("whether what was entered did not happen at all")
    branch: Identifier | None = open_field("the right branch", default=None)
    since: date | None = open_field("the right day", default=None)
    reasons: Text | Withheld = salted_field("how it came about, and what shows it")


@act_kind("membership.set_category", aggregate="membership")
class SetCategory:
    """Say which kind of member somebody is from now on."""

    category: Category = open_field("the kind of membership from now on")


@act_kind("person.correct_details", aggregate="membership")
class CorrectDetails:
    """Put right what is held about a person, or confirm that all of it is right.

    Where nothing is given, everything is confirmed as it is held. A right name, date or address is
    given as a whole.
    """

    name: Line | Withheld | None = salted_field("the right name", default=None)
    birth_date: date | Withheld | None = salted_field("the right date of birth", default=None)
    address: Text | Withheld | None = salted_field("the right postal address", default=None)
