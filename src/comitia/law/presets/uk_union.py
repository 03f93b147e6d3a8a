"""A trade union in Great Britain."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from comitia.law import rules
from comitia.law.presets.preset import Basis, Preset, choose
from comitia.law.values import (
    Counting,
    Level,
    Organ,
    OrganKind,
    Readmission,
    days,
    months,
    years,
)

_COMMITTEE: Final = Organ(OrganKind.BODY, "branch-committee")
_CONFERENCE: Final = Organ(OrganKind.BODY, "conference")
_VOTE: Final = Basis(
    "TULRCA 1992 s. 50", "all members vote equally; exclusions only by class, in the rules"
)
_KEEPER: Final = Organ(OrganKind.OFFICE, "branch-secretary")

PRESET: Final = Preset(
    "uk-union",
    "Trade union (Great Britain)",
    "Branches with committees, a conference that makes the rules, terms of at most five years.",
    (
        choose(rules.APPLICATION_DECIDER, _COMMITTEE),
        choose(rules.APPLICATION_LEVEL, Level.OWN),
        choose(rules.APPLICATION_PERIOD, days(28)),
        choose(rules.APPLICATION_OBJECTIONS, None),
        choose(rules.APPLICATION_REASONS, True),  # noqa: FBT003 - the rule's value
        choose(rules.APPLICATION_APPEAL, days(28)),
        choose(rules.MINIMUM_AGE, None),
        choose(rules.VOTE_WAITING, None, _VOTE),
        choose(rules.VOTE_ARREARS, months(6), _VOTE),
        choose(
            rules.LEAVING_NOTICE,
            days(28),
            Basis("TULRCA 1992 s. 69", "members may leave on reasonable notice"),
        ),
        choose(rules.READMISSION_AFTER_LEAVING, Readmission.APPLICATION),
        choose(rules.READMISSION_AFTER_STRIKING_OFF, Readmission.APPLICATION),
        choose(rules.READMISSION_AFTER_EXPULSION, Readmission.PANEL),
        choose(
            rules.CORRECTION_PERIOD,
            months(1),
            Basis("UK GDPR art. 12(3)", "requests are answered within one month"),
        ),
        choose(
            rules.REGISTER_RETENTION,
            years(6),
            Basis(
                "Limitation Act 1980 s. 5", "claims from a contract can be brought for six years"
            ),
        ),
        choose(
            rules.LONGEST_TERM,
            years(5),
            Basis(
                "TULRCA 1992 s. 46(1)",
                "nobody stays in the executive or a leading office beyond five years unless"
                " elected again",
                "the text of 1993-08-30",
            ),
        ),
        choose(rules.LONGEST_APPOINTMENT, years(1)),
        choose(rules.ADMINISTRATORS_TOGETHER, 2),
        choose(rules.JOB_MOST_PEOPLE, 50),
        choose(rules.BRANCH_EXECUTIVE, _COMMITTEE),
        choose(rules.REGISTER_KEEPER, _KEEPER),
        choose(rules.ELECTION_CALL, months(3)),
        choose(rules.ELECTION_NOTICE, days(42)),
        choose(rules.ELECTION_NOMINATIONS, days(14)),
        choose(rules.ELECTION_SUPPORTERS, 2),
        choose(rules.ELECTION_CANDIDATES, 1),
        choose(rules.ELECTION_ROLL, days(14)),
        choose(rules.ELECTION_VOTING, days(14)),
        choose(
            rules.ELECTION_COUNTING,
            Counting.PLURALITY,
            Basis(
                "TULRCA 1992 s. 51(6)-(7)",
                "the result follows from the votes cast directly for each candidate",
            ),
        ),
        choose(rules.ELECTION_TRUSTEES, 2),
        choose(rules.ELECTION_BALLOTS, 10),
        choose(rules.ELECTION_HALT, 28),
        choose(rules.ELECTION_COMPLAINTS, days(28)),
        choose(rules.ELECTION_CERTIFIER, _COMMITTEE),
        choose(rules.ELECTION_ANNULMENT, _CONFERENCE),
        choose(rules.ELECTION_TERM, years(3)),
        choose(rules.ELECTION_TERMS, None),
        choose(rules.BOOK_DECIDER, _CONFERENCE),
        choose(rules.BOOK_MAJORITY, Fraction(2, 3)),
        choose(rules.BOOK_NOTICE, months(2)),
        choose(rules.DEADLINES_MOVE, True),  # noqa: FBT003 - the rule's value
    ),
)
