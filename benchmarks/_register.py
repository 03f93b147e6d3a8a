"""A register of many members: rows in bulk, as the handlers would have written them.

In every branch one person applies and is admitted by real acts. Everybody else is a copy of that
person's rows, with an identity, a name, entries and hashes of their own: entries name their
aggregate, commit to the name under a key of their own and follow one another, so that folding a
member's entries gives what the tables say, which ``expect_equal`` looks at for a sample. Left out
are what is purged anyway, the notices that were sent, and the secrets of persons.
"""

from __future__ import annotations

import os
import random
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from benchmarks._organisation import close

FIRST_NAMES = (
    *("Ada", "Björn", "Chloé", "Dörte", "Émile", "Fatma", "Grażyna", "Håkon", "Inês", "José"),
    *("Karin", "Łukasz", "María", "Nina", "Özlem", "Paul", "Renée", "Søren", "Tomáš", "Zoë"),
)
_SYLLABLES = ("ber", "dal", "hof", "kel", "lin", "mül", "nor", "ram", "sán", "tor", "vik", "zöl")
_CHUNK = 5_000
SAMPLE = 25


@dataclass(frozen=True, slots=True)
class World:
    """What a load needs to know: pseudonyms and people. officer: sees everybody."""

    officer: uuid.UUID
    member: uuid.UUID
    branch: str
    memberships: tuple[str, ...]


def found_with_branches(number: int) -> Any:  # noqa: ANN401 - the tests' helper, which needs Django
    """Found an organisation with so many branches below the whole, and one who decides in all."""
    from comitia.record.kinds.organisation import Level  # noqa: PLC0415 - Django comes first
    from comitia.web.acts import clock  # noqa: PLC0415 - the same
    from tests.web.founded import COMMITTEE, Founded, write_document  # noqa: PLC0415 - the same

    world = Founded()
    write_document(world, {"job.most_people": number})  # one decides for somebody in each today
    book = world.listed[0]
    act = replace(book.act, in_force_from=clock.now().date())
    world.listed[0] = replace(book, act=act)
    for n in range(number):
        world.list_branch(f"Branch {n}", Level.LOCAL, "All")
        world.list_mandate(COMMITTEE, "Ben", f"Branch {n}")
    world.found()
    return world


def last_names() -> Iterator[str]:
    """Yield some 1,700 last names."""
    for one in _SYLLABLES:
        for two in _SYLLABLES:
            yield from (f"{one}{two}{three}".capitalize() for three in _SYLLABLES)


class Copies:
    """Copies of one member's rows. Made of what is in the tables, so of what handlers write."""

    def __init__(self, membership: str) -> None:
        from comitia.web.accounts.models import Person, Pseudonym  # noqa: PLC0415 - the same
        from comitia.web.acts.models import Aggregate, Disclosure, Entry  # noqa: PLC0415 - the same
        from comitia.web.deadlines.models import Deadline  # noqa: PLC0415 - the same
        from comitia.web.register.models import (  # noqa: PLC0415 - the same
            Membership,
            NameWord,
            Step,
            Traits,
        )

        row = Membership.objects.get(pk=membership)
        self.own, self.person = membership, row.person_id
        self.name = row.person.name
        self.entries = list(Entry.objects.filter(aggregate=membership).order_by("number"))
        self.disclosure = Disclosure.objects.get(entry=self.entries[0])
        self.rows: list[tuple[Any, list[dict[str, Any]]]] = [
            (model, [_columns(one) for one in model.objects.filter(**where)])
            for model, where in (
                (Person, {"pk": self.person}),
                (Pseudonym, {"value": membership}),
                (Aggregate, {"pk": membership}),
                (Entry, {"aggregate": membership}),
                (Disclosure, {"entry": self.entries[0]}),
                (Membership, {"pk": membership}),
                (Traits, {"membership": membership}),
                (Step, {"membership": membership}),
                (Deadline, {"subject": membership}),
            )
        ]
        self.words = NameWord

    def copy(self, name: str, number: int) -> Iterator[tuple[Any, dict[str, Any]]]:
        """Yield the rows of somebody else. number: of the first entry."""
        from comitia.web.database.prefixes import fold  # noqa: PLC0415 - the same
        from comitia.web.register.likeness import letters_key, words_of  # noqa: PLC0415 - the same

        own, person, key = os.urandom(16).hex(), uuid.uuid4(), os.urandom(32)
        numbers = {one.number: number + n for n, one in enumerate(self.entries)}
        said: dict[Any, Any] = {self.own: own, self.person: person, self.name: name}
        said |= self._contents(own, name, key)
        for model, rows in self.rows:
            for row in rows:
                made = {k: _said(said, v) for k, v in row.items()}
                match model.__name__:
                    case "Person":
                        made["name_folded"] = fold(name)
                    case "Entry":
                        made["number"] = numbers[made["number"]]
                    case "Disclosure":
                        made |= {"entry_id": numbers[made["entry_id"]], "key": key}
                        made["value"] = f'"{name}"'
                    case "Traits":
                        made["letters"] = letters_key(name)
                    case _:
                        pass
                yield model, made
        for word in sorted(set(words_of(name))):
            yield self.words, {"membership_id": own, "word": word}

    def _contents(self, own: str, name: str, key: bytes) -> dict[Any, Any]:
        """Return the entries' bytes and hashes, each by that of which it is a copy."""
        from comitia.record.commitments import Disclosure  # noqa: PLC0415 - beside what needs it
        from comitia.record.entries import entry_hash  # noqa: PLC0415 - the same

        before = self.disclosure
        old = Disclosure(before.field, bytes(before.key), self.name).commitment
        new = Disclosure(before.field, key, name).commitment
        said: dict[Any, Any] = {}
        texts = {self.own: own, old: new}
        for one in self.entries:
            content = bytes(one.content)
            for old_text, new_text in texts.items():
                content = content.replace(old_text.encode(), new_text.encode())
            said[bytes(one.content)] = content
            said[one.hash] = texts[one.hash] = entry_hash(content)
        return said


