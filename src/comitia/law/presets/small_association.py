"""An association with few branches or none, as the BGB knows it."""

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

_COMMITTEE: Final = Organ(OrganKind.BODY, "committee")
_MEETING: Final = Organ(OrganKind.BODY, "general-meeting")
_KEEPER: Final = Organ(OrganKind.OFFICE, "secretary")

PRESET: Final = Preset(
    "small-association",
    "Small association",
    "One committee, one general meeting; everybody votes from the first day.",
    (
        choose(rules.APPLICATION_DECIDER, _COMMITTEE),
        choose(rules.APPLICATION_LEVEL, Level.OWN),
        choose(rules.APPLICATION_PERIOD, days(28)),
        choose(rules.APPLICATION_OBJECTIONS, None),
        choose(rules.APPLICATION_REASONS, True),  # noqa: FBT003 - the rule's value
        choose(rules.APPLICATION_APPEAL, days(28)),
        choose(rules.MINIMUM_AGE, None),
        choose(rules.VOTE_WAITING, None),
        choose(rules.VOTE_ARREARS, None),
        choose(
            rules.LEAVING_NOTICE,
            None,
            Basis("BGB § 39", "everybody may leave; a notice of at most two years can be asked"),
        ),
        choose(rules.READMISSION_AFTER_LEAVING, Readmission.APPLICATION),
        choose(rules.READMISSION_AFTER_STRIKING_OFF, Readmission.APPLICATION),
        choose(rules.READMISSION_AFTER_EXPULSION, Readmission.PANEL),
        choose(
            rules.CORRECTION_PERIOD,
            months(1),
            Basis("GDPR art. 12(3)", "requests are answered within one month"),
        ),
        choose(rules.REGISTER_RETENTION, years(1)),
        choose(rules.LONGEST_TERM, years(2)),
        choose(rules.LONGEST_APPOINTMENT, years(1)),
        choose(rules.ADMINISTRATORS_TOGETHER, 2),
        choose(rules.JOB_MOST_PEOPLE, 20),
        choose(rules.BRANCH_EXECUTIVE, _COMMITTEE),
        choose(rules.REGISTER_KEEPER, _KEEPER),
        choose(rules.ELECTION_CALL, days(60)),
        choose(rules.ELECTION_NOTICE, days(21)),
        choose(rules.ELECTION_NOMINATIONS, days(7)),
        choose(rules.ELECTION_SUPPORTERS, None),
        choose(rules.ELECTION_CANDIDATES, None),
        choose(rules.ELECTION_ROLL, days(7)),
        choose(rules.ELECTION_VOTING, None),
        choose(rules.ELECTION_COUNTING, Counting.PLURALITY),
        choose(rules.ELECTION_TRUSTEES, 2),
        choose(rules.ELECTION_BALLOTS, 5),
        choose(rules.ELECTION_HALT, 14),
        choose(rules.ELECTION_COMPLAINTS, days(14)),
        choose(rules.ELECTION_CERTIFIER, _COMMITTEE),
        choose(rules.ELECTION_ANNULMENT, _MEETING),
        choose(rules.ELECTION_TERM, years(2)),
        choose(rules.ELECTION_TERMS, None),
        choose(rules.BOOK_DECIDER, _MEETING),
        choose(
            rules.BOOK_MAJORITY,
            Fraction(3, 4),
            Basis("BGB § 33(1)", "three quarters of the votes cast, unless the statutes differ"),
        ),
        choose(rules.BOOK_NOTICE, days(14)),
        choose(
            rules.DEADLINES_MOVE,
            True,  # noqa: FBT003 - the rule's value
            Basis(
                "BGB § 193", "a declaration due on such a day is in time on the next working day"
            ),
        ),
    ),
)
