"""Acts on the organisation itself: its founding, branches, mandates, appointments."""

from __future__ import annotations

from datetime import date
from enum import StrEnum, unique

from comitia.law.values import Organ
from comitia.record.kinds.declaring import Begins, Withheld, act_kind, open_field, salted_field
from comitia.record.kinds.values import Identifier, Line, Pseudonym, Root, Text


@unique
class Level(StrEnum):
    """How high a branch stands. What it is called is the organisation's choice."""

    WHOLE = "whole"
    REGION = "region"
    DISTRICT = "district"
    LOCAL = "local"
    GROUP = "group"


@unique
class Terms(StrEnum):
    """By which words an organisation calls its branches; each has one for every level."""

    BRANCH = "branch"
    LOCAL = "local"
    SECTION = "section"
    CELL = "cell"
    CHAPTER = "chapter"


@act_kind("organisation.found", aggregate="organisation", begins=Begins.ALWAYS)
class FoundOrganisation:
    """Found the organisation. Once, and before anything else.

    Everything that the founding document lists is an entry of its own, which has this one for its
    cause and its right. What stands there is declared, and not evidenced by this record.
    """

    name: Line = open_field("the organisation's name")
    language: Line = open_field("the language in which it writes; a tag such as en or de")
    time_zone: Text = open_field("the zone in which its days begin; such as Europe/Berlin")
    terms: Terms = open_field("by which words it calls its branches", default=Terms.BRANCH)
    listed: int = open_field("how many entries the founding document lists")
    list_root: Root = open_field("the Merkle root of what it lists, in order")


@act_kind("branch.create", aggregate="branch", begins=Begins.ALWAYS)
class CreateBranch:
    """Create a branch."""

    name: Line = open_field("its name")
    level: Level = open_field("how high it stands")
    parent: Identifier | None = open_field("the branch above it; none of the whole", default=None)


@act_kind("branch.rename", aggregate="branch")
class RenameBranch:
    """Give a branch another name."""

    name: Line = open_field("the new name")


@act_kind("branch.move", aggregate="branch")
class MoveBranch:
    """Put a branch, with all below it, under another."""

    parent: Identifier = open_field("the branch above it from now on")


@act_kind("branch.close", aggregate="branch")
class CloseBranch:
    """Close a branch that has no members and no branches below it."""

    last_day: date = open_field("the last day on which it exists")


@act_kind("branch.merge", aggregate="branch")
class MergeBranch:
    """Merge a branch into another: all its members go there, and it closes.

    Each member's transfer, and then the closing, are entries of their own that follow at once, by
    rule, with this one for their cause; the list's root says beforehand which they are.
    """

    into: Identifier = open_field("the branch to which its members belong from the next day on")
    last_day: date = open_field("the last day on which it exists")
    listed: int = open_field("how many entries follow")
    list_root: Root = open_field("the Merkle root of what follows, in order")


@act_kind("mandate.declare", aggregate="mandate", begins=Begins.ALWAYS)
class DeclareMandate:
    """State at the founding who holds an office, until when: not evidenced by an election here."""

    organ: Organ = open_field("the office, or the body in which it is a seat")
    holder: Pseudonym = open_field("the membership that holds it")
    since: date = open_field("the first day of the term")
    until: date = open_field("the last day of the term")
    name: Line | Withheld | None = salted_field("the holder's name, as published", default=None)


@act_kind("mandate.end", aggregate="mandate")
class EndMandate:
    """End a mandate before its term: by resignation, or as a consequence."""

    last_day: date = open_field("the last day on which it is held")


@act_kind("appointment.make", aggregate="appointment", begins=Begins.ALWAYS)
class MakeAppointment:
    """Appoint somebody for a stated time, by a body that may."""

    organ: Organ = open_field("the office, or the body in which it is a place")
    holder: Pseudonym = open_field("the membership that is appointed")
    since: date = open_field("the first day")
    until: date = open_field("the last day")
    as_deputy: bool = open_field("whether for the holder of the office, not as one", default=False)
    reason: Text | Withheld = salted_field("why an appointment is needed")


@act_kind("appointment.end", aggregate="appointment")
class EndAppointment:
    """End an appointment."""

    last_day: date = open_field("the last day on which it is held")


@act_kind("administrator.grant", aggregate="appointment", begins=Begins.ALWAYS)
class GrantAdministration:
    """Give somebody technical rights, and none over members. Two administrators act together."""

    holder: Pseudonym = open_field("who receives them, under a pseudonym for this alone")
    until: date = open_field("the last day")


@act_kind("administrator.revoke", aggregate="appointment")
class RevokeAdministration:
    """Take technical rights away. Two administrators act together."""

    last_day: date = open_field("the last day on which they are held")
