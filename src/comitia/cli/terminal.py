"""What a person sees: text that is safe to show, progress on a terminal, silence in a pipe."""

from __future__ import annotations

import io
import os
import sys
import textwrap
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NoReturn, Protocol, TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


class Advance(Protocol):
    """Moves a progress bar."""

    def __call__(self, done: int, total: int) -> None:
        """Show that ``done`` of ``total`` is done."""
        ...


class _Console(Console):
    """A console that leaves it to the command what happens when nobody reads on."""

    def on_broken_pipe(self) -> NoReturn:
        """Raise the error that is being handled; the library would exit with a status of ours."""
        raise  # noqa: PLE0704 - called while the error is handled, and only then


class Terminal:
    """Standard output for results, standard error for progress and complaints."""

    def __init__(self) -> None:
        """Find out whether anybody is watching, and in which characters they read."""
        sys.stdout = sys.stdout or _nowhere()
        sys.stderr = sys.stderr or _nowhere()
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")
        self._out = _Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
        self._err = _Console(
            stderr=True, highlight=False, markup=False, emoji=False, soft_wrap=True
        )

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
        columns = (
            TextColumn("  {task.description}"),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=self._err, disable=not sys.stderr.isatty()) as bars:
            task = bars.add_task(label, total=None)

            def advance(done: int, total: int) -> None:
                bars.update(task, completed=done, total=total)

            yield advance


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
