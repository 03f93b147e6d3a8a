"""Restoring a backup into an empty installation, on either database, in one transaction.

Before it opens, the latest published record is asked: what was erased after the backup is erased
again, and a backup that is missing acts is refused. Rows that no secret opens any more are those of
people who were erased: what the record still says of them is made anew, for nobody.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.db.models import Q

from comitia.errors import MalformedRecord, StorageUnavailable
from comitia.record.checkpoints import open_checkpoint
from comitia.record.entries import entry_hash, parse_entry
from comitia.record.kinds.publicrecord import EraseDisclosures
from comitia.record.kinds.values import Identifier
from comitia.record.texts import parse_base64
from comitia.record.tile_reader import ReadPath, TileReader, open_tiles
from comitia.record.tiles import LATEST_PATH
from comitia.record.tree import EMPTY, LeafHash
from comitia.web.accounts.models import Person, Pseudonym
from comitia.web.accounts.person_secrets.binding import bind
from comitia.web.accounts.person_secrets.models import SECRET_BYTES, PersonSecret
from comitia.web.acts.models import Aggregate, Entry
from comitia.web.organisation.models import Administration, Appointment, Mandate
from comitia.web.project.backups.form import (
    LARGEST_ROW_BYTES,
    Manifest,
    Sealing,
    read_lines,
    read_manifest,
)
from comitia.web.project.backups.rows import parse_row, read_row
from comitia.web.project.backups.writing import applied_migrations
from comitia.web.project.checking.entries import Folded, fold_all
from comitia.web.publicrecord.erasing import KIND
from comitia.web.publicrecord.forgetting import destroy_all_that_is_left, forget
from comitia.web.publicrecord.keeping import FILE_NAME, read_record_key
from comitia.web.publicrecord.models import Place
from comitia.web.publicrecord.owning import LEFT_OUT, known_models, label_of
from comitia.web.publicrecord.sequencing import sequence
from comitia.web.register.models import Copy, Membership, Step
from comitia.web.register.steps import expected_rows, made

Progress = Callable[[int, int], None]
Model = type[models.Model]
_AT_ONCE: Final = 500
_HELD: Final = {"mandate": Mandate, "appointment": Appointment, "administration": Administration}


@dataclass(frozen=True, slots=True)
class Kept:
    """A person's secret, from the backup of the secrets."""

    secret: bytes
    made_at: datetime


def read_secrets(file: Path) -> dict[UUID, Kept]:
    """Return the secrets in a file. Raises MalformedRecord, which repeats none."""
    kept: dict[UUID, Kept] = {}
    with file.open("rb") as stream:
        for number, line in enumerate(iter(lambda: stream.readline(LARGEST_ROW_BYTES), b""), 1):
            where = f"{file}, line {number}"
            try:
                value = json.loads(line)
                person, made_at = UUID(value["person"]), datetime.fromisoformat(value["made_at"])
                secret = parse_base64(value["secret"], where)
            except (ValueError, KeyError, TypeError, AttributeError, MalformedRecord):
                raise MalformedRecord(where, "this is no secret of a person") from None
            if len(secret) != SECRET_BYTES or made_at.tzinfo is None:
                raise MalformedRecord(where, "this is no secret of a person")
            kept[person] = Kept(secret, made_at)
    return kept


def restore(  # noqa: PLR0913 - all that a restore is told
    folder: Path,
    secrets: Mapping[UUID, Kept],
    read: ReadPath | None,
    now: datetime,
    progress: Progress,
    *,
    older_record: bool = False,
) -> Manifest:
    """Fill empty tables from a backup, and erase what was erased since; or change nothing.

    read: of the latest record; None where there is none to be had, and nothing can be repeated.
    older_record: whether one that ends before the backup will do, of which nothing is repeated.
    Raises MalformedRecord for a backup that is damaged or of another version, StorageUnavailable
    where the tables are not empty, the secrets another organisation's, or the backup older than
    the record.
    """
    manifest = read_manifest(folder)
    _expect_fitting(manifest)
    with transaction.atomic():
        _Filling(folder, manifest, secrets, progress).fill()
        tree = _expect_tree(manifest)
        later = [] if read is None else _later_erasures(read, tree, older_record=older_record)
        _reset_numbers()
        _make_anew(now, {one.aggregate for one, _ in later})
        bind()
        PersonSecret.objects.bulk_create(
            (
                PersonSecret(person_id=person, secret=one.secret, made_at=one.made_at)
                for person, one in secrets.items()
            ),
            batch_size=_AT_ONCE,
            ignore_conflicts=True,
        )
        for entry, content in later:
            _erase_again(entry.aggregate, content, entry.at, now)
    destroy_all_that_is_left(now)
    sequence(now)
    return manifest


