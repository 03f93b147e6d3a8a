"""What the start page tells officers and administrators that they have to answer or to see to.

Each source is asked only of those who may answer, for a number or the first few. What somebody has
proposed or joined waits for others, and is not told to them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Final

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from comitia.law.permissions import Act, Actor, Object
from comitia.record.kinds.values import EntryHash
from comitia.web.acts import proposing
from comitia.web.acts.models import Proposal
from comitia.web.deadlines.awaiting import overdue
from comitia.web.notices.models import OutboxMessage, State
from comitia.web.register.access import SEES_APPLICATIONS, SEES_REGISTER, Officer
from comitia.web.register.cards import CARD_KINDS
from comitia.web.register.models import Membership
from comitia.web.register.outbox_deciding import visible
from comitia.web.register.own_requests import KEEPERS, requests_of
from comitia.web.register.reaching import within_reach
from comitia.web.register.visibility import officers_of
from comitia.web.rulebook.models import Announcement
from comitia.web.rulebook.queries import decided_from

_MOST: Final = 10
_ADMINISTRATORS: Final = officers_of(Act.ADMINISTRATOR_GRANT, Act.RECORD_ROTATE_KEY)


@dataclass(frozen=True, slots=True)
class Item:
    """Something that awaits somebody, and where it is done; nowhere for what only happens."""

    text: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Something that is counted. actors: of whom it is asked. say: a number in words."""

    actors: frozenset[Actor]
    count: Callable[[Officer], int]
    say: Callable[[int], str]
    page: str


def to_decide(officer: Officer) -> Iterator[Item]:
    """Yield what an officer has to answer. Of somebody who is none nothing is asked."""
    for source in SOURCES:
        if officer.is_any(source.actors) and (number := source.count(officer)):
            yield Item(source.say(number) % {"number": number}, reverse(source.page))
    if officer.roles.roles:
        yield from _rule_book(officer)


def _proposed(officer: Officer, kinds: Collection[str]) -> QuerySet[Proposal]:
    """Ask for what waits for somebody like the officer, and not for others than the officer."""
    own = officer.person.pk
    waiting = proposing.open_proposals(officer.roles.at).filter(kind__in=kinds)
    return waiting.exclude(proposed_by=own).exclude(joinings__person=own)


def _proposed_on_members(officer: Officer, kinds: Collection[str]) -> int:
    """Count what waits about memberships in reach; nobody confirms what is about themselves."""
    own = Membership.objects.filter(person=officer.person).values("pk")
    return officer.sees(_proposed(officer, kinds)).exclude(aggregate__in=own).count()


def _messages(officer: Officer, which: Q) -> int:
    return visible(officer).filter(which).count()


def _to_post(officer: Officer) -> QuerySet[OutboxMessage]:
    due = visible(officer).filter(state=State.LETTER, person__isnull=False)
    return due.filter(next_attempt_at__lte=officer.roles.at)


SOURCES: Final = (
    Source(
        SEES_APPLICATIONS,
        lambda officer: officer.applications().count(),
        lambda number: ngettext(
            "%(number)s application waits for a decision",
            "%(number)s applications wait for a decision",
            number,
        ),
        "register:applications",
    ),
    Source(
        KEEPERS,
        lambda officer: requests_of(officer).count(),
        lambda number: ngettext(
            "%(number)s request for a correction waits for an answer",
            "%(number)s requests for a correction wait for an answer",
            number,
        ),
        "corrections",
    ),
    Source(
        SEES_REGISTER & officers_of(*(Act(one) for one in CARD_KINDS)),
        lambda officer: _proposed_on_members(officer, CARD_KINDS),
        lambda number: ngettext(
            "%(number)s proposal about a member waits for another keeper",
            "%(number)s proposals about members wait for another keeper",
            number,
        ),
        "register:proposals",
    ),
    Source(
        officers_of(Act.RECORD_ERASE),
        lambda officer: _proposed_on_members(officer, [Act.RECORD_ERASE]),
        lambda number: ngettext(
            "%(number)s erasure waits for another keeper",
            "%(number)s erasures wait for another keeper",
            number,
        ),
        "erasures",
    ),
    Source(
        _ADMINISTRATORS,
        lambda officer: _proposed(
            officer, [Act.ADMINISTRATOR_GRANT, Act.ADMINISTRATOR_REVOKE]
        ).count(),
        lambda number: ngettext(
            "%(number)s proposal about technical rights waits for another administrator",
            "%(number)s proposals about technical rights wait for another administrator",
            number,
        ),
        "administrators",
    ),
    Source(
        _ADMINISTRATORS,
        lambda officer: _proposed(officer, [Act.RECORD_ROTATE_KEY]).count(),
        lambda number: ngettext(
            "%(number)s change of the record's key waits for another administrator",
            "%(number)s changes of the record's key wait for another administrator",
            number,
        ),
        "change-key",
    ),
    Source(
        officers_of(Act.NOTICES_SEE),
        lambda officer: _messages(officer, Q(state__in=[State.FAILED, State.BOUNCED])),
        lambda number: ngettext(
            "%(number)s message has failed or come back",
            "%(number)s messages have failed or come back",
            number,
        ),
        "register:outbox",
    ),
    Source(
        officers_of(Act.NOTICES_SEE),
        lambda officer: _to_post(officer).count(),
        lambda number: ngettext(
            "%(number)s letter is to be posted",
            "%(number)s letters are to be posted",
            number,
        ),
        "register:outbox",
    ),
    Source(
        officers_of(Act.DEADLINES_SEE),
        lambda officer: within_reach(officer, Act.DEADLINES_SEE, overdue(officer.roles.at)).count(),
        lambda number: ngettext(
            "%(number)s deadline in your branches is overdue",
            "%(number)s deadlines in your branches are overdue",
            number,
        ),
        "register:deadlines",
    ),
)


def _rule_book(officer: Officer) -> Iterator[Item]:
    """Yield adoptions that wait for a second confirmation, and changes that can be decided now."""
    book = officer.roles.state.rule_book_at(officer.roles.at)
    top = next((role.branch[:1] for role in officer.roles.roles if role.branch), ())
    if book is None or not officer.roles.may(Act.RULEBOOK_ADOPT, Object(top)):
        return
    for one in _proposed(officer, [Act.RULEBOOK_ADOPT])[:_MOST]:
        text = gettext("The adoption of a rule book waits for a second confirmation")
        yield Item(text, reverse("answer-rulebook", args=[one.pk]))
    proposed = _adoptions(officer)
    for change in Announcement.objects.filter(ended_by=None)[:_MOST]:
        is_due = decided_from(change, book).is_over(officer.roles.at)
        if is_due and change.pk not in proposed:
            text = gettext("A change of the rule book can be decided")
            yield Item(text, reverse("announcement", args=[change.pk]))


def _adoptions(officer: Officer) -> frozenset[EntryHash | None]:
    """Return the announcements whose adoption somebody has proposed."""
    waiting = proposing.open_proposals(officer.roles.at).filter(kind=Act.RULEBOOK_ADOPT)
    return frozenset(proposing.act_of(one).announced for one in waiting)
