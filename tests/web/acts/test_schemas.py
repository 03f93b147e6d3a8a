from __future__ import annotations

import dataclasses
import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from comitia.record.kinds import ActKind
from comitia.record.kinds.declaring import Visibility
from comitia.record.kinds.register import ApplyForMembership, Category
from comitia.record.kinds.values import Identifier, Text
from comitia.web.acts.schemas import input_of, input_schema
from tests.web.acts.kinds import NAMES, OWN

SENT: dict[str, Any] = {
    "branch": "a" * 32,
    "category": "full",
    "name": "Ada",
    "birth_date": "1980-02-29",
}


def test_what_is_sent_is_the_act_with_salted_fields_as_values() -> None:
    sent = input_of(ApplyForMembership).model_validate(SENT)
    assert sent.act() == ApplyForMembership(
        branch=Identifier("a" * 32),
        category=Category.FULL,
        name=Text("Ada"),
        birth_date=date(1980, 2, 29),
    )
    assert json.loads(sent.model_dump_json(exclude_none=True)) == SENT


@pytest.mark.parametrize(
    "changed",
    [
        {"name": None},
        {"name": 7},
        {"name": "a\x00"},
        {"name": {"hmac_sha256": "0" * 64}},
        {"branch": "A" * 32},
        {"category": "king"},
        {"birth_date": "1981-02-29"},
        {"more": 1},
    ],
)
def test_what_an_entry_would_not_take_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        input_of(ApplyForMembership).model_validate({**SENT, **changed})


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(st.dictionaries(st.sampled_from([*SENT, "address", "x"]), VALUES))
def test_whatever_is_sent_is_an_act_or_refused(sent: dict[str, Any]) -> None:
    try:
        model = input_of(ApplyForMembership).model_validate({**SENT, **sent})
    except ValidationError:
        return
    assert isinstance(model.act(), ApplyForMembership)


@pytest.mark.parametrize("kind", OWN, ids=NAMES)
def test_every_kind_has_a_schema_of_all_its_fields(kind: ActKind) -> None:
    schema = input_schema(kind.act)
    assert schema.get("additionalProperties") is False
    properties = schema["properties"]
    assert isinstance(properties, dict)
    assert {name: one["description"] for name, one in properties.items()} == {  # type: ignore[index,call-overload] # JSON
        field.name: field.about for field in kind.fields
    }
    defaults = {one.name: one.default for one in dataclasses.fields(kind.act)}
    required = [name for name in properties if defaults[name] is dataclasses.MISSING]
    assert schema.get("required", []) == required


@pytest.mark.parametrize("kind", OWN, ids=NAMES)
def test_an_open_field_s_schema_is_the_entry_s(kind: ActKind) -> None:
    own = input_schema(kind.act)["properties"]
    recorded = kind.schema()["properties"]
    assert isinstance(own, dict)
    assert isinstance(recorded, dict)
    for field in kind.fields:
        if field.visibility is Visibility.OPEN and not field.is_optional:
            found = {**own[field.name]}  # type: ignore[dict-item] # JSON
            for more in ("title", "default"):
                found.pop(more, None)
            assert found == recorded[field.name]


def test_a_model_is_made_once() -> None:
    assert input_of(ApplyForMembership) is input_of(ApplyForMembership)
