"""What a check has found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from comitia.record.canonical import Json

Progress: TypeAlias = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be. is_warning: it may be meant."""

    id: str
    text: str
    is_warning: bool = False

    def to_json(self) -> dict[str, Json]:
        """Return it as a program reads it."""
        return {"id": self.id, "text": self.text, "warning": self.is_warning}


@dataclass(frozen=True, slots=True)
class Checked:
    """A check, and what it has found. title: a sentence that holds when it passes."""

    id: str
    title: str
    findings: tuple[Finding, ...]

    @property
    def has_failed(self) -> bool:
        """Whether anything was found that cannot be meant."""
        return any(not one.is_warning for one in self.findings)

    def to_json(self) -> dict[str, Json]:
        """Return it as a program reads it."""
        return {
            "id": self.id,
            "title": self.title,
            "status": "failed" if self.has_failed else "passed",
            "findings": [one.to_json() for one in self.findings],
        }
