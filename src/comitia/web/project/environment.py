"""What whoever runs the application can set: by environment variables, or by one file.

``DATA/comitia.env`` holds lines ``NAME=value``; a line that begins with # says nothing. A variable
of the environment wins over the file. What a setting means stands at its field; the how-to lists
them for the people who set them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from comitia.errors import MalformedRecord
from comitia.record.keys import VerifierKey
from comitia.web.accounts.openid import OpenIdServer, parse_issuer
from comitia.web.database.configuring import SQLITE, parse_database_address
from comitia.web.deadlines.holidays import NONE, parse_region
from comitia.web.notices.configuring import FOLDER, NOWHERE, parse_mail_server
from comitia.web.project.languages import LANGUAGES
from comitia.web.publicrecord.configuring import parse_origin, parse_token, parse_witnesses

DATA: Final = "COMITIA_DATA"
FILE_NAME: Final = "comitia.env"
LARGEST_FILE_BYTES: Final = 65_536
LOOPBACK: Final = ("localhost", "127.0.0.1", "[::1]")
_MOST_HOSTS: Final = 100
_LONGEST_NAME: Final = 200
_YES_OR_NO: Final = {"yes": True, "no": False}
_DATABASES: Final = {"database": "comitia.sqlite3", "secrets_database": "secrets.sqlite3"}
_HOST: Final = re.compile(r"(?:[a-z0-9-]{1,63}\.)*[a-z0-9-]{1,63}|\[[0-9a-f:.]{2,45}\]")
_ADDRESS: Final = re.compile(rf"(https?)://(?P<host>{_HOST.pattern})(?::(?P<port>[0-9]{{1,5}}))?")
_MAIL_FROM: Final = re.compile(r"[A-Za-z0-9._+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)*[A-Za-z0-9-]{1,63}")


@dataclass(frozen=True)
class Environment:
    """The settings, read and checked.

    data: the folder with the embedded database, the secret key and all files.
    database: Django's settings of the database.
    secrets_database: the same of the one with the secrets of persons.
    hosts: the names under which browsers reach the application.
    tls: whether a proxy before it speaks TLS, and says so by ``X-Forwarded-Proto``.
    address: where browsers find it, for links in messages and letters, where that has a port.
    organisation, time_zone: its name, and in which times are shown and deadlines end, until the
    founding says so.
    language: what visitors read whose browser asks for no language that there is.
    debug: whether errors show their insides; on this machine only.
    record: the name (origin) of the record; it cannot change once there is a key of that name.
    record_token: what whoever reads the record's entries must bring; nothing opens it to all.
    witnesses: whose signatures of the record's checkpoints are taken.
    holidays: on which days, beside weekends, no deadline ends.
    mail: Django's settings of the mail server; without COMITIA_HOSTS files in the data folder do
    for it. mail_from: whom mail says it comes from.
    oidc: another organisation's server by which members may log in.
    """

    data: Path
    database: Mapping[str, Any]
    secrets_database: Mapping[str, Any]
    hosts: tuple[str, ...] = LOOPBACK
    tls: bool = False
    address: str = ""
    organisation: str = "Comitia"
    time_zone: str = "UTC"
    language: str = "en"
    debug: bool = False
    record: str = ""
    record_token: str = ""
    witnesses: tuple[VerifierKey, ...] = ()
    holidays: str = NONE
    mail: Mapping[str, Any] = field(default_factory=lambda: {"MAIL_SERVER": False})
    mail_from: str = "comitia@localhost"
    oidc: OpenIdServer | None = None

    @property
    def origin(self) -> str:
        """The record's name: what was set, or the address under which it is published."""
        return self.record or f"{self.hosts[0]}/record"

    @property
    def public_address(self) -> str:
        """Where links in messages and letters lead to, without a slash at the end."""
        return self.address or f"{'https' if self.tls else 'http'}://{self.hosts[0]}"

    @property
    def mail_folder(self) -> str | None:
        """Where mail lies as files; None where there is a server, or mail waits for one."""
        folder: str | None = self.mail.get("EMAIL_FILE_PATH")
        return folder


