from __future__ import annotations

import secrets
import stat
from pathlib import Path
from unittest import mock

import pytest

from comitia.errors import MalformedRecord, StorageUnavailable
from comitia.record.keys import KeyKind, generate_key
from comitia.web.acts import clock
from comitia.web.publicrecord import keeping
from comitia.web.publicrecord.keeping import (
    FILE_NAME,
    key_for_signing,
    make_record_key,
    read_record_key,
)
from comitia.web.publicrecord.models import SignedCheckpoint

ORIGIN = "example.org/record"


def test_a_key_is_made_once_for_its_owner_alone_and_read_again(tmp_path: Path) -> None:
    key = make_record_key(tmp_path, ORIGIN)
    assert read_record_key(tmp_path) == key
    assert stat.S_IMODE((tmp_path / FILE_NAME).stat().st_mode) == 0o600
    with pytest.raises(FileExistsError):
        make_record_key(tmp_path, ORIGIN)
    assert [path.name for path in tmp_path.iterdir()] == [FILE_NAME]
    assert read_record_key(tmp_path) == key


def test_no_key_is_no_error(tmp_path: Path) -> None:
    assert read_record_key(tmp_path) is None


@pytest.mark.parametrize("content", [b"", b"\xff", b"PRIVATE+KEY+x", bytes(5000)])
def test_what_is_no_key_is_refused_and_not_repeated(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE_NAME).write_bytes(content)
    (tmp_path / FILE_NAME).chmod(0o600)
    with pytest.raises(MalformedRecord) as refused:
        read_record_key(tmp_path)
    assert "PRIVATE+KEY+x" not in str(refused.value)


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    make_record_key(tmp_path, ORIGIN)
    (tmp_path / FILE_NAME).chmod(0o640)
    with pytest.raises(MalformedRecord, match="mode 640"):
        read_record_key(tmp_path)


@pytest.mark.django_db
def test_the_first_who_asks_for_the_key_makes_it(tmp_path: Path) -> None:
    key = key_for_signing(tmp_path, ORIGIN)
    assert key_for_signing(tmp_path, ORIGIN) == key


@pytest.mark.django_db
def test_of_two_who_make_the_key_at_once_both_have_the_first_ones(tmp_path: Path) -> None:
    def other_first(data: Path, origin: str) -> None:
        first.append(make_record_key(data, origin))
        raise FileExistsError

    first = [generate_key("nobody/yet", KeyKind.NOTE, secrets.token_bytes)]
    with mock.patch.object(keeping, "make_record_key", side_effect=other_first):
        assert key_for_signing(tmp_path, ORIGIN) == first[1]


@pytest.mark.django_db
def test_a_key_that_is_gone_is_not_replaced_in_silence(tmp_path: Path) -> None:
    SignedCheckpoint.objects.create(size=1, root="0" * 64, note="x", signed_at=clock.now())
    with pytest.raises(StorageUnavailable, match="the record's key is gone"):
        key_for_signing(tmp_path, ORIGIN)
    assert list(tmp_path.iterdir()) == []
