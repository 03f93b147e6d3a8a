"""Whose each row is: what an erasure deletes, and what a backup seals under a person's secret.

Every model is in one of these: PLAIN (public, or about nobody), LEFT_OUT (short-lived, or made anew
by every installation), or owned: a row leads to one person. A model that is in none fails a test
and stops a backup, so that a new table cannot carry people's data past both.
"""

from __future__ import annotations

from typing import Any, Final

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, models
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce

from comitia.web.accounts.models import Person, Pseudonym
from comitia.web.acts.models import Disclosure
from comitia.web.database.routing import database_of
from comitia.web.deadlines.models import Deadline

Model = type[models.Model]

PLAIN: Final = frozenset(
    {
        *("acts.aggregate", "acts.entry", "organisation.organisation", "organisation.branch"),
        *("rulebook.version", "rulebook.announcement", "rulebook.telling"),
        *("publicrecord.log", "publicrecord.place", "publicrecord.node"),
        *("publicrecord.signedcheckpoint", "publicrecord.witnesscosignature"),
        "founding.declaredcase",
        *("publicrecord.handover", "accounts.accessuse"),  # a use of a right names pseudonyms alone
        "register.copy",  # about a register; who took it is forgotten, by which right is not
    }
)
LEFT_OUT: Final = frozenset(
    {
        *("accounts.session", "accounts.cachedvalue", "accounts.mailedcodes"),
        *("accounts.mailedcode", "accounts.claimcode", "accounts.recovery", "accounts.opening"),
        *("accounts.installationcode", "account.emailconfirmation", "socialaccount.socialapp"),
        *(
            "interface.apitoken",
            "interface.answer",
            "deadlines.feed",
        ),  # ended ones would live again
        *("founding.saveddraft", "founding.signer"),  # empty once there is something to keep
        "acts.joining",  # whoever has joined joins again
        "acts.clockseen",  # of the machine that was
        *("auth.permission", "auth.group", "contenttypes.contenttype"),
    }
)
KEPT: Final = frozenset(
    {
        *("register.membership", "register.step", "organisation.mandate"),
        *("organisation.appointment", "organisation.administration"),
    }
)
"""Owned, but not deleted: they follow from entries, and hold nothing that the record does not."""
_NAMES: Final = ("person", "user")
_DEEPEST: Final = 2


def label_of(model: Model) -> str:
    """Return how a model is named here and in a backup."""
    return model._meta.label_lower


def known_models() -> tuple[Model, ...]:
    """Return the models of the first database, by name."""
    all_models = (
        one
        for one in apps.get_models()
        if database_of(one._meta.app_label) == DEFAULT_DB_ALIAS
        and one._meta.managed
        and not one._meta.app_label.startswith("sample")
    )
    return tuple(sorted(all_models, key=label_of))


def owner_path(model: Model, depth: int = _DEEPEST) -> str | None:
    """Return the lookup that leads from a row to the person's id; None where none does."""
    if model is Person:
        return "pk"
    fields = {one.name: one for one in model._meta.concrete_fields}
    for name in _NAMES:
        if name in fields:
            return f"{name}_id" if fields[name].related_model is Person else name
    for name, field in fields.items():
        above = field.related_model
        if (
            depth
            and isinstance(above, type)
            and above is not model
            and label_of(above) not in PLAIN
        ):
            found = owner_path(above, depth - 1)
            if found is not None:
                return f"{name}__{found}"
    return None


def is_owned(model: Model) -> bool:
    """Whether its rows are persons'. Raises LookupError for a model that nobody has placed."""
    label = label_of(model)
    if label in PLAIN or label in LEFT_OUT:
        return False
    if model is Disclosure or owner_path(model) is not None:
        return True
    raise LookupError(f"{label}: is it plain, left out, or whose?")


def with_owner(model: Model) -> models.QuerySet[Any]:
    """Return all rows of an owned model, each with its person's id as ``owner``."""
    rows = model._base_manager
    of_subject = Subquery(
        Pseudonym.objects.filter(value=OuterRef("subject")).values("person_id")[:1]
    )
    owner: Subquery | Coalesce | F = F(owner_path(model) or "pk")
    if model is Disclosure:
        owner = of_subject
    elif model is Deadline:  # whom it awaits, or else whom it is about
        owner = Coalesce(owner, of_subject, output_field=models.UUIDField())
    found: models.QuerySet[Any] = rows.annotate(owner=owner)
    return found
