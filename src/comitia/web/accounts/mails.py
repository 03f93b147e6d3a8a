"""Mail of this room: codes, and notices to those whose account is concerned.

It does not go through the outbox, which keeps what it sends for a while and is backed up: a code
must be neither. It is sent once and beside the answer, so that nobody can tell by the time of an
answer whether there was anything to send; who gets nothing asks for another one.
"""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.functional import Promise

from comitia.web.acts.founded import organisation_language

_LOG: Final = logging.getLogger("comitia.accounts")
_POSTMEN: Final = ThreadPoolExecutor(
    2, thread_name_prefix="mail"
)  # none runs before the first mail


def send_mail(address: str, subject: str, body: str) -> None:
    """Send a mail, beside whatever else goes on; an address that is empty gets none."""
    if not address:
        return
    message = EmailMessage(" ".join(subject.split()), body, None, [address])
    if settings.ACCOUNTS_MAIL_AT_ONCE:
        _send(message)
    else:
        _POSTMEN.submit(_send, message)


def _send(message: EmailMessage) -> None:
    try:
        message.send()
    except Exception as error:  # noqa: BLE001 - whatever a mail server or an address brings about
        # Neither the address nor the error's text, which may repeat it.
        _LOG.warning("a mail was not sent (%s)", type(error).__name__)


def in_language(language: str, text: Promise, **fields: str) -> str:
    """Return a text in a person's language, filled in."""
    with translation.override(language or organisation_language()):
        return str(text) % fields