def default_data(variables: Mapping[str, str]) -> Path:
    """Return the data folder of somebody who named none: where programs keep a user's data."""
    home = variables.get("XDG_DATA_HOME") or str(Path("~/.local/share").expanduser())
    return Path(home, "comitia")


def load_environment(variables: Mapping[str, str]) -> Environment:
    """Read the settings of this process: the file, if there is one, and the environment.

    Raises MalformedRecord for what is set wrongly, ``OSError`` where the file cannot be read.
    """
    data = Path(variables.get(DATA) or default_data(variables)).absolute()
    file = data / FILE_NAME
    try:
        with file.open("rb") as stream:
            content = stream.read(LARGEST_FILE_BYTES + 1)
    except FileNotFoundError:
        content = b""
    return parse_environment(data, content, variables)


def parse_environment(data: Path, content: bytes, variables: Mapping[str, str]) -> Environment:
    """Return the settings in a file's content and in variables, which win.

    Only what the file holds must be known: an environment holds other programs' variables too.
    """
    file = str(data / FILE_NAME)
    found = _parse_lines(file, content)
    if unknown := sorted(found.keys() - _SETTINGS.keys()):
        known = ", ".join(sorted(_SETTINGS))
        raise MalformedRecord(file, f"no setting is called {unknown[0]!r} (there are: {known})")
    found |= {name: variables[name] for name in _SETTINGS if variables.get(name)}
    values = {
        name.removeprefix("COMITIA_").lower(): parse(name, found[name])
        for name, parse in _SETTINGS.items()
        if name in found
    }
    for name, file_name in _DATABASES.items():
        address = values.get(name, SQLITE)
        values[name] = parse_database_address(f"COMITIA_{name.upper()}", address, data / file_name)
    # Who tries it out on this machine must be able to read the code that logs them in.
    mail = values.get("mail", NOWHERE if "hosts" in values else FOLDER)
    values["mail"] = parse_mail_server("COMITIA_MAIL", mail, data / "mail")
    oidc = {name: values.pop(f"oidc_{name}", "") for name in ("issuer", "client", "secret", "name")}
    settings = Environment(data=data, oidc=_openid_server(oidc), **values)
    if _place(settings.database) == _place(settings.secrets_database):
        problem = "the same database as COMITIA_DATABASE: secrets lie apart, or erase nothing"
        raise MalformedRecord("COMITIA_SECRETS_DATABASE", problem)
    _expect_reachable(settings)
    if settings.debug and not set(settings.hosts) <= set(LOOPBACK):
        raise MalformedRecord("COMITIA_DEBUG", "not beside COMITIA_HOSTS: errors show too much")
    return settings


def _openid_server(found: dict[str, str]) -> OpenIdServer | None:
    """Return the server, none where nothing of it is set; the name may be left out."""
    if not any(found.values()):
        return None
    for name in ("issuer", "client", "secret"):
        if not found[name]:
            raise MalformedRecord(f"COMITIA_OIDC_{name.upper()}", "missing beside the others")
    return OpenIdServer(
        **{**found, "name": found["name"] or str(urlsplit(found["issuer"]).hostname)}
    )


def _expect_reachable(settings: Environment) -> None:
    """Raise MalformedRecord for an address at which nobody would be answered."""
    found = _ADDRESS.fullmatch(settings.address)
    if found is None:  # none was set
        return
    if (found[1] == "https") != settings.tls:
        raise MalformedRecord("COMITIA_ADDRESS", "https:// goes with COMITIA_TLS, and only with it")
    if found["host"] not in settings.hosts:
        raise MalformedRecord("COMITIA_ADDRESS", "its host is none of COMITIA_HOSTS")


def _place(database: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(database.get(key, "")) for key in ("ENGINE", "HOST", "PORT", "NAME"))


