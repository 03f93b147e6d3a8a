"""What every page of the draft needs: the draft that is there, its faults, its steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext

from comitia.web.acts import clock
from comitia.web.register.founding.checking import Checked, check_draft
from comitia.web.register.founding.draft import TABLES, Draft
from comitia.web.register.founding.saving import Saved, begin_draft, read_saved, today_of
from comitia.web.register.founding.words import TITLES


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the founding, and how far it is. errors: how many there are in it."""

    name: str
    title: Promise
    address: str
    errors: int
    rows: int | None


@dataclass(frozen=True, slots=True)
class Page:
    """What a page shows of the draft."""

    saved: Saved
    checked: Checked

    @property
    def draft(self) -> Draft:
        """The draft as it is."""
        return self.saved.draft

    def facts(self, step: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - for a template
        """Return what a page's template shows beside its own."""
        return {"steps": steps_of(self), "step": step, "draft": self.draft, **more}


def read_page() -> Page:
    """Return the draft and what is wrong with it; an empty one is begun."""
    begin_draft(clock.now())
    saved = read_saved()
    return Page(saved, check_draft(saved.draft, today_of(saved.draft, clock.now())))


def steps_of(page: Page) -> tuple[Step, ...]:
    """Return the steps in their order."""
    errors = [one.table for one in page.checked.errors]
    return tuple(
        Step(
            name,
            title,
            address_of(name),
            errors.count(name),
            len(getattr(page.draft, name)) if name in TABLES else None,
        )
        for name, title in TITLES.items()
    )


def address_of(step: str) -> str:
    """Return where a step is."""
    if step in TABLES:
        return reverse("founding_table", args=[step])
    return reverse(f"founding_{step}")


def say_overtaken(request: HttpRequest) -> None:
    """Tell somebody that the draft is another by now."""
    text = gettext("Somebody else has changed the draft meanwhile: look at it, and try again.")
    messages.warning(request, text)
