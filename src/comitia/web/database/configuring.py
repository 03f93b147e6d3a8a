"""From one address to what Django wants to know of a database."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from comitia.errors import MalformedRecord

SQLITE: Final = "sqlite"
"""The address of the embedded database; its file lies in the data folder."""
LONGEST_ADDRESS: Final = 2000
_PATIENCE_SECONDS: Final = 20
# Given on to libpq. Nothing that would have it read a file or run a program of somebody's choice.
_LIBPQ_OPTIONS: Final = frozenset({"connect_timeout", "sslmode", "sslrootcert"})
_PLACES: Final = {"host": "HOST", "port": "PORT"}

# A trigger against changes also sees the row that INSERT OR REPLACE removes only if triggers may
# be recursive. A database that somebody handed over must not run functions from its schema. What is
# deleted is overwritten, so that what was erased does not stay in the file.
_PRAGMAS: Final = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA recursive_triggers = ON;
PRAGMA trusted_schema = OFF;
PRAGMA secure_delete = ON;
"""


def parse_database_address(where: str, address: str, sqlite_file: Path) -> Mapping[str, Any]:
    """Return Django's settings of the database at an address.

    address: ``sqlite``, or ``postgresql://USER:PASSWORD@HOST:PORT/NAME``, where a socket's folder
    is given as ``?host=/FOLDER``.

    Raises MalformedRecord, which names the setting and never repeats the address: it may hold a
    password.
    """
    if address == SQLITE:
        return _sqlite(sqlite_file)
    if len(address) > LONGEST_ADDRESS:
        raise MalformedRecord(where, f"longer than the {LONGEST_ADDRESS} characters allowed")
    try:
        parts = urlsplit(address)
        options = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=True))
        return _postgresql(where, parts, options)
    except ValueError:  # no number as a port, brackets that do not match
        raise MalformedRecord(where, "this is no address of a database") from None


def _sqlite(file: Path) -> Mapping[str, Any]:
    return {
        "ENGINE": "comitia.web.database.sqlite",
        "NAME": str(file),
        "CONN_MAX_AGE": 60,
        "OPTIONS": {
            "init_command": _PRAGMAS,
            "timeout": _PATIENCE_SECONDS,
            "transaction_mode": "IMMEDIATE",
        },
    }


def _postgresql(where: str, parts: SplitResult, options: dict[str, str]) -> Mapping[str, Any]:
    if parts.scheme not in {"postgresql", "postgres"} or parts.fragment:
        raise MalformedRecord(where, "expected `sqlite` or an address `postgresql://...`")
    name = unquote(parts.path.removeprefix("/"), errors="strict")
    found = {
        "NAME": name,
        "USER": unquote(parts.username or "", errors="strict"),
        "PASSWORD": unquote(parts.password or "", errors="strict"),
        "HOST": parts.hostname or "",
        "PORT": "" if parts.port is None else str(parts.port),
    }
    found |= {_PLACES[key]: options.pop(key) for key in list(options) if key in _PLACES}
    if not name or "\0" in "".join([*found.values(), *options.values()]):
        raise MalformedRecord(where, "expected the database's name after the host's")
    if unknown := sorted(options.keys() - _LIBPQ_OPTIONS):
        allowed = ", ".join(sorted(_LIBPQ_OPTIONS | _PLACES.keys()))
        raise MalformedRecord(where, f"{len(unknown)} unknown option(s); there are: {allowed}")
    return {
        "ENGINE": "django.db.backends.postgresql",
        **found,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": "10", **options, "options": _session()},
    }


def _session() -> str:
    """Return what holds in every session: nobody waits, or is waited for, without end."""
    limits = {
        "lock_timeout": _PATIENCE_SECONDS * 1000,
        "idle_in_transaction_session_timeout": 3 * _PATIENCE_SECONDS * 1000,
    }
    return " ".join(f"-c {name}={milliseconds}" for name, milliseconds in limits.items())
