"""Django's login backend: it knows who is logged in, and takes no password."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.backends import BaseBackend

from comitia.web.accounts.models import Person


class PersonBackend(BaseBackend):
    """Finds the person of a session. Who proves to be it is this room's flows' business."""

    def authenticate(self, request: Any, **credentials: Any) -> None:  # noqa: ANN401 - Django's own
        """Take nobody: there are no passwords."""

    def get_user(self, user_id: UUID | str) -> Person | None:
        """Return the person of a session, unless erased meanwhile."""
        return Person.objects.filter(pk=user_id, erased_at=None).first()
