from __future__ import annotations

import re
from pathlib import Path

import polib
import pytest
from django.test import Client

from tests.web.messages import LOCALE, WEB, Message, find_messages, main, update_file

FILES = sorted(LOCALE.glob("*/LC_MESSAGES/django.po"))
NAMES = [path.parents[1].name for path in FILES]
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def keys(file: polib.POFile) -> set[tuple[str, str]]:
    return {(entry.msgid, entry.msgid_plural) for entry in file}


def test_texts_are_found_in_code_and_in_templates() -> None:
    found = find_messages()
    assert Message("Start", "", "project/navigation.py") in found
    assert Message("Start page", "", "project/templates/errors/404.html") in found
    assert not [message for message in found if "styleguide" in message.place]


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_a_language_has_each_text_and_no_other(path: Path) -> None:
    """Where this fails, `python3 dev.py messages` brings the files up to date."""
    assert keys(polib.pofile(str(path))) == {(m.text, m.plural) for m in find_messages()}


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_each_text_is_translated_and_nobody_s_guess(path: Path) -> None:
    file = polib.pofile(str(path))
    left = [entry.msgid for entry in (*file.untranslated_entries(), *file.fuzzy_entries())]
    assert left == []


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_a_translation_fills_in_what_its_text_does(path: Path) -> None:
    different = [
        entry.msgid
        for entry in polib.pofile(str(path))
        for form in (entry.msgstr_plural or {0: entry.msgstr}).values()
        if set(PLACEHOLDER.findall(form))
        != set(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
    ]
    assert different == []


def test_german_is_there() -> None:
    assert "de" in NAMES


def test_an_update_keeps_what_is_translated_and_drops_what_nobody_shows(tmp_path: Path) -> None:
    path = tmp_path / "de" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    first = update_file(path, [Message("a", "", "x.py"), Message("b", "bs", "x.py")])
    first[0].msgstr = "A"
    first[1].msgstr_plural = {0: "B", 1: "Bs"}
    first.save(str(path))
    texts = [Message("a", "", "y.py"), Message("a", "", "z.py"), Message("c", "cs", "y.py")]
    second = update_file(path, texts)
    assert [
        (e.msgid, e.msgstr, e.msgstr_plural, [o[0] for o in e.occurrences]) for e in second
    ] == [
        ("a", "A", {}, ["y.py", "z.py"]),
        ("c", "", {0: "", 1: ""}, ["y.py"]),
    ]
    assert second.metadata["Language"] == "de"
    unchanged = update_file(path, [Message("b", "bs", "x.py")])
    assert unchanged[0].msgstr_plural == {0: "B", 1: "Bs"}


def test_updating_the_files_that_are_there_changes_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = [path.read_bytes() for path in FILES]
    assert main([]) == 0
    assert [path.read_bytes() for path in FILES] == before
    assert "0 of" in capsys.readouterr().out


def test_a_code_that_is_no_language_s_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["klingon"]) == 2
    assert "'klingon'" in capsys.readouterr().err


def test_templates_translate_by_tags_alone() -> None:
    """A text within another tag, as `_("...")`, would not be found."""
    with_underscore = [
        path.name for path in WEB.rglob("*.html") if re.search(r"\b_\(", path.read_text("utf-8"))
    ]
    assert with_underscore == []


@pytest.mark.django_db
def test_pages_speak_the_language_that_the_browser_asks_for_or_that_was_chosen() -> None:
    client = Client()
    english = client.get("/", headers={"accept-language": "fr, en;q=0.5"})
    assert (english.headers["Content-Language"], "Skip to the content" in english.text) == (
        *("en", True),
    )
    german = client.get("/", headers={"accept-language": "de-AT"})
    assert '<html lang="de" dir="ltr">' in german.text
    assert "Zum Inhalt springen" in german.text
    assert client.post("/language", {"language": "de", "next": "/"}).status_code == 302
    assert "Zum Inhalt springen" in client.get("/").text
    assert "Diese Seite gibt es nicht" in client.get("/nix").text
    client.post("/language", {"language": "xx", "next": "/"})
    assert "Zum Inhalt springen" in client.get("/").text
