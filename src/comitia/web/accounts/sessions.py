"""Sessions in the database, each with the person who is logged in there: Django's SESSION_ENGINE.

So a person sees where else they are logged in, and ends it; and ending all of a person's sessions
is one statement. A request that is under way when its session ends cannot bring it back: Django
saves a session that was loaded only where its row is still there.
"""

from __future__ import annotations

from typing import Any, Final

from django.contrib.auth import BACKEND_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils.dateparse import parse_datetime

from comitia.web.accounts.models import Person, Session

DEVICE: Final = "device"
BEGAN: Final = "began_at"


class SessionStore(DatabaseStore):
    """Django's own, with our table; its columns are copies of what the session holds."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """Return the row that is to be saved."""
        row: Session = super().create_model_instance(data)  # type: ignore[assignment] # as above
        if BACKEND_SESSION_KEY in data:
            row.person_id = data[SESSION_KEY]
        row.device = data.get(DEVICE, "")
        row.began_at = parse_datetime(data.get(BEGAN, ""))
        return row


def sessions_of(person: Person) -> tuple[Session, ...]:
    """Return where a person is logged in, the latest first."""
    return tuple(person.sessions.order_by("-began_at", "session_key"))


def end_sessions(person: Person, *, but: str = "") -> int:
    """Log a person out everywhere, or everywhere but in one session; return of how many."""
    ended, _ = person.sessions.exclude(session_key=but).delete()
    return ended
