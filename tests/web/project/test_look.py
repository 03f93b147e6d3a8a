"""Every element, looked at in a browser: wide and narrow, light and dark, large text and paper."""

from __future__ import annotations

import base64
import json
import os
import time
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from pytest_django.live_server_helper import LiveServer

from tests.browser import Browser, find_browser, running_browser

pytestmark = pytest.mark.django_db(transaction=True)
SMALLEST_TARGET = 24
"""CSS pixels, WCAG 2.2's 2.5.8."""
WIDTHS = (320, 768, 1280)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    find_browser()
    with running_browser(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


def focused(browser: Browser) -> str:
    return str(browser.evaluate("document.activeElement.outerHTML.slice(0, 60)"))


def press(browser: Browser, key: str, code: int) -> None:
    for kind in ("rawKeyDown", "keyUp"):
        browser.tell(
            "Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code
        )


def list_violations(browser: Browser) -> list[str]:
    """Return what axe finds, each with the first element that it is about."""
    browser.evaluate(files("axe_core_python").joinpath("axe.min.js").read_text("utf-8"))
    options = {"runOnly": RULES}
    found = browser.tell(
        "Runtime.evaluate",
        expression=f"axe.run(document, {json.dumps(options)})",
        awaitPromise=True,
        returnByValue=True,
    )["result"]["value"]
    assert len(found["passes"]) > 10
    return [f"{rule['id']}: {rule['nodes'][0]['html']}" for rule in found["violations"]]


def post_wrong_form(browser: Browser) -> None:
    browser.follow("document.querySelector('form[novalidate]').submit()")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("address", ["/", "/record/", "/styleguide", "/nowhere"])
def test_a_checker_of_accessibility_finds_nothing(
    live_server: LiveServer, browser: Browser, address: str, width: int, *, dark: bool
) -> None:
    browser.open(live_server.url + address, width, dark=dark)
    assert list_violations(browser) == []


@pytest.mark.parametrize("width", WIDTHS)
def test_a_form_with_errors_is_as_accessible(
    live_server: LiveServer, browser: Browser, width: int
) -> None:
    browser.open(live_server.url + "/styleguide", width)
    post_wrong_form(browser)
    assert browser.evaluate("document.querySelectorAll('.field.wrong').length") == 4
    assert list_violations(browser) == []


def test_the_checker_finds_what_is_wrong(live_server: LiveServer, browser: Browser) -> None:
    browser.open(live_server.url + "/styleguide", 768)
    browser.evaluate("document.querySelector('#id_name').labels[0].remove()")
    assert {found.partition(":")[0] for found in list_violations(browser)} == {
        "label",
        "label-title-only",
    }


@pytest.mark.parametrize("text", [100, 200])
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_wider_than_the_window(
    live_server: LiveServer, browser: Browser, width: int, text: int
) -> None:
    sizes = {"standard": 16 * text // 100, "fixed": 13 * text // 100}
    browser.tell("Page.setFontSizes", fontSizes=sizes)
    browser.open(live_server.url + "/styleguide", width)
    rem = browser.evaluate("getComputedStyle(document.documentElement).fontSize")
    assert rem == f"{sizes['standard']}px"
    over = browser.evaluate(
        f"[...document.querySelectorAll('body :not(thead, thead *)')].filter(e => "
        f"e.getBoundingClientRect().right > {width} + 1).map(e => e.outerHTML.slice(0, 80))"
    )
    scrolled = browser.evaluate("document.documentElement.scrollWidth")
    browser.tell("Page.setFontSizes", fontSizes={"standard": 16, "fixed": 13})
    assert (over, scrolled <= width) == ([], True)


@pytest.mark.parametrize("width", WIDTHS)
def test_everything_that_is_pressed_is_large_enough(
    live_server: LiveServer, browser: Browser, width: int
) -> None:
    """Links within a sentence are excepted, as WCAG does."""
    browser.open(live_server.url + "/styleguide", width)
    small = browser.evaluate(
        "[...document.querySelectorAll('a, button, input:not([type=hidden]), select, summary')]"
        ".filter(e => !(e.matches('p a') && !e.matches('.button'))).filter(e => {"
        f"const r = e.getBoundingClientRect(); return r.width < {SMALLEST_TARGET} || "
        f"r.height < {SMALLEST_TARGET}}}).map(e => e.outerHTML)"
    )
    assert small == []


def test_pages_log_nothing_and_ask_nobody_else(live_server: LiveServer, browser: Browser) -> None:
    browser.open(live_server.url + "/styleguide", 1280)
    assert browser.evaluate("typeof htmx") == "object"
    assert [r for r in browser.requests if not r.startswith(live_server.url)] == []
    assert len(browser.requests) >= 3
    assert browser.complaints == []


def test_a_script_within_the_page_is_refused(live_server: LiveServer, browser: Browser) -> None:
    """What an attacker could bring into a page does not run."""
    browser.open(live_server.url + "/", 1280)
    browser.evaluate(
        "const s = document.createElement('script'); s.textContent = 'window.ran = true';"
        "document.body.append(s);"
        "document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.ran=true\">');"
        "document.body.insertAdjacentHTML('beforeend', '<i style=\"color:red\" id=styled>x</i>')"
    )
    assert browser.evaluate("window.ran === undefined")
    assert browser.evaluate("getComputedStyle(styled).color") != "rgb(255, 0, 0)"


def test_the_first_key_leads_past_the_head_and_shows_where_one_is(
    live_server: LiveServer, browser: Browser
) -> None:
    browser.open(live_server.url + "/styleguide", 1280)
    press(browser, "Tab", 9)
    assert focused(browser).startswith('<a class="skip"')
    place = browser.evaluate("document.activeElement.getBoundingClientRect().top")
    assert place >= 0
    press(browser, "Tab", 9)
    assert focused(browser).startswith('<a class="organisation"')
    outline = browser.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    width = browser.evaluate("parseFloat(getComputedStyle(document.activeElement).outlineWidth)")
    assert (outline, width) == ("solid", 3)


def test_after_a_wrong_form_one_is_at_its_summary(
    live_server: LiveServer, browser: Browser
) -> None:
    browser.open(live_server.url + "/styleguide", 320)
    post_wrong_form(browser)
    limit = time.monotonic() + 20
    while focused(browser).startswith("<body") and time.monotonic() < limit:
        time.sleep(0.05)  # browsers move the focus when they next paint
    assert focused(browser).startswith('<div class="summary"')


def test_a_search_changes_the_list_in_place(live_server: LiveServer, browser: Browser) -> None:
    browser.open(live_server.url + "/styleguide", 1280)
    browser.evaluate("window.same = true; document.querySelector('#id_words').value = 'ul'")
    browser.tell(
        "Runtime.evaluate",
        expression="new Promise(done => {document.body.addEventListener('htmx:afterSettle', done);"
        "document.querySelector('.search button').click()}).then(() => true)",
        awaitPromise=True,
    )
    assert browser.evaluate("window.same")
    assert browser.evaluate("document.querySelectorAll('#branches tbody tr').length") == 1


@pytest.mark.parametrize("width", WIDTHS)
def test_a_table_is_a_list_of_cards_on_a_phone_alone(
    live_server: LiveServer, browser: Browser, width: int
) -> None:
    browser.open(live_server.url + "/styleguide", width)
    shown = browser.evaluate("getComputedStyle(document.querySelector('tbody tr')).display")
    named = browser.evaluate("getComputedStyle(document.querySelector('td'), '::before').content")
    assert (shown, named) == (("block", '"Secretary"') if width < 640 else ("table-row", "none"))


def test_paper_gets_the_content_and_no_buttons(live_server: LiveServer, browser: Browser) -> None:
    browser.open(live_server.url + "/styleguide", 768, dark=True, media="print")
    seen = "getComputedStyle(document.querySelector('{}')).display !== 'none'"
    assert browser.evaluate(seen.format("main table"))
    assert not browser.evaluate(seen.format("nav"))
    assert not browser.evaluate(seen.format("main button"))
    assert browser.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert browser.evaluate("getComputedStyle(document.body).backgroundColor") == (
        "rgb(255, 255, 255)"
    )


def test_the_language_is_changed_by_a_button(live_server: LiveServer, browser: Browser) -> None:
    browser.open(live_server.url + "/nowhere", 320)
    browser.open(live_server.url + "/", 320)
    browser.follow("document.querySelector('button[value=de]').click()")
    assert browser.evaluate("document.documentElement.lang") == "de"
    browser.tell("Network.clearBrowserCookies")


def test_a_picture_of_everything_can_be_kept(
    live_server: LiveServer, browser: Browser, tmp_path: Path
) -> None:
    """COMITIA_PICTURES names a folder for them, to be looked at by people."""
    folder = Path(os.environ.get("COMITIA_PICTURES", tmp_path))
    for width in WIDTHS:
        for dark in (False, True):
            browser.open(live_server.url + "/styleguide", width, dark=dark)
            shot = browser.tell("Page.captureScreenshot", captureBeyondViewport=True)
            name = f"styleguide-{width}-{'dark' if dark else 'light'}.png"
            (folder / name).write_bytes(base64.b64decode(shot["data"]))
    assert len(list(folder.glob("*.png"))) >= len(WIDTHS) * 2
