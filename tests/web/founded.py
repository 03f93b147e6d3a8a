"""A small organisation in the application: founded, with two branches, offices and members."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from comitia.law.presets import PRESETS
from comitia.law.standings import Standing
from comitia.law.values import Organ, OrganKind
from comitia.record.kinds.organisation import (
    CreateBranch,
    DeclareMandate,
    GrantAdministration,
    Level,
)
from comitia.record.kinds.register import (
    ApplyForMembership,
    Category,
    DeclareMembership,
)
from comitia.record.kinds.rulebook import AdoptRuleBook
from comitia.record.kinds.values import EntryHash, Identifier, Pseudonym, Text, Values
from comitia.web.accounts.models import Context, Person
from comitia.web.accounts.person_secrets.keeping import keep_secret
from comitia.web.accounts.pseudonyms import make_pseudonym
from comitia.web.acts import clock
from comitia.web.acts.founding import Listed, found
from comitia.web.acts.performing import Asked, Done, new_identifier, perform

FOUNDED: Final = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
FIRST: Final = date(2026, 1, 5)
LAST: Final = date(2027, 12, 31)
COMMITTEE: Final = Organ(OrganKind.BODY, "committee")
SECRETARY: Final = Organ(OrganKind.OFFICE, "secretary")


@dataclass
class Founded:
    """What a test needs to know of the organisation. now: moves an hour with every act."""

    now: datetime = FOUNDED
    branches: dict[str, Identifier] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    memberships: dict[str, Identifier] = field(default_factory=dict)
    holdings: dict[str, Identifier] = field(default_factory=dict)
    listed: list[Listed] = field(default_factory=list)

    def later(self, **by: int) -> None:
        """Let time pass."""
        self.now += timedelta(**by)

    def person(self, name: str, **details: Any) -> Person:  # noqa: ANN401 - fields of any type
        """Return a new person, who is known by the first word of the name."""
        person = Person(name=name, **details)
        keep_secret(person.pk, secrets.token_bytes, self.now)
        person.save()
        self.people[name.split(maxsplit=1)[0]] = person
        return person

    def do(
        self,
        act: Any,  # noqa: ANN401 - any act
        on: Identifier,
        *by: str,
        branch: str | None = "Mill",
        person: str | None = None,
        seen: EntryHash | None = None,
    ) -> Done:
        """Do an act an hour later, by people who are named."""
        self.later(hours=1)
        return perform(
            Asked(
                act,
                on,
                None if branch is None else self.branches[branch],
                tuple(self.people[name].pk for name in by),
                None if person is None else self.people[person].pk,
                seen,
            )
        )

    def apply(self, name: str, branch: str = "Mill", **said: Any) -> Identifier:  # noqa: ANN401
        """Have somebody ask to be admitted. said: more of the application."""
        who = self.people.get(name) or self.person(name)
        own = Identifier(make_pseudonym(who, Context.MEMBERSHIP, secrets.token_bytes).value)
        self.memberships[name] = own
        act = ApplyForMembership(
            branch=self.branches[branch], category=Category.FULL, name=Text(who.name), **said
        )
        self.do(act, own, name, branch=branch, person=name)
        return own

    # --- The founding document ----------------------------------------------------------------

    def _list(
        self,
        act: Any,  # noqa: ANN401
        aggregate: Identifier,
        branch: str | None = None,
        person: UUID | None = None,
    ) -> None:
        at = None if branch is None else self.branches[branch]
        self.listed.append(Listed(act, aggregate, at, person))

    def list_branch(self, name: str, level: Level, above: str | None = None) -> None:
        self.branches[name] = new_identifier()
        parent = None if above is None else self.branches[above]
        act = CreateBranch(name=Text(name), level=level, parent=parent)
        self._list(act, self.branches[name])

    def list_member(
        self,
        name: str,
        branch: str,
        standing: Standing = Standing.MEMBER,
        **details: Any,  # noqa: ANN401
    ) -> None:
        person = self.person(name, **details)
        first = name.split(maxsplit=1)[0]
        own = Identifier(make_pseudonym(person, Context.MEMBERSHIP, secrets.token_bytes).value)
        self.memberships[first] = own
        act = DeclareMembership(
            branch=self.branches[branch],
            standing=standing,
            since=FIRST,
            category=Category.FULL,
            name=Text(name),
            birth_date=person.birth_date,
            address=Text(person.postal_address) if person.postal_address else None,
        )
        self._list(act, own, branch, person.pk)

    def list_mandate(self, organ: Organ, name: str, branch: str) -> None:
        self.holdings[f"{organ.id} {branch}"] = new_identifier()
        holder = Pseudonym(self.memberships[name])
        act = DeclareMandate(organ=organ, holder=holder, since=FIRST, until=LAST)
        self._list(act, self.holdings[f"{organ.id} {branch}"], branch, self.people[name].pk)

    def list_administrator(self, name: str, branch: str) -> None:
        person = self.people[name]
        holder = make_pseudonym(person, Context.ADMINISTRATION, secrets.token_bytes).value
        self.holdings[f"administrator {name}"] = new_identifier()
        act = GrantAdministration(holder=Pseudonym(holder), until=LAST)
        self._list(act, self.holdings[f"administrator {name}"], branch, person.pk)

    def list_book(self, preset: str, other: Mapping[str, Any] | None = None) -> None:
        """List a preset's rule book. other: values of some rules."""
        book = PRESETS[preset].rule_book(FIRST).to_json()
        assert isinstance(book, dict)
        rules = book["rules"]
        assert isinstance(rules, dict)
        act = AdoptRuleBook(
            number=1,
            in_force_from=FIRST,
            preset=Text(preset),
            rules=Values({**rules, **(other or {})}),
        )
        self._list(act, new_identifier())

    def found(self) -> Done:
        """Sign the document."""
        return found(Text("The Association"), Text("en"), Text("Europe/London"), self.listed)


@contextmanager
def an_organisation(rules: Mapping[str, Any] | None = None) -> Iterator[Founded]:
    """Found the organisation of the tests, and keep its clock while it is used.

    rules: values that are other than the preset's.
    """
    world = Founded()
    with clock.showing(lambda: world.now):
        write_document(world, rules)
        world.found()
        yield world


def write_document(world: Founded, rules: Mapping[str, Any] | None = None) -> None:
    """List what the tests' organisation begins with."""
    world.list_book("small-association", rules)
    world.list_branch("All", Level.WHOLE)
    world.list_branch("Mill", Level.LOCAL, "All")
    world.list_branch("Port", Level.LOCAL, "All")
    world.list_member("Ada Lowe", "Mill", birth_date=date(1980, 2, 29), email="ada@example.org")
    world.list_member("Ben Hill", "Mill", email="ben@example.org")
    world.list_member("Cat Moss", "Port", email="cat@example.org")
    world.list_member("Dan Reed", "Mill", Standing.EXPELLED)
    world.list_administrator("Ada", "All")
    world.list_administrator("Cat", "All")
    world.list_mandate(COMMITTEE, "Ada", "Mill")
    world.list_mandate(SECRETARY, "Ben", "Mill")
    world.list_mandate(COMMITTEE, "Cat", "Port")
    world.list_mandate(COMMITTEE, "Ben", "All")
