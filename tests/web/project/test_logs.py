from __future__ import annotations

import logging
import sys
from types import SimpleNamespace, TracebackType

import pytest
from django.test import Client

from comitia.web.project.logs import PlainFormatter

Error = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def written(
    name: str, message: object, *values: object, exc: Error | None = None, **extra: object
) -> str:
    """Return the line about an event, without its time."""
    record = logging.LogRecord(name, logging.ERROR, "", 0, message, values, exc)
    for key, value in extra.items():
        setattr(record, key, value)
    return PlainFormatter().format(record).partition(" ")[2].partition(" ")[2]


def test_our_own_messages_are_written_as_they_are_on_one_line() -> None:
    assert written("comitia.web", "made %s\nof 3", "2") == "ERROR comitia.web: made 2 of 3"


def test_of_others_messages_the_template_is_written() -> None:
    assert written("gunicorn.error", "no %s", "Maria") == "ERROR gunicorn.error: no %s"


def test_of_messages_put_together_elsewhere_the_first_words_are_written() -> None:
    line = written("library", "could not deliver mail to maria@example.org")
    assert line == "ERROR library: could not deliver mail ..."


def test_of_a_request_status_method_and_pattern_are_written() -> None:
    match = SimpleNamespace(route="member/<int:number>")
    request = SimpleNamespace(method="POST", resolver_match=match)
    line = written("django.request", "%s", "/member/7", request=request, status_code=500)
    assert line == "ERROR django.request: 500 POST /member/<int:number>"
    unknown = SimpleNamespace(method="GET")
    assert written("django.request", "x", request=unknown) == (
        "ERROR django.request: GET an unknown address"
    )


def fail(name: str) -> None:
    try:
        dict[str, int]()[name]
    except KeyError as cause:
        raise ValueError(f"no {name}") from cause


def test_of_an_error_kinds_and_places_are_written_and_no_text() -> None:
    with pytest.raises(ValueError, match="Maria") as failed:
        fail("Maria Muster")
    told = (failed.type, failed.value, failed.tb)
    lines = written("comitia", "it failed", exc=told).splitlines()
    assert "Maria" not in "".join(lines)
    assert [line for line in lines if not line.startswith("    ")] == [
        "ERROR comitia: it failed",
        "  builtins.ValueError",
        "  builtins.KeyError",
    ]
    assert [line.split()[-1] for line in lines if line.startswith("    ")] == [
        *("test_of_an_error_kinds_and_places_are_written_and_no_text", "fail", "fail"),
    ]


def test_causes_without_end_are_told_to_an_end() -> None:
    first, second = ValueError(), KeyError()
    first.__cause__, second.__cause__ = second, first
    line = written("comitia", "it failed", exc=(ValueError, first, None))
    assert len(line.splitlines()) == 11


def test_a_record_without_an_error_has_no_places() -> None:
    assert written("comitia", "fine", exc=(None, None, None)) == "ERROR comitia: fine"


@pytest.mark.django_db
def test_a_page_that_breaks_leaves_no_name_in_the_log(capfd: pytest.CaptureFixture[str]) -> None:
    stream = logging.getLogger().handlers
    ours = [each for each in stream if isinstance(each.formatter, PlainFormatter)]
    assert len(ours) == 1
    assert isinstance(ours[0], logging.StreamHandler)
    before = ours[0].setStream(sys.stderr)
    client = Client(raise_request_exception=False)
    for address in ("/break?name=Maria", "/Maria", "/forbid/Maria"):
        client.get(address)
    client.get("/", headers={"host": "Maria.example"})
    said = capfd.readouterr().err
    ours[0].setStream(before or sys.__stderr__)
    assert "500 GET /break" in said
    assert "tests/web/urls.py" in said
    assert "Maria" not in said
    assert [line for line in said.splitlines() if "ERROR" in line or "WARN" in line] == [
        said.splitlines()[0]
    ]
