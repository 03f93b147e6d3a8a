"""Archives from the web, on a server of the test's own on the loopback interface."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import ClassVar

import pytest

from comitia.cli import main
from tests.elections import Made, make_election


class Site(BaseHTTPRequestHandler):
    """Serves what the test put there: a path's body, or a function that answers by itself."""

    pages: ClassVar[dict[str, bytes]] = {}
    moved: ClassVar[dict[str, str]] = {}
    announced: ClassVar[int | None] = None
    brought: ClassVar[dict[str, str | None]] = {}

    def do_GET(self) -> None:
        self.brought[self.path] = self.headers["Authorization"]
        if self.path in self.moved:
            self.send_response(302)
            self.send_header("Location", self.moved[self.path])
            self.end_headers()
            return
        body = self.pages.get(self.path)
        self.send_response(404 if body is None else 200)
        self.send_header("Content-Length", str(self.announced or len(body or b"")))
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Say nothing."""


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Give the address of an empty site."""
    for name, value in (("pages", {}), ("moved", {}), ("announced", None), ("brought", {})):
        monkeypatch.setattr(Site, name, value)
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    server = HTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def made() -> Made:
    return make_election()


def verify(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, object]]:
    status = main(["verify", "--json", "--jobs", "1", *words])
    return status, json.loads(capsys.readouterr().out)


def statuses(report: dict[str, object]) -> dict[str, str]:
    checks = report["checks"]
    assert isinstance(checks, list)
    return {check["id"]: check["status"] for check in checks}


def test_an_archive_is_fetched_with_the_proofs_beside_it(
    site: str, made: Made, capsys: pytest.CaptureFixture[str]
) -> None:
    Site.pages["/vote/archive.bel"] = made.archive
    Site.pages[f"/vote/{made.election.uuid}.bound.json"] = made.bound
    status, report = verify(capsys, f"{site}/vote/archive.bel")
    assert (status, statuses(report)["decryption.bound"]) == (0, "passed")


def test_no_proofs_beside_an_archive_on_the_web_is_a_warning(
    site: str, made: Made, capsys: pytest.CaptureFixture[str]
) -> None:
    Site.pages["/archive.bel"] = made.archive
    status, report = verify(capsys, f"{site}/archive.bel")
    assert (status, "decryption.bound" in statuses(report)) == (0, False)


def test_an_earlier_copy_may_lie_on_the_web_as_well(
    site: str, made: Made, capsys: pytest.CaptureFixture[str]
) -> None:
    Site.pages["/archive.bel"] = made.archive
    status, report = verify(capsys, f"{site}/archive.bel", "--since", f"{site}/archive.bel")
    assert (status, statuses(report)["archive.extends"]) == (0, "passed")


def test_a_redirect_within_the_web_is_followed(
    site: str, made: Made, capsys: pytest.CaptureFixture[str]
) -> None:
    Site.pages["/archive.bel"] = made.archive
    Site.moved["/old.bel"] = "/archive.bel"
    assert verify(capsys, f"{site}/old.bel")[0] == 0


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/archive.bel"])
def test_a_redirect_away_from_the_web_is_refused(
    site: str, capsys: pytest.CaptureFixture[str], target: str
) -> None:
    Site.moved["/old.bel"] = target
    status, report = verify(capsys, f"{site}/old.bel")
    assert (status, report["verdict"]) == (2, "unreadable")
    assert str(report["error"]).startswith(f"{site}/old.bel: ")


def test_what_is_not_there_is_said_in_one_sentence(
    site: str, capsys: pytest.CaptureFixture[str]
) -> None:
    status, report = verify(capsys, f"{site}/none.bel")
    sentence = f"{site}/none.bel: the server answered 404 Not Found"
    assert (status, report) == (2, {"verdict": "unreadable", "error": sentence})


def test_a_download_that_breaks_off_is_not_verified(
    site: str, made: Made, capsys: pytest.CaptureFixture[str]
) -> None:
    Site.pages["/archive.bel"] = made.archive
    Site.announced = len(made.archive) + 1
    status, report = verify(capsys, f"{site}/archive.bel")
    sentence = (
        f"{site}/archive.bel: it ended after {len(made.archive)} of {len(made.archive) + 1} bytes"
    )
    assert (status, report) == (2, {"verdict": "unreadable", "error": sentence})


def test_nobody_listening_is_said_in_one_sentence(
    site: str, capsys: pytest.CaptureFixture[str]
) -> None:
    port = int(site.rsplit(":", 1)[1])
    server = HTTPServer(("127.0.0.1", 0), Site)
    unused = server.server_port
    server.server_close()
    assert unused != port
    status, report = verify(capsys, f"http://127.0.0.1:{unused}/archive.bel")
    assert (status, report["verdict"]) == (2, "unreadable")
    assert "Connection refused" in str(report["error"])


def test_an_address_that_is_none_is_said_in_one_sentence(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status, report = verify(capsys, "http://[broken/archive.bel")
    assert (status, report["verdict"]) == (2, "unreadable")


def test_a_download_stops_before_the_disk_is_full(
    site: str, made: Made, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Site.pages["/archive.bel"] = made.archive
    monkeypatch.setattr("comitia.cli.fetching._ROOM_LEFT", 2**80)
    status, report = verify(capsys, f"{site}/archive.bel")
    assert (status, report["verdict"]) == (2, "unreadable")
    assert "there is no room for it" in str(report["error"])


def test_a_token_goes_to_the_address_that_was_named_and_to_no_other(
    site: str, made: Made, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMITIA_RECORD_TOKEN", "a-token-of-the-organisation")
    Site.pages["/archive.bel"] = made.archive
    Site.moved["/old.bel"] = "/archive.bel"
    assert verify(capsys, f"{site}/old.bel")[0] == 0
    assert Site.brought["/old.bel"] == "Bearer a-token-of-the-organisation"
    assert Site.brought["/archive.bel"] is None
