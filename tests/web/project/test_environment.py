from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comitia.errors import MalformedRecord
from comitia.record.keys import KeyKind, generate_key
from comitia.web.accounts.openid import OpenIdServer
from comitia.web.database.configuring import parse_database_address
from comitia.web.notices.configuring import parse_mail_server
from comitia.web.project.environment import (
    LARGEST_FILE_BYTES,
    LOOPBACK,
    SETTING_NAMES,
    Environment,
    default_data,
    load_environment,
    parse_environment,
)

DATA = Path("/data")
SQLITE = parse_database_address("", "sqlite", DATA / "comitia.sqlite3")
SECRETS = parse_database_address("", "sqlite", DATA / "secrets.sqlite3")
WITNESSES = tuple(
    generate_key(name, KeyKind.COSIGNATURE, bytes).verifier
    for name in ("example.net/w1", "example.net/w2")
)
LOG = generate_key("example.net/log", KeyKind.NOTE, bytes).verifier
ALL = b"""
# A line that says nothing.
COMITIA_DATABASE = postgresql://anna@db/register
COMITIA_SECRETS_DATABASE = postgresql://anna@db/secrets
COMITIA_HOSTS=Register.example, vote.example ,[::1]
COMITIA_TLS=yes
COMITIA_ADDRESS=https://Vote.example:8443
COMITIA_ORGANISATION=Gewerkschaft der B\xc3\xa4cker = gut
COMITIA_TIME_ZONE=Europe/Berlin
COMITIA_OIDC_ISSUER=https://login.example/realms/union
COMITIA_OIDC_CLIENT=comitia
COMITIA_OIDC_SECRET=s3cret
COMITIA_OIDC_NAME=the federation
COMITIA_LANGUAGE=de
COMITIA_HOLIDAYS=DE-BE
COMITIA_MAIL=smtps://union:geheim@mail.example
COMITIA_MAIL_FROM=office@union.example
COMITIA_DEBUG=no\r
COMITIA_RECORD=register.example/union
COMITIA_RECORD_TOKEN=abcdefghijklmnopqrstuvwxyz
COMITIA_WITNESSES=%s, %s
""" % tuple(key.text.encode() for key in WITNESSES)


def test_without_anything_set_it_runs_on_this_machine_alone() -> None:
    folder = parse_mail_server("", "folder", DATA / "mail")
    made = Environment(data=DATA, database=SQLITE, secrets_database=SECRETS, mail=folder)
    assert parse_environment(DATA, b"", {}) == made
    assert (made.hosts, made.mail_folder) == (LOOPBACK, "/data/mail")


@pytest.mark.parametrize(
    "lines,folder",
    [
        (b"COMITIA_MAIL=nowhere", None),
        (b"COMITIA_MAIL=smtp://mail.example", None),
        (b"COMITIA_HOSTS=a.example", None),
        (b"COMITIA_HOSTS=localhost", None),
        (b"COMITIA_HOSTS=a.example\nCOMITIA_MAIL=folder", "/data/mail"),
    ],
)
def test_mail_goes_into_a_folder_only_where_nobody_else_comes_in_or_it_is_asked_for(
    lines: bytes, folder: str | None
) -> None:
    found = parse_environment(DATA, lines, {})
    assert found.mail_folder == folder
    assert parse_environment(DATA, b"", {"COMITIA_HOSTS": "a.example"}).mail == {
        "MAIL_SERVER": False
    }


def test_a_file_sets_all_that_can_be_set() -> None:
    assert parse_environment(DATA, ALL, {}) == Environment(
        data=DATA,
        database=parse_database_address("", "postgresql://anna@db/register", DATA),
        secrets_database=parse_database_address("", "postgresql://anna@db/secrets", DATA),
        hosts=("register.example", "vote.example", "[::1]"),
        tls=True,
        address="https://vote.example:8443",
        organisation="Gewerkschaft der Bäcker = gut",
        time_zone="Europe/Berlin",
        language="de",
        debug=False,
        record="register.example/union",
        record_token="abcdefghijklmnopqrstuvwxyz",
        witnesses=WITNESSES,
        holidays="DE-BE",
        mail=parse_mail_server("", "smtps://union:geheim@mail.example", DATA),
        mail_from="office@union.example",
        oidc=OpenIdServer(
            *("https://login.example/realms/union", "comitia", "s3cret", "the federation")
        ),
    )
    named = {line.split("=")[0].strip() for line in ALL.decode().splitlines() if "COMITIA" in line}
    assert {"COMITIA_DATA"} | named == set(SETTING_NAMES)


