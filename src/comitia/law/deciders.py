"""Who decides an act: the holders of the organ that the rules name, without the person concerned.

Nobody decides on their own affair. Where that leaves nobody, or the organ is vacant or missing in
a branch, the same organ of the branch above decides; the answer says over which branches the
question went up and why, so that an entry can tell. The way ends at the top.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from comitia.law import rules
from comitia.law.errors import Code, RuleViolation
from comitia.law.rulebook import RuleBook
from comitia.law.values import Level, Organ

Path = tuple[str, ...]
"""A branch: the ids from the top of the organisation down to it."""


class Passing(StrEnum):
    """Why a branch does not decide."""

    CONCERNED = "concerned"
    VACANT = "vacant"


@dataclass(frozen=True, slots=True)
class Deciders:
    """Who decides. branch: whose organ it is. persons: by pseudonym, at least one.

    excluded: whether the person concerned holds the organ too and has no part in this.
    passed: the branches that were passed over on the way up, with the reason.
    """

    organ: Organ
    branch: Path
    persons: frozenset[str]
    excluded: bool
    passed: tuple[tuple[Path, Passing], ...]


def find_deciders(
    organ: Organ,
    level: Level,
    branch: Path,
    holders: Mapping[tuple[Path, Organ], Collection[str]],
    concerned: str | None,
) -> Deciders:
    """Return who decides an act that concerns a branch.

    organ, level: as the rules name them. holders: of every organ of every branch those whose terms
    run. concerned: the person whom the act is about, None where it is about nobody.

    Raises RuleViolation where nobody is left up to the top.
    """
    at = level.of(branch)
    passed: list[tuple[Path, Passing]] = []
    for depth in range(len(at), 0, -1):
        place = at[:depth]
        held_by = frozenset(holders.get((place, organ), ()))
        persons = held_by - {concerned}
        if persons:
            return Deciders(organ, place, persons, concerned in held_by, tuple(passed))
        passed.append((place, Passing.CONCERNED if held_by else Passing.VACANT))
    raise RuleViolation(
        Code.DECIDER_NOBODY, str(organ), "somebody who is not concerned", "nobody up to the top"
    )


def require_deciders(
    branches: Iterable[Path], holders: Mapping[tuple[Path, Organ], Collection[str]], book: RuleBook
) -> None:
    """Refuse an organisation in which nobody could decide on an application in some branch.

    holders: as of ``find_deciders``, who holds by mandate or by appointment: either gives the
    right. Raises RuleViolation, with the id of the first such branch as its subject.
    """
    organ, level = book.value(rules.APPLICATION_DECIDER), book.value(rules.APPLICATION_LEVEL)
    for branch in branches:
        try:
            find_deciders(organ, level, branch, holders, None)
        except RuleViolation as nobody:
            raise RuleViolation(nobody.code, branch[-1], str(organ), nobody.found) from None


def level_of(level: Level, branch: Path) -> Path:
    """Return the branch at a level, seen from another; of one that is nowhere, nowhere."""
    return level.of(branch) if branch else ()


def lowest_common(one: Path, other: Path) -> Path:
    """Return the lowest branch to which both belong; the empty path where there is none."""
    same = 0
    for mine, yours in zip(one, other, strict=False):
        if mine != yours:
            break
        same += 1
    return one[:same]
