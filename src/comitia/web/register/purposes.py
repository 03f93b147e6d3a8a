"""Why each field about a person is asked for and kept, on what ground and how long (R33)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy


@dataclass(frozen=True, slots=True)
class Purpose:
    """What is said of one field. basis: in law; whether it holds is the organisation's to check."""

    label: str | Promise
    why: str | Promise
    basis: str | Promise
    kept: str | Promise


_MEMBERSHIP: Final = gettext_lazy(
    "Needed for the membership that you ask for: Article 6(1)(b) and, for parties, unions and"
    " the like, Article 9(2)(d) of the GDPR."
)
_CONSENT: Final = gettext_lazy("You give it freely: Article 6(1)(a) of the GDPR.")
_WHILE_MEMBER: Final = gettext_lazy("As long as you are a member, until it is erased.")

PURPOSES: Final = {
    "name": Purpose(
        gettext_lazy("Name"),
        gettext_lazy("To know who belongs, and to write to you."),
        _MEMBERSHIP,
        _WHILE_MEMBER,
    ),
    "birth_date": Purpose(
        gettext_lazy("Date of birth"),
        gettext_lazy("To tell you apart from others of your name, and to see the minimum age."),
        _MEMBERSHIP,
        _WHILE_MEMBER,
    ),
    "address": Purpose(
        gettext_lazy("Postal address"),
        gettext_lazy("To send what goes on paper. Any address will do that reaches you."),
        _MEMBERSHIP,
        _WHILE_MEMBER,
    ),
    "email": Purpose(
        gettext_lazy("E-mail address"),
        gettext_lazy("To log in, and for notices. It is not in the record."),
        _CONSENT,
        gettext_lazy("Until you take it back."),
    ),
    "branch": Purpose(
        gettext_lazy("Branch"),
        gettext_lazy("To know where you vote. Open in the record, without your name."),
        _MEMBERSHIP,
        gettext_lazy("For ever, without your name."),
    ),
    "category": Purpose(
        gettext_lazy("Kind of membership"),
        gettext_lazy("Rights depend on it. Open in the record, without your name."),
        _MEMBERSHIP,
        gettext_lazy("For ever, without your name."),
    ),
    "standing": Purpose(
        gettext_lazy("Standing"),
        gettext_lazy("To know who is a member since when. Open in the record, without your name."),
        _MEMBERSHIP,
        gettext_lazy("For ever, without your name."),
    ),
    "paid_up_to": Purpose(
        gettext_lazy("Dues paid up to"),
        gettext_lazy("To know who may vote where late dues count. Not in the record."),
        _MEMBERSHIP,
        _WHILE_MEMBER,
    ),
}
