"""Pages of members, in the order of their names, out of registers of any size."""

from __future__ import annotations

from functools import cached_property
from typing import Final

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet

from comitia.web.register.models import Membership


class FirstOfMany(Paginator):  # type: ignore[type-arg] # generic in its stubs alone
    """Pages that end after ``MOST``: nobody turns thousands, and to count all takes its time."""

    MOST: Final = 5_000

    @property
    def rows(self) -> QuerySet[Membership]:
        """What the pages are of."""
        rows: QuerySet[Membership] = self.object_list  # type: ignore[assignment] # given one
        return rows

    @cached_property
    def found(self) -> int:
        """How many there are; of more than ``MOST`` one more than that."""
        return self.rows.order_by()[: self.MOST + 1].count()

    @cached_property
    def count(self) -> int:
        """How many are on all pages together."""
        return min(self.found, self.MOST)


class FewAmongMany(FirstOfMany):
    """The same of what was searched for: found first, and put in order then.

    Asked for the first of them in order, PostgreSQL may walk the names of everybody until it meets
    one. Where more than ``SORTED`` are found it soon does, and is left to.
    """

    SORTED: Final = 50_000

    @cached_property
    def _keys(self) -> list[tuple[str, str]]:
        keys = self.rows.order_by().values_list("person__name_folded", "pk")
        return sorted(keys[: self.SORTED + 1])

    @cached_property
    def found(self) -> int:
        """How many there are, as far as they are put in order."""
        return len(self._keys)

    def page(self, number: int | str) -> Page[Membership]:
        """Return a page, by its number from 1. Raises InvalidPage where there is none."""
        if self.found > self.SORTED:
            return super().page(number)
        number = self.validate_number(number)
        last = min(number * self.per_page, self.count)
        wanted = [pk for _, pk in self._keys[(number - 1) * self.per_page : last]]
        rows = self.rows.filter(pk__in=wanted)
        return Page(rows, number, self)
