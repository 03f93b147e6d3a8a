"""The tables of a draft: rows that are added, changed and removed, or come from a spreadsheet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, astuple, dataclass, replace
from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comitia.web.accounts.installation import needs_installation_code
from comitia.web.acts import clock
from comitia.web.register.founding.draft import TABLES, Draft, Row, columns_of
from comitia.web.register.founding.forms import CellsForm, TableForm, reason_of, sentence_of
from comitia.web.register.founding.saving import DraftOvertaken, change_draft
from comitia.web.register.founding.tables import parse_table, states_of
from comitia.web.register.founding.unreadable import NoTable
from comitia.web.register.founding.views.draft import PAGE
from comitia.web.register.founding.views.steps import Page, read_page, say_overtaken
from comitia.web.register.founding.words import CELL_CHOICES, COLUMNS, LEADS, STATES, TITLES
from comitia.web.register.sheets import sheet

_ON_A_PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as it is shown. state: its class; label: what that means; fault: what is wrong."""

    heading: Any
    text: Any
    state: str
    label: Any
    fault: str


@dataclass(frozen=True, slots=True)
class Line:
    """A row as it is shown."""

    number: int
    name: str
    cells: tuple[Cell, ...]


@needs_installation_code
@require_safe
def rows(request: HttpRequest, table: str) -> HttpResponse:
    """Show the rows of a table, and what each of their cells is."""
    _expect(table)
    page = read_page()
    shown = Paginator(getattr(page.draft, table), _ON_A_PAGE).get_page(request.GET.get("page"))
    facts = page.facts(
        table,
        table=table,
        title=TITLES[table],
        lead=LEADS[table],
        lines=tuple(_lines(page, table, shown.start_index() - 1, len(shown))),
        shown=shown,
        whole=[sentence_of(one) for one in page.checked.of(table) if one.row is None],
        form=TableForm(initial={"seen": page.draft.hash, "text": "", "keep": True}),
        columns=", ".join(columns_of(table)),
    )
    return render(request, "founding/table.html", facts)


def _lines(page: Page, table: str, first: int, count: int) -> Iterator[Line]:
    """Yield the rows from one on, with the state of each cell."""
    found = getattr(page.draft, table)
    before = getattr(page.saved.before, table) if page.saved.before else ()
    states = states_of(table, found, before, page.checked.faults)
    faults = {(one.row, one.cell): sentence_of(one) for one in page.checked.of(table)}
    for number in range(max(first, 0), max(first, 0) + count):
        row, of = found[number], states[number]
        names = [name for name in columns_of(table) if getattr(row, name) or name in of]
        cells = tuple(
            Cell(
                COLUMNS[name],
                CELL_CHOICES.get(name, {}).get(getattr(row, name), getattr(row, name)),
                of[name],
                STATES[of[name]],
                faults.get((number, name), ""),
            )
            for name in names
        )
        title = getattr(row, columns_of(table)[0]) or gettext("row %d") % (number + 1)
        yield Line(number, title, cells)


def _expect(table: str, number: int | None = None, draft: Draft | None = None) -> None:
    """Answer 404 for a table or a row that there is not."""
    if table not in TABLES:
        raise Http404
    if number is not None and draft is not None and number >= len(getattr(draft, table)):
        raise Http404


def _with_rows(table: str, change: Callable[[list[Row]], list[Row]]) -> Callable[[Draft], Draft]:
    def changed(draft: Draft) -> Draft:
        rows_: dict[str, Any] = {table: tuple(change(list(getattr(draft, table))))}
        return replace(draft, **rows_)

    return changed


@needs_installation_code
@require_http_methods(PAGE)
def add(request: HttpRequest, table: str) -> HttpResponse:
    """Add a row at the end."""
    _expect(table)
    return _edit(request, table, None)


@needs_installation_code
@require_http_methods(PAGE)
def edit(request: HttpRequest, table: str, number: int) -> HttpResponse:
    """Change a row. What is typed is saved, also where it is wrong."""
    _expect(table)
    return _edit(request, table, number)


def _edit(request: HttpRequest, table: str, number: int | None) -> HttpResponse:
    page = read_page()
    _expect(table, number, page.draft)
    before = TABLES[table]() if number is None else getattr(page.draft, table)[number]
    form = CellsForm(table, before, page.draft, request.POST or None)
    if request.method == "POST" and form.is_valid():
        row = form.row(before)
        place = len(getattr(page.draft, table)) if number is None else number
        try:
            change = _with_rows(table, lambda rows_: [*rows_[:place], row, *rows_[place + 1 :]])
            draft = change_draft(form.cleaned_data["seen"], change, clock.now())
        except DraftOvertaken:
            say_overtaken(request)
            return redirect("founding_table", table)
        page = read_page()
        faults = [one for one in page.checked.of(table) if one.row == place and not one.is_warning]
        if not faults:
            messages.success(request, gettext("Saved."))
            return redirect("founding_table", table)
        number = place
        form = CellsForm(table, row, draft, {**request.POST.dict(), "seen": draft.hash})
        form.show(faults)
    elif request.method != "POST" and number is not None:
        faults = [one for one in page.checked.of(table) if one.row == number and not one.is_warning]
        if faults:  # as it was left
            form = CellsForm(table, before, page.draft, {**asdict(before), "seen": page.draft.hash})
            form.show(faults)
    facts = page.facts(table, form=form, table=table, title=TITLES[table], number=number)
    return render(request, "founding/row.html", facts)


@needs_installation_code
@require_safe
def file(request: HttpRequest, table: str) -> HttpResponse:  # noqa: ARG001 - a view's
    """Give the rows as CSV, or the columns alone, to be filled in and taken again."""
    _expect(table)
    draft_rows = getattr(read_page().draft, table)
    answer = sheet(f"founding-{table}", columns_of(table), map(astuple, draft_rows))
    answer["Cache-Control"] = "no-store"
    return answer


@needs_installation_code
@require_POST
def remove(request: HttpRequest, table: str, number: int) -> HttpResponse:
    """Remove a row; that can be taken back."""
    _expect(table, number, read_page().draft)
    try:
        change = _with_rows(table, lambda rows_: rows_[:number] + rows_[number + 1 :])
        change_draft(request.POST.get("seen", ""), change, clock.now())
        messages.success(request, gettext("Removed. You can take that back on the first page."))
    except DraftOvertaken:
        say_overtaken(request)
    return redirect("founding_table", table)


@needs_installation_code
@require_POST
def import_rows(request: HttpRequest, table: str) -> HttpResponse:
    """Take rows from a spreadsheet as they are; the table shows what is wrong with which cell."""
    _expect(table)
    form = TableForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            found = parse_table(table, form.data_given())
            kept = form.cleaned_data["keep"]
            change = _with_rows(table, lambda rows_: [*(rows_ if kept else ()), *found.rows])
            change_draft(form.cleaned_data["seen"], change, clock.now())
            messages.success(request, _taken(len(found.rows)))
            if found.unknown:
                text = gettext("These columns have no place here and were left out: %s")
                messages.warning(request, text % ", ".join(found.unknown))
        except NoTable as error:
            messages.error(request, reason_of(error))
        except DraftOvertaken:
            say_overtaken(request)
    return redirect("founding_table", table)


def _taken(rows: int) -> str:
    return ngettext(
        "%(rows)d row was taken. You can take that back on the first page.",
        "%(rows)d rows were taken. You can take that back on the first page.",
        rows,
    ) % {"rows": rows}
