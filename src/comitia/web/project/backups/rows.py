"""Rows to JSON and back, by the models' own fields: the same on every database."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from comitia.errors import MalformedRecord


def row_bytes(row: models.Model) -> bytes:
    """Return a row as a JSON object: each column's text, or null."""
    return json.dumps(row_value(row), ensure_ascii=False, sort_keys=True).encode()


def row_value(row: models.Model) -> dict[str, str | None]:
    """Return a row's columns as texts."""
    return {
        field.attname: None
        if field.value_from_object(row) is None
        else str(field.value_to_string(row))
        for field in row._meta.concrete_fields
    }


def read_row(model: type[models.Model], value: Mapping[str, Any], where: str) -> models.Model:
    """Return the row that an object is. Raises MalformedRecord, which repeats no value."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    if set(value) != set(fields):
        raise MalformedRecord(where, "it has other columns than this version's table")
    read: dict[str, Any] = {}
    for name, field in fields.items():
        text = value[name]
        try:
            read[name] = None if text is None else field.to_python(text)
        except (ValidationError, ValueError, TypeError, ArithmeticError):
            raise MalformedRecord(where, f"the column {name} is not in its form") from None
    return model(**read)


def parse_row(model: type[models.Model], data: bytes, where: str) -> models.Model:
    """Return the row that some bytes are. Raises MalformedRecord."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        raise MalformedRecord(where, "this is no JSON") from None
    if not isinstance(value, dict):
        raise MalformedRecord(where, "expected an object")
    return read_row(model, value, where)
