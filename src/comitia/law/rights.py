"""The table of rights in force, version 1.

There is one table so far. Once records are kept under it, a right that is given or taken is a new
version beside this one, and records that were begun under this one are read by it.
"""

from __future__ import annotations

from typing import Final

from comitia.law.permissions import Act, Actor, Reach, Right, Table

TABLE: Final = Table(
    1,
    (
        # The person's own affairs.
        Right(Act.MEMBERSHIP_APPLY, Actor.ANYBODY, Reach.ONESELF),
        Right(Act.MEMBERSHIP_WITHDRAW, Actor.ANYBODY, Reach.ONESELF),
        Right(Act.MEMBERSHIP_LEAVE, Actor.ANYBODY, Reach.ONESELF),
        Right(Act.PERSON_CORRECT_DETAILS, Actor.ANYBODY, Reach.ONESELF),
        Right(Act.MANDATE_END, Actor.ANYBODY, Reach.ONESELF),
        Right(Act.APPOINTMENT_END, Actor.ANYBODY, Reach.ONESELF),
        # Seeing who is on the register. Nobody sees all of it by being a member.
        Right(Act.REGISTER_SEE, Actor.ANYBODY, Reach.ONESELF),
        Right(Act.REGISTER_SEE, Actor.REGISTER_KEEPER, Reach.THIS_AND_BELOW),
        Right(Act.REGISTER_SEE, Actor.EXECUTIVE, Reach.THIS_AND_BELOW),
        Right(Act.APPLICATION_SEE, Actor.APPLICATION_DECIDER, Reach.THIS_AND_BELOW),
        # What the rules give to deciders. Those at a higher level reach below.
        Right(Act.MEMBERSHIP_ADMIT, Actor.APPLICATION_DECIDER, Reach.THIS_AND_BELOW),
        Right(Act.MEMBERSHIP_REFUSE, Actor.APPLICATION_DECIDER, Reach.THIS_AND_BELOW),
        Right(Act.MEMBERSHIP_READMIT, Actor.APPLICATION_DECIDER, Reach.THIS_AND_BELOW),
        Right(Act.RULEBOOK_ANNOUNCE, Actor.RULEBOOK_DECIDER, Reach.THIS_BRANCH),
        Right(Act.RULEBOOK_WITHDRAW, Actor.RULEBOOK_DECIDER, Reach.THIS_BRANCH),
        Right(Act.RULEBOOK_ADOPT, Actor.RULEBOOK_DECIDER, Reach.THIS_BRANCH),
        # Keeping the register. What ends a membership or rewrites its past on an officer's word
        # takes two: one alone could take an opponent off the roll the day before a vote.
        # Lodging an application that came on paper decides nothing.
        Right(Act.MEMBERSHIP_APPLY, Actor.REGISTER_KEEPER, Reach.THIS_AND_BELOW),
        Right(Act.MEMBERSHIP_TRANSFER, Actor.REGISTER_KEEPER, Reach.THIS_AND_BELOW),
        Right(Act.PERSON_CORRECT_DETAILS, Actor.REGISTER_KEEPER, Reach.THIS_AND_BELOW),
        Right(Act.MEMBERSHIP_SET_CATEGORY, Actor.REGISTER_KEEPER, Reach.THIS_AND_BELOW),
        Right(Act.MEMBERSHIP_LEAVE, Actor.REGISTER_KEEPER, Reach.THIS_AND_BELOW, 2),
        Right(Act.MEMBERSHIP_RECORD_DEATH, Actor.REGISTER_KEEPER, Reach.THIS_AND_BELOW, 2),
        Right(Act.MEMBERSHIP_CORRECT, Actor.REGISTER_KEEPER, Reach.THIS_AND_BELOW, 2),
        Right(Act.RECORD_ERASE, Actor.REGISTER_KEEPER, Reach.THIS_AND_BELOW, 2),
        # Branches. None closes itself: the level above decides. What moves or merges belongs to the
        # branch above both, which may do it as its own.
        Right(Act.BRANCH_CREATE, Actor.EXECUTIVE, Reach.THIS_AND_BELOW),
        Right(Act.BRANCH_RENAME, Actor.EXECUTIVE, Reach.THIS_AND_BELOW),
        Right(Act.BRANCH_MOVE, Actor.EXECUTIVE, Reach.THIS_AND_BELOW),
        Right(Act.BRANCH_MERGE, Actor.EXECUTIVE, Reach.THIS_AND_BELOW),
        Right(Act.BRANCH_CLOSE, Actor.EXECUTIVE, Reach.BELOW),
        Right(Act.APPOINTMENT_MAKE, Actor.EXECUTIVE, Reach.THIS_AND_BELOW),
        Right(Act.APPOINTMENT_END, Actor.EXECUTIVE, Reach.THIS_AND_BELOW),
        # Cases and elections.
        Right(Act.MEMBERSHIP_SUSPEND, Actor.PANEL, Reach.PANEL),
        Right(Act.MEMBERSHIP_STRIKE_OFF, Actor.PANEL, Reach.PANEL),
        Right(Act.MEMBERSHIP_EXPEL, Actor.PANEL, Reach.PANEL),
        Right(Act.MEMBERSHIP_REINSTATE, Actor.PANEL, Reach.PANEL),
        Right(Act.MEMBERSHIP_READMIT, Actor.PANEL, Reach.PANEL),
        Right(Act.RULING_APPEAL, Actor.PARTY, Reach.PARTY),
        Right(Act.REGISTER_INSPECT, Actor.SCRUTINEER, Reach.SCRUTINEER),
        # What leaves no entry. Giving a way in to an account that somebody has used takes two: one
        # alone could vote in another's name.
        Right(Act.ACCESS_OPEN, Actor.REGISTER_KEEPER, Reach.THIS_AND_BELOW),
        Right(Act.ACCESS_RECOVER, Actor.REGISTER_KEEPER, Reach.THIS_AND_BELOW, 2),
        Right(Act.CORRECTION_SEE, Actor.REGISTER_KEEPER, Reach.THIS_AND_BELOW),
        Right(Act.CORRECTION_ANSWER, Actor.REGISTER_KEEPER, Reach.THIS_AND_BELOW),
        Right(Act.NOTICES_SEE, Actor.REGISTER_KEEPER, Reach.THIS_AND_BELOW),
        Right(Act.NOTICES_DECIDE, Actor.REGISTER_KEEPER, Reach.THIS_AND_BELOW),
        Right(Act.DEADLINES_SEE, Actor.REGISTER_KEEPER, Reach.THIS_AND_BELOW),
        Right(Act.DEADLINES_SEE, Actor.EXECUTIVE, Reach.THIS_AND_BELOW),
        Right(Act.DEADLINES_EXTEND, Actor.EXECUTIVE, Reach.THIS_AND_BELOW),
        # The founding, and what keeps the machine going.
        Right(Act.ORGANISATION_FOUND, Actor.FOUNDER, Reach.THIS_BRANCH),
        Right(Act.ADMINISTRATOR_GRANT, Actor.ADMINISTRATOR, Reach.INSTALLATION, 2),
        Right(Act.ADMINISTRATOR_REVOKE, Actor.ADMINISTRATOR, Reach.INSTALLATION, 2),
        Right(Act.RECORD_ROTATE_KEY, Actor.ADMINISTRATOR, Reach.INSTALLATION, 2),
    ),
)
