"""Writing a backup while the application runs: one state of all tables, whole or not at all."""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder

from comitia.errors import StorageUnavailable
from comitia.record.texts import encode_base64
from comitia.web.accounts.models import Person
from comitia.web.accounts.person_secrets.models import PersonSecret
from comitia.web.project.backups.form import MANIFEST, TABLES, Manifest, Sealing, Table
from comitia.web.project.backups.rows import row_bytes, row_value
from comitia.web.publicrecord.models import Log
from comitia.web.publicrecord.owning import LEFT_OUT, is_owned, known_models, label_of, with_owner
from comitia.web.publicrecord.sequencing import frontier_of

Progress = Callable[[int, int], None]
_AT_ONCE: Final = 500
_PRIVATE: Final = 0o700


def write_backup(folder: Path, now: datetime, progress: Progress) -> Manifest:
    """Write a backup into a new folder. Called within ``one_state``.

    Raises FileExistsError where there is such a folder, StorageUnavailable for a person without a
    secret. What goes wrong on the way leaves nothing behind.
    """
    if folder.exists():
        raise FileExistsError(17, "File exists", str(folder))
    beside = folder.with_name(f"{folder.name}.partial-{secrets.token_hex(4)}")
    try:
        beside.mkdir(_PRIVATE)
        (beside / TABLES).mkdir(_PRIVATE)
        manifest = _write_tables(beside, now, progress)
        _write_file(beside / MANIFEST, manifest.to_bytes())
        beside.rename(folder)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    _sync(folder.parent)
    return manifest


def _write_tables(folder: Path, now: datetime, progress: Progress) -> Manifest:
    kept = [one for one in known_models() if label_of(one) not in LEFT_OUT]
    total = sum(one._base_manager.count() for one in kept)
    sealing, done = Sealing(secrets.token_hex(16)), 0
    tables: dict[str, Table] = {}
    for model in kept:
        hashed, rows = sha256(), 0
        with (folder / TABLES / f"{label_of(model)}.jsonl").open("xb") as stream:
            for line in _lines(model, sealing):
                hashed.update(line)
                stream.write(line)
                rows, done = rows + 1, done + 1
                progress(done, total)
            stream.flush()
            os.fsync(stream.fileno())
        tables[label_of(model)] = Table(rows, hashed.hexdigest())
    tree = frontier_of(Log.objects.first() or Log(size=0, roots=b""))
    applied = tuple(applied_migrations(connections["default"]))
    made_at = now.strftime("%Y-%m-%dT%H:%M:%SZ")
    return Manifest(sealing.backup, made_at, tree.size, tree.root.hex(), applied, tables)


def _lines(model: type[models.Model], sealing: Sealing) -> Iterator[bytes]:
    """Yield the lines of a table: rows of nobody as they are, rows of persons sealed."""
    number = 0
    for row, owner, secret in _rows(model):
        value: dict[str, Any]
        if owner is None:
            value = {"row": row_value(row)}
        elif secret is None:
            continue
        else:
            place = f"{label_of(model)} {number}"
            sealed = sealing.seal(row_bytes(row), place, secret, secrets.token_bytes)
            value = {"person": str(owner), "sealed": sealed}
        number += 1
        yield (json.dumps(value, ensure_ascii=False) + "\n").encode()


def _rows(
    model: type[models.Model],
) -> Iterator[tuple[models.Model, UUID | None, bytes | None]]:
    """Yield each row with its person, if it is anybody's, and the person's secret."""
    if not is_owned(model):
        for row in model._base_manager.order_by("pk").iterator(_AT_ONCE):
            yield row, None, None
        return
    known: dict[UUID, bytes | None] = {}
    for row in with_owner(model).order_by("pk").iterator(_AT_ONCE):
        owner = row.owner
        if owner is None:
            yield row, None, None
            continue
        if owner not in known:
            known[owner] = _secret_of(owner)
        is_blank = known[owner] is None and _is_erased(owner)
        yield row, None if is_blank else owner, known[owner]


def _is_erased(person: UUID) -> bool:
    """Whether a person was erased in the state that is read: what is left of them is public."""
    return Person.objects.filter(pk=person).exclude(erased_at=None).exists()


def _secret_of(person: UUID) -> bytes | None:
    """Return a person's secret; None of one who is erased, in the state that is read or since."""
    kept = PersonSecret.objects.filter(pk=person).first()
    if kept is not None:
        return bytes(kept.secret)
    if not _is_erased(person):
        problem = "has no secret (any more): try again, then see what `comitia check` finds"
        raise StorageUnavailable(f"the person {person} {problem}")
    return None


def write_secrets(file: Path) -> int:
    """Write the secrets to a new file for the owner's eyes; return how many there are."""
    lines = [
        json.dumps({"person": str(one.person_id), "secret": encode_base64(bytes(one.secret)),
                    "made_at": one.made_at.isoformat()})
        for one in PersonSecret.objects.order_by("person_id").iterator(_AT_ONCE)
    ]  # fmt: skip
    _write_file(file, "".join(f"{line}\n" for line in lines).encode())
    return len(lines)


def applied_migrations(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the migrations that a database has had, in the order of their names."""
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{label}/{name}" for label, name in applied)


def _write_file(file: Path, content: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    try:
        with os.fdopen(os.open(file, flags, 0o600), "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
    except FileExistsError:
        raise
    except BaseException:
        file.unlink(missing_ok=True)
        raise


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