def _columns(row: Any) -> dict[str, Any]:  # noqa: ANN401 - of any model
    found = {one.attname: getattr(row, one.attname) for one in row._meta.concrete_fields}
    if row._meta.pk.get_internal_type() == "BigAutoField" and row._meta.pk.attname == "id":
        del found["id"]
    return {name: bytes(v) if isinstance(v, memoryview) else v for name, v in found.items()}


def _said(said: Mapping[Any, Any], value: Any) -> Any:  # noqa: ANN401 - of any column
    return said.get(value, value)


def trust_rows() -> None:
    """Have PostgreSQL look up no row that another names: there are millions of them."""
    from django.db import connection  # noqa: PLC0415 - Django comes first

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")


def write(rows: Iterable[tuple[Any, dict[str, Any]]]) -> None:
    """Write rows in bulk, those of one table together."""
    by_model: dict[Any, list[dict[str, Any]]] = {}
    for model, row in rows:
        by_model.setdefault(model, []).append(row)
    for model, many in by_model.items():
        _write_table(model, many)


def _write_table(model: Any, many: Sequence[Mapping[str, Any]]) -> None:  # noqa: ANN401 - any model
    from django.db import connection  # noqa: PLC0415 - Django comes first

    names = list(many[0])
    fields = {one.attname: one for one in model._meta.concrete_fields}
    columns = ", ".join(f'"{fields[name].column}"' for name in names)
    prepare = [fields[name].get_db_prep_save for name in names]
    values = (
        [
            v if isinstance(v, bytes) else p(v, connection)
            for p, v in zip(prepare, one.values(), strict=True)
        ]
        for one in many
    )
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for one in values:
                    copy.write_row(one)
        else:
            marks = ", ".join("%s" for _ in names)
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", list(values))  # noqa: S608 - our own names


def fill(members: int, branches: int) -> World:
    """Make the organisation and its register; return whom a load can be."""
    from django.db import connection, transaction  # noqa: PLC0415 - Django comes first

    from comitia.web.acts.models import Entry  # noqa: PLC0415 - the same

    world = found_with_branches(branches)
    copies = [_template(world, f"Branch {n}") for n in range(branches)]
    chance = random.Random(2026)  # noqa: S311 - names, no secrets
    lasts = list(last_names())
    last = Entry.objects.order_by("-number")[0].number
    made: list[str] = []
    for begin in range(0, members, _CHUNK):
        rows = []
        for n in range(begin, min(begin + _CHUNK, members)):
            name = f"{chance.choice(FIRST_NAMES)} {chance.choice(lasts)}"
            copied = list(copies[n % branches].copy(name, last + 1 + 2 * n))
            made.append(next(r["value"] for m, r in copied if m.__name__ == "Pseudonym"))
            rows += copied
        with transaction.atomic():
            trust_rows()
            write(rows)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT setval('acts_entry_number_seq', max(number)) FROM acts_entry")
        cursor.execute("ANALYZE")
    sample = tuple(chance.sample(made, min(len(made), 500)))
    expect_equal(sample[:SAMPLE])
    return World(world.people["Ben"].pk, _person_of(sample[0]), world.branches["Branch 0"], sample)


def _template(world: Any, branch: str) -> Copies:  # noqa: ANN401 - as above
    from benchmarks._organisation import admit_somebody  # noqa: PLC0415 - beside what needs it

    admit_somebody(world.branches[branch], str(world.people["Ben"].pk))
    from comitia.web.register.models import Membership  # noqa: PLC0415 - the same

    return Copies(Membership.objects.get(branch=world.branches[branch]).pk)


def _person_of(membership: str) -> uuid.UUID:
    from comitia.web.register.models import Membership  # noqa: PLC0415 - Django comes first

    return Membership.objects.get(pk=membership).person_id


def expect_equal(memberships: Sequence[str]) -> None:
    """Compare a sample's rows with what folding their entries gives, as `comitia check` does."""
    from comitia.record.commitments import Disclosure as Opened  # noqa: PLC0415 - the same
    from comitia.record.entries import parse_entry  # noqa: PLC0415 - Django comes first
    from comitia.record.kinds.values import Identifier  # noqa: PLC0415 - the same
    from comitia.web.acts.models import Disclosure  # noqa: PLC0415 - the same
    from comitia.web.acts.reading import registered  # noqa: PLC0415 - the same
    from comitia.web.register.models import Membership  # noqa: PLC0415 - the same
    from comitia.web.register.steps import expected_rows, held_rows  # noqa: PLC0415 - the same

    for one in map(Identifier, memberships):
        row, known = Membership.objects.get(pk=one), registered(one)
        said = Disclosure.objects.select_related("entry").get(subject=one)
        opened = Opened(said.field, bytes(said.key), row.person.name)
        act = parse_entry(bytes(said.entry.content), [opened]).act
        if (
            known is None
            or held_rows(one) != expected_rows(known.entries)
            or (row.standing, row.branch_id, row.entry_id)
            != (known.membership.standing, known.membership.branch, known.entry)
            or act.name != row.person.name
        ):
            raise SystemExit(f"the rows of {one} are not what its entries say")
    close()
