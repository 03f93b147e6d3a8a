from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comitia.errors import MalformedRecord
from comitia.web.notices.configuring import LONGEST_ADDRESS, parse_mail_server

FOLDER = Path("/data/mail")


def test_there_need_be_no_mail_server() -> None:
    assert parse_mail_server("", "nowhere", FOLDER) == {"MAIL_SERVER": False}


def test_mail_can_be_put_into_a_folder() -> None:
    assert parse_mail_server("", "folder", FOLDER) == {
        "MAIL_SERVER": True,
        "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
        "EMAIL_FILE_PATH": "/data/mail",
    }


@pytest.mark.parametrize(
    "address,host,port,user,password,starttls,tls",
    [
        ("smtp://a%40b:c%2Fd@mail.example", "mail.example", 587, "a@b", "c/d", True, False),
        ("smtps://mail.example:1465/", "mail.example", 1465, "", "", False, True),
        ("smtp+plain://[::1]", "::1", 25, "", "", False, False),
    ],
)
def test_a_mail_server_is_read_from_one_address(  # noqa: PLR0913 - one for each part
    *, address: str, host: str, port: int, user: str, password: str, starttls: bool, tls: bool
) -> None:
    assert parse_mail_server("", address, FOLDER) == {
        "MAIL_SERVER": True,
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": host,
        "EMAIL_PORT": port,
        "EMAIL_HOST_USER": user,
        "EMAIL_HOST_PASSWORD": password,
        "EMAIL_USE_TLS": starttls,
        "EMAIL_USE_SSL": tls,
        "EMAIL_TIMEOUT": 20,
    }


@pytest.mark.parametrize(
    "address,problem",
    [
        ("", "expected `nowhere`"),
        ("mail.example", "expected `nowhere`"),
        ("http://mail.example", "expected `nowhere`"),
        ("smtp://:geheim@", "expected `nowhere`"),
        ("smtp://mail.example/geheim", "nothing after the host"),
        ("smtp://mail.example?tls=geheim", "nothing after the host"),
        ("smtp://mail.example:geheim", "no address of a mail server"),
        ("smtp://[geheim", "no address of a mail server"),
        ("smtp://a:%0Ageheim@mail.example", "printable"),
        ("smtp://a:%FFgeheim@mail.example", "no address of a mail server"),
        ("s" * (LONGEST_ADDRESS + 1), "longer than the 2000"),
    ],
)
def test_other_addresses_are_refused_and_not_repeated(address: str, problem: str) -> None:
    with pytest.raises(MalformedRecord, match=problem) as refused:
        parse_mail_server("COMITIA_MAIL", address, FOLDER)
    assert refused.value.where == "COMITIA_MAIL"
    assert "geheim" not in str(refused.value)


@given(st.text(max_size=60).map("smtp://".__add__) | st.text(max_size=60))
def test_any_text_ends_in_settings_or_is_malformed(address: str) -> None:
    try:
        found = parse_mail_server("", address, FOLDER)
    except MalformedRecord:
        return
    assert found["MAIL_SERVER"] is not (address == "nowhere")
