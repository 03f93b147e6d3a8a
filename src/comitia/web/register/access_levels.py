"""Who gives whom a first way in, and how: what keeps one officer from becoming two people.

Whoever opens an account that nobody has claimed can take it. So a code from hand to hand takes two
officers. Whoever holds an office, a place in a body or technical rights gets a code by letter or
mail, from an officer of a branch above; at the top from two, of whom one stands there. And nobody
gives more codes within a day than the rule book lets a job change people.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from comitia.law import rules
from comitia.law.permissions import Act, Object, Role
from comitia.web.accounts.models import AccessUse, Channel, Person, Step
from comitia.web.accounts.refusals import Refusal, refuse
from comitia.web.acts.bases import choose_bases
from comitia.web.acts.rights import Roles
from comitia.web.acts.wiring import wired
from comitia.web.organisation.models import Administration
from comitia.web.organisation.queries import HOLDINGS
from comitia.web.register.models import Membership

_DAY: Final = timedelta(days=1)
Steps = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Need:
    """What a first way in takes. held: the branches in which the person holds something.

    at_top: whether one of them is the topmost; technical rights belong there, too.
    """

    held: tuple[Steps, ...] = ()
    at_top: bool = False

    def takes_two(self, channel: Channel) -> bool:
        return self.at_top or channel is Channel.IN_PERSON

    def allows(self, channel: Channel) -> bool:
        return not self.held or channel is not Channel.IN_PERSON

    def stands_above(self, role: Role) -> bool:
        """Whether a role is held above everything that the person holds; at the top, there."""
        here = role.branch
        if self.at_top:
            return len(here) == 1
        return all(steps[: len(here)] == here and len(here) < len(steps) for steps in self.held)


def need_of(person: Person, day: date) -> Need:
    """Return what a first way in takes for somebody, by what is held that day."""
    held: list[Steps] = []
    technical = False
    for model in HOLDINGS:
        rows = model.objects.filter(person=person, since__lte=day, until__gte=day)
        for one in rows.select_related("branch"):
            held.append(one.branch.steps)
            technical = technical or model is Administration
    return Need(tuple(held), technical or any(len(steps) == 1 for steps in held))


def choose_openers(
    place: Object, need: Need, channel: Channel, people: Sequence[Roles]
) -> tuple[Role, ...]:
    """Return by which role each of these officers gives a code. Raises RuleViolation."""
    if not need.allows(channel):
        raise refuse(Refusal.NOT_BY_HAND, "a letter or mail", channel)
    if need.takes_two(channel) and len(people) < 2:  # noqa: PLR2004 - as the name says
        raise refuse(Refusal.TAKES_TWO, "two officers", "one")
    everybody = choose_bases(Act.ACCESS_OPEN, place, people)
    if not need.held:
        return everybody
    for number, one in enumerate(people):
        above = replace(one, roles=tuple(role for role in one.roles if need.stands_above(role)))
        if above.roles:
            chosen = choose_bases(Act.ACCESS_OPEN, place, [above])
            return (*everybody[:number], *chosen, *everybody[number + 1 :])
    raise refuse(Refusal.LEVEL_ABOVE, "an officer above", "none")


def expect_few_codes(by: Person, roles: Roles, row: Membership) -> None:
    """Raise RuleViolation where an officer has given codes to too many people within a day."""
    given = AccessUse.objects.filter(
        by__in=wired().holdings_of(by.pk),
        step__in=[Step.ISSUED, Step.CONFIRMED],
        at__gt=roles.at - _DAY,
    )
    people = {row.pk, *given.values_list("membership", flat=True)}
    most = most_people(roles)
    if len(people) > most:
        raise refuse(Refusal.TOO_MANY, f"{most} people within a day", str(len(people)))


def most_people(roles: Roles) -> int:
    """Return how many people the rule book lets a job change; none before a founding."""
    book = roles.state.rule_book_at(roles.at)
    return 0 if book is None else int(book.value(rules.JOB_MOST_PEOPLE))