def test_links_lead_to_the_first_name_unless_an_address_is_set() -> None:
    def address(content: bytes) -> str:
        return parse_environment(DATA, content, {}).public_address

    assert address(b"") == "http://localhost"
    assert address(b"COMITIA_HOSTS=a.example,b.example\nCOMITIA_TLS=yes") == "https://a.example"
    assert address(b"COMITIA_ADDRESS=http://[::1]:8000") == "http://[::1]:8000"
    assert address(ALL) == "https://vote.example:8443"


def test_the_record_is_called_by_its_address_unless_it_has_another_name() -> None:
    assert parse_environment(DATA, b"", {}).origin == "localhost/record"
    assert parse_environment(DATA, b"COMITIA_HOSTS=a.example", {}).origin == "a.example/record"
    assert parse_environment(DATA, ALL, {}).origin == "register.example/union"


def test_a_variable_wins_over_the_file_and_other_programs_variables_are_theirs() -> None:
    variables = {"COMITIA_LANGUAGE": "en", "COMITIA_TLS": "", "COMITIA_KERNEL": "x", "HOME": "/"}
    found = parse_environment(DATA, ALL, variables)
    assert (found.language, found.tls) == ("en", True)


@pytest.mark.parametrize(
    "content,where,problem",
    [
        (b"\xff", "/data/comitia.env", "expected text in UTF-8"),
        (b"#" * (LARGEST_FILE_BYTES + 1), "/data/comitia.env", "more than the 65536 bytes"),
        (b"\nCOMITIA_TLS", "/data/comitia.env, line 2", "expected NAME=value"),
        (b"export COMITIA_TLS=yes", "/data/comitia.env, line 1", "expected NAME=value"),
        (b"COMITIA_TLS=yes\nCOMITIA_TLS=no", "/data/comitia.env, line 2", "a second time"),
        (b"COMITIA_TSL=yes", "/data/comitia.env", "no setting is called 'COMITIA_TSL'"),
        (b"COMITIA_HOLIDAYS=DE-XX", "COMITIA_HOLIDAYS", "such as DE-BE or GB-SCT"),
        (b"COMITIA_MAIL=smtp://", "COMITIA_MAIL", "expected `nowhere`, `folder` or"),
        (b"COMITIA_MAIL_FROM=a@b@c", "COMITIA_MAIL_FROM", "expected an address"),
        (b"COMITIA_DATA=/x", "/data/comitia.env", "no setting is called 'COMITIA_DATA'"),
        (b"COMITIA_TLS=true", "COMITIA_TLS", "expected yes or no"),
        (b"COMITIA_HOSTS=https://a.example", "COMITIA_HOSTS", "expected host names"),
        (b"COMITIA_HOSTS=a.example:80", "COMITIA_HOSTS", "expected host names"),
        (b"COMITIA_HOSTS=*", "COMITIA_HOSTS", "expected host names"),
        (b"COMITIA_HOSTS=.example", "COMITIA_HOSTS", "expected host names"),
        (b"COMITIA_HOSTS=" + b"a," * 100 + b"a", "COMITIA_HOSTS", "expected host names"),
        *(
            (b"COMITIA_ADDRESS=" + address, "COMITIA_ADDRESS", problem)
            for address, problem in (
                *((b"localhost:8000", "such as"), (b"http://localhost/", "such as")),
                *((b"http://localhost:0", "such as"), (b"http://localhost:65536", "such as")),
                *((b"http://a@localhost", "such as"), (b"ftp://localhost", "such as")),
                (b"http://[:::]:x", "such as"),
                (b"http://a.example:8000", "none of COMITIA_HOSTS"),
                (b"https://localhost:8000", "goes with COMITIA_TLS"),
            )
        ),
        (b"COMITIA_ADDRESS=http://a.example\nCOMITIA_TLS=yes", "COMITIA_ADDRESS", "goes with"),
        (b"COMITIA_ORGANISATION=a\x07b", "COMITIA_ORGANISATION", "printable"),
        (b"COMITIA_ORGANISATION=" + b"a" * 201, "COMITIA_ORGANISATION", "up to 200"),
        (b"COMITIA_ORGANISATION=", "COMITIA_ORGANISATION", "up to 200"),
        (b"COMITIA_TIME_ZONE=Europe", "COMITIA_TIME_ZONE", "the name of a time zone"),
        (b"COMITIA_TIME_ZONE=Europe/Nix", "COMITIA_TIME_ZONE", "the name of a time zone"),
        (b"COMITIA_TIME_ZONE=/etc/passwd", "COMITIA_TIME_ZONE", "the name of a time zone"),
        (b"COMITIA_TIME_ZONE=../../etc", "COMITIA_TIME_ZONE", "the name of a time zone"),
        (b"COMITIA_LANGUAGE=xx", "COMITIA_LANGUAGE", "expected one of en"),
        (b"COMITIA_DATABASE=x", "COMITIA_DATABASE", "expected `sqlite` or an address"),
        (b"COMITIA_SECRETS_DATABASE=x", "COMITIA_SECRETS_DATABASE", "expected `sqlite`"),
        (
            b"COMITIA_DATABASE=postgresql://a@b/c\nCOMITIA_SECRETS_DATABASE=postgresql://d:e@b/c",
            *("COMITIA_SECRETS_DATABASE", "the same database"),
        ),
        (b"COMITIA_RECORD=our record", "COMITIA_RECORD", "without spaces"),
        (b"COMITIA_RECORD=" + b"a" * 201, "COMITIA_RECORD", "without spaces"),
        (b"COMITIA_RECORD_TOKEN=short", "COMITIA_RECORD_TOKEN", "20 to 200 letters"),
        (b"COMITIA_WITNESSES=w1", "COMITIA_WITNESSES", "expected a name, eight digits"),
        (b"COMITIA_WITNESSES=" + b"," * 16, "COMITIA_WITNESSES", "up to 16 keys"),
        (b"COMITIA_WITNESSES=" + LOG.text.encode(), "COMITIA_WITNESSES", "keys of witnesses"),
        (
            b"COMITIA_WITNESSES=" + b",".join([WITNESSES[0].text.encode()] * 2),
            *("COMITIA_WITNESSES", "each once"),
        ),
        *(
            (b"COMITIA_OIDC_ISSUER=" + issuer, "COMITIA_OIDC_ISSUER", "expected an address https")
            for issuer in (
                *(b"http://a.example", b"a.example", b"https://[a", b"https:///a", b"file:///x"),
                *(b"https://a.example/?x=1", b"https://a\x00.example", b"https://" + b"a" * 500),
            )
        ),
        (b"COMITIA_OIDC_CLIENT=a", "COMITIA_OIDC_ISSUER", "missing beside the others"),
        (b"COMITIA_OIDC_ISSUER=https://a.example", "COMITIA_OIDC_CLIENT", "missing beside"),
        (b"COMITIA_OIDC_NAME=a", "COMITIA_OIDC_ISSUER", "missing beside the others"),
        (b"COMITIA_DEBUG=yes\nCOMITIA_HOSTS=a.example", "COMITIA_DEBUG", "errors show too much"),
    ],
)
def test_what_is_set_wrongly_is_refused_by_name(content: bytes, where: str, problem: str) -> None:
    with pytest.raises(MalformedRecord, match=problem) as refused:
        parse_environment(DATA, content, {})
    assert refused.value.where == where


