from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from comitia.record.kinds import ActKind
from comitia.record.kinds.declaring import Visibility
from comitia.record.kinds.register import AdmitMember, RefuseApplication
from comitia.record.kinds.values import Identifier, Text
from comitia.web.acts import models
from comitia.web.acts.history import SENTENCES, HistoryLine, sentences_of
from comitia.web.acts.models import Disclosure
from tests.web.acts.kinds import NAMES, OWN
from tests.web.founded import FIRST, Founded, an_organisation

PLACEHOLDER = re.compile(r"%\((\w+)\)s")


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Read in English, whatever language a test before asked for."""
    with translation.override("en"):
        yield


def test_every_kind_has_one_sentence() -> None:
    assert set(SENTENCES) == {kind.name for kind in OWN}


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("kind", OWN, ids=NAMES)
def test_a_sentence_shows_open_fields_alone(kind: ActKind, language: str) -> None:
    with translation.override(language):
        shown = set(PLACEHOLDER.findall(str(SENTENCES[kind.name])))
    fields = {field.name for field in kind.fields if field.visibility is Visibility.OPEN}
    assert shown <= fields


def plain(lines: list[HistoryLine]) -> list[tuple[str, tuple[str, ...]]]:
    return [(line.sentence, line.by) for line in lines]


def admitted(world: Founded) -> Identifier:
    own = world.apply("Eve")
    world.do(AdmitMember(since=FIRST), own, "Ada", person="Eve")
    return own


@pytest.mark.django_db
def test_a_history_tells_the_latest_first_and_by_whom() -> None:
    with an_organisation() as world:
        own = admitted(world)
        lines = sentences_of(own)
        last = world.now
    assert plain(lines) == [
        (
            "The application was accepted: a member from Jan. 5, 2026.",
            ("committee, Mill (Ada Lowe)",),
        ),
        ("Admission to Mill was asked for (full membership).", ("the person concerned",)),
    ]
    entry = models.Entry.objects.get(kind="membership.admit")
    assert lines[0] == HistoryLine(
        last, lines[0].sentence, lines[0].by, 1, lines[0].entry, None, is_declared=False
    )
    assert lines[0].entry == entry.hash


@pytest.mark.django_db
def test_a_history_is_told_in_the_reader_s_language() -> None:
    with an_organisation() as world, translation.override("de"):
        lines = sentences_of(admitted(world))
    assert plain(lines) == [
        (
            "Der Antrag wurde angenommen: Mitglied ab 5. Januar 2026.",
            ("Vorstand, Mill (Ada Lowe)",),
        ),
        (
            "Die Aufnahme wurde beantragt: Mill (volle Mitgliedschaft).",
            ("die betroffene Person selbst",),
        ),
    ]


@pytest.mark.django_db
def test_salted_values_are_shown_where_they_may_be_and_still_are() -> None:
    with an_organisation() as world:
        own = world.apply("Eve")
        world.do(RefuseApplication(reasons=Text("Not yet.")), own, "Ada", person="Eve")
        reasons = ("Why, as the applicant is told", "Not yet.")
        name = ("The applicant's name", "Eve")
        assert [line.disclosed for line in sentences_of(own)] == [(), ()]
        assert [line.disclosed for line in sentences_of(own, disclosed=True)] == [
            (reasons,),
            (name,),
        ]
        Disclosure.objects.filter(subject=own, field="name").delete()
        assert [line.disclosed for line in sentences_of(own, disclosed=True)] == [(reasons,), ()]


@pytest.mark.django_db
def test_what_the_founding_declares_is_told_as_declared() -> None:
    with an_organisation() as world:
        (line,) = sentences_of(world.holdings["committee Mill"])
        (whole,) = sentences_of(world.branches["All"])
    assert line.is_declared
    assert line.sentence == (
        "The founding declares Ada Lowe holder of the mandate (committee) from Jan. 5, 2026 to"
        " Dec. 31, 2027."
    )
    assert line.by == ("administrator, All", "administrator, All")
    assert whole.sentence == "The branch All was created (the whole organisation)."


@pytest.mark.django_db
def test_a_longer_history_asks_the_database_no_more_often(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with an_organisation() as world:
        own = world.apply("Eve")
        with django_assert_num_queries(10):
            assert len(sentences_of(own, disclosed=True)) == 1
        world.do(AdmitMember(since=FIRST), own, "Ada", person="Eve")
        with django_assert_num_queries(10):
            assert len(sentences_of(own, disclosed=True)) == 2


@pytest.mark.django_db
def test_the_tab_shows_every_line_and_hides_no_markup_in_a_name() -> None:
    with an_organisation() as world:
        world.person("<b>Mal</b> Lory")
        own = world.apply("<b>Mal</b>")
        page = render_to_string("acts/history.html", {"lines": sentences_of(own, disclosed=True)})
    assert "Admission to Mill was asked for (full membership)." in page
    assert "&lt;b&gt;Mal&lt;/b&gt; Lory" in page
    assert "<b>" not in page
    assert "not yet, within a minute" in page
    assert "Nothing has happened yet." in render_to_string("acts/history.html", {"lines": []})
