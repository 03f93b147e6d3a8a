"""Everything that is held about a person, each with its purpose, ground and retention (R33)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db.models import Q
from django.utils.formats import date_format

from comitia.law.standings import Standing
from comitia.record.entries import parse_entry_value
from comitia.record.kinds.register import Category
from comitia.web.accounts.models import Opening, Person
from comitia.web.accounts.uses import uses_of
from comitia.web.acts.models import Entry, Proposal
from comitia.web.acts.words import name_of_choice
from comitia.web.deadlines.models import Deadline, Feed
from comitia.web.documents.models import StoredFile
from comitia.web.notices.models import DeadAddress, OutboxMessage
from comitia.web.organisation.models import Administration, Appointment, Mandate
from comitia.web.register.models import Membership
from comitia.web.register.own_told import copies_with
from comitia.web.register.purposes import PURPOSES, Purpose

_HELD: tuple[type[Mandate | Appointment | Administration], ...] = (
    Mandate,
    Appointment,
    Administration,
)


@dataclass(frozen=True, slots=True)
class Field:
    """A field with its value. confirmed_on: when it was last said to be right, if that counts."""

    purpose: Purpose
    value: Any
    confirmed_on: date | None = None

    @property
    def shown(self) -> str:
        """The value as a reader knows it; nothing where none is held."""
        if isinstance(self.value, date):
            return date_format(self.value, "DATE_FORMAT")
        return str(self.value or "")


def fields_of(person: Person, membership: Membership | None) -> tuple[Field, ...]:
    """Return every field that is held about a person, in the order in which a page shows them."""
    confirmed = membership.confirmed_on if membership else None
    held: list[Field] = [
        Field(PURPOSES["name"], person.name),
        Field(PURPOSES["birth_date"], person.birth_date),
        Field(PURPOSES["address"], person.postal_address, confirmed),
        Field(PURPOSES["email"], person.email),
    ]
    if membership is not None:
        standing, category = membership.standing, membership.category
        held += [
            Field(PURPOSES["standing"], name_of_choice(Standing(standing)) if standing else ""),
            Field(PURPOSES["branch"], membership.branch.name),
            Field(PURPOSES["category"], name_of_choice(Category(category))),
            Field(PURPOSES["paid_up_to"], membership.paid_up_to),
        ]
    return tuple(held)


def everything_about(person: Person, membership: Membership | None) -> dict[str, Any]:
    """Return all that is held about a person, for a file: only what is the person's own.

    ``own_tables`` says which table is in which part. Of entries those of the own membership; of
    what others did in them only in which capacity, as the record has it, and no name.
    """
    return {
        "person": _columns(person, ("name", "birth_date", "postal_address", "email", "language")),
        "pseudonyms": [
            _columns(one, ("context", "instance", "value"))
            for one in person.pseudonyms.order_by("context", "instance")
        ],
        "membership": None if membership is None else _membership(membership),
        "entries": [] if membership is None else _entries(membership),
        "held": [
            {"kind": model.__name__.lower(), "branch": one.branch.name, **_columns(one, _TERM)}
            for model in _HELD
            for one in model.objects.filter(person=person).select_related("branch")
        ],
        "deadlines": [
            _columns(one, ("kind", "starts_at", "last_day", "state"))
            for one in Deadline.objects.filter(
                Q(person=person.pk) | Q(subject__in=person.pseudonyms.values("value"))
            ).order_by("pk")
        ],
        **_ways_in(person, membership),
        **_told(person, membership),
    }


_TERM = ("id", "since", "until")


def _ways_in(person: Person, membership: Membership | None) -> dict[str, Any]:
    """Return by what somebody logs in, or a program acts; no word of any, for none is kept."""
    own = "" if membership is None else membership.pk
    return {
        "sessions": _all(person.sessions.all(), "device", "began_at", "expire_date"),
        "keys": [
            {**_columns(one, ("type", "created_at", "last_used_at")), "name": _name_of_key(one)}
            for one in Authenticator.objects.filter(user=person).order_by("pk")
        ],
        "other_logins": _all(
            SocialAccount.objects.filter(user=person), "provider", "uid", "date_joined"
        ),
        "tokens": _all(
            person.api_tokens.all(),
            *("name", "scope", "made_at", "last_day", "used_on", "revoked_at"),
        ),
        "calendar": _all(Feed.objects.filter(person=person.pk), "language", "made_at"),
        "claim_codes": _all(
            person.claim_codes.all(), "channel", "issued_at", "used_at", "ended_at", "tries"
        ),
        "opening": _all(Opening.objects.filter(person=person), "begun_at"),
        "recoveries": _all(person.recoveries.all(), "started_at", "confirmed_at", "stopped_at"),
        "former_addresses": _all(person.former_addresses.all(), "address", "replaced_at"),
        "ways_in": _all(uses_of(own), "step", "by", "channel", "at") if own else [],
    }


def _name_of_key(key: Authenticator) -> str:
    return str(key.wrap().name) if key.type == Authenticator.Type.WEBAUTHN else ""


def _told(person: Person, membership: Membership | None) -> dict[str, Any]:
    """Return what was written to somebody, what is proposed, and what was copied."""
    copied = ("branch_id", "day", "known_at", "people", "purpose", "taken_at")
    return {
        "messages": _all(
            OutboxMessage.objects.filter(person=person.pk).order_by("made_at", "pk"),
            *("template", "subject", "body", "address", "language", "state"),
            *("made_at", "sent_at", "done_by", "decided_by"),
        ),
        "addresses_that_failed": _all(
            DeadAddress.objects.filter(person=person.pk), "address", "since", "by"
        ),
        "proposals": _all(
            Proposal.objects.filter(person=person.pk).order_by("proposed_at"),
            *("kind", "act", "proposed_at", "expires_at", "ended_at", "entry"),
        ),
        "files": _all(StoredFile.objects.filter(person=person.pk), "sort", "made_at"),
        "copies_taken": _all(person.copies.all(), *copied),
        "copies_with_me": _all(copies_with(membership), *copied),
    }


def _membership(membership: Membership) -> dict[str, Any]:
    names = ("id", "standing", "since", "category", "paid_up_to", "confirmed_on")
    requests = membership.correction_requests.select_related("deadline__extends")
    erasure = getattr(membership, "erasure_request", None)  # of a room above this one
    asked_to_be_erased = [] if erasure is None else [erasure]
    asked = (
        *("wrong", "asked_at", "last_day", "extended_because", "extended_by", "outcome"),
        *("answer", "answered_at", "answered_by", "entry"),
    )
    return {
        **_columns(membership, names),
        "branch": membership.branch.name,
        "correction_requests": [_columns(one, asked) for one in requests],
        "erasure_requests": _all(asked_to_be_erased, "asked_at"),
        "duties_to_keep": _all(membership.duties.all(), "ground", "reason", "last_day", "noted_at"),
    }


def _entries(membership: Membership) -> list[dict[str, Any]]:
    rows = Entry.objects.filter(aggregate=membership.pk).prefetch_related("disclosures")
    return [
        {
            "hash": one.hash,
            "entry": parse_entry_value(bytes(one.content)),
            "disclosed": {
                told.field: json.loads(told.value)
                for told in one.disclosures.all()
                if told.subject == membership.pk
            },
        }
        for one in rows.order_by("number")
    ]


def _all(rows: Iterable[Any], *names: str) -> list[dict[str, Any]]:
    return [_columns(one, names) for one in rows]


def _columns(row: Any, names: tuple[str, ...]) -> dict[str, Any]:  # noqa: ANN401 - a row of any table
    return {name: _plain(getattr(row, name)) for name in names}


def _plain(value: Any) -> Any:  # noqa: ANN401 - of a column
    return value.isoformat() if isinstance(value, date | datetime) else value