def count_logins() -> int:
    """Return how many people have a way to log in that can have changed since a backup."""
    own = Q(authenticator__isnull=False) | Q(socialaccount__isnull=False)
    return Person.objects.filter(own).distinct().count()


def _expect_fitting(manifest: Manifest) -> None:
    if Entry.objects.exists() or Person.objects.exists():
        raise StorageUnavailable("the database is not empty: restore into a new one")
    if list(manifest.migrations) != applied_migrations(connection):
        problem = "another version made this backup: restore with that one, and then bring it here"
        raise MalformedRecord("backup.json, migrations", problem)
    if set(manifest.tables) != {label_of(one) for one in _models()}:
        raise MalformedRecord("backup.json, tables", "they are not those of this version")


def _models() -> list[Model]:
    return [one for one in known_models() if label_of(one) not in LEFT_OUT]


class _Filling:
    """Reads every table's file, and writes its rows."""

    def __init__(
        self,
        folder: Path,
        manifest: Manifest,
        secrets: Mapping[UUID, Kept],
        progress: Progress,
    ) -> None:
        self._folder = folder
        self._manifest = manifest
        self._secrets = secrets
        self._progress = progress
        self._sealing = Sealing(manifest.id)
        self._done = 0

    def fill(self) -> None:
        """Write all rows. References between them are looked at when all are there."""
        for model in _models():
            batch: list[models.Model] = []
            for row in self._rows(model):
                batch.append(row)
                if len(batch) == _AT_ONCE:
                    model._base_manager.bulk_create(batch)
                    batch = []
            model._base_manager.bulk_create(batch)

    def _rows(self, model: Model) -> Iterator[models.Model]:
        name = label_of(model)
        total = sum(one.rows for one in self._manifest.tables.values())
        lines = read_lines(self._folder, name, self._manifest.tables[name])
        for number, value in enumerate(lines):
            row = self._row(model, value, f"{name} {number}")
            if row is not None:
                yield row
            self._done += 1
            self._progress(self._done, total)

    def _row(self, model: Model, value: Mapping[str, Any], place: str) -> models.Model | None:
        """Return a line's row; None of somebody whose secret is gone."""
        if set(value) == {"row"} and isinstance(value["row"], dict):
            return read_row(model, value["row"], place)
        if set(value) != {"person", "sealed"} or not isinstance(value["sealed"], str):
            raise MalformedRecord(place, "expected a row, or a person and what is sealed")
        try:
            kept = self._secrets.get(UUID(value["person"]))
        except (ValueError, AttributeError, TypeError):
            raise MalformedRecord(place, "expected a person's id") from None
        if kept is None:
            return None
        return parse_row(model, self._sealing.open(value["sealed"], place, kept.secret), place)


# --- The record ----------------------------------------------------------------------------------


def _expect_tree(manifest: Manifest) -> Sequence[LeafHash]:
    """Return the leaves in their places; refuse a backup whose entries are not its record."""
    names = Place.objects.order_by("index").values_list("entry__hash", flat=True)
    leaves = [LeafHash(bytes.fromhex(one)) for one in names]
    tree = EMPTY.append_many(leaves)
    if (tree.size, tree.root.hex()) != (manifest.size, manifest.root):
        raise MalformedRecord("backup.json, record", "the entries are not those of this record")
    return leaves


def _later_erasures(
    read: ReadPath, leaves: Sequence[LeafHash], *, older_record: bool
) -> list[tuple[Any, bytes]]:
    """Return what was erased after the backup.

    Raises where other acts came after it, and for a record that ends before the backup, if that
    was not expected: what was erased since is not in it.
    """
    reader = _open_record(read)
    both = min(reader.head.size, len(leaves))
    if EMPTY.append_many(leaves[:both]).head != reader.head_at(both):
        raise MalformedRecord("record", "it is not the record that the backup is of")
    if reader.head.size < len(leaves):
        if older_record:
            return []
        sizes = f"it has {reader.head.size} entries, and the backup {len(leaves)}"
        problem = f"the record there is older than the backup ({sizes}): take the latest copy"
        raise StorageUnavailable(f"{problem}, or say --older-record")
    later = [(parse_entry(one), one) for one in reader.entries(len(leaves), reader.head.size)]
    acts = [entry for entry, _ in later if not isinstance(entry.act, EraseDisclosures)]
    if acts:
        sizes = f"the record has {reader.head.size} entries, and the backup {len(leaves)}"
        problem = f"{len(acts)} acts came after it, from {acts[0].at:%Y-%m-%d %H:%M} UTC on"
        raise StorageUnavailable(f"the backup is older than the record: {sizes}; {problem}")
    return later


