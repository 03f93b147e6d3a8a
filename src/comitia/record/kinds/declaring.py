"""How an act's kind is declared: once, as a frozen dataclass whose fields say who may see them.

- *open*: in every view of the record; order, rights and the balance are checked by it;
- *salted*: in the entry as a commitment, beside it as a disclosure that can be deleted;
- *private*: for the database alone, and never in an entry.

Everything else is derived: the entry's fields and back, and their schema.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, unique
from typing import Any, Final, TypeVar, dataclass_transform, get_args, get_type_hints

from comitia.errors import MalformedRecord
from comitia.record.canonical import Json
from comitia.record.commitments import Commitment, Disclosure, commit
from comitia.record.keys import Randomness
from comitia.record.kinds.values import Form, form_of, without_none

_Act = TypeVar("_Act")
_METADATA: Final = "comitia"


@unique
class Visibility(Enum):
    """Who may see a field."""

    OPEN = "open"
    SALTED = "salted"
    PRIVATE = "private"


@unique
class Begins(Enum):
    """Whether an act of a kind is the first entry of its aggregate."""

    ALWAYS = "always"
    NEVER = "never"
    PERHAPS = "perhaps"


@dataclass(frozen=True, slots=True)
class Withheld:
    """A salted value that was not disclosed."""

    commitment: Commitment


@dataclass(frozen=True, slots=True)
class ActField:
    """One field of a kind of act. type: of its values, where there is one and it is disclosed."""

    name: str
    visibility: Visibility
    about: str
    type: Any
    form: Form
    is_optional: bool


@dataclass(frozen=True, slots=True)
class ActKind:
    """One kind of act. aggregate: of what an act is the next entry, such as "membership".

    begins: whether it is the first.
    """

    name: str
    version: int
    aggregate: str
    act: type[Any]
    fields: tuple[ActField, ...]
    begins: Begins = Begins.NEVER

    @property
    def title(self) -> str:
        """The kind with its version, as messages name it."""
        return f"{self.name}/{self.version}"

    def schema(self) -> dict[str, Json]:
        """Return the JSON Schema (2020-12) of an entry's ``fields``."""
        shown = [field for field in self.fields if field.visibility is not Visibility.PRIVATE]
        properties: dict[str, Json] = {
            field.name: {**_schema_of(field), "description": field.about} for field in shown
        }
        required: list[Json] = [field.name for field in shown if not field.is_optional]
        return {
            "type": "object",
            "properties": properties,
            "required": required,
            "additionalProperties": False,
        }


_COMMITMENT: Final[Mapping[str, Json]] = {
    "type": "object",
    "properties": {"hmac_sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"}},
    "required": ["hmac_sha256"],
    "additionalProperties": False,
}


def _schema_of(field: ActField) -> dict[str, Json]:
    if field.visibility is Visibility.SALTED:
        return dict(_COMMITMENT)
    return dict(field.form.schema)


# --- Declaring -----------------------------------------------------------------------------------


def open_field(about: str, *, default: Any = dataclasses.MISSING) -> Any:  # noqa: ANN401 - as ``field``
    """Declare a field that everybody sees."""
    return _declared(Visibility.OPEN, about, default)


def salted_field(about: str, *, default: Any = dataclasses.MISSING) -> Any:  # noqa: ANN401
    """Declare a field whose commitment everybody sees, and whose value can be forgotten."""
    return _declared(Visibility.SALTED, about, default)


def private_field(about: str, *, default: Any = dataclasses.MISSING) -> Any:  # noqa: ANN401
    """Declare a field that never gets into an entry."""
    return _declared(Visibility.PRIVATE, about, default)


def _declared(visibility: Visibility, about: str, default: Any) -> Any:  # noqa: ANN401
    return dataclasses.field(default=default, metadata={_METADATA: (visibility, about)})


KINDS: Final[dict[tuple[str, int], ActKind]] = {}
_BY_ACT: Final[dict[type[Any], ActKind]] = {}


@dataclass_transform(
    frozen_default=True,
    kw_only_default=True,
    field_specifiers=(open_field, salted_field, private_field),
)
def act_kind(
    name: str, *, aggregate: str, version: int = 1, begins: Begins = Begins.NEVER
) -> Callable[[type[_Act]], type[_Act]]:
    """Make a frozen dataclass of a class, and a kind of act of it.

    A change that gives an entry another meaning is a new version beside the old.
    """

    def declare(cls: type[_Act]) -> type[_Act]:
        act = dataclass(frozen=True, kw_only=True)(cls)
        kind = ActKind(name, version, aggregate, act, tuple(_fields_of(act)), begins)
        if KINDS.setdefault((name, version), kind) is not kind:
            raise ValueError(f"{kind.title} is declared twice")
        _BY_ACT[act] = kind
        return act

    return declare


def kind_of(act: object) -> ActKind:
    """Return the kind of an act. Raises TypeError for what is none."""
    return kind_of_class(type(act))