def _parse_lines(file: str, content: bytes) -> dict[str, str]:
    if len(content) > LARGEST_FILE_BYTES:
        raise MalformedRecord(file, f"more than the {LARGEST_FILE_BYTES} bytes that are allowed")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        raise MalformedRecord(file, "expected text in UTF-8") from None
    found: dict[str, str] = {}
    for number, line in enumerate(text.split("\n"), 1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        name, equals, value = (part.strip() for part in stripped.partition("="))
        if not equals or not re.fullmatch(r"[A-Z_]{1,40}", name):
            raise MalformedRecord(f"{file}, line {number}", "expected NAME=value")
        if name in found:
            raise MalformedRecord(f"{file}, line {number}", f"{name} is set a second time")
        found[name] = value
    return found


def _parse_hosts(name: str, value: str) -> tuple[str, ...]:
    hosts = tuple(host.strip().lower() for host in value.split(",")[: _MOST_HOSTS + 1])
    if len(hosts) > _MOST_HOSTS or not all(map(_HOST.fullmatch, hosts)):
        raise MalformedRecord(name, "expected host names, parted by commas, without a port")
    return hosts


def _parse_public_address(name: str, value: str) -> str:
    found = _ADDRESS.fullmatch(value.lower())
    if found is None or int(found["port"] or 1) not in range(1, 65_536):
        raise MalformedRecord(name, "expected an address such as https://members.example.org:8443")
    return value.lower()


def _parse_yes(name: str, value: str) -> bool:
    if value not in _YES_OR_NO:
        raise MalformedRecord(name, "expected yes or no")
    return _YES_OR_NO[value]


def _parse_name(name: str, value: str) -> str:
    if not value or len(value) > _LONGEST_NAME or not value.isprintable():
        raise MalformedRecord(name, f"expected up to {_LONGEST_NAME} printable characters")
    return value


def _parse_time_zone(name: str, value: str) -> str:
    try:
        return ZoneInfo(value).key
    except (KeyError, ValueError, OSError):  # unknown; no name of a file; a folder of zones
        problem = "expected the name of a time zone, such as Europe/Berlin"
        raise MalformedRecord(name, problem) from None


def _parse_language(name: str, value: str) -> str:
    if value not in LANGUAGES:
        raise MalformedRecord(name, f"expected one of {', '.join(LANGUAGES)}")
    return value


def _parse_mail_from(name: str, value: str) -> str:
    if len(value) > _LONGEST_NAME or not _MAIL_FROM.fullmatch(value):
        raise MalformedRecord(name, "expected an address, such as office@union.example")
    return value


def _parse_address(name: str, value: str) -> str:  # noqa: ARG001 - read when the data folder is known
    return value


_SETTINGS: Final[Mapping[str, Callable[[str, str], Any]]] = {
    "COMITIA_ADDRESS": _parse_public_address,
    "COMITIA_DATABASE": _parse_address,
    "COMITIA_DEBUG": _parse_yes,
    "COMITIA_HOLIDAYS": parse_region,
    "COMITIA_HOSTS": _parse_hosts,
    "COMITIA_LANGUAGE": _parse_language,
    "COMITIA_MAIL": _parse_address,
    "COMITIA_MAIL_FROM": _parse_mail_from,
    "COMITIA_OIDC_CLIENT": _parse_name,
    "COMITIA_OIDC_ISSUER": parse_issuer,
    "COMITIA_OIDC_NAME": _parse_name,
    "COMITIA_OIDC_SECRET": _parse_name,
    "COMITIA_ORGANISATION": _parse_name,
    "COMITIA_RECORD": parse_origin,
    "COMITIA_RECORD_TOKEN": parse_token,
    "COMITIA_SECRETS_DATABASE": _parse_address,
    "COMITIA_TIME_ZONE": _parse_time_zone,
    "COMITIA_TLS": _parse_yes,
    "COMITIA_WITNESSES": parse_witnesses,
}


SETTING_NAMES: Final = (DATA, *_SETTINGS)
"""Every variable that the application reads; the how-to explains each."""
