"""What a person sees: text that is safe to show, progress on a terminal, silence in a pipe."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


class Advance(Protocol):
    """Moves a progress bar."""

    def __call__(self, done: int, total: int) -> None:
        """Show that ``done`` of ``total`` is done."""
        ...


class Terminal:
    """Standard output for results, standard error for progress and complaints."""

    def __init__(self) -> None:
        """Find out whether anybody is watching."""
        self._out = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
        self._err = Console(stderr=True, highlight=False, markup=False, emoji=False, soft_wrap=True)

    def say(self, text: str = "", style: str | None = None) -> None:
        """Print a line of the result. What came from outside goes through ``printable`` first."""
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
