"""Who may do what: one table, actor x relation x act, as data.

- A right names in which capacity somebody acts, and how that capacity must stand to the object.
  What is not in the table is not allowed.
- Power over members follows from a mandate or a dated appointment (``GROUNDS``), and is never used
  on oneself. Administrators have technical acts only, and only several together.
- The answer names the right and the role that it rests on, so that an entry can.

That a role still runs, and that somebody is the decider whom the rules name, was found out before
(``terms``, ``deciders``): roles that have ended are not given here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from comitia.law.deciders import Path


class Act(StrEnum):
    """What can be done, by the names that entries have, if it has any.

    REGISTER_SEE: memberships with what is held about the person. APPLICATION_SEE: those of
    applicants alone.
    """

    MEMBERSHIP_APPLY = "membership.apply"
    MEMBERSHIP_WITHDRAW = "membership.withdraw"
    MEMBERSHIP_ADMIT = "membership.admit"
    MEMBERSHIP_REFUSE = "membership.refuse"
    MEMBERSHIP_TRANSFER = "membership.transfer"
    MEMBERSHIP_LEAVE = "membership.leave"
    MEMBERSHIP_RECORD_DEATH = "membership.record_death"
    MEMBERSHIP_READMIT = "membership.readmit"
    MEMBERSHIP_CORRECT = "membership.correct"
    MEMBERSHIP_SET_CATEGORY = "membership.set_category"
    MEMBERSHIP_SUSPEND = "membership.suspend"
    MEMBERSHIP_STRIKE_OFF = "membership.strike_off"
    MEMBERSHIP_EXPEL = "membership.expel"
    MEMBERSHIP_REINSTATE = "membership.reinstate"
    PERSON_CORRECT_DETAILS = "person.correct_details"
    REGISTER_SEE = "register.see"
    APPLICATION_SEE = "application.see"
    REGISTER_INSPECT = "register.inspect"
    BRANCH_CREATE = "branch.create"
    BRANCH_RENAME = "branch.rename"
    BRANCH_MOVE = "branch.move"
    BRANCH_MERGE = "branch.merge"
    BRANCH_CLOSE = "branch.close"
    APPOINTMENT_MAKE = "appointment.make"
    APPOINTMENT_END = "appointment.end"
    MANDATE_END = "mandate.end"
    RULEBOOK_ANNOUNCE = "rulebook.announce"
    RULEBOOK_WITHDRAW = "rulebook.withdraw"
    RULEBOOK_ADOPT = "rulebook.adopt"
    ELECTION_CALL = "election.call"
    ELECTION_FREEZE_ROLL = "election.freeze_roll"
    ELECTION_CORRECT_ROLL = "election.correct_roll"
    ELECTION_CLOSE_NOMINATIONS = "election.close_nominations"
    ELECTION_DRAW_ORDER = "election.draw_order"
    ELECTION_SET_UP = "election.set_up"
    ELECTION_OPEN = "election.open"
    ELECTION_CLOSE = "election.close"
    ELECTION_DECLARE_RESULT = "election.declare_result"
    ELECTION_REPORT = "election.report"
    ELECTION_HALT = "election.halt"
    ELECTION_CERTIFY = "election.certify"
    ELECTION_ANNUL = "election.annul"
    ELECTION_DESTROY_CREDENTIALS = "election.destroy_credentials"
    NOMINATION_MAKE = "nomination.make"
    NOMINATION_SUPPORT = "nomination.support"
    NOMINATION_ACCEPT = "nomination.accept"
    NOMINATION_STATE = "nomination.state"
    NOMINATION_WITHDRAW = "nomination.withdraw"
    NOMINATION_REFUSE = "nomination.refuse"
    OFFICER_NAME = "officer.name"
    OFFICER_PUBLISH_KEY = "officer.publish_key"
    OFFICER_RESIGN = "officer.resign"
    RULING_APPEAL = "ruling.appeal"
    ORGANISATION_FOUND = "organisation.found"
    ADMINISTRATOR_GRANT = "administrator.grant"
    ADMINISTRATOR_REVOKE = "administrator.revoke"
    RECORD_ROTATE_KEY = "record.rotate_key"
    RECORD_ERASE = "record.erase"
    ACCESS_OPEN = "access.open"
    ACCESS_RECOVER = "access.recover"
    CORRECTION_SEE = "correction.see"
    CORRECTION_ANSWER = "correction.answer"
    NOTICES_SEE = "notices.see"
    NOTICES_DECIDE = "notices.decide"
    DEADLINES_SEE = "deadlines.see"
    DEADLINES_EXTEND = "deadlines.extend"


TECHNICAL: Final = frozenset(
    {Act.ADMINISTRATOR_GRANT, Act.ADMINISTRATOR_REVOKE, Act.RECORD_ROTATE_KEY}
)
"""Acts of administrators: none of them changes what anybody is, may or holds as a member."""

WITHOUT_ENTRY: Final = frozenset(
    {
        *(Act.REGISTER_SEE, Act.APPLICATION_SEE, Act.REGISTER_INSPECT),
        *(Act.ACCESS_OPEN, Act.ACCESS_RECOVER, Act.NOTICES_SEE, Act.NOTICES_DECIDE),
        *(Act.CORRECTION_SEE, Act.CORRECTION_ANSWER),
        *(Act.DEADLINES_SEE, Act.DEADLINES_EXTEND),
    }
)
"""What changes nobody's standing, seat or right, and so is a right without an entry."""


