from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comitia.errors import MalformedRecord
from comitia.web.documents.files import (
    OpenFile,
    destroy,
    erase_person,
    load,
    serve_file,
    store,
)
from comitia.web.documents.models import StoredFile
from comitia.web.documents.sorts import LARGEST_FILE_BYTES, Sort, parse_sort

NOW = datetime(2026, 11, 23, tzinfo=UTC)
ANNA, BERTA = UUID(int=1), UUID(int=2)
SECRET, OTHER = b"a" * 32, b"b" * 32
TEXT = "Das war spät.\n".encode()


@pytest.mark.parametrize(
    "content,sort",
    [
        (b"%PDF-1.7\n\x00", Sort.PDF),
        (b"\x89PNG\r\n\x1a\n\x00", Sort.PNG),
        (b"\xff\xd8\xff\xe0", Sort.JPEG),
        (TEXT, Sort.TEXT),
        (b"<html><script>", Sort.TEXT),  # as text it is only text
    ],
)
def test_a_file_is_what_its_bytes_say(content: bytes, sort: Sort) -> None:
    assert parse_sort(content) is sort


@pytest.mark.parametrize(
    "content,problem",
    [
        (b"", "empty"),
        (b"PK\x03\x04", "expected a PDF"),
        (b"\x7fELF\x02", "expected a PDF"),
        (b"a\x00b", "expected a PDF"),
        (b"\xe4", "expected a PDF"),
        (b"%PDF-" + b"a" * LARGEST_FILE_BYTES, "more than the 10485760 bytes"),
    ],
)
def test_other_files_are_refused(content: bytes, problem: str) -> None:
    with pytest.raises(MalformedRecord, match=problem):
        parse_sort(content)


@given(st.binary(max_size=100))
def test_any_bytes_are_of_a_sort_or_malformed(content: bytes) -> None:
    try:
        sort = parse_sort(content)
    except MalformedRecord:
        return
    assert sort.content_type.split("/")[0] in {"application", "image", "text"}


@pytest.mark.django_db
def test_a_file_is_opened_by_its_person_s_secret_alone() -> None:
    file = store(TEXT, ANNA, SECRET, NOW)
    assert load(file, SECRET) == OpenFile(TEXT, Sort.TEXT)
    with pytest.raises(MalformedRecord):
        load(file, OTHER)
    row = StoredFile.objects.get()
    assert (row.person, row.sort, row.made_at, str(row)) == (ANNA, "txt", NOW, f"file {file}")
    assert b"war" not in bytes(row.sealed)


@pytest.mark.django_db
def test_what_is_refused_is_not_stored() -> None:
    with pytest.raises(MalformedRecord):
        store(b"\x00", ANNA, SECRET, NOW)
    assert not StoredFile.objects.exists()


@pytest.mark.django_db
def test_one_file_put_in_another_s_place_is_noticed() -> None:
    first, second = store(b"guilty", ANNA, SECRET, NOW), store(b"innocent", ANNA, SECRET, NOW)
    StoredFile.objects.filter(pk=first).update(sealed=StoredFile.objects.get(pk=second).sealed)
    with pytest.raises(MalformedRecord):
        load(first, SECRET)


@pytest.mark.django_db
def test_a_changed_row_does_not_change_what_a_file_is_served_as() -> None:
    file = store(TEXT, ANNA, SECRET, NOW)
    StoredFile.objects.update(sort="pdf")
    assert load(file, SECRET).sort is Sort.TEXT


@pytest.mark.django_db
def test_files_can_be_destroyed_one_by_one_and_all_of_a_person() -> None:
    first, _, other = (store(TEXT, person, SECRET, NOW) for person in (ANNA, ANNA, BERTA))
    destroy(first)
    destroy(first)
    assert StoredFile.objects.count() == 2
    erase_person(ANNA)
    erase_person(ANNA)
    assert [row.pk for row in StoredFile.objects.all()] == [other]
    with pytest.raises(StoredFile.DoesNotExist):
        load(first, SECRET)


def test_a_file_is_a_download_under_a_name_of_ours() -> None:
    answer = serve_file(OpenFile(b"<script>", Sort.TEXT), "evidence-3")
    assert (answer.content, dict(answer.headers)) == (
        b"<script>",
        {
            "Content-Type": "text/plain; charset=utf-8",
            "Content-Disposition": 'attachment; filename="evidence-3.txt"',
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
        },
    )


@pytest.mark.parametrize("name", ["", "-", 'a"b', "a/b", "a.html", "ä", "a\r\nb"])
def test_a_name_holds_nothing_that_a_header_could_take_amiss(name: str) -> None:
    with pytest.raises(ValueError, match="expected a name"):
        serve_file(OpenFile(TEXT, Sort.TEXT), name)
