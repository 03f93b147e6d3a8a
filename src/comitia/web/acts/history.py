"""The history of anything: its entries, each as a sentence in the reader's language.

Every kind of act has one sentence, which names open fields alone. Salted values are shown beside it
where they still are, and only to whom the page says that it may: nothing is shown by default.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from comitia.record.entries import Actor, Capacity, parse_entry
from comitia.record.entries import Entry as Content
from comitia.record.kinds.declaring import Visibility
from comitia.record.kinds.rulebook import AdoptRuleBook
from comitia.record.kinds.values import EntryHash, Identifier
from comitia.web.acts.models import ORGANISATION, RULEBOOK, Entry
from comitia.web.acts.wiring import Wiring, wired
from comitia.web.acts.words import label_of, say_value

SENTENCES: Final[Mapping[str, Promise]] = {
    "organisation.found": gettext_lazy("The organisation was founded as %(name)s."),
    "branch.create": gettext_lazy("The branch %(name)s was created (%(level)s)."),
    "branch.rename": gettext_lazy("The branch was renamed %(name)s."),
    "branch.move": gettext_lazy("The branch was put under %(parent)s."),
    "branch.close": gettext_lazy("The branch was closed; its last day is %(last_day)s."),
    "branch.merge": gettext_lazy(
        "The branch was merged into %(into)s, where its members belong after %(last_day)s."
    ),
    "case.declare": gettext_lazy(
        "The founding declares the case %(number)s open since %(since)s; it waits for %(stage)s."
    ),
    "mandate.declare": gettext_lazy(
        "The founding declares %(holder)s holder of the mandate (%(organ)s) from %(since)s to"
        " %(until)s."
    ),
    "mandate.end": gettext_lazy("The mandate was ended; its last day is %(last_day)s."),
    "appointment.make": gettext_lazy(
        "%(holder)s was appointed (%(organ)s) from %(since)s to %(until)s."
    ),
    "appointment.end": gettext_lazy("The appointment was ended; its last day is %(last_day)s."),
    "administrator.grant": gettext_lazy("%(holder)s was given technical rights up to %(until)s."),
    "administrator.revoke": gettext_lazy(
        "The technical rights were taken away; their last day is %(last_day)s."
    ),
    "record.rotate_key": gettext_lazy("The record is signed by another key from now on."),
    "record.erase": gettext_lazy(
        "What identified the person was destroyed in this membership's entries."
    ),
    "membership.declare": gettext_lazy(
        "The founding declares this standing in %(branch)s: %(standing)s since %(since)s"
        " (%(category)s)."
    ),
    "membership.apply": gettext_lazy("Admission to %(branch)s was asked for (%(category)s)."),
    "membership.withdraw": gettext_lazy("The application was taken back."),
    "membership.admit": gettext_lazy("The application was accepted: a member from %(since)s."),
    "membership.refuse": gettext_lazy("The application was refused, with reasons."),
    "membership.transfer": gettext_lazy("Transferred to %(to)s from %(since)s."),
    "membership.leave": gettext_lazy(
        "The membership was ended by leaving; its last day is %(last_day)s."
    ),
    "membership.record_death": gettext_lazy("The death was recorded, with the day %(day)s."),
    "membership.readmit": gettext_lazy("Admitted again, in %(branch)s, from %(since)s."),
    "membership.correct": gettext_lazy(
        "The entry %(wrong)s was corrected. Did not happen at all: %(was_void)s. Right branch:"
        " %(branch)s. Right day: %(since)s."
    ),
    "membership.set_category": gettext_lazy("The kind of membership is now: %(category)s."),
    "person.correct_details": gettext_lazy("What is held about the person was put right."),
    "rulebook.announce": gettext_lazy(
        "A change of the rule book was announced, to be in force from %(in_force_from)s."
    ),
    "rulebook.withdraw": gettext_lazy(
        "The change of the rule book that %(announced)s announced was taken back."
    ),
    "rulebook.adopt": gettext_lazy(
        "Version %(number)s of the rule book was adopted, in force from %(in_force_from)s."
    ),
}
"""Of every kind what happened; filled in with its open fields."""


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One entry as a reader sees it.

    by: who did it, each with the mandate, appointment or membership. rules: the version of the rule
    book. place: where it stands in the record; None until it has been placed. is_declared: part of
    the founding document. disclosed: names of salted fields with their values.
    """

    at: datetime
    sentence: str
    by: tuple[str, ...]
    rules: int | None
    entry: EntryHash
    place: int | None
    is_declared: bool
    disclosed: tuple[tuple[str, str], ...] = ()


