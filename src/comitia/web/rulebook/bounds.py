"""What a rule can be, in the reader's language: the bounds of each kind."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext as translated  # what `dev.py messages` must not read

from comitia.law.kinds import Choice, Count, OneOrgan, OrNone, Period, Share
from comitia.law.values import Duration
from comitia.web.rulebook.telling import duration_words


def tell_bounds(kind: Any) -> str:  # noqa: ANN401, PLR0911 - any kind; one return a kind
    """Return what a kind of rule allows, as it stands behind "allowed is"."""
    match kind:
        case OrNone():
            return gettext("%(allowed)s, or nothing") % {"allowed": tell_bounds(kind.kind)}
        case Count():
            return _span(kind.least, f"{kind.most} {translated(kind.plural)}")
        case Period():
            return _any_of([_up_to(one) for one in kind.most])
        case Share():
            return _span(kind.to_json(kind.least), kind.to_json(kind.most))
        case Choice():
            return _any_of([translated(words) for _, words in kind.options])
        case OneOrgan():
            return gettext("a body or an office, such as body:committee")
        case _:
            return _any_of([gettext("yes"), gettext("no")])


def _span(least: object, most: object) -> str:
    return gettext("%(least)s to %(most)s") % {"least": least, "most": most}


def _up_to(most: Duration) -> str:
    words = duration_words(most)
    return words if most.number == 1 else _span(1, words)


def _any_of(texts: list[str]) -> str:
    return gettext(" or ").join(texts)
