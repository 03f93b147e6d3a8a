"""Secrets of login in the database, sealed under a key that is not in it.

Whoever reads a copy of the database alone cannot make codes of somebody's app.
"""

from __future__ import annotations

import base64
import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from comitia.errors import MalformedRecord

_VERSION: Final = b"1"
_NONCE_BYTES: Final = 12
_PURPOSE: Final = b"comitia accounts login secrets"


def seal_text(text: str) -> str:
    """Return a text that only ``unseal_text`` under the same secret key reads."""
    nonce = os.urandom(_NONCE_BYTES)
    sealed = AESGCM(_key()).encrypt(nonce, text.encode(), _PURPOSE + _VERSION)
    return _VERSION.decode() + base64.urlsafe_b64encode(nonce + sealed).decode("ascii")


def unseal_text(sealed: str) -> str:
    """Return what was sealed.

    Raises MalformedRecord for what was changed, or was sealed before the secret key was replaced.
    """
    version, text = sealed[:1], sealed[1:]
    try:
        content = base64.urlsafe_b64decode(text.encode("ascii"))
        opened = AESGCM(_key()).decrypt(
            content[:_NONCE_BYTES], content[_NONCE_BYTES:], _PURPOSE + version.encode("ascii")
        )
    except (InvalidTag, ValueError):
        problem = "cannot be opened: it was changed, or the secret key is another one now"
        raise MalformedRecord("a secret of a login", problem) from None
    return opened.decode()


def _key() -> bytes:
    derivation = HKDF(SHA256(), 32, salt=None, info=_PURPOSE)
    return derivation.derive(settings.SECRET_KEY.encode())
