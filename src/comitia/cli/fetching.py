"""Archives from the web: stored first, then verified like any other file.

An archive is read more than once and by several processes, so it is fetched into a folder of its
own; what is beside it is asked for under the same address. Only HTTP and HTTPS, also after a
redirect. What is fetched is as hostile as any file.

COMITIA_RECORD_TOKEN in the environment is brought along to the address that was named, and to none
that it leads to.
"""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException, HTTPMessage, HTTPResponse
from pathlib import Path
from typing import IO, Final
from urllib.error import HTTPError, URLError
from urllib.parse import urljoin, urlsplit
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
)

from comitia.cli.addresses import FetchFailedError
from comitia.cli.terminal import Terminal

_SECONDS: Final = 30
_PIECE: Final = 2**20
_ROOM_LEFT: Final = 2**28
"""Bytes of disk that a download leaves free, whatever a server sends."""
_NOT_FOUND: Final = 404
_VARIABLE: Final = "COMITIA_RECORD_TOKEN"


def fetch_archive(url: str, folder: Path, terminal: Terminal) -> Path:
    """Store the archive at an address as a new file in ``folder``; return its path.

    Raises FetchFailedError, in one sentence, for whatever keeps it from arriving whole.
    """
    path = folder / "fetched.bel"
    with (
        _answer(_request(url), HTTPRedirectHandler()) as answer,
        path.open("xb") as stream,
        terminal.progress("fetching (MiB)") as advance,
    ):
        announced = answer.length
        total = (announced or 0) // _PIECE
        received = 0
        while piece := answer.read(_PIECE):
            if shutil.disk_usage(folder).free < _ROOM_LEFT:
                raise FetchFailedError(f"{url}: there is no room for it in {folder}")
            received += stream.write(piece)
            advance(received // _PIECE, total)
        if announced is not None and received < announced:
            raise FetchFailedError(f"{url}: it ended after {received} of {announced} bytes")
    return path


def fetch_beside(
    url: str, largest_bytes: int, name: str, *, same_host: bool = False
) -> bytes | None:
    """Return the file of that name beside an archive, cut after ``largest_bytes``, or None.

    same_host: follow a redirect only to the scheme, host and port that were asked.
    """
    beside = urljoin(url, name)
    redirects = _WithinHost() if same_host else HTTPRedirectHandler()
    try:
        with _answer(_request(beside), redirects) as answer:
            return answer.read(largest_bytes)
    except _NothingThereError:
        return None


def send(url: str, name: str, body: bytes) -> int:
    """Send a text to an address below another; return the status of the answer, unread.

    No redirect is followed. Raises FetchFailedError where there is no answer.
    """
    to = urljoin(url, name)
    headers = {"Content-Type": "text/plain; charset=utf-8"}
    request = Request(to, body, headers, method="POST")  # noqa: S310 - no handler but HTTP's
    try:
        with _answer(request, None) as answer:
            return answer.status
    except _AnsweredError as answered:
        return answered.status


@contextmanager
def within(seconds: float, url: str) -> Iterator[None]:
    """End what takes longer with a FetchFailedError: also a server that sends a byte a second.

    Only in the main thread, and not around what must not stop half-way.
    """

    def end(_signal: int, _frame: object) -> None:
        raise FetchFailedError(f"{url}: not done after {seconds:g} seconds")

    before = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


class _WithinHost(HTTPRedirectHandler):
    """Follows no redirect to another scheme, host or port."""

    def redirect_request(  # noqa: PLR0913, PLR0917 - urllib's own
        self,
        req: Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> Request | None:
        """Refuse what leads elsewhere."""
        if urlsplit(newurl)[:2] != urlsplit(req.full_url)[:2]:
            raise FetchFailedError(f"{req.full_url}: it redirects to another host")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


class _AnsweredError(FetchFailedError):
    """The server answered with a status that is no success."""

    def __init__(self, sentence: str, status: int) -> None:
        super().__init__(sentence)
        self.status = status


class _NothingThereError(_AnsweredError):
    """The server says that it has no such file."""


def _request(url: str) -> Request:
    request = Request(url)  # noqa: S310 - the opener knows HTTP and HTTPS alone
    if token := os.environ.get(_VARIABLE):
        request.add_unredirected_header("Authorization", f"Bearer {token}")
    return request


@contextmanager
def _answer(request: Request, redirects: HTTPRedirectHandler | None) -> Iterator[HTTPResponse]:
    """Open an address; turn everything that can go wrong until it is read into one sentence."""
    url = request.full_url
    opener = OpenerDirector()
    for handler in (
        ProxyHandler(),
        HTTPHandler(),
        HTTPSHandler(),
        HTTPDefaultErrorHandler(),
        HTTPErrorProcessor(),
        *([] if redirects is None else [redirects]),
    ):
        opener.add_handler(handler)
    try:
        answer = opener.open(request, timeout=_SECONDS)
        if answer is None:
            raise FetchFailedError(f"{url}: the address is neither HTTP nor HTTPS")
        with answer:
            yield answer
    except HTTPError as error:
        error.close()
        kind = _NothingThereError if error.code == _NOT_FOUND else _AnsweredError
        sentence = f"{url}: the server answered {error.code} {error.reason}"
        raise kind(sentence, error.code) from None
    except URLError as error:
        raise FetchFailedError(f"{url}: {error.reason}") from None
    except (HTTPException, TimeoutError, ConnectionError, ValueError) as error:
        raise FetchFailedError(f"{url}: {str(error) or type(error).__name__}") from None
