"""A record on a server of the test's own, on the loopback interface, which can be hostile."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


@dataclass
class Site:
    """What the server answers with, and what it was sent. hook: called before a POST's answer."""

    files: dict[str, bytes] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    taken: int = 204
    sent: list[tuple[str, bytes]] = field(default_factory=list)
    slowly: bool = False
    endless: bool = False
    hook: Callable[[], None] = lambda: None
    address: str = ""


class Handler(BaseHTTPRequestHandler):
    site: Site

    def do_GET(self) -> None:
        path = self.path.removeprefix("/")
        if path in self.site.moved:
            self.send_response(302)
            self.send_header("Location", self.site.moved[path])
            self.end_headers()
            return
        body = self.site.files.get(path)
        self.send_response(404 if body is None else 200)
        self.end_headers()
        try:
            self._write(body or b"")
        except (BrokenPipeError, ConnectionResetError):
            return

    def _write(self, body: bytes) -> None:
        if self.site.slowly:
            for byte in body:
                self.wfile.write(bytes([byte]))
                time.sleep(0.05)
        elif self.site.endless:
            for _ in range(64):
                self.wfile.write(bytes(2**20))
        else:
            self.wfile.write(body)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.site.sent.append((self.path, body))
        self.site.hook()
        self.send_response(self.site.taken)
        if self.site.taken == 302:
            self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Say nothing."""


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """Give an empty site."""
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("no_proxy", "127.0.0.1,localhost")
    served = Site()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Own", (Handler,), {"site": served}))
    server.daemon_threads = False
    served.address = f"http://127.0.0.1:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield served
    server.shutdown()
    server.server_close()
    thread.join()
