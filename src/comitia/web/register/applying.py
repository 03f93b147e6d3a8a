"""Taking an application: from the applicant, or from the keeper who has it on paper.

The applicant becomes a person first, with a secret and a pseudonym. If the act is refused, nothing
of that stays but the secret, which is swept.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from django.db import transaction

from comitia.record.kinds.register import ApplyForMembership, Category
from comitia.record.kinds.values import Identifier, Text
from comitia.web.accounts.models import Context, Person
from comitia.web.accounts.person_secrets.keeping import keep_secret
from comitia.web.accounts.pseudonyms import make_pseudonym
from comitia.web.acts import clock
from comitia.web.acts.performing import Asked, Done, perform


@dataclass(frozen=True, slots=True)
class Applicant:
    """What somebody says who applies. language: of the notices; nothing is the organisation's."""

    name: str
    branch: Identifier
    category: Category
    birth_date: date | None = None
    address: str = ""
    email: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """An application that was entered."""

    person: UUID
    membership: Identifier
    done: Done


def take_application(applicant: Applicant, keeper: UUID | None = None) -> Taken:
    """Enter an application. keeper: who lodges it on paper; None where it is the applicant's own.

    Raises RuleViolation where the keeper may not, or the branch takes none; StorageUnavailable.
    """
    person_id = uuid4()
    keep_secret(person_id, secrets.token_bytes, clock.now())
    with transaction.atomic():
        person = Person.objects.create(
            id=person_id,
            name=applicant.name,
            birth_date=applicant.birth_date,
            postal_address=applicant.address,
            email=applicant.email,
            language=applicant.language,
        )
        made = make_pseudonym(person, Context.MEMBERSHIP, secrets.token_bytes)
        own = Identifier(made.value)
        by = person_id if keeper is None else keeper
        done = perform(Asked(_act(applicant), own, applicant.branch, (by,), person_id))
    return Taken(person_id, own, done)


def _act(applicant: Applicant) -> ApplyForMembership:
    return ApplyForMembership(
        branch=applicant.branch,
        category=applicant.category,
        name=Text(applicant.name),
        birth_date=applicant.birth_date,
        address=Text(applicant.address) if applicant.address else None,
    )
