"""The acts as the programming interface takes them: derived from their kinds.

An input has the fields of the act itself, salted ones as plain values: what of it an entry holds,
and what lies beside, is decided by the kind. Values are read exactly as an entry's are.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Annotated, Any, ClassVar, Final

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    WithJsonSchema,
    create_model,
)

from comitia.errors import MalformedRecord
from comitia.record.canonical import Json
from comitia.record.kinds import ActField, kind_of_class


class ActInput(BaseModel):
    """What is sent to have one kind of act done."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    kind: ClassVar[type[Any]]

    def act(self, **given: Any) -> Any:  # noqa: ANN401 - values of any type; an act of the kind
        """Return the act. given: values of fields that were left out."""
        sent = {name: getattr(self, name) for name in type(self).model_fields}
        return self.kind(**{**sent, **given})


_MADE: Final[dict[tuple[type[Any], frozenset[str]], type[ActInput]]] = {}


def input_of(act: type[Any], may_lack: frozenset[str] = frozenset()) -> type[ActInput]:
    """Return the model of what is sent for a kind of act; called ``AdmitMember`` as the act is.

    may_lack: fields that can be left out, and are then given by whoever makes the act.
    """
    if (act, may_lack) not in _MADE:
        _MADE[act, may_lack] = _make(act, may_lack)
    return _MADE[act, may_lack]


def _make(act: type[Any], may_lack: frozenset[str]) -> type[ActInput]:
    defaults = {one.name: one.default for one in dataclasses.fields(act)}
    fields: dict[str, Any] = {
        field.name: _typed(field, defaults[field.name], may_lack=field.name in may_lack)
        for field in kind_of_class(act).fields
    }
    model = create_model(act.__name__, __base__=ActInput, __doc__=act.__doc__, **fields)
    model.kind = act
    return model


def input_schema(act: type[Any]) -> dict[str, Json]:
    """Return the JSON Schema (2020-12) of what is sent for a kind of act."""
    return input_of(act).model_json_schema()


def _typed(field: ActField, default: Any, *, may_lack: bool) -> Any:  # noqa: ANN401 - what pydantic takes for a field
    one: Any = Annotated[
        Any,
        PlainValidator(_reader(field)),
        PlainSerializer(field.form.write, return_type=Any),
        WithJsonSchema(dict(field.form.schema)),
    ]
    given = {} if default is dataclasses.MISSING else {"default": default}
    if may_lack:
        given = {"default": None}
    return (
        one | None if field.is_optional or may_lack else one,
        Field(description=field.about, **given),
    )


def _reader(field: ActField) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:  # noqa: ANN401 - whatever was sent
        try:
            return field.form.read(value, field.name)
        except MalformedRecord as error:
            raise ValueError(error.problem) from None

    return read
