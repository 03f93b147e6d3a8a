"""Every rule that an organisation's rule book can hold, each defined here once.

To add a rule, add it here: its reading, bounds, sentence, and the row that the reference must have
follow from that. What a rule once meant it means for ever: another meaning is another key, and a
narrower bound would make old rule books unreadable.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final, Generic, TypeVar

from comitia.law.kinds import (
    LEVELS,
    Choice,
    Count,
    Kind,
    Names,
    OneOrgan,
    OrNone,
    Period,
    Share,
    YesNo,
)
from comitia.law.values import Counting, Readmission, days, months, working_days, years

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Rule(Generic[T]):
    """A question that a rule book answers.

    key: stable, as rule books and entries name it. sentence: {value} stands for the value's words.
    otherwise: the sentence for None and for no. sources: the requirements that it serves.
    """

    key: str
    kind: Kind[T]
    sentence: str
    otherwise: str = ""
    sources: tuple[str, ...] = ()

    def tell(self, value: T, names: Names | None = None) -> str:
        """Return the rule as a plain English sentence. names: of bodies and offices by id."""
        if value is None or value is False:
            return self.otherwise
        told = self.sentence.format(value=self.kind.words(value, names or {}))
        return told[0].upper() + told[1:]


# --- Becoming a member ------------------------------------------------------------------------

APPLICATION_DECIDER: Final = Rule(
    "application.decider",
    OneOrgan(),
    "{value} decides on applications for membership.",
    sources=("R40",),
)
APPLICATION_LEVEL: Final = Rule(
    "application.level",
    LEVELS,
    "An application is decided at the level of {value}.",
    sources=("R40",),
)
APPLICATION_PERIOD: Final = Rule(
    "application.period",
    Period((days(365), working_days(250), months(12))),
    "An application is decided within {value}.",
    sources=("R40",),
)
APPLICATION_OBJECTIONS: Final = Rule(
    "application.objections",
    OrNone(Period((days(90), working_days(60)))),
    "Members may object to an application for {value} before it is decided.",
    "An application is decided without a time for objections.",
)
APPLICATION_REASONS: Final = Rule(
    "application.reasons",
    YesNo(),
    "Who is refused is told the reasons.",
    "Who is refused need not be told the reasons.",
    ("R40",),
)
APPLICATION_APPEAL: Final = Rule(
    "application.appeal",
    OrNone(Period((days(365), working_days(250), months(12)))),
    "Who is refused may appeal within {value}.",
    "There is no appeal against a refusal.",
    ("R40",),
)
MINIMUM_AGE: Final = Rule(
    "member.minimum_age",
    OrNone(Count("year", "years", 1, 99)),
    "A member is at least {value} old.",
    "There is no minimum age.",
)

# --- The vote ---------------------------------------------------------------------------------

VOTE_WAITING: Final = Rule(
    "vote.waiting",
    OrNone(Period((days(730), months(24)))),
    "A new member may vote after {value} of membership.",
    "A new member may vote at once.",
    ("R12",),
)
VOTE_ARREARS: Final = Rule(
    "vote.arrears",
    OrNone(Period((days(730), months(24)))),
    "A member whose dues are more than {value} late may not vote until they are paid.",
    "Late dues cost nobody the vote.",
    ("R12",),
)

# --- Leaving and coming back ------------------------------------------------------------------

LEAVING_NOTICE: Final = Rule(
    "leaving.notice",
    OrNone(Period((days(730), months(24)))),
    "Leaving takes effect {value} after it is declared.",
    "Leaving takes effect when it is declared.",
)
_AGAIN: Final = (
    (Readmission.APPLICATION, "by a new application"),
    (Readmission.LEVEL_ABOVE, "by a decision at the level above the former branch"),
)
_BY_PANEL: Final = (Readmission.PANEL, "by a decision of a panel that may decide cases")

READMISSION_AFTER_LEAVING: Final = Rule(
    "readmission.after_leaving",
    Choice(_AGAIN),
    "Who has left may come back {value}.",
)
READMISSION_AFTER_STRIKING_OFF: Final = Rule(
    "readmission.after_striking_off",
    Choice((*_AGAIN, _BY_PANEL)),
    "Who was struck off may come back {value}.",
)
READMISSION_AFTER_EXPULSION: Final = Rule(
    "readmission.after_expulsion",
    Choice((*_AGAIN, _BY_PANEL)),
    "Who was expelled may come back {value}.",
    sources=("R29",),
)

# --- Personal details -------------------------------------------------------------------------

CORRECTION_PERIOD: Final = Rule(
    "correction.period",
    Period((days(28), months(1))),
    "A request to correct personal details is answered within {value}.",
    sources=("R34",),
)

REGISTER_RETENTION: Final = Rule(
    "register.retention",
    Period((days(3660), months(240), years(20))),
    "What identifies a former member is kept for {value} after the end, and is then due to be"
    " erased.",
    sources=("R33", "R35"),
)

# --- Offices and administrators ---------------------------------------------------------------

LONGEST_TERM: Final = Rule(
    "office.longest_term",
    Period((months(120), years(10))),
    "No term of an office is longer than {value}.",
    sources=("R5", "R31"),
)
LONGEST_APPOINTMENT: Final = Rule(
    "appointment.longest",
    Period((days(3660), months(120), years(10))),
    "An appointment ends after {value} at the latest.",
)
ADMINISTRATORS_TOGETHER: Final = Rule(
    "administrators.together",
    Count("administrator", "administrators", 2, 9),
    "Technical acts are done by {value} together.",
)

# --- What happens to many at once -------------------------------------------------------------

JOB_MOST_PEOPLE: Final = Rule(
    "job.most_people",
    Count("person", "people", 1, 1000),
    "Without a decided act nobody changes anything for more than {value} within a day by one kind"
    " of act, and no job for more.",
)

# --- Who leads a branch, and who keeps its register -------------------------------------------

BRANCH_EXECUTIVE: Final = Rule(
    "branch.executive",
    OneOrgan(),
    "{value} leads a branch.",
    sources=("R5", "R40"),
)
REGISTER_KEEPER: Final = Rule(
    "register.keeper",
    OneOrgan(),
    "{value} keeps the register of a branch and of those below it.",
)

# --- Elections: the course --------------------------------------------------------------------

ELECTION_CALL: Final = Rule(
    "election.call",
    Period((days(365), months(12))),
    "An election is called {value} before a term ends, and at once when an office falls vacant.",
    sources=("R5",),
)
ELECTION_NOTICE: Final = Rule(
    "election.notice",
    Period((days(365), working_days(250), months(12))),
    "An election is called at least {value} before the voting begins.",
)
ELECTION_NOMINATIONS: Final = Rule(
    "election.nominations",
    Period((days(180), working_days(120))),
    "Nominations are open for at least {value}.",
    sources=("R7",),
)
ELECTION_SUPPORTERS: Final = Rule(
    "election.supporters",
    OrNone(Count("member", "members", 1, 1000)),
    "A nomination needs the support of {value} besides the one who makes it.",
    "A nomination needs no support besides that of the one who makes it.",
    ("R7",),
)
ELECTION_CANDIDATES: Final = Rule(
    "election.candidates",
    OrNone(Count("candidate", "candidates", 1, 9)),
    "With fewer than {value} beyond the number of seats, nominations are opened once more.",
    "Nominations are opened once more only if there are fewer candidates than seats.",
    ("R19",),
)
ELECTION_ROLL: Final = Rule(
    "election.roll",
    Period((days(90), working_days(60))),
    "The roll is of a day at least {value} before the voting begins, and can be corrected until"
    " then.",
    sources=("R12",),
)
ELECTION_VOTING: Final = Rule(
    "election.voting",
    OrNone(Period((days(60), working_days(40)))),
    "The voting lasts {value} or longer.",
    "The voting may begin and end on one day.",
    ("R14",),
)

# --- Elections: counting, checking, and what follows ------------------------------------------

ELECTION_COUNTING: Final = Rule(
    "election.counting",
    Choice(
        (
            (
                Counting.PLURALITY,
                (
                    "a vote names at most as many candidates as there are seats, and those with"
                    " the most votes are elected"
                ),
            ),
            (
                Counting.APPROVAL,
                "a vote names any number of candidates, and those with the most votes are elected",
            ),
        )
    ),
    "In an election {value}.",
    sources=("R15",),
)
ELECTION_TRUSTEES: Final = Rule(
    "election.trustees",
    Count("trustee", "trustees", 2, 20),
    "A result is opened by at least {value} together, out of a larger number of them.",
    sources=("R14",),
)
ELECTION_BALLOTS: Final = Rule(
    "election.ballots",
    Count("ballot", "ballots", 2, 1000),
    "No result is made from fewer than {value}.",
    sources=("R14",),
)
ELECTION_HALT: Final = Rule(
    "election.halt",
    Count("day", "days", 1, 60),
    "The scrutineer may halt an election for {value} in all, and says why.",
    sources=("R9",),
)
ELECTION_COMPLAINTS: Final = Rule(
    "election.complaints",
    Period((days(365), working_days(250), months(12))),
    "Complaints about an election can be made until {value} after its result.",
    sources=("R20",),
)
ELECTION_CERTIFIER: Final = Rule(
    "election.certifier",
    OneOrgan(),
    "{value} certifies the result of an election when the time for complaints is over.",
    sources=("R5",),
)
ELECTION_ANNULMENT: Final = Rule(
    "election.annulment",
    OneOrgan(),
    "{value} may annul an election in which none of those who decide is concerned.",
)
ELECTION_TERM: Final = Rule(
    "election.term",
    Period((months(120), years(10))),
    "Who is elected holds the office for {value}.",
    sources=("R5", "R31"),
)
ELECTION_TERMS: Final = Rule(
    "election.terms",
    OrNone(Count("term", "terms", 1, 20)),
    "Nobody is elected to the same office for more than {value} in a row.",
    "Anybody may be elected to the same office again.",
)

# --- The rule book itself, and how time is counted --------------------------------------------

BOOK_DECIDER: Final = Rule(
    "rulebook.decider",
    OneOrgan(),
    "{value} decides on the rule book.",
    sources=("R27", "R40"),
)
BOOK_MAJORITY: Final = Rule(
    "rulebook.majority",
    Share(Fraction(1, 2), Fraction(9, 10)),
    "The rule book is changed if at least {value} of the votes cast are in favour, and more of"
    " them than against.",
)
BOOK_NOTICE: Final = Rule(
    "rulebook.notice",
    Period((days(365), working_days(250), months(12))),
    "A change of the rule book is announced at least {value} before it is decided.",
)
DEADLINES_MOVE: Final = Rule(
    "deadlines.move",
    YesNo(),
    "A time limit that would end on a Saturday, a Sunday or a holiday ends on the next working"
    " day.",
    "A time limit ends on its last day, whatever day that is.",
)


def _defined() -> Iterator[Rule[Any]]:
    return (value for value in globals().values() if isinstance(value, Rule))


RULES: Final[Mapping[str, Rule[Any]]] = {rule.key: rule for rule in _defined()}
"""Every rule by its key, in the order in which they stand above."""
