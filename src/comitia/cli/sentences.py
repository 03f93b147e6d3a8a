"""Whatever goes wrong, in one sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from comitia.cli.terminal import printable
from comitia.errors import ComitiaError

_THERE_ALREADY: Final = (
    "there is such a file already, and none is overwritten; move it away, or write elsewhere"
)


def sentence_of(error: Exception, place: str | None = None) -> str:
    """Return a sentence about an error, on one line and safe to show.

    place: what was being read, for errors that do not say.
    """
    return printable(_sentence(error, place))


def _sentence(error: Exception, place: str | None) -> str:
    if isinstance(error, ComitiaError):
        return str(error)
    if isinstance(error, MemoryError):
        return "there is not enough memory"
    if isinstance(error, FileExistsError):
        return f"{error.filename or place}: {_THERE_ALREADY}"
    if isinstance(error, OSError):
        what = error.strerror or str(error)
        where = error.filename or place
        return what if where is None else f"{where}: {what}"
    return f"this should not have happened ({_origin(error)}): it is a defect, please report it"


def _origin(error: Exception) -> str:
    """Return the error's kind and the place in the source; its text might hold a secret."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    kind = type(error).__name__
    if trace is None:
        return kind
    return f"{kind}, {Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
