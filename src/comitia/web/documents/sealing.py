"""A file under a key of its own, and that key under a person's secret. No database, no clock.

Layout, version 1: a byte 1; the sealed file key (12 bytes of nonce, 32 of key, 16 of tag); the
sealed file (12 bytes of nonce, the file, 16 of tag). Both are AES-256-GCM, and both bind the file's
id, so that one file cannot be put in another's place. The key that seals the file key comes from
the person's secret and the id by HKDF-SHA-256: no key is ever used for two files. Once the secret
is destroyed, the file is what random bytes would be. The length of the file shows.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from comitia.errors import MalformedRecord

SHORTEST_SECRET_BYTES: Final = 32
_VERSION: Final = b"\x01"
_KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_TAG_BYTES: Final = 16
_SEALED_KEY_BYTES: Final = _NONCE_BYTES + _KEY_BYTES + _TAG_BYTES
RANDOM_BYTES: Final = _KEY_BYTES + 2 * _NONCE_BYTES
"""How much randomness a file takes."""
_PURPOSE: Final = b"comitia file 1, key of the key"


def seal_file(content: bytes, file: UUID, secret: bytes, randomness: bytes) -> bytes:
    """Return the content sealed.

    randomness: ``RANDOM_BYTES`` fresh bytes, never used again.
    Raises ValueError for a secret or randomness of another length than expected.
    """
    if len(randomness) != RANDOM_BYTES:
        raise ValueError(f"expected {RANDOM_BYTES} bytes of randomness, found {len(randomness)}")
    key, first, second = (
        randomness[:_KEY_BYTES],
        randomness[_KEY_BYTES:-_NONCE_BYTES],
        randomness[-_NONCE_BYTES:],
    )
    sealed_key = AESGCM(_key_of_key(secret, file)).encrypt(first, key, _bound(b"key", file))
    sealed = AESGCM(key).encrypt(second, content, _bound(b"file", file))
    return b"".join((_VERSION, first, sealed_key, second, sealed))


def open_file(sealed: bytes, file: UUID, secret: bytes) -> bytes:
    """Return the content of a sealed file.

    Raises MalformedRecord where it was changed, is another file's, or the secret is another
    person's: which of them, nobody can tell.
    """
    head, rest = sealed[: 1 + _SEALED_KEY_BYTES], sealed[1 + _SEALED_KEY_BYTES :]
    if len(rest) < _NONCE_BYTES + _TAG_BYTES or head[:1] != _VERSION:
        raise MalformedRecord(f"file {file}", "this is no sealed file")
    try:
        key = _open(_key_of_key(secret, file), head[1:], _bound(b"key", file))
        return _open(key, rest, _bound(b"file", file))
    except InvalidTag:
        raise MalformedRecord(f"file {file}", "the secret does not open it") from None


def _open(key: bytes, sealed: bytes, bound: bytes) -> bytes:
    return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], bound)


def _key_of_key(secret: bytes, file: UUID) -> bytes:
    if len(secret) < SHORTEST_SECRET_BYTES:
        raise ValueError(f"expected a secret of at least {SHORTEST_SECRET_BYTES} bytes")
    return HKDF(SHA256(), _KEY_BYTES, salt=file.bytes, info=_PURPOSE).derive(secret)


def _bound(part: bytes, file: UUID) -> bytes:
    return b"comitia file 1, " + part + b", " + file.bytes
