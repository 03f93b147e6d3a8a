from __future__ import annotations

import io
import sys

import pytest

from comitia.cli.terminal import Terminal, discard_output, printable


@pytest.mark.parametrize(
    "text, shown",
    [
        ("", ""),
        ("Zo\u00eb \u2603 \U0001f5f3 \u05d0\u0627", "Zo\u00eb \u2603 \U0001f5f3 \u05d0\u0627"),
        ("a\tb", "a\\tb"),
        ("a\r\nb", "a\\r\\nb"),
        ("\x1b[2J", "\\x1b[2J"),
        ("\x9b2J", "\\x9b2J"),
        ("\x00\x07\x7f", "\\x00\\x07\\x7f"),
        ("\u202eabc\u2066", "\\u202eabc\\u2066"),
        ("\u200b\ufeff\u00ad", "\\u200b\\ufeff\\xad"),
        ("\u2028\u2029", "\\u2028\\u2029"),
        ("\ud800", "\\ud800"),
        ("\ue000\U0010ffff", "\\ue000\\U0010ffff"),
        ("\U000e0041", "\\U000e0041"),
    ],
)
def test_what_could_play_tricks_is_shown_as_an_escape(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_lines_are_kept_where_asked() -> None:
    assert printable("a\nb\r\x1b", keep_lines=True) == "a\nb\\r\\x1b"


def test_no_character_that_controls_a_terminal_survives() -> None:
    every = "".join(map(chr, range(0x110000)))
    assert not set(printable(every)) & {chr(n) for n in (*range(32), *range(127, 160))}


def test_markup_is_shown_and_not_obeyed(capsys: pytest.CaptureFixture[str]) -> None:
    terminal = Terminal()
    terminal.say("[bold red]vote[/] :smiley: [link=x]here[/link]")
    terminal.complain("[blink]no[/blink]\x1b[5m")
    out, err = capsys.readouterr()
    assert out == "[bold red]vote[/] :smiley: [link=x]here[/link]\n"
    assert err == "[blink]no[/blink]\\x1b[5m\n"


def test_long_lines_are_not_broken(capsys: pytest.CaptureFixture[str]) -> None:
    Terminal().say("word " * 100)
    assert capsys.readouterr().out.count("\n") == 1


def test_progress_says_nothing_where_nobody_watches(capsys: pytest.CaptureFixture[str]) -> None:
    with Terminal().progress("working") as advance:
        advance(1, 2)
        advance(2, 2)
    assert capsys.readouterr() == ("", "")


def test_output_that_was_closed_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    terminal = Terminal()
    terminal.say("to nobody")
    terminal.complain("to nobody")
    for stream in (sys.stdout, sys.stderr):
        stream.close()


def test_an_output_in_memory_keeps_what_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    output = io.StringIO()
    monkeypatch.setattr(sys, "stdout", output)
    output.write("said\n")
    discard_output()
    sys.stdout.write("more\n")
    assert output.getvalue() == "said\nmore\n"
