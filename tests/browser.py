"""A browser for tests: Chromium, told what to do over a pipe (its DevTools protocol, as JSON).

Nothing has to be installed beside the browser itself. One page is open at a time; whatever it asks
the network for, logs, throws or pops up is kept.
"""

from __future__ import annotations

import json
import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

_NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
_PATIENCE_SECONDS: Final = 120

# Chromium reads from descriptor 3 and writes to 4; ours have other numbers until the last moment.
_LAUNCH: Final = """
import fcntl, os, sys
ends = [fcntl.fcntl(int(end), fcntl.F_DUPFD, 10) for end in sys.argv[1:3]]
os.dup2(ends[0], 3)
os.dup2(ends[1], 4)
os.execv(sys.argv[3], sys.argv[3:])
"""

_FLAGS: Final = (
    "--headless",
    "--no-sandbox",  # as root it cannot have one; the pages are ours
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--remote-debugging-pipe",
)


def find_browser() -> str:
    """Return where Chromium is; skip the test where there is none."""
    found = [path for name in _NAMES if (path := shutil.which(name))]
    if not found:
        pytest.skip(f"no browser: none of {', '.join(_NAMES)} is installed")
    return found[0]


class Browser:
    """A running browser. requests: what the page asked for. complaints: what it logged or threw."""

    def __init__(self, incoming: int, outgoing: int) -> None:
        self._incoming, self._outgoing = incoming, outgoing
        self._buffer = b""
        self._sent = 0
        self._session: str | None = None
        self._loaded = False
        self.requests: list[str] = []
        self.complaints: list[str] = []
        target = self.tell("Target.createTarget", url="about:blank")["targetId"]
        attached = self.tell("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.tell(f"{domain}.enable")

    def open(
        self, place: Path | str, width: int, *, dark: bool = False, media: str = "screen"
    ) -> None:
        """Open a file or an address in a window so many pixels wide, as on a phone below 600."""
        self.tell(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=800,
            deviceScaleFactor=1,
            mobile=width < 600,
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.tell("Emulation.setEmulatedMedia", media=media, features=[scheme])
        self._loaded = False
        self.requests.clear()
        self.complaints.clear()
        self.tell("Page.navigate", url=place if isinstance(place, str) else place.as_uri())
        self._wait()

    def follow(self, expression: str) -> None:
        """Evaluate an expression that leads to another page, and wait for that."""
        self._loaded = False
        self.evaluate(expression)
        self._wait()

    def _wait(self) -> None:
        while not self._loaded:
            self._note(self._receive())

    def evaluate(self, expression: str) -> Any:  # noqa: ANN401 - whatever the page answers
        """Return the value of an expression in the page."""
        answer = self.tell("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def tell(self, method: str, **parameters: Any) -> Any:  # noqa: ANN401 - JSON
        """Send a command and return its result."""
        self._sent += 1
        message = {"id": self._sent, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._outgoing, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._receive()
            if answer.get("id") == self._sent:
                assert "error" not in answer, answer
                return answer["result"]
            self._note(answer)

    def _receive(self) -> Any:  # noqa: ANN401 - JSON
        limit = time.monotonic() + _PATIENCE_SECONDS
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._incoming], [], [], max(0, limit - time.monotonic()))
            received = os.read(self._incoming, 1 << 20) if ready else b""
            assert received, "the browser does not answer"
            self._buffer += received
        message, _, self._buffer = self._buffer.partition(b"\0")
        return json.loads(message)

    def _note(self, event: Any) -> None:  # noqa: ANN401 - JSON
        told = event.get("params", {})
        match event.get("method"):
            case "Page.loadEventFired":
                self._loaded = True
            case "Network.requestWillBeSent":
                self.requests.append(told["request"]["url"])
            case "Log.entryAdded":
                self.complaints.append(told["entry"]["text"])
            case "Runtime.exceptionThrown" | "Runtime.consoleAPICalled":
                self.complaints.append(json.dumps(told))
            case "Page.javascriptDialogOpening":
                self.complaints.append(told["message"])
            case _:
                pass


@contextmanager
def running_browser(profile: Path) -> Iterator[Browser]:
    """Start Chromium with an empty profile, and stop it."""
    path = find_browser()
    theirs_in, ours_out = os.pipe()
    ours_in, theirs_out = os.pipe()
    launch = [sys.executable, "-c", _LAUNCH, str(theirs_in), str(theirs_out)]
    process = subprocess.Popen(
        [*launch, path, *_FLAGS, f"--user-data-dir={profile}", "about:blank"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=(theirs_in, theirs_out),
    )
    os.close(theirs_in)
    os.close(theirs_out)
    try:
        yield Browser(ours_in, ours_out)
    finally:
        os.close(ours_out)  # Chromium ends when its pipe does
        os.close(ours_in)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
