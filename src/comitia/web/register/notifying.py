"""What people are told of acts on their membership; the founding tells nobody."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.utils.translation import gettext_noop

from comitia.law import rules
from comitia.record.kinds.register import (
    AdmitMember,
    ApplyForMembership,
    CorrectDetails,
    CorrectMembership,
    LeaveMembership,
    ReadmitMember,
    RefuseApplication,
    SetCategory,
    TransferMember,
    WithdrawApplication,
)
from comitia.web.acts.wiring import ActContext
from comitia.web.deadlines.running import limit_after
from comitia.web.notices.values import FieldValue, Notice, Recipient
from comitia.web.notices.wording import Field, Template
from comitia.web.register.models import Membership

_BRANCH: Final = {"branch": Field.LINE}

APPLIED: Final = Template(
    "register.applied",
    1,
    gettext_noop("Your application for membership"),
    gettext_noop(
        "Your application for membership in the branch {branch} was received. You will be told"
        " what is decided.\n\nIf you did not apply, somebody has used your address. Answer this"
        " message, so that it is put right."
    ),
    _BRANCH,
    firm=True,
)
ADMITTED: Final = Template(
    "register.admitted",
    1,
    gettext_noop("You are a member"),
    gettext_noop(
        "Your application was accepted. You are a member of the branch {branch} from {since} on."
    ),
    {**_BRANCH, "since": Field.DATE},
    firm=True,
)
REFUSED: Final = Template(
    "register.refused",
    1,
    gettext_noop("Your application was refused"),
    gettext_noop("Your application for membership in the branch {branch} was refused."),
    _BRANCH,
    firm=True,
)
REFUSED_WITH_REASONS: Final = Template(
    "register.refused_with_reasons",
    1,
    gettext_noop("Your application was refused"),
    gettext_noop(
        "Your application for membership in the branch {branch} was refused, for these"
        " reasons:\n\n{reasons}"
    ),
    {**_BRANCH, "reasons": Field.TEXT},
    firm=True,
)
REFUSED_WITH_APPEAL: Final = Template(
    "register.refused_with_appeal",
    1,
    gettext_noop("Your application was refused"),
    gettext_noop(
        "Your application for membership in the branch {branch} was refused, for these"
        " reasons:\n\n{reasons}\n\nYou may appeal against this until {until}."
    ),
    {**_BRANCH, "reasons": Field.TEXT, "until": Field.DATE},
    firm=True,
)
WITHDRAWN: Final = Template(
    "register.withdrawn",
    1,
    gettext_noop("You took your application back"),
    gettext_noop("Your application for membership in the branch {branch} was taken back."),
    _BRANCH,
    firm=True,
)
TRANSFERRED: Final = Template(
    "register.transferred",
    1,
    gettext_noop("You belong to another branch"),
    gettext_noop("Your membership is in the branch {branch} from {since} on."),
    {**_BRANCH, "since": Field.DATE},
    firm=True,
)
LEFT: Final = Template(
    "register.left",
    1,
    gettext_noop("Your membership ends"),
    gettext_noop(
        "Your membership in the branch {branch} ends. Its last day is {last_day}.\n\nIf you did"
        " not want to leave, tell the branch at once: what was entered wrongly is corrected."
    ),
    {**_BRANCH, "last_day": Field.DATE},
    firm=True,
)
READMITTED: Final = Template(
    "register.readmitted",
    1,
    gettext_noop("You are a member again"),
    gettext_noop("You are a member of the branch {branch} again from {since} on."),
    {**_BRANCH, "since": Field.DATE},
    firm=True,
)
CORRECTED: Final = Template(
    "register.corrected",
    1,
    gettext_noop("An entry about your membership was corrected"),
    gettext_noop(
        "Something about your membership in the branch {branch} had been entered wrongly and was"
        " corrected, for these reasons:\n\n{reasons}\n\nThe history of your membership shows both"
        " what was entered and what is right."
    ),
    {**_BRANCH, "reasons": Field.TEXT},
    firm=True,
)
DETAILS: Final = Template(
    "register.details_corrected",
    1,
    gettext_noop("What is held about you was corrected"),
    gettext_noop(
        "Your name, date of birth or address was corrected in the register of the branch"
        " {branch}.\n\nIf it is not right now, tell the branch."
    ),
    _BRANCH,
    firm=True,
)
CATEGORY: Final = Template(
    "register.category_set",
    1,
    gettext_noop("Another kind of membership"),
    gettext_noop("The kind of your membership in the branch {branch} was changed."),
    _BRANCH,
    firm=True,
)

Told = tuple[Template, dict[str, FieldValue]]


def _refused(context: ActContext) -> Told:
    """Tell the reasons where the rule book gives a right to them, and of the appeal with them."""
    book = context.book
    if book is None or not book.value(rules.APPLICATION_REASONS):
        return REFUSED, {}
    reasons = {"reasons": str(context.act.reasons)}
    appeal = book.value(rules.APPLICATION_APPEAL)
    if appeal is None:
        return REFUSED_WITH_REASONS, {**reasons}
    until = limit_after(context.at, appeal)
    return REFUSED_WITH_APPEAL, {**reasons, "until": until.last_day}


_TOLD: Final[Mapping[type[Any], Callable[[ActContext], Told]]] = {
    ApplyForMembership: lambda _: (APPLIED, {}),
    AdmitMember: lambda context: (ADMITTED, {"since": context.act.since}),
    RefuseApplication: _refused,
    WithdrawApplication: lambda _: (WITHDRAWN, {}),
    TransferMember: lambda context: (TRANSFERRED, {"since": context.act.since}),
    LeaveMembership: lambda context: (LEFT, {"last_day": context.act.last_day}),
    ReadmitMember: lambda context: (READMITTED, {"since": context.act.since}),
    CorrectMembership: lambda context: (CORRECTED, {"reasons": str(context.act.reasons)}),
    CorrectDetails: lambda _: (DETAILS, {}),
    SetCategory: lambda _: (CATEGORY, {}),
}


def notices_of(context: ActContext, membership: Membership) -> tuple[Notice, ...]:
    """Return what the member is told of an act; of a death nobody."""
    tell = _TOLD.get(type(context.act))
    if tell is None or context.is_founding:
        return ()
    template, said = tell(context)
    branch, person = membership.branch, membership.person
    recipient = Recipient(person.pk, person.email, person.language, person.name)
    by = tuple(role.basis for role in context.roles)
    facts = {"branch": branch.name, **said}
    return (Notice(template, recipient, facts, branch=branch.pk, done_by=by),)
