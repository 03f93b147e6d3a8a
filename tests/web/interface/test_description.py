"""Everything that the interface's description allows, and what it does not, asked of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from comitia.law.permissions import Act
from comitia.record.kinds import kind_of_class
from comitia.web.acts.models import Entry
from comitia.web.interface import calling
from comitia.web.interface.calling import Allowance
from comitia.web.project.api import api
from comitia.web.project.wiring import WIRING
from tests.web.founded import Founded, an_organisation
from tests.web.interface.calls import word_of

pytestmark = pytest.mark.django_db
DESCRIPTION: Final[dict[str, Any]] = dict(api.get_openapi_schema(path_prefix="/api/1/"))
SCHEMA: Final = schemathesis.openapi.from_dict(DESCRIPTION)
SCHEMA.app = get_wsgi_application()
OPERATIONS: Final[dict[str, APIOperation]] = {
    operation.ok().label: operation.ok() for operation in SCHEMA.get_all_operations()
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
    monkeypatch.setattr(calling, "allowance", Allowance(10**6))
    with an_organisation() as world:
        world.apply("Eve")
        yield world


def answered(case: Case, word: str | None) -> Any:  # noqa: ANN401 - the library's
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


def _point_at(case: Case, identifier: str) -> None:
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
    def ask(case: Case, word: str | None) -> None:
        assert answered(case, word).status_code == 401

    ask()
    assert Entry.objects.count() == entries
    assert world.people


def test_there_is_a_call_for_every_act_that_the_application_can_do() -> None:
    handled = {kind_of_class(act).name for act in WIRING.handlers}
    expected = {str(act) for act in Act} & handled - {Act.ORGANISATION_FOUND}
    called = {path.partition("/acts/")[2] for path in DESCRIPTION["paths"] if "/acts/" in path}
    assert called == expected