LINES = st.tuples(st.sampled_from(SETTING_NAMES), st.text(max_size=30)).map("=".join)


@given(st.binary(max_size=300) | st.lists(LINES, max_size=8).map(lambda x: "\n".join(x).encode()))
def test_any_bytes_end_in_settings_or_in_a_refusal(content: bytes) -> None:
    try:
        found = parse_environment(DATA, content, {})
    except MalformedRecord:
        return
    assert found.data == DATA


def test_the_data_folder_is_the_users_own_unless_named(tmp_path: Path) -> None:
    assert default_data({"XDG_DATA_HOME": "/x"}) == Path("/x/comitia")
    assert default_data({}) == Path("~/.local/share/comitia").expanduser()
    named = load_environment({"COMITIA_DATA": str(tmp_path), "COMITIA_TLS": "yes"})
    assert (named.data, named.tls) == (tmp_path, True)


def test_the_file_in_the_data_folder_is_read_and_no_more_of_it_than_is_allowed(
    tmp_path: Path,
) -> None:
    (tmp_path / "comitia.env").write_bytes(ALL)
    assert load_environment({"COMITIA_DATA": str(tmp_path)}).language == "de"
    (tmp_path / "comitia.env").unlink()
    (tmp_path / "comitia.env").symlink_to("/dev/zero")
    with pytest.raises(MalformedRecord, match="more than the 65536 bytes"):
        load_environment({"COMITIA_DATA": str(tmp_path)})


def test_another_login_server_without_a_name_is_called_by_its_host() -> None:
    lines = (
        b"COMITIA_OIDC_ISSUER=http://localhost:8080\nCOMITIA_OIDC_CLIENT=c\nCOMITIA_OIDC_SECRET=s"
    )
    found = parse_environment(DATA, lines, {})
    assert found.oidc == OpenIdServer("http://localhost:8080", "c", "s", "localhost")