def _open_record(read: ReadPath) -> TileReader:
    key = read_record_key(settings.DATA)
    if key is None:
        problem = "put the record's key there first: what is published is compared by it"
        raise StorageUnavailable(f"{settings.DATA / FILE_NAME}: {problem}")
    try:
        data = read(LATEST_PATH)
    except StorageUnavailable:  # a copy of a witness's has but the one
        data = read("checkpoint")
    checkpoint, _ = open_checkpoint(data, key.name, [key.verifier], "the record's checkpoint")
    return open_tiles(checkpoint.head, read)


def _erase_again(aggregate: str, content: bytes, at: datetime, now: datetime) -> None:
    """Take in an erasure that came after the backup, and carry it out."""
    name = entry_hash(content)
    row = Aggregate.objects.get(pk=aggregate)
    Entry.objects.create(hash=name, content=content, kind=KIND, aggregate=row, branch="", at=at)
    Aggregate.objects.filter(pk=aggregate).update(last=name)
    person = Pseudonym.objects.filter(value=aggregate).values_list("person_id", flat=True).first()
    if person is not None:
        forget(Person.objects.get(pk=person), now)
    Membership.objects.filter(pk=aggregate).update(entry=name, paid_up_to=None)


# --- What nobody can open ------------------------------------------------------------------------


def _make_anew(now: datetime, erased_later: set[str]) -> None:
    """Write what the record says of those whose rows could not be opened, for a blank person each.

    Raises StorageUnavailable where one of them was never erased: then the secrets are the wrong
    ones.
    """
    folded = fold_all(lambda _done, _total: None)
    erased = set(Entry.objects.filter(kind=KIND).values_list("aggregate_id", flat=True))
    missing = {
        name: row
        for name, row in folded.memberships().items()
        if not Membership.objects.filter(pk=name).exists()
    }
    unopened = missing.keys() - erased - erased_later
    if unopened:
        problem = "take the backup of the secrets that was made with it, or after it"
        raise StorageUnavailable(f"{len(unopened)} members' rows cannot be opened: {problem}")
    blank = _Blank(now)
    for name, (standing, since, branch, category, entry) in missing.items():
        Membership.objects.create(
            id=name,
            person=blank.of(name),
            branch_id=branch,
            standing=standing,
            since=since,
            category=category,
            entry_id=entry,
        )
        _step_anew(Identifier(name), folded)
    _hold_anew(folded, blank)
    Copy.objects.exclude(taken_by__in=Person.objects.all()).update(taken_by=None)


def _step_anew(membership: Identifier, folded: Folded) -> None:
    """Write the steps of a membership, from which balances are read: they name nobody."""
    rows = expected_rows(folded.state.register[membership].entries)
    Step.objects.bulk_create(made(membership, *one) for one in rows)


def _hold_anew(folded: Folded, blank: _Blank) -> None:
    for table, model in _HELD.items():
        for name, row in folded.holdings(table).items():
            branch, holder, since, until, entry, organ, as_deputy = row
            if model._default_manager.filter(pk=name).exists():  # noqa: SLF001 - Django's own
                continue
            of_organ = {} if organ is None else {"organ_kind": organ[0], "organ_name": organ[1]}
            if model is Appointment:
                of_organ["as_deputy"] = as_deputy
            model._default_manager.create(  # noqa: SLF001 - the same
                id=name,
                branch_id=branch,
                person=blank.of(holder),
                holder=holder,
                since=since,
                until=until,
                entry_id=entry,
                **of_organ,
            )


class _Blank:
    """Persons of whom nothing is known but that they were erased, one for each pseudonym."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._made: dict[str, Person] = {}

    def of(self, pseudonym: str) -> Person:
        """Return the person of a pseudonym, made if need be."""
        if pseudonym not in self._made:
            self._made[pseudonym] = Person.objects.create(name="", erased_at=self._now)
        return self._made[pseudonym]


def _reset_numbers() -> None:
    """Let the next numbers follow those that were restored; SQLite does so by itself."""
    for statement in connection.ops.sequence_reset_sql(no_style(), _models()):
        with connection.cursor() as cursor:
            cursor.execute(statement)
