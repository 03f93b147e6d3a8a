"""Why a call is refused: one form for all of it, in the reader's language, with a code."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from ninja import Field, NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError

from comitia.errors import ComitiaError, MalformedRecord, StorageUnavailable
from comitia.law.errors import RuleViolation
from comitia.web.acts.errors import Refusal
from comitia.web.acts.refusals import sentence_of

_log: Final = logging.getLogger("comitia.web.interface")
_MOST_FAULTS: Final = 20


class Fault(Schema):
    """A part of what was sent that cannot be taken. where: its place, from the outside in."""

    where: list[str | int]
    problem: str


class Problem(Schema):
    """Why a call was refused.

    code: for programs, and stable. sentence: for people, in the language that was asked for.
    subject: what it is about, by its identifier, where there is one.
    """

    code: str
    sentence: str
    subject: str = ""
    faults: list[Fault] = Field(default_factory=list)


class CallRefused(Exception):  # noqa: N818 - a refusal, as elsewhere
    """A call that the interface itself refuses. code: one of ``SENTENCES``."""

    def __init__(self, status: HTTPStatus, code: str, subject: str = "") -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.subject = subject


SENTENCES: Final[Mapping[str, Promise]] = {
    "call.malformed": gettext_lazy("This call is not JSON, or not in the form that is described."),
    "call.too_large": gettext_lazy("This call brings more than is taken. Send less."),
    "call.too_many": gettext_lazy("There were too many calls with your tokens. Wait a minute."),
    "call.too_much_read": gettext_lazy(
        "So many people are not read of the register in one day. Go on tomorrow, or ask for less."
    ),
    "call.no_token": gettext_lazy(
        "This call brings no token that is good. Make one beside your account's page, and send it"
        " as “Authorization: Bearer …”."
    ),
    "call.out_of_scope": gettext_lazy(
        "This token was not made for that. Make one with a wider reach, if you may do it yourself."
    ),
    "call.not_found": gettext_lazy("There is nothing here, or nothing that you may see."),
    "call.key_used": gettext_lazy(
        "This key came with another call before. Take a new key for a new act."
    ),
    "call.nobody_known": gettext_lazy(
        "Nobody is known by this name and address. Ask them how they are registered."
    ),
    "call.failed": gettext_lazy(
        "Something went wrong here. Tell those who run the application when it was."
    ),
}

STATUS: Final[Mapping[str, HTTPStatus]] = {
    Refusal.NOT_ALLOWED: HTTPStatus.FORBIDDEN,
    Refusal.NOT_THERE: HTTPStatus.NOT_FOUND,
    Refusal.CLOCK_BEHIND: HTTPStatus.SERVICE_UNAVAILABLE,
    Refusal.CLOCK_AHEAD: HTTPStatus.SERVICE_UNAVAILABLE,
}
"""Of refusals by the law, the machinery and the record; all others are conflicts."""

FAILURES: Final = {frozenset({400, 401, 403, 404, 409, 413, 422, 429, 500, 503}): Problem}
"""How any call can fail, for its description."""

_HEADERS: Final[Mapping[int, Mapping[str, str]]] = {
    HTTPStatus.UNAUTHORIZED: {"WWW-Authenticate": "Bearer"},
    HTTPStatus.TOO_MANY_REQUESTS: {"Retry-After": "60"},
    HTTPStatus.SERVICE_UNAVAILABLE: {"Retry-After": "1"},
}


def answer_failures(api: NinjaAPI) -> None:
    """Have every failure answered in the one form, whatever it is."""

    def answer(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
        return _answer(api, request, error)

    # Django Ninja has handlers of its own for some of these: each needs one that is nearer.
    for kind in (AuthenticationError, Http404, HttpError, ValidationError, Exception):
        api.add_exception_handler(kind, answer)


def nothing_here(api: NinjaAPI, request: HttpRequest) -> HttpResponse:
    """Answer a call of an address that there is not."""
    return _answer(api, request, Http404())


def _answer(
    api: NinjaAPI, request: HttpRequest, error: Exception | type[Exception]
) -> HttpResponse:
    status, problem = _problem_of(error)
    response = api.create_response(request, problem.model_dump(), status=status)
    for name, value in _HEADERS.get(status, {}).items():
        response[name] = value
    return response


def _problem_of(  # noqa: PLR0911 - a table of kinds
    error: Exception | type[Exception],
) -> tuple[HTTPStatus, Problem]:
    """Return what somebody is told, and with which status."""
    match error:
        case CallRefused():
            return error.status, _own(error.code, error.subject)
        case ComitiaError():
            return _status_of(error), _told(error)
        case AuthenticationError():
            return HTTPStatus.UNAUTHORIZED, _own("call.no_token")
        case Http404():
            return HTTPStatus.NOT_FOUND, _own("call.not_found")
        case HttpError():
            return HTTPStatus.BAD_REQUEST, _own("call.malformed")
        case ValidationError():
            return HTTPStatus.UNPROCESSABLE_ENTITY, _faults(error.errors)
        case _:
            _log.error("a call failed", exc_info=True)
            return HTTPStatus.INTERNAL_SERVER_ERROR, _own("call.failed")


def _own(code: str, subject: str = "") -> Problem:
    return Problem(code=code, sentence=str(SENTENCES[code]), subject=subject)


def _status_of(error: ComitiaError) -> HTTPStatus:
    match error:
        case StorageUnavailable():
            return HTTPStatus.SERVICE_UNAVAILABLE
        case RuleViolation():
            return STATUS.get(error.code, HTTPStatus.CONFLICT)
        case _:
            return HTTPStatus.UNPROCESSABLE_ENTITY


def _told(error: ComitiaError) -> Problem:
    match error:
        case RuleViolation():
            code, subject = str(error.code), error.subject
        case StorageUnavailable():
            code, subject = "storage.busy", ""
        case MalformedRecord():
            code, subject = "call.malformed", ""
        case _:
            code, subject = "call.failed", ""
    return Problem(code=code, sentence=sentence_of(error), subject=subject)


def _faults(errors: Sequence[Mapping[str, Any]]) -> Problem:
    """Return what is wrong with what was sent, and nothing of what was sent itself."""
    return Problem(
        code="call.malformed",
        sentence=str(SENTENCES["call.malformed"]),
        faults=[
            Fault(where=list(one["loc"]), problem=str(one["msg"]).removeprefix("Value error, "))
            for one in errors[:_MOST_FAULTS]
        ],
    )
