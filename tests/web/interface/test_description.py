"""Everything that the interface's description allows, and what it does not, asked of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, Final

import pytest
import schemathesis
from django.core import signals
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.utils import translation
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from comitia.law.permissions import Act
from comitia.record.canonical import DEEPEST
from comitia.record.kinds import kind_of_class
from comitia.record.kinds.register import AdmitMember
from comitia.web.acts.models import Entry
from comitia.web.acts.schemas import input_of
from comitia.web.interface import calling
from comitia.web.interface.answering import Outcome
from comitia.web.interface.calling import LARGEST_CALL_BYTES, MOST_CALLS, Allowance
from comitia.web.interface.failing import FAILURES, SENTENCES
from comitia.web.interface.models import LONGEST_KEY
from comitia.web.interface.paging import MOST_ITEMS
from comitia.web.project.api import api
from comitia.web.project.wiring import WIRING
from tests.web.founded import Founded, an_organisation
from tests.web.interface.calls import word_of

pytestmark = pytest.mark.django_db
DESCRIPTION: Final[dict[str, Any]] = dict(api.get_openapi_schema(path_prefix="/api/1/"))
SCHEMA: Final = schemathesis.openapi.from_dict(DESCRIPTION)
SCHEMA.app = get_wsgi_application()
OPERATIONS: Final[dict[str, Any]] = {
    one.ok().label: one.ok() for one in SCHEMA.get_all_operations() if isinstance(one, Ok)
}
CHECKS: Final = [
    not_a_server_error,
    content_type_conformance,
    status_code_conformance,
    response_schema_conformance,
]
EVERY_ANSWER = examples(
    max_examples=6,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[Founded]:
    """Found the organisation; its calls leave the test's own connection open."""
    monkeypatch.setattr(calling, "allowance", Allowance(10**6))
    around = (signals.request_started, signals.request_finished)
    for signal in around:
        signal.disconnect(close_old_connections)
    with an_organisation() as world:
        world.apply("Eve")
        yield world
    for signal in around:
        signal.connect(close_old_connections)


def answered(case: Any, word: str | None) -> Any:  # noqa: ANN401 - the library's
    headers = {} if word is None else {"Authorization": f"Bearer {word}"}
    return case.call(headers=headers)


@pytest.mark.parametrize("label", OPERATIONS)
def test_every_call_answers_as_described(world: Founded, label: str) -> None:
    """To an officer, an executive, an applicant, and for what no description allows."""
    words = [word_of(world, name) for name in ("Ada", "Ben", "Eve")]
    operation = OPERATIONS[label]
    known = [*world.branches.values(), *world.memberships.values(), *world.holdings.values()]

    @EVERY_ANSWER
    @given(st.data(), st.sampled_from(list(GenerationMode)), st.sampled_from(words))
    def ask(data: st.DataObject, mode: GenerationMode, word: str) -> None:
        case = data.draw(operation.as_strategy(generation_mode=mode))
        if data.draw(st.booleans()):
            _point_at(case, data.draw(st.sampled_from(known)))
        answer = answered(case, word)
        case.validate_response(answer, checks=CHECKS)

    ask()


def _point_at(case: Any, identifier: str) -> None:  # noqa: ANN401 - the library's
    """Have a case ask about something that is there."""
    for name in case.path_parameters:
        case.path_parameters[name] = identifier
    if isinstance(case.body, dict):
        case.body |= {name: identifier for name in ("aggregate", "branch") if name in case.body}


@pytest.mark.parametrize("label", OPERATIONS)
def test_no_call_answers_without_a_token(world: Founded, label: str) -> None:
    entries = Entry.objects.count()
    operation = OPERATIONS[label]

    @EVERY_ANSWER
    @given(operation.as_strategy(), st.sampled_from([None, "comitia_" + "A" * 43]))
    def ask(case: Any, word: str | None) -> None:  # noqa: ANN401 - as above
        assert answered(case, word).status_code == 401

    ask()
    assert Entry.objects.count() == entries
    assert world.people


def test_there_is_a_call_for_every_act_that_the_application_can_do() -> None:
    handled = {kind_of_class(act).name for act in WIRING.handlers}
    expected = {str(act) for act in Act} & handled - {Act.ORGANISATION_FOUND}
    called = {path.partition("/acts/")[2] for path in DESCRIPTION["paths"] if "/acts/" in path}
    assert called == expected


# --- The reference -------------------------------------------------------------------------------

PAGE: Final = Path("docs/reference/api.md").read_text(encoding="utf-8")


def rows_of(heading: str) -> list[str]:
    """Return the rows of the table under a heading, or behind a sentence."""
    table = PAGE.partition(heading)[2].partition("|---|---|\n")[2].partition("\n\n")[0]
    return table.splitlines()


def first_line(call: dict[str, str]) -> str:
    return call["description"].splitlines()[0]


def test_the_reference_lists_every_call() -> None:
    described = [
        f"| `{method.upper()} {path.removeprefix('/api/1')}` | {first_line(call)} |"
        for path, calls in DESCRIPTION["paths"].items()
        for method, call in calls.items()
    ]
    headings = ("## What can be read", "## What can be done", "## What takes several people")
    assert [row for heading in headings for row in rows_of(heading)] == described


def test_the_reference_lists_every_code() -> None:
    with translation.override("en"):
        expected = [f"| `{code}` | {text} |" for code, text in SENTENCES.items()]
    assert rows_of("Codes of the interface itself") == expected


def test_the_reference_lists_every_status() -> None:
    [statuses] = FAILURES
    listed = {int(row.split("|")[1]) for row in rows_of("## How a call is refused")}
    assert listed == statuses


def test_the_examples_are_as_described() -> None:
    sent, answer = (json.loads(one) for one in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL))
    call = DESCRIPTION["components"]["schemas"]["AdmitMemberCall"]
    assert set(sent) == set(call["properties"])
    assert input_of(AdmitMember).model_validate(sent["act"]).act().since == date(2026, 2, 1)
    assert Outcome.model_validate(answer).model_dump(mode="json") == answer


def test_the_limits_are_those_of_the_reference() -> None:
    assert f"more than {LARGEST_CALL_BYTES // 2**10} KiB" in PAGE
    assert f"more than {MOST_CALLS} calls in a minute" in PAGE
    assert f"`limit` (1 to {MOST_ITEMS}, else 100)" in PAGE
    assert f"`Idempotency-Key` (1 to {LONGEST_KEY} signs)" in PAGE
    assert f"more than {DEEPEST} levels" in PAGE
