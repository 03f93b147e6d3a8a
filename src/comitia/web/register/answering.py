"""That the address of somebody who applies answers: before it does, nothing is kept.

Anybody can write anybody's name and anybody's address into a form. So the first thing that comes
of it is a mail with a code, which repeats nothing that was written. What was written stays with
whoever wrote it, and comes again with the code. Meanwhile there is, in the session of that browser,
one hash of code and address, and the time.

Mails to strangers are counted: by mailbox, by address and network of the sender, and in all.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from ipaddress import ip_address, ip_network
from typing import Final

from allauth.core.internal.ratelimit import get_ip
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext

from comitia.web.accounts.codes import draw_code, hash_code, is_code
from comitia.web.accounts.limits import may_try
from comitia.web.accounts.mailed_codes import VALID_FOR
from comitia.web.accounts.mails import send_mail
from comitia.web.acts.founded import organisation_name

_SENT: Final = "application_code"
_NETWORKS: Final = {4: 24, 6: 48}
"""How much of an address names a network."""


def mailbox_of(address: str) -> str:
    """Return what two spellings of one mailbox have in common.

    Capitals go, and what follows a plus sign: most servers deliver it to the same person.
    """
    local, _, domain = address.strip().lower().rpartition("@")
    return f"{local.partition('+')[0] or local}@{domain}"


def may_mail(request: HttpRequest, address: str) -> bool:
    """Count a mail to somebody who applies; say whether it is within all limits.

    The one for everybody comes last: who is over the own limit uses nothing of it.
    """
    return (
        may_try(request, "apply")
        and may_try(request, "apply_from", _network_of(request))
        and may_try(request, "apply_of", mailbox_of(address))
        and may_try(request, "apply_all", "")
    )


def _network_of(request: HttpRequest) -> str:
    try:
        address = ip_address(get_ip(request))
    except ValueError:
        return ""  # whoever has none is one network
    return str(ip_network(f"{address}/{_NETWORKS[address.version]}", strict=False))


def mail_code(request: HttpRequest, address: str, now: datetime) -> None:
    """Send a code to an address; an earlier one of this browser ends."""
    code = draw_code(2, 4, secrets.token_bytes)
    stored = hash_code(_purpose(address), _key(), code)
    request.session[_SENT] = {"hash": stored, "until": (now + VALID_FOR).isoformat()}
    fields = {"organisation": organisation_name(), "code": code}
    send_mail(
        address,
        gettext("%(organisation)s: your application") % fields,
        gettext(
            "Somebody wants to become a member of %(organisation)s and gave this address.\n"
            "\n"
            "If that was you, enter this code on the page where you applied, within 15 minutes:\n"
            "\n"
            "%(code)s\n"
            "\n"
            "If it was not, do nothing. Without the code nothing is kept.\n"
        )
        % fields,
    )


def has_answered(request: HttpRequest, address: str, typed: str, now: datetime) -> bool:
    """Say whether this is the code that was sent to this address; it is used up if so.

    Tries are counted for the code, whoever makes them at the same moment; a right one opens once.
    """
    sent = request.session.get(_SENT)
    if sent is None or datetime.fromisoformat(sent["until"]) < now:
        return False
    stored = sent["hash"]
    if not (may_try(request, "try_code") and may_try(request, "try_apply", stored)):
        return False
    if not is_code(_purpose(address), _key(), typed, stored):
        return False
    del request.session[_SENT]
    return may_try(request, "apply_once", stored)


def _purpose(address: str) -> str:
    return f"apply {address.strip().lower()}"


def _key() -> bytes:
    return settings.SECRET_KEY.encode()
