"""Storing, loading and destroying files; how one is served."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.http import HttpResponse

from comitia.web.documents.models import StoredFile
from comitia.web.documents.sealing import RANDOM_BYTES, open_file, seal_file
from comitia.web.documents.sorts import Sort, parse_sort


@dataclass(frozen=True)
class OpenFile:
    """A file's content, and what it is."""

    content: bytes
    sort: Sort


def store(content: bytes, person: UUID, secret: bytes, now: datetime) -> UUID:
    """Store a file that only the person's secret opens, in the transaction that is open.

    Raises MalformedRecord for a file that is too large or of a sort that is not taken.
    """
    sort, file = parse_sort(content), uuid4()
    sealed = seal_file(content, file, secret, os.urandom(RANDOM_BYTES))
    StoredFile.objects.create(id=file, person=person, sort=sort, sealed=sealed, made_at=now)
    return file


def load(file: UUID, secret: bytes) -> OpenFile:
    """Return a file. What it is, its bytes say again: the row could have been changed.

    Raises StoredFile.DoesNotExist where there is none, MalformedRecord where the secret does not
    open it. Whether somebody may see it is for the caller to ask first.
    """
    row = StoredFile.objects.get(pk=file)
    content = open_file(bytes(row.sealed), file, secret)
    return OpenFile(content, parse_sort(content))


def destroy(file: UUID) -> None:
    """Delete a file. Backups have it still, and only the secret's end ends those."""
    StoredFile.objects.filter(pk=file).delete()


def erase_person(person: UUID) -> None:
    """Delete all files of a person. Doing it again is safe."""
    StoredFile.objects.filter(person=person).delete()


def serve_file(file: OpenFile, name: str) -> HttpResponse:
    """Return a file as a download, in no way of its own choice.

    name: of ASCII letters, digits, `-` and `_`; ours, not the uploader's. Raises ValueError else.
    """
    if not (name.isascii() and name.replace("-", "").replace("_", "").isalnum()):
        raise ValueError("expected a name of letters, digits, - and _")
    answer = HttpResponse(file.content, content_type=file.sort.content_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{file.sort}"'
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer
