from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from comitia.errors import MalformedRecord
from comitia.web.notices.bounces import (
    Bounce,
    address_works,
    forgive_address,
    note_bounce,
)
from comitia.web.notices.letters import Letter, letters_of, note_posted, write_by_letter
from comitia.web.notices.models import DeadAddress, OutboxMessage, State
from comitia.web.notices.outbox import (
    KEEP_SENT,
    cancel,
    erase_person,
    hold,
    preview,
    purge_sent,
    release,
    write_notices,
)
from comitia.web.notices.rendering import render
from comitia.web.notices.values import Notice, Way
from tests.web.notices.making import ANNA, BERTA, CONTEXT, NOTICE, NOW, to_berta

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def write(*notices: Notice, at: datetime = NOW, held: bool = False) -> list[UUID]:
    return list(write_notices(notices or [NOTICE], at, held=held))


def put(state: State, *, person: UUID = ANNA, at: datetime = NOW) -> UUID:
    """Write a message and put it into a state."""
    notice = NOTICE if person == ANNA else to_berta()
    (message,) = write(notice, at=at)
    OutboxMessage.objects.filter(pk=message).update(state=state, sent_at=at)
    return message


def states() -> list[str]:
    return sorted(OutboxMessage.objects.values_list("state", flat=True))


def facts(message: UUID) -> dict[str, Any]:
    (row,) = OutboxMessage.objects.filter(pk=message).values()
    return {name: value for name, value in row.items() if name != "id"}


def test_a_notice_is_written_as_it_was_shown() -> None:
    shown = preview(NOTICE)
    (message,) = write()
    assert facts(message) == {
        "person": ANNA,
        "address": "anna@union.example",
        "branch": "",
        "decided_by": "",
        "done_by": "",
        "firm": False,
        "language": "en",
        "subject": shown.subject,
        "body": shown.body,
        "template": "cases.ruling",
        "template_version": 2,
        "state": "waiting",
        "attempts": 0,
        "next_attempt_at": NOW,
        "made_at": NOW,
        "sent_at": None,
    }
    assert str(OutboxMessage.objects.get()) == f"cases.ruling {message}"


def test_none_is_written_where_one_cannot_be() -> None:
    with pytest.raises(MalformedRecord):
        write(NOTICE, replace(NOTICE, context={**CONTEXT, "reasons": "a" * 10**5}))
    assert states() == []


@pytest.mark.parametrize("after,due", [(NOW - DAY, NOW), (NOW + DAY, NOW + DAY)])
def test_a_notice_can_be_for_later(after: datetime, due: datetime) -> None:
    (message,) = write(replace(NOTICE, after=after))
    assert facts(message)["next_attempt_at"] == due


def test_who_has_no_address_gets_a_letter_once_it_is_due() -> None:
    letter = replace(to_berta(""), after=NOW + DAY)
    message, _ = write(letter, NOTICE)
    rendered = render(letter)
    assert letters_of([ANNA, BERTA], NOW) == ()
    assert letters_of([ANNA], NOW + DAY) == ()
    assert letters_of([ANNA, BERTA], NOW + DAY) == (
        Letter(message, BERTA, "de", rendered.subject, rendered.body, NOW),
    )
    assert [note_posted([message], NOW) for _ in range(2)] == [1, 0]
    assert (facts(message)["state"], facts(message)["sent_at"]) == ("sent", NOW)


def test_a_bounce_marks_the_address_and_turns_the_message_into_a_letter() -> None:
    message = put(State.SENT)
    assert address_works(ANNA, "anna@union.example")
    assert [note_bounce(message, Bounce.PERMANENT, NOW) for _ in range(2)] == [True, False]
    assert not address_works(ANNA, "anna@union.example")
    assert address_works(BERTA, "anna@union.example")
    assert [letter.message for letter in letters_of([ANNA], NOW)] == [message]
    assert str(DeadAddress.objects.get()).startswith("an address that does not work")
    assert preview(NOTICE) == replace(render(NOTICE), way=Way.LETTER)
    (second,) = write()
    assert (facts(second)["state"], facts(second)["address"]) == ("letter", "")
    forgive_address(ANNA, "anna@union.example")
    assert preview(NOTICE).way is Way.MAIL


def test_a_temporary_bounce_and_one_of_nothing_sent_change_nothing() -> None:
    sent, waiting = put(State.SENT), put(State.WAITING)
    assert not note_bounce(sent, Bounce.TEMPORARY, NOW)
    assert not note_bounce(waiting, Bounce.PERMANENT, NOW)
    assert not note_bounce(UUID(int=5), Bounce.PERMANENT, NOW)
    assert (states(), address_works(ANNA, "anna@union.example")) == (["sent", "waiting"], True)


def test_what_bounces_when_its_text_is_gone_says_so() -> None:
    message = put(State.SENT)
    purge_sent(NOW + KEEP_SENT + DAY)
    assert note_bounce(message, Bounce.PERMANENT, NOW)
    assert (states(), DeadAddress.objects.count()) == (["bounced"], 0)


def test_messages_can_be_held_and_let_go() -> None:
    mail, letter, late = write(NOTICE, to_berta(""), replace(NOTICE, after=NOW + 2 * DAY))
    assert hold([mail, letter, late]) == 3
    assert states() == ["held"] * 3
    assert release([mail, letter, late], NOW + DAY) == 3
    assert [(facts(m)["state"], facts(m)["next_attempt_at"]) for m in (mail, letter, late)] == [
        ("waiting", NOW + DAY),
        ("letter", NOW + DAY),
        ("waiting", NOW + 2 * DAY),
    ]


def test_messages_can_be_written_held() -> None:
    write(held=True)
    assert states() == ["held"]


def test_what_a_worker_has_had_and_what_is_sent_is_not_held() -> None:
    sent, tried = put(State.SENT), put(State.WAITING)
    OutboxMessage.objects.filter(pk=tried).update(attempts=1)
    assert (hold([sent, tried]), states()) == (0, ["sent", "waiting"])


def test_what_failed_can_go_again_or_on_paper() -> None:
    again, paper, sent = put(State.FAILED), put(State.FAILED), put(State.SENT)
    OutboxMessage.objects.update(attempts=12)
    assert release([again, sent], NOW) == 1
    assert (facts(again)["state"], facts(again)["attempts"]) == ("waiting", 0)
    assert write_by_letter([paper, sent], NOW) == 1
    assert [letter.message for letter in letters_of([ANNA], NOW)] == [paper]


def test_what_is_not_sent_can_be_given_up() -> None:
    messages = [put(state) for state in State]
    assert cancel(messages, NOW) == 4
    assert states() == ["bounced", *["cancelled"] * 5, "sent"]


def test_texts_are_gone_a_month_after_they_were_sent_and_the_evidence_stays() -> None:
    old, new, waiting = put(State.SENT), put(State.SENT, at=NOW + DAY), put(State.WAITING)
    before = [facts(message) for message in (old, new, waiting)]
    assert [purge_sent(NOW + KEEP_SENT + timedelta(hours=1)) for _ in range(2)] == [1, 0]
    blank = {"address": "", "subject": "", "body": ""}
    assert [facts(m) for m in (old, new, waiting)] == [{**before[0], **blank}, *before[1:]]


def test_of_an_erased_person_nothing_is_left_but_that_messages_were_sent() -> None:
    messages = {state: put(state) for state in State}
    note_bounce(put(State.SENT), Bounce.PERMANENT, NOW)
    other = put(State.WAITING, person=BERTA)
    before = facts(other)
    for _ in range(2):
        erase_person(ANNA)
        left = OutboxMessage.objects.exclude(pk=other)
        assert {row.pk: row.state for row in left} == {
            messages[state]: state for state in (State.SENT, State.CANCELLED, State.BOUNCED)
        }
        assert set(left.values_list("person", "address", "subject", "body")) == {(None, "", "", "")}
        assert not DeadAddress.objects.exists()
    assert facts(other) == before


def test_what_was_sent_to_an_erased_person_and_bounces_changes_nothing() -> None:
    message = put(State.SENT)
    erase_person(ANNA)
    assert not note_bounce(message, Bounce.PERMANENT, NOW)
    assert (states(), letters_of([ANNA], NOW)) == (["sent"], ())
