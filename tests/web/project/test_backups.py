"""What a backup is made of, and what becomes of one that cannot be written."""

from __future__ import annotations

import errno
import json
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comitia.errors import MalformedRecord, StorageUnavailable
from comitia.web.accounts.models import Person
from comitia.web.accounts.person_secrets.keeping import destroy_secret
from comitia.web.project.backups import writing
from comitia.web.project.backups.form import Manifest, Sealing, Table, parse_manifest
from comitia.web.project.backups.restoring import read_secrets
from comitia.web.project.backups.rows import parse_row
from tests.web.founded import Founded, an_organisation

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
MANIFEST = Manifest(
    *("0f" * 16, "2026-11-23T12:00:05Z", 20, "a" * 64),
    *(("acts/0001_initial",), {"acts.entry": Table(20, "b" * 64)}),
)


@pytest.fixture
def world() -> Iterator[Founded]:
    with an_organisation() as world:
        yield world


def test_a_manifest_is_read_as_it_was_written() -> None:
    assert parse_manifest(MANIFEST.to_bytes(), "backup.json") == MANIFEST


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
)


@given(st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_are_no_manifest_no_row_and_no_secret(content: bytes) -> None:
    with pytest.raises(MalformedRecord):
        parse_manifest(content, "backup.json")
    with pytest.raises(MalformedRecord):
        parse_row(Person, content, "a row")


@given(st.sampled_from(["id", "made_at", "record", "migrations", "tables"]), JSON)
def test_a_field_of_another_form_is_refused(field: str, instead: object) -> None:
    value = {**json.loads(MANIFEST.to_bytes()), field: instead}
    try:
        read = parse_manifest(json.dumps(value).encode(), "backup.json")
    except MalformedRecord:
        return
    assert json.loads(read.to_bytes())["format"] == "comitia backup 1"
    assert field in {"made_at", "migrations", "tables"}


@pytest.mark.parametrize("line", [b"{", b"[]", b'{"person": 1}', b"null", b"\xff"])
def test_what_is_no_secret_is_refused_by_its_line(tmp_path: Path, line: bytes) -> None:
    (tmp_path / "secrets").write_bytes(line + b"\n")
    with pytest.raises(MalformedRecord, match="line 1: this is no secret of a person"):
        read_secrets(tmp_path / "secrets")


@given(st.binary(max_size=100), st.text(max_size=20))
def test_a_sealed_row_opens_at_its_place_by_its_secret_alone(row: bytes, place: str) -> None:
    secret, sealing = secrets.token_bytes(32), Sealing("0f" * 16)
    sealed = sealing.seal(row, place, secret, secrets.token_bytes)
    assert sealing.open(sealed, place, secret) == row
    for other, at, by in (
        (Sealing("f0" * 16), place, secret),
        (sealing, f"{place}1", secret),
        (sealing, place, bytes(32)),
    ):
        with pytest.raises(MalformedRecord):
            other.open(sealed, at, by)
    with pytest.raises(MalformedRecord):
        sealing.open("AAAA", place, secret)


@pytest.mark.django_db
@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    "error", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt(), SystemExit(1)]
)
def test_a_backup_that_is_broken_off_leaves_nothing(tmp_path: Path, error: BaseException) -> None:
    with (
        mock.patch("os.fsync", side_effect=[None, None, error]),
        pytest.raises(type(error)),
    ):
        writing.write_backup(tmp_path / "backup", NOW, lambda _done, _total: None)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.django_db
@pytest.mark.usefixtures("world")
def test_a_backup_is_never_written_over(tmp_path: Path) -> None:
    (tmp_path / "backup").mkdir()
    with pytest.raises(FileExistsError):
        writing.write_backup(tmp_path / "backup", NOW, lambda _done, _total: None)
    (tmp_path / "secrets").write_bytes(b"")
    with pytest.raises(FileExistsError):
        writing.write_secrets(tmp_path / "secrets")
    assert (tmp_path / "secrets").read_bytes() == b""


@pytest.mark.django_db
def test_a_person_without_a_secret_stops_a_backup(world: Founded, tmp_path: Path) -> None:
    destroy_secret(world.people["Ada"].pk)
    with pytest.raises(StorageUnavailable, match="has no secret"):
        writing.write_backup(tmp_path / "backup", NOW, lambda _done, _total: None)
    assert list(tmp_path.iterdir()) == []
