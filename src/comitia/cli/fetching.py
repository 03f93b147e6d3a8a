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
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import Final
from urllib.error import HTTPError, URLError
from urllib.parse import urljoin
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
        _answer(url) as answer,
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


def fetch_beside(url: str, largest_bytes: int, name: str) -> bytes | None:
    """Return the file of that name beside an archive, cut after ``largest_bytes``, or None."""
    beside = urljoin(url, name)
    try:
        with _answer(beside) as answer:
            return answer.read(largest_bytes)
    except _NothingThereError:
        return None


class _NothingThereError(FetchFailedError):
    """The server says that it has no such file."""


def _request(url: str) -> Request:
    request = Request(url)  # noqa: S310 - the opener knows HTTP and HTTPS alone
    if token := os.environ.get(_VARIABLE):
        request.add_unredirected_header("Authorization", f"Bearer {token}")
    return request


@contextmanager
def _answer(url: str) -> Iterator[HTTPResponse]:
    """Open an address; turn everything that can go wrong until it is read into one sentence."""
    opener = OpenerDirector()
    for handler in (
        ProxyHandler(),
        HTTPHandler(),
        HTTPSHandler(),
        HTTPDefaultErrorHandler(),
        HTTPRedirectHandler(),
        HTTPErrorProcessor(),
    ):
        opener.add_handler(handler)
    try:
        answer = opener.open(_request(url), timeout=_SECONDS)
        if answer is None:
            raise FetchFailedError(f"{url}: the address is neither HTTP nor HTTPS")
        with answer:
            yield answer
    except HTTPError as error:
        kind = _NothingThereError if error.code == _NOT_FOUND else FetchFailedError
        raise kind(f"{url}: the server answered {error.code} {error.reason}") from None
    except URLError as error:
        raise FetchFailedError(f"{url}: {error.reason}") from None
    except (HTTPException, TimeoutError, ConnectionError, ValueError) as error:
        raise FetchFailedError(f"{url}: {str(error) or type(error).__name__}") from None
