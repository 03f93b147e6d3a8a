"""Logs without personal data.

A line holds the time, level, logger, and: our own messages, which keep to the rule; of a request,
its status, method and the pattern of its address; of everybody else's messages only the template,
for what is filled in may be anything (an address somebody typed, a row the database refused). Of an
error: kinds and places, never its text.
"""

from __future__ import annotations

import logging
import traceback
from typing import Final

_OURS: Final = "comitia"
_MOST_ERRORS: Final = 10
"""Causes of causes that are told."""


class PlainFormatter(logging.Formatter):
    """Writes lines as this module says."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one line, and of an error one more for each place."""
        head = f"{self.formatTime(record)} {record.levelname} {record.name}:"
        lines = [f"{head} {_message(record)}"]
        if record.exc_info and record.exc_info[1] is not None:
            lines += _places(record.exc_info[1])
        return "\n".join(lines)


def _message(record: logging.LogRecord) -> str:
    if record.name.partition(".")[0] == _OURS:
        return " ".join(record.getMessage().split())
    request = getattr(record, "request", None)
    if request is not None:
        match = getattr(request, "resolver_match", None)
        route = "an unknown address" if match is None else f"/{match.route}"
        return f"{getattr(record, 'status_code', '')} {request.method} {route}".strip()
    return str(record.msg) if record.args else _cautious(record.msg)


def _cautious(message: object) -> str:
    """Return a message of somebody else's that was put together before it came here.

    It may hold anything; its first words say what it is about.
    """
    return " ".join(str(message).split()[:4]) + " ..."


def _places(error: BaseException) -> list[str]:
    lines = []
    told: BaseException | None = error
    for _ in range(_MOST_ERRORS):
        if told is None:
            break
        lines.append(f"  {type(told).__module__}.{type(told).__qualname__}")
        lines += [
            f"    {place.filename}:{place.lineno} {place.name}"
            for place in traceback.extract_tb(told.__traceback__)
        ]
        told = told.__cause__ or told.__context__
    return lines


LOGGING: Final = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"()": "comitia.web.project.logs.PlainFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "comitia": {"level": "INFO"},
        # Django's own handlers would print texts of errors, or mail them.
        "django": {"handlers": [], "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
        # Whoever tries addresses and hosts at random must not fill the disk.
        "django.request": {"level": "ERROR"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
    },
}
