"""The four people of the story whom a visitor can be, each with a code that is used once."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from comitia.law import rules
from comitia.web.accounts.claiming import issue_to
from comitia.web.accounts.models import Channel, Person
from comitia.web.organisation.models import Mandate
from comitia.web.project.story.telling import BOOK, Story

_BRANCH: Final = "l0"
_ABOVE: Final = "d0"


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody to log in as."""

    part: str
    name: str
    code: str


def open_accounts(story: Story, now: datetime) -> Iterator[Account]:
    """Issue a code to each, and yield it: nobody can show it again."""
    first, second, *_ = story.founded.administrators
    keeper, decider = BOOK.value(rules.REGISTER_KEEPER), BOOK.value(rules.APPLICATION_DECIDER)
    parts = (
        ("a member", story.founded.people[story.free[-1]]),
        ("the secretary of a branch", _holder(story, keeper.id, _BRANCH)),
        ("a committee member of the district above", _holder(story, decider.id, _ABOVE)),
        ("an administrator", first),
    )
    for part, person in parts:
        with transaction.atomic():
            code = issue_to(person, second, Channel.IN_PERSON, now, secrets.token_bytes)
        yield Account(part, person.name, code)


def _holder(story: Story, organ: str, branch: str) -> Person:
    held = Mandate.objects.filter(organ_name=organ, branch=story.founded.branches[branch])
    return held.select_related("person").earliest("pk").person
