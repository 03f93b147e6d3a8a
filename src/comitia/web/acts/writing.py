"""The database's side of an act: the rows that it locks, and those that it writes.

Rows are locked in one order by everybody: the organisation, the rule book, then all others by their
identifiers. That an entry follows the last one of its aggregate is looked at once more when it is
written, so that not even a lock that somebody forgot lets two entries follow the same one.
"""

from __future__ import annotations

from collections.abc import Collection
from itertools import groupby
from typing import Any, Final

from django.db import IntegrityError

from comitia.law.errors import RuleViolation
from comitia.record.canonical import canonical_bytes
from comitia.record.entries import Entry, SealedEntry
from comitia.record.kinds import kind_of
from comitia.record.kinds.declaring import Begins
from comitia.record.kinds.organisation import (
    CloseBranch,
    CreateBranch,
    MergeBranch,
    MoveBranch,
    RenameBranch,
)
from comitia.record.kinds.rulebook import AdoptRuleBook, AnnounceRuleBook, WithdrawAnnouncement
from comitia.record.kinds.values import Identifier
from comitia.web.acts import models
from comitia.web.acts.errors import Refusal
from comitia.web.acts.wiring import wired
from comitia.web.database.locking import hold_rows

_TREE: Final = (CreateBranch, RenameBranch, MoveBranch, MergeBranch, CloseBranch)
_BOOK: Final = (AnnounceRuleBook, WithdrawAnnouncement, AdoptRuleBook)


def is_for_itself(act: Any) -> bool:  # noqa: ANN401 - any act
    """Whether everybody else's acts wait for an act: on the tree of branches, or the rule book."""
    return isinstance(act, (*_TREE, AdoptRuleBook))


def lock(act: Any, aggregate: Identifier, held: Collection[Identifier]) -> None:  # noqa: ANN401
    """Lock what an act changes, and share what it rests on, in the order that everybody keeps.

    Neighbours in that order that are taken in the same way are taken by one statement.
    """
    rows = models.Aggregate.objects
    taken = {
        models.ORGANISATION: isinstance(act, _TREE),
        models.RULEBOOK: isinstance(act, _BOOK),
    }
    for is_taken, kinds in groupby(taken, taken.__getitem__):
        hold_rows(rows.filter(kind__in=list(kinds)), shared=not is_taken)
    shared = {*held, *wired().rests_on(act, aggregate)}
    own = set() if kind_of(act).begins is Begins.ALWAYS else {aggregate}
    if kind_of(act).aggregate == "membership":
        own |= {*held}  # whose acts are counted
    for is_own, run in groupby(sorted(shared | own), own.__contains__):
        hold_rows(rows.filter(id__in=list(run)), shared=not is_own)


def write_entry(entry: Entry, sealed: SealedEntry) -> None:
    """Write an entry, the disclosures of its salted values, and that it is its aggregate's last.

    Raises RuleViolation where another entry was written since its aggregate was read.
    """
    _advance(entry, sealed)
    written = models.Entry.objects.create(
        hash=sealed.hash,
        content=sealed.content,
        kind=entry.kind.name,
        aggregate_id=entry.aggregate,
        branch=entry.branch or "",
        at=entry.at,
    )
    models.Disclosure.objects.bulk_create(
        models.Disclosure(
            entry=written,
            field=one.field,
            key=one.key,
            value=canonical_bytes(one.value).decode(),
            subject=subject_of(entry.act, entry.aggregate),
        )
        for one in sealed.disclosures
    )


def _advance(entry: Entry, sealed: SealedEntry) -> None:
    """Make an entry the last one of its aggregate, unless there is another by now."""
    follows = entry.grounds.follows
    rows = models.Aggregate.objects
    if follows is not None:
        moved = rows.filter(id=entry.aggregate, last=follows).update(last=sealed.hash)
        if not moved:
            raise _overtaken(entry)
        return
    try:
        rows.create(id=entry.aggregate, kind=entry.kind.aggregate, last=sealed.hash)
    except IntegrityError:  # whoever began the transaction ends it: nothing of it would be kept
        raise _overtaken(entry) from None


def _overtaken(entry: Entry) -> RuleViolation:
    expected = entry.grounds.follows or "nothing of it before"
    return RuleViolation(Refusal.OVERTAKEN, entry.aggregate, expected, "another entry")


def subject_of(act: Any, aggregate: Identifier) -> str:  # noqa: ANN401 - any act
    """Return the pseudonym of whom an act's salted values identify; none where they do not."""
    if kind_of(act).aggregate == "membership":
        return aggregate
    return str(getattr(act, "holder", ""))
