"""Colours and progress bars by rich. ``terminal`` loads this when there is something to show."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn

from rich.console import Console


class _Console(Console):
    """A console that leaves it to the command what happens when nobody reads on."""

    def on_broken_pipe(self) -> NoReturn:
        """Raise the error that is being handled; the library would exit with a status of ours."""
        raise  # noqa: PLE0704 - called while the error is handled, and only then


def make_console(*, stderr: bool = False) -> Console:
    """Return a console that shows text as it is, obeying no markup in it."""
    return _Console(stderr=stderr, highlight=False, markup=False, emoji=False, soft_wrap=True)


@contextmanager
def show_bar(label: str, console: Console) -> Iterator[Callable[[int, int], None]]:
    """Show a progress bar while the block runs; it is given what moves the bar."""
    from rich.progress import (  # noqa: PLC0415 - loaded where somebody watches
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
    )

    columns = (
        TextColumn("  {task.description}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as bars:
        task = bars.add_task(label, total=None)

        def advance(done: int, total: int) -> None:
            bars.update(task, completed=done, total=total)

        yield advance
