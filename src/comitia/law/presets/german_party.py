"""A political party in Germany."""

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

_EXECUTIVE: Final = Organ(OrganKind.BODY, "branch-executive")
_CONGRESS: Final = Organ(OrganKind.BODY, "congress")
_KEEPER: Final = Organ(OrganKind.OFFICE, "membership-officer")

PRESET: Final = Preset(
    "german-party",
    "Political party (Germany)",
    "Local executives admit, a congress makes the statutes, offices for two years at most.",
    (
        choose(
            rules.APPLICATION_DECIDER,
            _EXECUTIVE,
            Basis("PartG § 10(1)", "the competent organs decide freely, as the statutes provide"),
        ),
        choose(rules.APPLICATION_LEVEL, Level.OWN),
        choose(rules.APPLICATION_PERIOD, months(2)),
        choose(rules.APPLICATION_OBJECTIONS, days(14)),
        choose(rules.APPLICATION_REASONS, True),  # noqa: FBT003 - the rule's value
        choose(rules.APPLICATION_APPEAL, months(1)),
        choose(rules.MINIMUM_AGE, 16),
        choose(rules.VOTE_WAITING, None),
        choose(
            rules.VOTE_ARREARS,
            months(3),
            Basis("PartG § 10(2)", "votes are equal; they may depend on dues that are paid"),
        ),
        choose(
            rules.LEAVING_NOTICE,
            None,
            Basis("PartG § 10(2)", "every member may leave at once at any time"),
        ),
        choose(rules.READMISSION_AFTER_LEAVING, Readmission.APPLICATION),
        choose(rules.READMISSION_AFTER_STRIKING_OFF, Readmission.LEVEL_ABOVE),
        choose(
            rules.READMISSION_AFTER_EXPULSION,
            Readmission.PANEL,
            Basis("PartG § 10(4)-(5)", "expulsion is for the arbitration courts, in two instances"),
        ),
        choose(
            rules.CORRECTION_PERIOD,
            months(1),
            Basis("GDPR art. 12(3)", "requests are answered within one month"),
        ),
        choose(
            rules.REGISTER_RETENTION,
            years(3),
            Basis("BGB § 195", "claims can be brought for three years, as a rule"),
        ),
        choose(
            rules.LONGEST_TERM,
            years(2),
            Basis("PartG §§ 8, 9, 11", "the executive is elected at least every second year"),
        ),
        choose(rules.LONGEST_APPOINTMENT, years(1)),
        choose(rules.ADMINISTRATORS_TOGETHER, 2),
        choose(rules.JOB_MOST_PEOPLE, 50),
        choose(rules.BRANCH_EXECUTIVE, _EXECUTIVE),
        choose(rules.REGISTER_KEEPER, _KEEPER),
        choose(rules.ELECTION_CALL, months(2)),
        choose(rules.ELECTION_NOTICE, days(28)),
        choose(rules.ELECTION_NOMINATIONS, days(14)),
        choose(rules.ELECTION_SUPPORTERS, None),
        choose(rules.ELECTION_CANDIDATES, None),
        choose(rules.ELECTION_ROLL, days(14)),
        choose(rules.ELECTION_VOTING, days(7)),
        choose(rules.ELECTION_COUNTING, Counting.PLURALITY),
        choose(rules.ELECTION_TRUSTEES, 2),
        choose(rules.ELECTION_BALLOTS, 10),
        choose(rules.ELECTION_HALT, 14),
        choose(rules.ELECTION_COMPLAINTS, months(1)),
        choose(rules.ELECTION_CERTIFIER, _EXECUTIVE),
        choose(rules.ELECTION_ANNULMENT, _CONGRESS),
        choose(
            rules.ELECTION_TERM,
            years(2),
            Basis("PartG §§ 8, 9, 11", "the executive is elected at least every second year"),
        ),
        choose(rules.ELECTION_TERMS, None),
        choose(
            rules.BOOK_DECIDER,
            _CONGRESS,
            Basis("PartG § 9", "the congress decides on the statutes"),
        ),
        choose(rules.BOOK_MAJORITY, Fraction(2, 3)),
        choose(rules.BOOK_NOTICE, months(1)),
        choose(
            rules.DEADLINES_MOVE,
            True,  # noqa: FBT003 - the rule's value
            Basis(
                "BGB § 193", "a declaration due on such a day is in time on the next working day"
            ),
        ),
    ),
)
