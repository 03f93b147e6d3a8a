"""Pages as their readers' programs get them, without a browser."""

from __future__ import annotations

import hashlib
import importlib
import re
from pathlib import Path

import pytest
from django import forms
from django.template import Context, Template
from django.test import Client
from django.urls import URLPattern
from django.utils import translation
from pytest_django import DjangoAssertNumQueries, Settings

from comitia.web.acts import leaps
from comitia.web.project import urls
from comitia.web.project.templatetags.page import table
from tests.web.messages import WEB

STATIC = WEB / "project/static/project"
WORDS = {
    "/nix": (404, "There is no such page"),
    "/forbid/x": (403, "This is not open to you"),
    "/break": (500, "Something went wrong here"),
}


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/styleguide", *WORDS])
def test_every_page_has_one_heading_landmarks_a_title_and_a_way_past_the_head(
    client: Client, address: str
) -> None:
    page = client.get(address).text
    assert len(re.findall(r"<h1[ >]", page)) == 1
    for landmark in ("<header", "<main", "<footer"):
        assert page.count(landmark) == 1
    assert re.search(r"<title>\S.* · Union of Examples</title>", page)
    assert re.search(r'<a class="skip" href="#content">', page)
    assert 'id="content"' in page
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    labels = re.findall(r'<nav aria-label="([^"]+)"', page)
    assert len(labels) == page.count("<nav") == len(set(labels))


@pytest.mark.django_db
@pytest.mark.parametrize("address", WORDS)
def test_what_fails_is_said_in_plain_words_and_nothing_is_repeated(
    client: Client, address: str
) -> None:
    answer = client.get(address)
    status, words = WORDS[address]
    assert answer.status_code == status
    assert f"<h1>{words}</h1>" in answer.text
    assert "Maria" not in answer.text


def test_pages_of_errors_need_no_database(client: Client) -> None:
    """pytest-django lets no test reach a database that did not ask for one."""
    assert client.get("/break").status_code == 500
    assert client.get("/nix").status_code == 404


@pytest.mark.django_db
def test_a_plain_page_asks_the_database_nothing(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        assert client.get("/styleguide").status_code == 200


@pytest.mark.django_db
def test_the_page_one_is_at_is_marked(client: Client) -> None:
    assert '<a href="/" aria-current="page">Start</a>' in client.get("/").text
    assert '<a href="/">Start</a>' in client.get("/styleguide").text


@pytest.mark.django_db
def test_errors_of_a_form_are_summed_up_and_tied_to_their_fields(client: Client) -> None:
    page = client.post("/styleguide", {"name": "", "mail": "no address", "vote": "perhaps"}).text
    assert "<title>Error: Styleguide" in page
    (summary,) = re.findall(r'<div class="summary" role="alert".*?</div>', page, re.DOTALL)
    linked = re.findall(r'<a href="#([^"]+)">', summary)
    assert linked == [*("id_name", "id_mail", "id_branch", "id_reason", "id_vote", "id_seen")]
    for name in linked:
        assert f'id="{name}"' in page
        assert f'id="{name}_error"' in page
        assert re.search(rf'aria-describedby="[^"]*\b{name}_error"', page)
    assert 'aria-describedby="id_name_helptext id_name_error"' in page


class _Odd(forms.Form):
    """What the styleguide has not: a hidden field, and an error of the form as a whole."""

    token = forms.CharField(widget=forms.HiddenInput)

    def clean(self) -> None:
        raise forms.ValidationError("The two dates are in the wrong order <b>.")


def test_an_error_of_a_whole_form_stands_in_the_summary() -> None:
    page = Template("{{ form }}").render(Context({"form": _Odd({"token": "x"})}))
    assert "<li>The two dates are in the wrong order &lt;b&gt;.</li>" in page
    assert '<input type="hidden" name="token" value="x"' in page


def test_a_form_that_was_not_sent_has_no_summary() -> None:
    assert "summary" not in str(_Odd())


@pytest.mark.django_db
def test_a_search_works_without_a_script(client: Client) -> None:
    page = client.post("/styleguide", {"words": "ul"}).text
    assert ("Okafor" in page, "Brandt" in page) == (True, False)
    assert "No branch begins with that." in client.post("/styleguide", {"words": "x"}).text


def test_a_table_s_rows_have_a_cell_for_each_heading() -> None:
    made = table("Seats", ["Seat", "Held by"], [["Treasurer", "Ana"]])
    assert made["rows"] == [[("Seat", "Treasurer"), ("Held by", "Ana")]]
    with pytest.raises(ValueError, match="zip"):
        table("Seats", ["Seat", "Held by"], [["Treasurer"]])


def test_a_page_that_reads_leftwards_says_so() -> None:
    with translation.override("ar"):
        page = Template('{% extends "skeleton.html" %}').render(Context({"organisation": "x"}))
    assert '<html lang="ar" dir="rtl">' in page


def test_other_people_s_files_are_those_that_the_list_names() -> None:
    listed = (STATIC / "vendor/README.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `([\w.-]+)` .*`([0-9a-f]{64})` \|$", listed, re.MULTILINE))
    scripts = {path.name: path for path in (STATIC / "vendor").glob("*.js")}
    assert rows == {
        name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in scripts.items()
    }
    assert "PERMISSION" in (STATIC / "vendor/htmx-LICENSE.txt").read_text("utf-8").upper()


def names() -> set[str | None]:
    return {pattern.name for pattern in urls.urlpatterns if isinstance(pattern, URLPattern)}


def test_only_in_debug_the_styleguide_has_an_address(settings: Settings) -> None:
    try:
        settings.DEBUG = True
        importlib.reload(urls)
        assert "styleguide" in names()
    finally:
        settings.DEBUG = False
        importlib.reload(urls)
    assert "styleguide" not in names()


def test_another_server_finds_the_application(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "tests.web.settings")
    wsgi = importlib.reload(importlib.import_module("comitia.web.project.wsgi"))
    assert callable(wsgi.application)
    assert len(leaps._watching) == 1


def test_every_style_and_script_of_ours_is_small() -> None:
    """One style sheet of less than 16 kB, and no script but other people's."""
    ours = [path for path in STATIC.iterdir() if path.is_file()]
    assert {path.name for path in ours} == {"comitia.css", "icon.svg"}
    assert all(path.stat().st_size < 16_384 for path in ours)
    assert Path(STATIC / "comitia.css").read_text("utf-8").count("!important") == 0