def kind_of_class(act: type[Any]) -> ActKind:
    """Return the kind whose acts are of a class. Raises TypeError for a class of none."""
    kind = _BY_ACT.get(act)
    if kind is None:
        raise TypeError(f"{act.__name__} is no kind of act")
    return kind


def _fields_of(act: type[Any]) -> Iterator[ActField]:
    hints = get_type_hints(act, include_extras=True)
    for field in dataclasses.fields(act):
        if _METADATA not in field.metadata:
            raise TypeError(f"{act.__name__}.{field.name}: open, salted or private?")
        visibility, about = field.metadata[_METADATA]
        if visibility is Visibility.PRIVATE and field.default is dataclasses.MISSING:
            raise TypeError(f"{act.__name__}.{field.name}: what no entry holds needs a default")
        plain, is_optional = without_none(_without_withheld(hints[field.name]))
        if is_optional and field.default is not None:
            raise TypeError(f"{act.__name__}.{field.name}: what may be missing is None by default")
        yield ActField(field.name, visibility, about, plain, form_of(plain), is_optional)


def _without_withheld(annotation: Any) -> Any:  # noqa: ANN401 - an annotation can be anything
    """Return the annotation of a salted value when it is disclosed."""
    if Withheld not in get_args(annotation):
        return annotation
    left = [one for one in get_args(annotation) if one is not Withheld]
    whole = left[0]
    for one in left[1:]:
        whole |= one
    return whole


# --- Acts to fields, and back --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sealed:
    """What of an act goes into an entry, and what lies beside it until it is deleted."""

    fields: dict[str, Json]
    disclosures: tuple[Disclosure, ...]


def seal(act: object, randomness: Randomness) -> Sealed:
    """Return an act's fields with every salted value replaced by its commitment.

    randomness: gives so many random bytes, for the key of each value.
    """
    fields: dict[str, Json] = {}
    disclosures: list[Disclosure] = []
    for field in kind_of(act).fields:
        value = getattr(act, field.name)
        if value is None or field.visibility is Visibility.PRIVATE:
            continue
        if isinstance(value, Withheld):
            raise TypeError(f"{field.name} is withheld: an act is made of values")
        written = field.form.write(value)
        if field.form.read(written, field.name) != value:
            raise ValueError(f"{field.name} is not in the form of its kind")
        if field.visibility is Visibility.SALTED:
            disclosures.append(commit(field.name, written, randomness))
            written = {"hmac_sha256": disclosures[-1].commitment}
        fields[field.name] = written
    return Sealed(fields, tuple(disclosures))


def unseal(kind: ActKind, fields: Json, disclosed: Mapping[str, Json], where: str) -> Any:  # noqa: ANN401 - an act of the kind's own type
    """Return the act that an entry's fields are. Raises MalformedRecord.

    disclosed: salted values that were verified against their commitments, by field; those that are
    not there become ``Withheld``. Private fields take their defaults.
    """
    if not isinstance(fields, dict):
        raise MalformedRecord(where, "expected an object")
    known = {field.name: field for field in kind.fields}
    for name in fields:
        if name not in known or known[name].visibility is Visibility.PRIVATE:
            raise MalformedRecord(where, f"a field that {kind.title} does not have: {name[:40]!r}")
    values = {
        name: _read(field, fields, disclosed, f"{where}.{name}")
        for name, field in known.items()
        if field.visibility is not Visibility.PRIVATE
    }
    return kind.act(**values)


def _read(
    field: ActField, fields: Mapping[str, Json], disclosed: Mapping[str, Json], where: str
) -> Any:  # noqa: ANN401 - a value of the field's own type
    if field.name not in fields:
        if not field.is_optional:
            raise MalformedRecord(where, "is missing")
        return None
    if field.visibility is Visibility.OPEN:
        return field.form.read(fields[field.name], where)
    commitment = _read_commitment(fields[field.name], where)
    if field.name in disclosed:
        return field.form.read(disclosed[field.name], where)
    return Withheld(commitment)


def _read_commitment(value: Json, where: str) -> Commitment:
    if not isinstance(value, dict) or list(value) != ["hmac_sha256"]:
        raise MalformedRecord(where, "expected a commitment")
    commitment = value["hmac_sha256"]
    if not isinstance(commitment, str) or not _is_hash(commitment):
        raise MalformedRecord(where, "expected a commitment of 64 lowercase hexadecimal digits")
    return Commitment(commitment)


def _is_hash(text: str) -> bool:
    return len(text) == 64 and not set(text) - set("0123456789abcdef")  # noqa: PLR2004 - SHA-256


__all__ = [
    "KINDS",
    "ActField",
    "ActKind",
    "Begins",
    "Sealed",
    "Visibility",
    "Withheld",
    "act_kind",
    "kind_of",
    "kind_of_class",
    "open_field",
    "private_field",
    "salted_field",
    "seal",
    "unseal",
]
