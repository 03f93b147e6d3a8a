"""Elections by approvals, small and full of ties, and all that their counts can end in."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

from comitia.counting.count import Options, Rule, run
from comitia.counting.lots import Decision
from comitia.counting.profile import AnyProfile, Paper, Profile
from comitia.counting.sheet import Account, Sheet, Table, Totals
from comitia.counting.words import sentence_of
from tests.counting.random_elections import named


def approving(
    seats: int, *papers: tuple[int, str], candidates: int = 0, withdrawn: str = ""
) -> Profile:
    """Return an election by papers and letters: (3, "AB"). candidates: if not all are named."""
    letters = {letter for _, text in papers for letter in text}
    number = candidates or len(letters)
    return Profile(
        "",
        seats,
        named(number),
        tuple(Paper(count, tuple((ord(one) - 64,) for one in text)) for count, text in papers),
        frozenset(ord(one) - 64 for one in withdrawn),
    )


def approval_election(random: Random, *, candidates: int = 6, papers: int = 9) -> Profile:
    """Return an election of up to so many candidates; papers name few or many, some nobody."""
    number = random.randint(1, candidates)
    everybody = range(1, number + 1)
    gone = {random.choice(everybody)} if number > 1 and random.random() < 0.15 else set()
    share = random.choice((0.3, 0.5, 0.7))
    entries = []
    for _ in range(random.randint(0, papers)):
        approved = [n for n in everybody if random.random() < share]
        random.shuffle(approved)
        entries.append(Paper(random.choice((1, 1, 2, 3)), tuple((n,) for n in approved)))
    seats = random.randint(1, number - len(gone))
    return Profile("", seats, named(number), tuple(entries), frozenset(gone))


def single_papers(profile: Profile) -> list[frozenset[int]]:
    """Return whom each single paper approves of among those who stand."""
    return [
        frozenset(n for rank in paper.ranking for n in rank) - profile.withdrawn
        for paper in profile.papers
        for _ in range(paper.count)
    ]


def outcomes(
    rule: Rule,
    profile: AnyProfile,
    decided: tuple[Decision, ...] = (),
    **options: Any,  # noqa: ANN401 - as Options has them
) -> list[Sheet]:
    """Return the sheets of all ways in which the lots could fall."""
    sheet = run(rule, profile, Options(decisions=decided, **options))
    if sheet.decided:
        return [sheet]
    tied = sheet.ties[-1].between
    return [
        found
        for one in tied
        for found in outcomes(
            rule, profile, (*decided, Decision(frozenset(tied), one, "")), **options
        )
    ]


def committees(sheets: Sequence[Sheet]) -> set[frozenset[int]]:
    return {frozenset(sheet.winners) for sheet in sheets}


def story_of(sheet: Sheet) -> list[str]:
    """Return the sentences of a sheet's account."""
    (found,) = (detail for detail in sheet.details if isinstance(detail, Account))
    return [sentence_of(fact, sheet) for fact in found.facts]


def table(sheet: Sheet, name: str) -> Table:
    (found,) = (one for one in sheet.details if isinstance(one, Table) and one.name == name)
    return found


def totals(sheet: Sheet) -> tuple[int, ...]:
    """Return each candidate's total; totals are whole."""
    (found,) = (detail for detail in sheet.details if isinstance(detail, Totals))
    assert all(figure.denominator == 1 for figure in found.figures)
    return tuple(int(figure) for figure in found.figures)


def unit_of(sheet: Sheet) -> str:
    """Return what the totals count."""
    (found,) = (detail for detail in sheet.details if isinstance(detail, Totals))
    return found.name
