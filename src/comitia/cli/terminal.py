"""What a person sees: text that is safe to show, progress on a terminal, silence in a pipe.

What shows colours takes long to load, and is loaded when there is something to show.
"""

from __future__ import annotations

import io
import json
import os
import sys
import textwrap
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.console import Console


Advance = Callable[[int, int], None]
"""Moves a progress bar: so much of so much is done."""


class Terminal:
    """Standard output for results, standard error for progress and complaints."""

    def __init__(self) -> None:
        """Find out whether anybody is watching, and in which characters they read."""
        sys.stdout = sys.stdout or _nowhere()
        sys.stderr = sys.stderr or _nowhere()
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")

    @cached_property
    def _out(self) -> Console:
        from comitia.cli.console import make_console  # noqa: PLC0415 - a program reads without it

        return make_console()

    @cached_property
    def _err(self) -> Console:
        from comitia.cli.console import make_console  # noqa: PLC0415 - as above

        return make_console(stderr=True)

    def say(self, text: str = "", style: str | None = None, *, hang: int | None = None) -> None:
        """Print a line of the result; what could play tricks in it is shown as an escape.

        A line break in what came from outside is for the caller, who puts it through ``printable``.
        hang: how far further lines are indented where a terminal is too narrow for one; without
        it the line is left whole, so that a command or a hash can be copied.
        """
        text = printable(text, keep_lines=True)
        if hang is not None and self._out.is_terminal and len(text) > self._out.width > 2 * hang:
            text = textwrap.fill(
                text,
                self._out.width,
                subsequent_indent=" " * hang,
                break_long_words=False,
                break_on_hyphens=False,
            )
        self._out.print(text, style=style)

    def complain(self, text: str) -> None:
        """Print a sentence about what went wrong."""
        self._err.print(printable(text, keep_lines=True))

    @contextmanager
    def progress(self, label: str) -> Iterator[Advance]:
        """Show a progress bar while the block runs, on a terminal only."""
        if not sys.stderr.isatty():
            yield _show_nothing
            return
        from comitia.cli.console import show_bar  # noqa: PLC0415 - loaded where somebody watches

        with show_bar(label, self._err) as advance:
            yield advance


def _show_nothing(done: int, total: int) -> None:
    """Move no progress bar."""


def _nowhere() -> TextIO:
    """Return a stream that stands in for one that the caller had closed."""
    return Path(os.devnull).open("w", encoding="utf-8")


def discard_output() -> None:
    """Send what is still to be written to standard output nowhere: nobody can read it."""
    with _nowhere() as nowhere, suppress(io.UnsupportedOperation):  # an output in memory keeps it
        os.dup2(nowhere.fileno(), sys.stdout.fileno())


def printable(text: str, *, keep_lines: bool = False) -> str:
    """Return a text in which nothing can move the cursor, hide itself or turn a line around.

    Control and format characters, half surrogates and unassigned code points become escapes.
    """
    shown = []
    for character in text:
        dangerous = unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
        if dangerous and not (keep_lines and character == "\n"):
            shown.append(character.encode("unicode_escape").decode())
        else:
            shown.append(character)
    return "".join(shown)


def print_unreadable(sentence: str) -> None:
    """Print the object of a verification that could not begin."""
    print_json({"verdict": "unreadable", "error": printable(sentence)})


def print_json(value: Mapping[str, object]) -> None:
    """Print an object in ASCII alone: nothing in it can play tricks with a terminal."""
    sys.stdout.write(json.dumps(value, separators=(",", ":")) + "\n")
    sys.stdout.flush()
