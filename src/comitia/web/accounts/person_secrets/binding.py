"""Whose secrets these are: the database of secrets keeps the identifier of its organisation.

The two databases are named by two settings, and one of them can be lost, moved or mistyped. Beside
another organisation's tables, or empty ones, every secret would look like nobody's: nothing is
served, swept or restored there.
"""

from __future__ import annotations

from typing import Final

from comitia.errors import StorageUnavailable
from comitia.web.accounts.person_secrets.models import SecretsOwner
from comitia.web.acts.models import ORGANISATION, Aggregate

_SETTINGS: Final = "see that COMITIA_DATABASE and COMITIA_SECRETS_DATABASE belong together"
ANOTHERS: Final = f"the secrets are another organisation's: {_SETTINGS}"
FOUNDED_BEFORE: Final = (
    "the secrets are an organisation's, and the database knows none: put its database back, or"
    f" restore a backup; {_SETTINGS}"
)


def what_does_not_belong() -> str:
    """Return why the two databases are not one organisation's; nothing where they may be."""
    here, owner = organisation_here(), SecretsOwner.objects.first()
    if owner is None or owner.organisation == here:
        return ""
    return FOUNDED_BEFORE if here is None else ANOTHERS


def bind() -> bool:
    """Have the secrets keep whose they are; return whether an organisation was founded here.

    Raises StorageUnavailable where they are another's, or an organisation's that is not here.
    """
    here = organisation_here()
    if here is not None:
        SecretsOwner.objects.get_or_create(pk=1, defaults={"organisation": here})
    if problem := what_does_not_belong():
        raise StorageUnavailable(problem)
    return here is not None


def organisation_here() -> str | None:
    """Return the identifier of the organisation that the first database is of; None before one."""
    rows = Aggregate.objects.filter(kind=ORGANISATION)
    return rows.values_list("pk", flat=True).first()