def sentences_of(aggregate: Identifier, *, disclosed: bool = False) -> list[HistoryLine]:
    """Return what happened to something, the latest first.

    disclosed: whether whoever reads it may see salted values too.
    """
    rows = list(Entry.objects.filter(aggregate=aggregate).order_by("-number"))
    contents = [parse_entry(bytes(row.content)) for row in rows]
    reader = _Reader(wired(), rows, contents)
    values = _disclosed(rows) if disclosed else {}
    return [
        reader.line(row, content, values.get(row.number, {}))
        for row, content in zip(rows, contents, strict=True)
    ]


class _Reader:
    """Everything that the lines of a history need, asked for once."""

    def __init__(self, wiring: Wiring, rows: Sequence[Entry], contents: Sequence[Content]) -> None:
        self._names = wiring.names_of({*_named(contents)})
        self._places = wiring.places_of([row.number for row in rows])
        self._say = partial(say_value, names=self._names, organ=wiring.organ_name)
        self._books = _versions({one.grounds.rules for one in contents} - {None})
        founding = Entry.objects.filter(aggregate__kind=ORGANISATION).order_by("number")
        self._founding = founding.values_list("hash", flat=True).first()

    def line(self, row: Entry, content: Content, values: Mapping[str, Any]) -> HistoryLine:
        """Return an entry's line. values: disclosed ones, as an entry writes them."""
        return HistoryLine(
            at=row.at,
            sentence=sentence_of(content, self._say),
            by=tuple(self._actor(actor) for actor in content.actors),
            rules=None if content.grounds.rules is None else self._books[content.grounds.rules],
            entry=EntryHash(row.hash),
            place=self._places.get(row.number),
            is_declared=content.grounds.cause == self._founding,
            disclosed=tuple(
                (str(label_of(field.about)), self._say(field.form.read(values[field.name], "")))
                for field in content.kind.fields
                if field.name in values
            ),
        )

    def _actor(self, actor: Actor) -> str:
        if actor.id is None:
            return gettext("a rule, by itself")
        if actor.capacity is Capacity.MEMBERSHIP:
            return gettext("the person concerned")
        return self._names.get(actor.id) or gettext("a holder whose name is not known here")


def sentence_of(content: Content, say: Callable[[Any], str]) -> str:
    """Return an entry's sentence. say: puts a value into words."""
    shown = (one.name for one in content.kind.fields if one.visibility is Visibility.OPEN)
    words = {name: say(getattr(content.act, name)) or "–" for name in shown}  # noqa: RUF001 - a dash
    return str(SENTENCES[content.kind.name]) % words


def _named(contents: Sequence[Content]) -> Iterator[str]:
    """Yield every identifier whose name a line could show."""
    for one in contents:
        yield from (actor.id for actor in one.actors if actor.id is not None)
        values = (getattr(one.act, field.name) for field in one.kind.fields)
        yield from (value for value in values if isinstance(value, str))


def _versions(books: Collection[EntryHash | None]) -> dict[EntryHash, int]:
    rows = Entry.objects.filter(aggregate__kind=RULEBOOK, hash__in=sorted(filter(None, books)))
    adopted = ((row.hash, parse_entry(bytes(row.content)).act) for row in rows)
    return {EntryHash(name): act.number for name, act in adopted if isinstance(act, AdoptRuleBook)}


def _disclosed(rows: Sequence[Entry]) -> dict[int, dict[str, Any]]:
    found: dict[int, dict[str, Any]] = {}
    asked = Entry.objects.filter(number__in=[row.number for row in rows])
    for number, field, value in asked.exclude(disclosures=None).values_list(
        "number", "disclosures__field", "disclosures__value"
    ):
        found.setdefault(number, {})[field] = json.loads(value)
    return found
