"""What members are told of their requests that something be put right."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_noop

from comitia.web.notices.wording import Field, Template

_SAID: Final = {"branch": Field.LINE, "reasons": Field.TEXT}

GRANTED: Final = Template(
    "register.correction_granted",
    1,
    gettext_noop("What you asked for was put right"),
    gettext_noop(
        "You asked the keeper of the register of {branch} to put something right that is held"
        " about you. That was done. The answer:\n\n{reasons}\n\nIf it is not right now, ask again."
    ),
    _SAID,
    firm=True,
)
REFUSED: Final = Template(
    "register.correction_refused",
    1,
    gettext_noop("What you asked for stays as it is"),
    gettext_noop(
        "You asked the keeper of the register of {branch} to put something right that is held"
        " about you. It stays as it is, for these reasons:\n\n{reasons}\n\nYou can complain to the"
        " authority that watches over data protection, or go to court."
    ),
    _SAID,
    firm=True,
)
PUT_OFF: Final = Template(
    "register.correction_put_off",
    1,
    gettext_noop("The answer to your request takes longer"),
    gettext_noop(
        "You asked the keeper of the register of {branch} to put something right that is held"
        " about you. You will be answered by {until}, for these reasons:\n\n{reasons}\n\nYou can"
        " complain to the authority that watches over data protection, or go to court."
    ),
    {**_SAID, "until": Field.DATE},
    firm=True,
)
