"""Search by the beginning of a text, whatever its case and accents, by an index.

A model keeps what can be searched in a ``FoldedField`` of its own, beside the text itself, filled
with ``fold``, or by itself where it is told of which field; ``filter(folded__prefix=fold(words))``
then finds it on either database.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any, Final

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.lookups import BuiltinLookup
from django.db.models.sql.compiler import SQLCompiler

_BEYOND: Final = "\U0010ffff"
"""Sorts behind every character; being none itself, it is never in a folded text."""
_LEFT_OUT: Final = frozenset({"Mn", "Me", "Cc", "Cf", "Cs", "Co", "Cn"})


def fold(text: str) -> str:
    """Return what two texts have in common that a reader would call the same.

    Case, accents, width and spacing go; "Müller-Lüdenscheidt" becomes "muller-ludenscheidt".
    Folding twice changes nothing more.
    """
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    kept = (character for character in plain if _is_kept(character))
    return " ".join("".join(kept).split())


def _is_kept(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) not in _LEFT_OUT


class FoldedField(models.CharField):  # type: ignore[type-arg] # generic in its stubs alone
    """A folded text with an index that serves the lookup ``prefix``.

    of: the field whose text it folds whenever the row is saved, alone or with many; what does not
    fit is cut off. Not by ``update``, which saves no rows.
    """

    def __init__(self, *args: Any, of: str | None = None, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own
        kwargs["db_index"] = True  # on PostgreSQL Django adds the index for LIKE
        super().__init__(*args, **kwargs)
        self._of = of

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs if self._of is None else {**kwargs, "of": self._of}

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: ANN401, FBT001 - Django's own
        if self._of is not None:
            folded = fold(getattr(model_instance, self._of))[: self.max_length]
            setattr(model_instance, self.attname, folded)
        return super().pre_save(model_instance, add)


@FoldedField.register_lookup
class Prefix(BuiltinLookup):
    """Whether a folded text begins with another one."""

    lookup_name = "prefix"

    def get_prep_lookup(self) -> str:
        """Refuse an expression: of a column nobody knows whether it is folded."""
        if not isinstance(self.rhs, str):
            raise TypeError("a prefix is a text that was folded")
        return self.rhs

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, tuple[Any, ...]]:
        """Ask for a range: SQLite compares bytes, and its LIKE would not use the index."""
        left, parameters = self.process_lhs(compiler, connection)
        return f"({left} >= %s AND {left} < %s)", (
            *(*parameters, self.rhs),
            *(*parameters, f"{self.rhs}{_BEYOND}"),
        )

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, tuple[Any, ...]]:
        """Ask with LIKE: it uses the index in any collation, and a range would not."""
        left, parameters = self.process_lhs(compiler, connection)
        return f"{left} LIKE %s", (*parameters, f"{connection.ops.prep_for_like_query(self.rhs)}%")
