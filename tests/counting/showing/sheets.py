"""Sheets to be shown, made by hand: each kind that a rule can write, small enough to read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Final

from comitia.counting.count import Count, Rule
from comitia.counting.profile import Profile
from comitia.counting.sheet import (
    Code,
    Detail,
    Fact,
    Grades,
    Kind,
    Levels,
    Means,
    Pairwise,
    Purpose,
    Sheet,
    Stage,
    SubStage,
    Table,
    Tie,
    Totals,
    Transfer,
)

HOSTILE: Final = (
    "<script>alert(1)</script>",
    '#panic("evaluated") #import "evil.typ": *',
    "$ x^2 $ _a_ *b* @c",
    "back\\slash \"quotes\" 'and' `ticks` &amp; {{ 7 * 7 }} {% raw %}",
    "]]> --> </style></svg></text>",
    "\u05e9\u05e8\u05d4 \u05db\u05d4\u05df",
    "\u0645\u062d\u0645\u062f (\u0627\u0644\u0623\u0648\u0644)",
    "Wolfeschlegelsteinhausenbergerdorff" * 4,
)
"""Names that are markup somewhere, run from right to left, or have no end."""


def parts(*figures: int | str) -> tuple[Fraction, ...]:
    """Return figures as a sheet holds them."""
    return tuple(map(Fraction, figures))


def sheet_of(
    names: Sequence[str],
    *,
    stages: Sequence[Stage] = (),
    winners: Sequence[int] = (),
    details: Sequence[Detail] = (),
    decimals: int | None = 0,
) -> Sheet:
    """Return a decided sheet without ties."""
    return Sheet(
        rule="by-hand",
        version=1,
        title="Election of the committee",
        names=tuple(names),
        withdrawn=frozenset(),
        seats=max(1, len(winners)),
        decimals=decimals,
        valid=30,
        invalid=2,
        quota=None,
        winners=tuple(winners),
        stages=tuple(stages),
        ties=(),
        details=tuple(details),
        decided=True,
        commitment=None,
    )


def following(before: Stage, kind: Kind, candidate: int, transfers: Sequence[Transfer]) -> Stage:
    """Return the stage that these transfers make out of another one; an exclusion excludes."""
    votes = list(before.votes)
    lost = before.non_transferable
    for one in transfers:
        if one.source is not None:
            votes[one.source - 1] -= one.votes
        if one.target is None:
            lost += one.votes
        else:
            votes[one.target - 1] += one.votes
    excluded = (candidate,) if kind is Kind.EXCLUSION else ()
    return Stage(
        kind, (candidate,), tuple(votes), lost, excluded=excluded, transfers=tuple(transfers)
    )


def moves(source: int, *targets: tuple[int | None, str]) -> tuple[Transfer, ...]:
    """Return transfers from one candidate to others, each with its votes."""
    return tuple(Transfer(source, target, Fraction(votes)) for target, votes in targets)


def scottish() -> Sheet:
    """Return a count by transfers: a surplus, an exclusion after a look-back, a lot."""
    names = ("Adler", "Brandt", "Cohen", "Dietz", "Ember")
    first = Stage(
        Kind.FIRST_PREFERENCES,
        (),
        parts(13, 6, 5, 5, 1),
        Fraction(0),
        elected=(1,),
        facts=(
            Fact(Code.QUOTA_SET, figures=parts(11)),
            Fact(Code.QUOTA_REACHED, (1,), parts(11)),
        ),
    )
    gains = moves(1, (2, "0.92304"), (3, "0.46152"), (4, "0.46152"), (None, "0.15392"))
    second = following(first, Kind.SURPLUS, 1, gains)
    third = following(second, Kind.EXCLUSION, 5, moves(5, (2, "1.00000")))
    third = replace(third, facts=(Fact(Code.LOWEST, (5,)),))
    fourth = following(third, Kind.EXCLUSION, 4, moves(4, (2, "4"), (3, "1"), (None, "0.46152")))
    fourth = replace(fourth, elected=(2,), facts=(Fact(Code.QUOTA_REACHED, (2,), parts(11)),))
    ties = (
        Tie((3, 4), Purpose.EXCLUDED, 4, Means.SEED),
        Tie((1, 2), Purpose.SURPLUS, 1, Means.LOOK_BACK, stage=1),
    )
    made = sheet_of(names, stages=(first, second, third, fourth), winners=(1, 2), decimals=5)
    return replace(made, quota=Fraction(11), ties=ties, commitment="5f" * 32)


def undecided() -> Sheet:
    """Return the same count where nobody has drawn the lot."""
    made = scottish()
    tie = Tie((3, 4), Purpose.EXCLUDED, None, Means.NOTHING)
    stages = [replace(stage, votes=(*stage.votes, Fraction(0))) for stage in made.stages[:3]]
    return replace(
        made,
        names=(*made.names, "Frisch"),
        stages=tuple(stages),
        winners=(1,),
        ties=(tie,),
        decided=False,
        commitment=None,
        withdrawn=frozenset({6}),
    )


def meek() -> Sheet:
    """Return a count that counts all papers anew: keep factors, a falling quota, no transfers."""
    first = Stage(
        Kind.FIRST_PREFERENCES,
        (),
        parts(18, 7, 5),
        Fraction(0),
        quota=Fraction("10.000001"),
        elected=(1,),
        keep=parts(1, 1, 1),
    )
    second = Stage(
        Kind.SURPLUSES,
        (),
        parts("10.5", "12.25", "5"),
        Fraction("2.25"),
        quota=Fraction("9.25"),
        elected=(2,),
        keep=parts("0.583333", 1, 1),
    )
    third = Stage(
        Kind.EXCLUSION,
        (3,),
        parts("9.5", "13.25", 0),
        Fraction("7.25"),
        quota=Fraction("7.583334"),
        excluded=(3,),
        keep=parts("0.5", "0.75", 0),
    )
    names = ("Adler", "Brandt", "Cohen")
    made = sheet_of(names, stages=(first, second, third), winners=(1, 2), decimals=6)
    return replace(made, quota=Fraction("7.583334"))


def batches() -> Sheet:
    """Return a count that passes the papers of two excluded on in batches by value."""
    first = Stage(Kind.FIRST_PREFERENCES, (), parts(14, 9, 4, 3), Fraction(0), elected=(1,))
    subs = (
        SubStage(Fraction(1), 6, parts(14, "14.00", 1, 0), Fraction(1)),
        SubStage(Fraction("0.21"), 2, parts(14, "14.42", 0, 0), Fraction("1.58"), elected=(2,)),
    )
    second = Stage(
        Kind.EXCLUSION,
        (3, 4),
        parts(14, "14.42", 0, 0),
        Fraction("1.58"),
        elected=(2,),
        excluded=(4, 3),
        transfers=(
            *moves(3, (2, "3.21"), (None, "0.79")),
            *moves(4, (2, "2.21"), (None, "0.79")),
        ),
        sub_stages=subs,
    )
    names = ("Adler", "Brandt", "Cohen", "Dietz")
    return sheet_of(names, stages=(first, second), winners=(1, 2), decimals=2)


def schulze() -> Sheet:
    """Return a count by pairs, with beat paths and options in order."""
    preferences = ((0, 18, 9), (12, 0, 20), (21, 10, 0))
    strengths = ((0, 18, 18), (20, 0, 20), (21, 18, 0))
    paths = {
        (1, 2): (1, 2),
        (1, 3): (1, 2, 3),
        (2, 1): (2, 3, 1),
        (2, 3): (2, 3),
        (3, 1): (3, 1),
        (3, 2): (3, 1, 2),
    }
    dropped = Table("options dropped", ("Option", "Reason"), ((1, "no quorum <b>"),))
    details = (
        Pairwise("preferences", preferences),
        Pairwise("beat paths", strengths, paths),
        Levels(((3,), (2, 1))),
        dropped,
    )
    return sheet_of(("Choice <1>", "Choice 2", "None of them"), winners=(3,), details=details)


def judgment() -> Sheet:
    """Return a count by grades."""
    grades = Grades(
        ("excellent", "good", "passable", "to reject"),
        ((12, 9, 6, 3), (3, 12, 12, 3), (0, 0, 0, 0)),
        (1, 2, None),
    )
    return sheet_of(("Adler", "Brandt", "Cohen"), winners=(1,), details=(grades,))


def approvals() -> Sheet:
    """Return a count of totals."""
    details = (
        Totals("approvals", parts(17, 21, 4)),
        Table("limits applied", ("Candidate", "Share"), ((3, Fraction(4)),)),
    )
    return sheet_of(("Adler", "Brandt", "Cohen"), winners=(2, 1), details=details)


def hostile() -> Sheet:
    """Return the same kinds of figures for names and texts that are markup somewhere."""
    names = HOSTILE
    first = Stage(
        Kind.FIRST_PREFERENCES, (), parts(9, 7, 5, 4, 2, 1, 1, 1), Fraction(0), elected=(1,)
    )
    second = following(first, Kind.SURPLUS, 1, moves(1, (2, "1.5"), (6, "0.5"), (None, "1")))
    third = following(second, Kind.EXCLUSION, 8, moves(8, (7, "1")))
    evil = HOSTILE[0]
    details = (
        Totals("points", parts(9, 7, 5, 4, 2, 1, 1, 1)),
        Grades((evil, HOSTILE[1]), tuple((n, 1) for n in range(8)), (0,) * 8),
        Pairwise("preferences", tuple(tuple(range(8)) for _ in range(8))),
        Table(HOSTILE[1], (evil, HOSTILE[2]), ((1, evil), (8, HOSTILE[3]))),
    )
    made = sheet_of(names, stages=(first, second, third), winners=(1,), details=details, decimals=1)
    ties = (Tie((1, 8), Purpose.EXCLUDED, 8, Means.PERSON, recorded=HOSTILE[4]),)
    return replace(made, title=HOSTILE[0], ties=ties, quota=Fraction(6))


def large() -> Sheet:
    """Return a count of 30 candidates in 25 stages."""
    names = tuple(f"Candidate number {n} of a fairly long list" for n in range(1, 31))
    stage = Stage(
        Kind.FIRST_PREFERENCES,
        (),
        tuple(Fraction(1000 + 37 * n % 311) for n in range(30)),
        Fraction(0),
    )
    stages = [stage]
    for out in range(30, 6, -1):
        votes = stage.votes[out - 1]
        share = Fraction(int(votes * 100_000) // 5, 100_000)
        targets = ((out // 2, str(share)), (1, str(share)), (2, str(share)), (3, str(share)))
        gone = moves(out, *targets, (None, str(votes - 4 * share)))
        stage = following(stage, Kind.EXCLUSION, out, gone)
        stages.append(stage)
    stages[-1] = replace(stages[-1], elected=(1, 2, 3))
    made = sheet_of(names, stages=stages, winners=(1, 2, 3), decimals=5)
    return replace(made, quota=Fraction(8000), valid=int(sum(stages[0].votes)))


def _count_nothing(_: Count) -> None:
    """Stand in for a rule's function; nothing here counts."""


RULE: Final = Rule(
    name="by-hand",
    version=1,
    title="Counted <by hand>",
    source='The minutes of 1 May, section 4 & "annex"',
    explanation="For tests of how a sheet is shown.",
    decimals=None,
    takes=(Profile,),
    count=_count_nothing,
)

ALL: Final = {
    "scottish": scottish,
    "undecided": undecided,
    "meek": meek,
    "batches": batches,
    "schulze": schulze,
    "judgment": judgment,
    "approvals": approvals,
    "hostile": hostile,
    "large": large,
}
"""Every sheet by its name."""
