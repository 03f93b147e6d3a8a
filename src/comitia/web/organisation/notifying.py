"""Who is told of a seat that falls vacant: those who lead the branch above, who may fill it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from django.utils.translation import gettext_noop, override

from comitia.law import rules
from comitia.law.deciders import Path, find_deciders
from comitia.law.errors import RuleViolation
from comitia.law.permissions import Actor
from comitia.law.values import Level, Organ
from comitia.web.accounts.models import Person
from comitia.web.acts.wiring import ActContext
from comitia.web.notices.values import FieldValue, Notice, Recipient
from comitia.web.notices.wording import Field, Template
from comitia.web.organisation.models import Appointment, Mandate, OfOrgan
from comitia.web.organisation.words import organ_name

VACANT: Final = Template(
    "organisation.vacant",
    1,
    gettext_noop("A seat falls vacant: {office}, {branch}"),
    gettext_noop(
        "Somebody holds a seat or an office ({office}) in the branch {branch} up to and on"
        " {last_day}, and no longer. See to it that it is filled."
    ),
    {"office": Field.LINE, "branch": Field.LINE, "last_day": Field.DATE},
)


def vacancy_notices(context: ActContext, held: OfOrgan) -> tuple[Notice, ...]:
    """Return what the executive above is told; nothing of a deputy's, or of what it ended itself.

    Neither the holder nor the reason is named: both are on the page, for who may see them.
    """
    is_deputy = isinstance(held, Appointment) and held.as_deputy
    if is_deputy or any(role.actor is Actor.EXECUTIVE for role in context.roles):
        return ()
    return tuple(
        Notice(VACANT, _recipient(one), _said(held, one), branch=held.branch_id)
        for one in _executive_above(context, held)
    )


def _said(held: OfOrgan, reader: Person) -> dict[str, FieldValue]:
    with override(reader.language):
        office = organ_name(held.organ)
    return {"office": office, "branch": held.branch.name, "last_day": held.until}


def _recipient(person: Person) -> Recipient:
    return Recipient(person.pk, person.email, person.language, person.name)


def _executive_above(context: ActContext, held: OfOrgan) -> Iterator[Person]:
    """Yield those who lead the branch above, or the next one that somebody leads."""
    if context.book is None:
        return
    organ, path = context.book.value(rules.BRANCH_EXECUTIVE), held.branch.steps
    leading = _leading(context, organ, path)
    holders = {key: set(of) for key, of in leading.items()}
    try:
        found = find_deciders(organ, Level.ABOVE, path, holders, held.holder)
    except RuleViolation:  # nobody leads anything up to the top
        return
    of_branch = leading[found.branch, organ]
    yield from (of_branch[one] for one in sorted(found.persons))


def _leading(
    context: ActContext, organ: Organ, path: Path
) -> Mapping[tuple[Path, Organ], dict[str, Person]]:
    rows = Mandate.objects.filter(
        branch__in=path,
        organ_kind=organ.kind,
        organ_name=organ.id,
        since__lte=context.day,
        until__gte=context.day,
    )
    found: dict[tuple[Path, Organ], dict[str, Person]] = {}
    for row in rows.select_related("branch", "person"):
        found.setdefault((row.branch.steps, organ), {})[row.holder] = row.person
    return found
