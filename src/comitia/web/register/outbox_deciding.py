"""What officers see of the outbox, and decide about it.

An officer sees what belongs to the branches whose register they keep, and nothing that goes to
themselves: of that the level above decides. Nor does who did what a message tells of decide about
it: whoever transfers a member shall not also see to it that nobody tells the member. A message that
tells of a decision on its recipient is neither held nor cancelled by anybody. By which office
somebody decided stays with the message, and its recipient sees it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from comitia.law.permissions import Act
from comitia.web.accounts.models import Person
from comitia.web.accounts.refusals import Refusal, refuse
from comitia.web.acts.wiring import wired
from comitia.web.database.locking import lock_rows
from comitia.web.documents.letters import Post, fits_window
from comitia.web.notices import bounces, letters, outbox
from comitia.web.notices.letters import Letter
from comitia.web.notices.models import OutboxMessage, State
from comitia.web.register.access import Officer
from comitia.web.register.letterhead import address_of, layout_here
from comitia.web.register.reaching import basis_of, within_reach

MOST_LETTERS: Final = 200
"""In one file: what somebody folds in an afternoon, and marks as posted together."""
OPEN: Final = (State.FAILED, State.BOUNCED, State.HELD, State.LETTER, State.WAITING)
STATES: Final[Mapping[str, Promise]] = {
    State.WAITING: gettext_lazy("waiting"),
    State.HELD: gettext_lazy("held back"),
    State.SENT: gettext_lazy("sent"),
    State.LETTER: gettext_lazy("to be posted"),
    State.FAILED: gettext_lazy("failed"),
    State.BOUNCED: gettext_lazy("came back"),
    State.CANCELLED: gettext_lazy("cancelled"),
}


@dataclass(frozen=True, slots=True)
class Decision:
    """Something that can be decided about a message. states: in which it can.

    run: does it, by a mandate or appointment, and says of how many messages it was so. is_quiet: it
    keeps a message from its recipient, and so is not for firm ones.
    """

    label: Promise
    states: frozenset[str]
    run: Callable[[UUID, datetime, str], int]
    is_grave: bool = False
    is_quiet: bool = False

    def fits(self, message: OutboxMessage) -> bool:
        """Whether a message is so that this can be decided about it."""
        return message.state in self.states and not (self.is_quiet and message.firm)


DECISIONS: Final[Mapping[str, Decision]] = {
    "release": Decision(
        gettext_lazy("Let it go"),
        frozenset({State.HELD, State.FAILED}),
        lambda message, now, _: outbox.release([message], now),
    ),
    "hold": Decision(
        gettext_lazy("Hold it back"),
        frozenset({State.WAITING, State.LETTER}),
        lambda message, _, __: outbox.hold([message]),
        is_quiet=True,
    ),
    "letter": Decision(
        gettext_lazy("Send it by letter"),
        frozenset({State.FAILED}),
        lambda message, now, _: letters.write_by_letter([message], now),
    ),
    "posted": Decision(
        gettext_lazy("It is posted, or handed over"),
        frozenset({State.LETTER}),
        lambda message, now, _: letters.note_posted([message], now),
    ),
    "bounced": Decision(
        gettext_lazy("It came back: there is no such address"),
        frozenset({State.SENT}),
        lambda message, now, by: bounces.note_bounce(message, bounces.Bounce.PERMANENT, now, by),
    ),
    "cancel": Decision(
        gettext_lazy("Cancel it"),
        frozenset({State.WAITING, State.HELD, State.LETTER, State.FAILED}),
        lambda message, now, _: outbox.cancel([message], now),
        is_grave=True,
        is_quiet=True,
    ),
}


def visible(officer: Officer) -> QuerySet[OutboxMessage]:
    """Ask for what an officer may see."""
    return within_reach(officer, Act.NOTICES_SEE, OutboxMessage.objects.all())


def names_of(messages: Iterable[OutboxMessage]) -> dict[UUID, str]:
    """Return who the recipients are."""
    people = {row.person for row in messages if row.person is not None}
    return dict(Person.objects.filter(pk__in=people).values_list("pk", "name"))


def is_own_deed(officer: Officer, message: OutboxMessage) -> bool:
    """Whether an officer did what a message tells of, in whatever office."""
    held = wired().holdings_of(officer.person.pk)
    return not set(held).isdisjoint(message.done_by.split())


@transaction.atomic
def decide(officer: Officer, message: OutboxMessage, key: str, now: datetime) -> bool:
    """Decide about a message; say whether it was still so that this could be.

    key: of ``DECISIONS``. Raises RuleViolation where the officer has no right to it.
    """
    basis = basis_of(officer, Act.NOTICES_DECIDE, message.branch, message.person)
    for row in lock_rows(OutboxMessage.objects.filter(pk=message.pk)):
        if is_own_deed(officer, row):
            raise refuse(Refusal.OWN_DEED, "another officer", "who did it")
        if DECISIONS[key].fits(row) and DECISIONS[key].run(row.pk, now, basis):
            OutboxMessage.objects.filter(pk=row.pk).update(decided_by=basis)
            return True
    return False


def dead_address(message: OutboxMessage) -> str:
    """Return the recipient's present address, if mail to it came back."""
    if message.person is None:
        return ""
    address: str = Person.objects.get(pk=message.person).email
    return "" if bounces.address_works(message.person, address) else address


@transaction.atomic
def trust_again(officer: Officer, message: OutboxMessage) -> None:
    """Write to the recipient's address by mail again. Raises RuleViolation."""
    basis_of(officer, Act.NOTICES_DECIDE, message.branch, message.person)
    if message.person is not None:
        bounces.forgive_address(message.person, dead_address(message))


# --- Letters -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ToPost:
    """A letter, and to whom. fits: whether the address can stand in an envelope's window."""

    letter: Letter
    person: Person
    fits: bool

    @property
    def post(self) -> Post:
        return Post(self.letter, address_of(self.person))


def letters_to_post(officer: Officer, branch: str, now: datetime) -> tuple[ToPost, ...]:
    """Return a branch's letters that are due, the oldest first; none of the officer's own deeds."""
    rows = visible(officer).filter(branch=branch, state=State.LETTER, person__isnull=False)
    rows = rows.filter(next_attempt_at__lte=now)
    own = frozenset(wired().holdings_of(officer.person.pk))
    due = {row.pk: row for row in rows if own.isdisjoint(row.done_by.split())}
    people = Person.objects.in_bulk([row.person for row in due.values()])
    found = letters.letters_of(people, now)
    layout = layout_here()
    return tuple(
        ToPost(one, people[one.person], fits_window(address_of(people[one.person]), layout))
        for one in found
        if one.message in due
    )[:MOST_LETTERS]


def note_posted(officer: Officer, posted: Iterable[ToPost], branch: str, now: datetime) -> int:
    """Take in that letters were posted; return how many were still to be. Raises RuleViolation."""
    messages = [one.letter.message for one in posted]
    with transaction.atomic():
        basis = basis_of(officer, Act.NOTICES_DECIDE, branch, None)
        done = letters.note_posted(messages, now)
        OutboxMessage.objects.filter(pk__in=messages, sent_at=now).update(decided_by=basis)
    return done
