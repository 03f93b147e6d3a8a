from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comitia.errors import MalformedRecord
from comitia.web.database.configuring import parse_database_address

FILE = Path("/data/comitia.sqlite3")
LIMITS = "-c lock_timeout=20000 -c idle_in_transaction_session_timeout=60000"


def parse(address: str) -> dict[str, object]:
    return dict(parse_database_address("COMITIA_DATABASE", address, FILE))


def test_sqlite_is_a_file_in_the_data_folder() -> None:
    found = parse("sqlite")
    assert (found["ENGINE"], found["NAME"]) == ("comitia.web.database.sqlite", str(FILE))


@pytest.mark.parametrize(
    "address,expected",
    [
        (
            "postgresql://anna:p%40ss%2F@db.example:5433/register?sslmode=verify-full",
            {
                "NAME": "register",
                "USER": "anna",
                "PASSWORD": "p@ss/",
                "HOST": "db.example",
                "PORT": "5433",
                "OPTIONS": {"connect_timeout": "10", "sslmode": "verify-full", "options": LIMITS},
            },
        ),
        (
            "postgres:///register?host=/run/postgresql&port=5432&connect_timeout=3",
            {
                "NAME": "register",
                "USER": "",
                "PASSWORD": "",
                "HOST": "/run/postgresql",
                "PORT": "5432",
                "OPTIONS": {"connect_timeout": "3", "options": LIMITS},
            },
        ),
    ],
)
def test_an_address_says_all_that_django_wants(address: str, expected: dict[str, object]) -> None:
    assert parse(address) == {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        **expected,
    }


@pytest.mark.parametrize(
    "address,problem",
    [
        ("", "expected `sqlite` or an address"),
        ("mysql://secret@host/name", "expected `sqlite` or an address"),
        ("postgresql://secret@host/name#part", "expected `sqlite` or an address"),
        ("postgresql://secret@host", "expected the database's name"),
        ("postgresql://secret@host/a%00b", "expected the database's name"),
        ("postgresql://secret@host:port/name", "this is no address"),
        ("postgresql://secret@host:99999/name", "this is no address"),
        ("postgresql://[secret/name", "this is no address"),
        ("postgresql://secret%ff@host/name", "this is no address"),
        ("postgresql://secret@host/name?sslmode", "this is no address"),
        ("postgresql://secret@host/name?service=secret", "1 unknown option"),
        ("postgresql://secret@host/name?options=-c%20secret", "1 unknown option"),
        ("postgresql://secret@host/" + 2000 * "x", "longer than the 2000 characters"),
    ],
)
def test_what_is_no_address_is_refused_without_repeating_it(address: str, problem: str) -> None:
    with pytest.raises(MalformedRecord, match=problem) as refused:
        parse(address)
    assert refused.value.where == "COMITIA_DATABASE"
    assert "secret" not in str(refused.value)


@given(
    st.text() | st.text().map("postgresql://".__add__) | st.text().map("postgresql://u@".__add__)
)
def test_any_text_ends_in_settings_or_in_a_refusal(address: str) -> None:
    try:
        found = parse(address)
    except MalformedRecord:
        return
    assert found["NAME"]
