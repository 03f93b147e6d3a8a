"""A mail server for tests: it keeps what it is sent, and can stop answering at the worst moment."""

from __future__ import annotations

import re
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

PATIENCE_SECONDS = 60
MESSAGE_ID = re.compile(r"^Message-ID: <(\S+)@", re.MULTILINE)


class MailServer(socketserver.ThreadingTCPServer):
    """Takes mail at a free port. answers: whether it says that it has taken a message."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.taken: list[str] = []
        self.answers = True

    @property
    def address(self) -> str:
        return f"smtp+plain://127.0.0.1:{self.server_address[1]}"

    def ids(self) -> list[str]:
        """Return the ids of the messages that were taken, in order."""
        return [found[1] for found in map(MESSAGE_ID.search, self.taken) if found]

    def wait_for(self, number: int) -> None:
        """Wait until so many messages were taken."""
        end = time.monotonic() + PATIENCE_SECONDS
        while len(self.taken) < number:
            assert time.monotonic() < end, self.taken
            time.sleep(0.05)


class _Talk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        server = cast("MailServer", self.server)
        self._say("220 test")
        for line in self.rfile:
            match line[:4].upper().strip():
                case b"DATA":
                    self._say("354 go on")
                    text = b"".join(iter(self.rfile.readline, b".\r\n")).decode()
                    server.taken.append(text.replace("\r\n", "\n"))
                    if not server.answers:
                        time.sleep(PATIENCE_SECONDS)
                    self._say("250 taken")
                case b"QUIT":
                    self._say("221 bye")
                    return
                case _:
                    self._say("250 well")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """Run a mail server."""
    with MailServer() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
