from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comitia.errors import MalformedRecord
from comitia.web.documents.sealing import RANDOM_BYTES, open_file, seal_file

FILE, OTHER = UUID(int=1), UUID(int=2)
SECRET = bytes(range(32))
RANDOMNESS = bytes(range(100, 100 + RANDOM_BYTES))
SEALED = seal_file(b"evidence", FILE, SECRET, RANDOMNESS)


@given(st.binary(max_size=200), st.uuids(), st.binary(min_size=32, max_size=64))
def test_what_was_sealed_is_opened(content: bytes, file: UUID, secret: bytes) -> None:
    sealed = seal_file(content, file, secret, RANDOMNESS)
    assert open_file(sealed, file, secret) == content
    assert len(sealed) == len(content) + 89


def test_files_of_this_version_are_readable_for_ever() -> None:
    assert SEALED.hex() == (
        "018485868788898a8b8c8d8e8f"
        "f555d4e4122efcb7375dd9a7a8c35a5b7c8e86cf3dd59eee3d26639fc9df8387"
        "a03ac98810cc999ae8c399a98b4af02e"
        "909192939495969798999a9b5233302b70740b94466f7cf4990a84cd612c888b15b3756a"
    )


def test_every_byte_counts() -> None:
    for place in range(len(SEALED)):
        changed = bytearray(SEALED)
        changed[place] ^= 1
        with pytest.raises(MalformedRecord):
            open_file(bytes(changed), FILE, SECRET)


def test_another_secret_or_another_s_place_does_not_open_it() -> None:
    for file, secret in ((FILE, SECRET[::-1]), (OTHER, SECRET)):
        with pytest.raises(MalformedRecord, match="the secret does not open it"):
            open_file(SEALED, file, secret)


@given(st.binary(max_size=150))
def test_any_bytes_end_in_a_malformed_record(sealed: bytes) -> None:
    with pytest.raises(MalformedRecord):
        open_file(sealed, FILE, SECRET)


def test_two_files_have_nothing_in_common() -> None:
    second = seal_file(b"evidence", OTHER, SECRET, RANDOMNESS)
    assert second[13:61] != SEALED[13:61]


def test_short_secrets_and_randomness_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 32 bytes"):
        seal_file(b"", FILE, SECRET[:-1], RANDOMNESS)
    with pytest.raises(ValueError, match="at least 32 bytes"):
        open_file(SEALED, FILE, b"")
    with pytest.raises(ValueError, match="expected 56 bytes of randomness"):
        seal_file(b"", FILE, SECRET, RANDOMNESS[1:])