class Actor(StrEnum):
    """In which capacity somebody acts.

    APPLICATION_DECIDER, RULEBOOK_DECIDER: of those whom the rules ``application.decider`` and
    ``rulebook.decider`` name, as ``deciders`` finds them. EXECUTIVE: of the body that leads a
    branch. REGISTER_KEEPER: keeps the register of a branch and of those below it.
    ELECTION_CERTIFIER, ELECTION_ANNULLER: of those whom ``election.certifier`` and
    ``election.annulment`` name. RETURNING_OFFICER, REGISTRAR, TRUSTEE, SCRUTINEER: of one election.
    """

    ANYBODY = "anybody"
    FOUNDER = "founder"
    APPLICATION_DECIDER = "application_decider"
    RULEBOOK_DECIDER = "rulebook_decider"
    EXECUTIVE = "executive"
    REGISTER_KEEPER = "register_keeper"
    PARTY = "party"
    PANEL = "panel"
    ELECTION_CERTIFIER = "election_certifier"
    ELECTION_ANNULLER = "election_annuller"
    RETURNING_OFFICER = "returning_officer"
    REGISTRAR = "registrar"
    TRUSTEE = "trustee"
    SCRUTINEER = "scrutineer"
    ADMINISTRATOR = "administrator"


class Ground(StrEnum):
    """What a capacity follows from."""

    NOTHING = "nothing"
    FOUNDING = "founding"
    MANDATE = "mandate"
    APPOINTMENT = "appointment"
    CASE = "case"
    GRANT = "grant"


_OFFICIAL: Final = frozenset({Ground.MANDATE, Ground.APPOINTMENT})

GROUNDS: Final[Mapping[Actor, frozenset[Ground]]] = {
    Actor.ANYBODY: frozenset({Ground.NOTHING}),
    Actor.FOUNDER: frozenset({Ground.FOUNDING}),
    Actor.APPLICATION_DECIDER: _OFFICIAL,
    Actor.RULEBOOK_DECIDER: frozenset({Ground.MANDATE}),
    Actor.EXECUTIVE: frozenset({Ground.MANDATE}),
    Actor.REGISTER_KEEPER: _OFFICIAL,
    Actor.PARTY: frozenset({Ground.CASE}),
    Actor.PANEL: _OFFICIAL,
    Actor.ELECTION_CERTIFIER: frozenset({Ground.MANDATE}),
    Actor.ELECTION_ANNULLER: frozenset({Ground.MANDATE}),
    Actor.RETURNING_OFFICER: frozenset({Ground.APPOINTMENT}),
    Actor.REGISTRAR: frozenset({Ground.APPOINTMENT}),
    Actor.TRUSTEE: frozenset({Ground.APPOINTMENT}),
    Actor.SCRUTINEER: frozenset({Ground.APPOINTMENT}),
    Actor.ADMINISTRATOR: frozenset({Ground.GRANT}),
}
"""What each capacity can follow from."""

