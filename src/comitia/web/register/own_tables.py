"""Every table with something about a person: where the download has it, or why it does not.

Whoever adds a table decides here; a test walks all that there are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

IN_DOWNLOAD: Final[Mapping[str, str]] = {
    "accounts.person": "person",
    "accounts.pseudonym": "pseudonyms",
    "accounts.session": "sessions",
    "accounts.formeraddress": "former_addresses",
    "accounts.claimcode": "claim_codes",
    "accounts.opening": "opening",
    "accounts.recovery": "recoveries",
    "accounts.accessuse": "ways_in",
    "acts.disclosure": "entries",
    "acts.proposal": "proposals",
    "deadlines.deadline": "deadlines",
    "deadlines.feed": "calendar",
    "documents.storedfile": "files",
    "interface.apitoken": "tokens",
    "mfa.authenticator": "keys",
    "notices.deadaddress": "addresses_that_failed",
    "notices.outboxmessage": "messages",
    "organisation.administration": "held",
    "organisation.appointment": "held",
    "organisation.mandate": "held",
    "publicrecord.duty": "membership",
    "publicrecord.erasurerequest": "membership",
    "register.copy": "copies_taken",
    "register.correctionrequest": "membership",
    "register.membership": "membership",
    "socialaccount.socialaccount": "other_logins",
}
"""In which part of the download a table's rows are."""

NOT_IN_DOWNLOAD: Final[Mapping[str, str]] = {
    "account.emailaddress": "the library's; nothing writes to it",
    "account.emailconfirmation": "the library's; nothing writes to it",
    "accounts.mailedcode": "a hash that is good for a quarter of an hour, and gone after a day",
    "acts.joining": "who joins in a proposal is told by the entry, once it is done",
    "interface.answer": "repeats what the entry of the act says",
    "register.nameword": "the words of the name, for finding it",
    "register.step": "follows from the entries",
    "register.traits": "follows from name, birth date and address, for finding who is like another",
    "socialaccount.socialtoken": "the library's; nothing writes to it",
}
"""Why a table's rows are not."""
