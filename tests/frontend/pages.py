"""A page with the booth's bundle in it, in a browser, under a policy as strict as ours.

For tests and for the benchmark.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, Final

from tests.browser import Browser

BUNDLE: Final = (
    Path(__file__).resolve().parents[2] / "src/comitia/web/project/static/booth/booth.js"
)
POLICY: Final = "default-src 'none'; script-src 'self'"
_PAGE: Final = b"""<!doctype html><html lang="en"><title>Booth</title>
<script type="module" src="/page.js"></script>"""
_SCRIPT: Final = b"""import * as booth from "/booth.js"; window.booth = booth;"""


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        script = "text/javascript; charset=utf-8"
        answers = {
            "/": ("text/html; charset=utf-8", _PAGE),
            "/page.js": (script, _SCRIPT),
            "/booth.js": (script, BUNDLE.read_bytes()),
        }
        kind, content = answers.get(self.path, ("text/plain", b""))
        self.send_response(200 if self.path in answers else 404)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def serving() -> Iterator[str]:
    """Serve the page on this machine; yield its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def call(browser: Browser, function: str, *arguments: Any) -> Any:  # noqa: ANN401 - JSON
    """Return what an asynchronous function answers in the page."""
    given = ", ".join(json.dumps(argument) for argument in arguments)
    answer = browser.tell(
        "Runtime.evaluate",
        expression=f"({function})({given})",
        awaitPromise=True,
        returnByValue=True,
    )
    assert "exceptionDetails" not in answer, answer
    return answer["result"].get("value")