POWER: Final = frozenset(
    {
        *(Actor.APPLICATION_DECIDER, Actor.RULEBOOK_DECIDER),
        *(Actor.EXECUTIVE, Actor.REGISTER_KEEPER, Actor.PANEL),
        *(Actor.ELECTION_CERTIFIER, Actor.ELECTION_ANNULLER, Actor.RETURNING_OFFICER),
    }
)
"""Capacities with power over members: nobody uses them on oneself."""


class Relation(StrEnum):
    """How an actor stands to what the act is about.

    OWN_BRANCH and BRANCHES_BELOW: seen from the branch in which the capacity is held.
    PARTY, PANEL, OFFICER, SCRUTINEER: of this case or election. ADMINISTRATORS: of the
    installation.
    """

    ANY = "any"
    SELF = "self"
    OWN_BRANCH = "own_branch"
    BRANCHES_BELOW = "branches_below"
    PARTY = "party"
    PANEL = "panel"
    OFFICER = "officer"
    SCRUTINEER = "scrutineer"
    ADMINISTRATORS = "administrators"


class Reach(StrEnum):
    """How far a right reaches: which relations it covers."""

    ANYWHERE = "anywhere"
    ONESELF = "oneself"
    THIS_BRANCH = "this branch"
    THIS_AND_BELOW = "this branch and those below"
    BELOW = "the branches below"
    PARTY = "the case to which one is a party"
    PANEL = "the case on whose panel one sits"
    OFFICER = "the election of which one is an officer"
    SCRUTINEER = "the election that one scrutinises"
    INSTALLATION = "the installation"


COVERS: Final[Mapping[Reach, frozenset[Relation]]] = {
    Reach.ANYWHERE: frozenset({Relation.ANY}),
    Reach.ONESELF: frozenset({Relation.SELF}),
    Reach.THIS_BRANCH: frozenset({Relation.OWN_BRANCH}),
    Reach.THIS_AND_BELOW: frozenset({Relation.OWN_BRANCH, Relation.BRANCHES_BELOW}),
    Reach.BELOW: frozenset({Relation.BRANCHES_BELOW}),
    Reach.PARTY: frozenset({Relation.PARTY}),
    Reach.PANEL: frozenset({Relation.PANEL}),
    Reach.OFFICER: frozenset({Relation.OFFICER}),
    Reach.SCRUTINEER: frozenset({Relation.SCRUTINEER}),
    Reach.INSTALLATION: frozenset({Relation.ADMINISTRATORS}),
}


@dataclass(frozen=True, slots=True)
class Right:
    """A row of the table. together: how many different people must do it."""

    act: Act
    actor: Actor
    reach: Reach
    together: int = 1

    @property
    def name(self) -> str:
        """The name by which an entry refers to it: "membership.admit/application_decider"."""
        return f"{self.act}/{self.actor}"


@dataclass(frozen=True, slots=True)
class Table:
    """A version of the table. A changed table is another one, so that old entries keep theirs."""

    version: int
    rights: tuple[Right, ...]

    def of(self, act: Act) -> tuple[Right, ...]:
        return tuple(right for right in self.rights if right.act == act)


