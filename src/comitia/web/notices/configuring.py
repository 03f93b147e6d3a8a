"""From one address to what Django wants to know of a mail server."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import SplitResult, unquote, urlsplit

from comitia.errors import MalformedRecord

NOWHERE: Final = "nowhere"
"""No mail server: messages wait in the outbox until there is one."""
FOLDER: Final = "folder"
"""Mail is put into files in the data folder, for trying the application out."""
LONGEST_ADDRESS: Final = 2000
_PATIENCE_SECONDS: Final = 20
_PORTS: Final = {"smtp": 587, "smtps": 465, "smtp+plain": 25}


def parse_mail_server(where: str, address: str, folder: Path) -> Mapping[str, Any]:
    """Return Django's settings of the mail server at an address.

    address: ``nowhere``, ``folder``, or ``SCHEME://USER:PASSWORD@HOST:PORT``, where the scheme is
    ``smtp`` (TLS from STARTTLS on, which is demanded), ``smtps`` (TLS at once) or ``smtp+plain``
    (none). folder: where the files go.

    Raises MalformedRecord, which names the setting and never repeats the address: it may hold a
    password.
    """
    if address == NOWHERE:
        return {"MAIL_SERVER": False}
    if address == FOLDER:
        backend = "django.core.mail.backends.filebased.EmailBackend"
        return {"MAIL_SERVER": True, "EMAIL_BACKEND": backend, "EMAIL_FILE_PATH": str(folder)}
    if len(address) > LONGEST_ADDRESS:
        raise MalformedRecord(where, f"longer than the {LONGEST_ADDRESS} characters allowed")
    try:
        return _smtp(where, urlsplit(address))
    except ValueError:  # no number as a port, brackets that do not match
        raise MalformedRecord(where, "this is no address of a mail server") from None


def _smtp(where: str, parts: SplitResult) -> Mapping[str, Any]:
    if parts.scheme not in _PORTS or not parts.hostname:
        raise MalformedRecord(where, "expected `nowhere`, `folder` or `smtp://...`")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise MalformedRecord(where, "expected nothing after the host and its port")
    user = unquote(parts.username or "", errors="strict")
    password = unquote(parts.password or "", errors="strict")
    if not (user + password + parts.hostname).isprintable():
        raise MalformedRecord(where, "expected printable characters")
    return {
        "MAIL_SERVER": True,
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or _PORTS[parts.scheme],
        "EMAIL_HOST_USER": user,
        "EMAIL_HOST_PASSWORD": password,
        "EMAIL_USE_TLS": parts.scheme == "smtp",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_TIMEOUT": _PATIENCE_SECONDS,
    }
