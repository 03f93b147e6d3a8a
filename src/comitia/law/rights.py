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
        # Everybody can see a change that is announced; that it has the majority is the word of two.
        Right(Act.RULEBOOK_ANNOUNCE, Actor.RULEBOOK_DECIDER, Reach.THIS_BRANCH),
        Right(Act.RULEBOOK_WITHDRAW, Actor.RULEBOOK_DECIDER, Reach.THIS_BRANCH),
        Right(Act.RULEBOOK_ADOPT, Actor.RULEBOOK_DECIDER, Reach.THIS_BRANCH, 2),
        # Keeping the register. What ends a membership, moves it, changes its kind or rewrites its
        # past on an officer's word takes two: one alone could take an opponent off the roll the day
        # before a vote.
        # Lodging an application that came on paper decides nothing.
        Right(Act.MEMBERSHIP_APPLY, Actor.REGISTER_KEEPER, Reach.THIS_AND_BELOW),
        Right(Act.MEMBERSHIP_TRANSFER, Actor.REGISTER_KEEPER, Reach.THIS_AND_BELOW, 2),
        Right(Act.PERSON_CORRECT_DETAILS, Actor.REGISTER_KEEPER, Reach.THIS_AND_BELOW),
        Right(Act.MEMBERSHIP_SET_CATEGORY, Actor.REGISTER_KEEPER, Reach.THIS_AND_BELOW, 2),
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
        # Elections. Members nominate and stand; officers of the election run it, each in a part of
        # their own; those who certify or annul are two, and hold no office in it.
        Right(Act.ELECTION_CALL, Actor.EXECUTIVE, Reach.THIS_AND_BELOW),
        Right(Act.OFFICER_NAME, Actor.EXECUTIVE, Reach.THIS_AND_BELOW),
        Right(Act.OFFICER_PUBLISH_KEY, Actor.TRUSTEE, Reach.OFFICER),
        Right(Act.OFFICER_PUBLISH_KEY, Actor.SCRUTINEER, Reach.SCRUTINEER),
        Right(Act.OFFICER_RESIGN, Actor.RETURNING_OFFICER, Reach.OFFICER),
        Right(Act.OFFICER_RESIGN, Actor.REGISTRAR, Reach.OFFICER),
        Right(Act.OFFICER_RESIGN, Actor.TRUSTEE, Reach.OFFICER),
        Right(Act.OFFICER_RESIGN, Actor.SCRUTINEER, Reach.SCRUTINEER),
        Right(Act.NOMINATION_MAKE, Actor.ANYBODY, Reach.ANYWHERE),
        Right(Act.NOMINATION_SUPPORT, Actor.ANYBODY, Reach.ANYWHERE),
        Right(Act.NOMINATION_ACCEPT, Actor.ANYBODY, Reach.ONESELF),
        Right(Act.NOMINATION_STATE, Actor.ANYBODY, Reach.ONESELF),
        Right(Act.NOMINATION_WITHDRAW, Actor.ANYBODY, Reach.ONESELF),
        Right(Act.NOMINATION_REFUSE, Actor.RETURNING_OFFICER, Reach.OFFICER),
        Right(Act.ELECTION_FREEZE_ROLL, Actor.RETURNING_OFFICER, Reach.OFFICER),
        Right(Act.ELECTION_CORRECT_ROLL, Actor.RETURNING_OFFICER, Reach.OFFICER),
        Right(Act.ELECTION_CLOSE_NOMINATIONS, Actor.RETURNING_OFFICER, Reach.OFFICER),
        Right(Act.ELECTION_DRAW_ORDER, Actor.RETURNING_OFFICER, Reach.OFFICER),
        Right(Act.ELECTION_SET_UP, Actor.RETURNING_OFFICER, Reach.OFFICER),
        Right(Act.ELECTION_OPEN, Actor.RETURNING_OFFICER, Reach.OFFICER),
        Right(Act.ELECTION_CLOSE, Actor.RETURNING_OFFICER, Reach.OFFICER),
        Right(Act.ELECTION_DECLARE_RESULT, Actor.RETURNING_OFFICER, Reach.OFFICER),
        Right(Act.ELECTION_DESTROY_CREDENTIALS, Actor.REGISTRAR, Reach.OFFICER),
        Right(Act.ELECTION_REPORT, Actor.SCRUTINEER, Reach.SCRUTINEER),
        Right(Act.ELECTION_HALT, Actor.SCRUTINEER, Reach.SCRUTINEER),
        Right(Act.ELECTION_CERTIFY, Actor.ELECTION_CERTIFIER, Reach.THIS_AND_BELOW, 2),
        Right(Act.ELECTION_ANNUL, Actor.ELECTION_ANNULLER, Reach.THIS_AND_BELOW, 2),
        Right(Act.REGISTER_INSPECT, Actor.SCRUTINEER, Reach.SCRUTINEER),
        # Cases.
        Right(Act.MEMBERSHIP_SUSPEND, Actor.PANEL, Reach.PANEL),
        Right(Act.MEMBERSHIP_STRIKE_OFF, Actor.PANEL, Reach.PANEL),
        Right(Act.MEMBERSHIP_EXPEL, Actor.PANEL, Reach.PANEL),
        Right(Act.MEMBERSHIP_REINSTATE, Actor.PANEL, Reach.PANEL),
        Right(Act.MEMBERSHIP_READMIT, Actor.PANEL, Reach.PANEL),
        Right(Act.RULING_APPEAL, Actor.PARTY, Reach.PARTY),
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