@dataclass(frozen=True, slots=True)
class Role:
    """A capacity that somebody has now.

    person: pseudonym. basis: the id of the mandate, appointment, case or grant that an entry names.
    branch: where it is held. matter: the case or election that it is about, if any.

    Raises ValueError for a capacity that cannot follow from its ground.
    """

    actor: Actor
    person: str
    ground: Ground
    basis: str
    branch: Path
    matter: str | None = None

    def __post_init__(self) -> None:
        """See that nobody has power by anything but a mandate or an appointment."""
        if self.ground not in GROUNDS[self.actor]:
            raise ValueError(f"nobody is {self.actor} by {self.ground}")


@dataclass(frozen=True, slots=True)
class Object:
    """What an act is about. branch: where it belongs. person: None where it is about nobody.

    matter: the case or election, if any.

    Of a transfer the branch is the lowest to which both branches belong, so that nobody draws
    members into a branch, or puts them out of it, who answers for one side only. Of a branch that
    moves or merges it is the same; of a new branch, the one under which it comes to stand.
    """

    branch: Path
    person: str | None = None
    matter: str | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What an act rests on. right: None where it is not allowed. roles: one of each person."""

    right: Right | None = None
    roles: tuple[Role, ...] = ()

    @property
    def allowed(self) -> bool:
        return self.right is not None


NOT_ALLOWED: Final = Decision()

_OF_MATTERS: Final[Mapping[Actor, Relation]] = {
    Actor.PARTY: Relation.PARTY,
    Actor.PANEL: Relation.PANEL,
    Actor.RETURNING_OFFICER: Relation.OFFICER,
    Actor.REGISTRAR: Relation.OFFICER,
    Actor.TRUSTEE: Relation.OFFICER,
    Actor.SCRUTINEER: Relation.SCRUTINEER,
}


def relations_of(role: Role, place: Object) -> frozenset[Relation]:
    """Return how somebody in a capacity stands to an object."""
    return frozenset(_relations(role, place))


def _relations(role: Role, place: Object) -> Iterator[Relation]:
    yield Relation.ANY
    if role.person == place.person:
        yield Relation.SELF
    if not role.branch:
        pass  # held nowhere that is known: the empty path is no branch above all others
    elif role.branch == place.branch:
        yield Relation.OWN_BRANCH
    elif place.branch[: len(role.branch)] == role.branch:
        yield Relation.BRANCHES_BELOW
    if role.actor in _OF_MATTERS and role.matter is not None and role.matter == place.matter:
        yield _OF_MATTERS[role.actor]
    if role.actor is Actor.ADMINISTRATOR:
        yield Relation.ADMINISTRATORS


def has_right(right: Right, role: Role, place: Object) -> bool:
    """Whether a right is somebody's in this capacity, alone or with others."""
    relations = relations_of(role, place)
    if role.actor in POWER and Relation.SELF in relations:
        return False
    return right.actor is role.actor and not COVERS[right.reach].isdisjoint(relations)


def may(roles: Collection[Role], act: Act, place: Object, table: Table) -> Decision:
    """Return whether one person may do an act alone, by the first right of the table that fits.

    roles: all of one person, in the order in which they are to be named. An act that several must
    do together is not allowed to one: ask ``may_together``. Raises ValueError for roles of several.
    """
    if len({role.person for role in roles}) > 1:
        raise ValueError("these are roles of several people: ask may_together")
    return may_together(roles, act, place, table)


def may_together(
    roles: Collection[Role], act: Act, place: Object, table: Table, at_least: int = 1
) -> Decision:
    """Return whether all those whose roles are given may do an act together.

    at_least: how many people a rule of the organisation demands (``administrators.together``), if
    more than the table does. Whoever takes part must have the right: nobody lends a name.
    """
    everybody = {role.person for role in roles}
    for right in table.of(act):
        fitting = {
            role.person: role for role in reversed([*roles]) if has_right(right, role, place)
        }
        if fitting.keys() == everybody and len(fitting) >= max(right.together, at_least):
            return Decision(right, tuple(fitting[person] for person in sorted(fitting)))
    return NOT_ALLOWED
