"""What a reader is told when an act is refused: what is wrong, and what to do next.

The core speaks codes; here each has one sentence. Rooms that refuse for reasons of their own give
theirs in the wiring. No sentence shows a value: a violation's words are in no reader's language.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from comitia.errors import CheckFailed, ComitiaError, MalformedRecord, StorageUnavailable
from comitia.law.errors import Code, RuleViolation
from comitia.record.checks import Check
from comitia.web.acts.errors import Refusal
from comitia.web.acts.wiring import wired

BY_LAW: Final[Mapping[str, Promise]] = {
    Code.BOOK_NONE_IN_FORCE: gettext_lazy(
        "No version of the rule book is in force on that day. Choose a later day, or have a"
        " version adopted first."
    ),
    Code.BOOK_INCOMPLETE: gettext_lazy(
        "This rule book leaves a rule open. Give every rule a value, and try again."
    ),
    Code.BOOK_NOT_NEXT: gettext_lazy(
        "Another version of the rule book was adopted before this one. Read it, and adopt yours"
        " as the next."
    ),
    Code.BOOK_RETROACTIVE: gettext_lazy(
        "A rule book cannot come into force in the past, or before the version that it follows."
        " Choose a later day."
    ),
    Code.BOOK_NOT_ANNOUNCED: gettext_lazy(
        "A rule book is adopted after it was announced, word for word, for as long as the version"
        " in force says. Announce this one, or wait until its time has come."
    ),
    Code.BOOK_ANNOUNCED_ALREADY: gettext_lazy(
        "The same change is announced already, from the same day on. Wait until that one can be"
        " decided, or take it back first."
    ),
    Code.BOOK_NO_MAJORITY: gettext_lazy(
        "That is not the majority that the version in force demands for a new rule book. Look at"
        " the minutes, and enter the votes as they were counted."
    ),
    Code.RULE_NOT_ADOPTED: gettext_lazy(
        "The rule book in force does not say how this is done. A version that does must be"
        " adopted first."
    ),
    Code.STANDING_NOT_POSSIBLE: gettext_lazy(
        "This cannot be done with the membership as it stands on that day. Look at its history,"
        " and choose another act or another day."
    ),
    Code.STANDING_NEEDS_CASE: gettext_lazy(
        "This takes a decided case. Nobody loses a right by an officer's word: open a case."
    ),
    Code.BRANCH_SAME: gettext_lazy(
        "The membership is in that branch already. Choose another branch."
    ),
    Code.TRANSFER_PAST: gettext_lazy(
        "Nobody is transferred as of a day that is past. Choose today or a later day, or correct"
        " what was entered wrongly."
    ),
    Code.BRANCH_STILL_HELD: gettext_lazy(
        "Somebody is still a member or an applicant in this branch after that day. Transfer them"
        " first, or choose a later day."
    ),
    Code.CORRECTION_UNKNOWN: gettext_lazy(
        "What this corrects is no earlier change of this membership. Choose one from its history."
    ),
    Code.TERM_TOO_LONG: gettext_lazy(
        "The rule book in force allows no term that long. Choose an earlier last day."
    ),
    Code.TERM_END_PAST: gettext_lazy(
        "An office cannot end in the past: what was done by it would stand on nothing. Choose"
        " today or a later day."
    ),
    Code.HOLDER_NO_MEMBER: gettext_lazy(
        "Only a member of the organisation can hold this. Choose somebody who is a member on that"
        " day, in that branch or below it."
    ),
    Code.LEAVING_TOO_EARLY: gettext_lazy(
        "The rule book in force asks for notice before a membership ends. Choose a later day."
    ),
    Code.APPLICATION_OBJECTIONS_RUN: gettext_lazy(
        "Members may still object to this application. Decide it when their time is over."
    ),
    Code.CATEGORY_NOT_APPLIED_FOR: gettext_lazy(
        "Nobody applies for this kind of membership. Choose another one; it can be set later."
    ),
    Code.APPLICANT_TOO_YOUNG: gettext_lazy(
        "The rule book in force sets an age that this person has not reached yet. Look at the date"
        " of birth, and ask again when the age is reached."
    ),
    Code.READMISSION_NOT_ASKED: gettext_lazy(
        "Nobody is made a member again without asking for it. Wait for their application."
    ),
    Code.DECIDER_NOBODY: gettext_lazy(
        "Nobody who is not concerned could decide this, up to the whole organisation. A seat must"
        " be filled first."
    ),
    Code.ADMINISTRATORS_TOO_FEW: gettext_lazy(
        "Too few administrators would be left to act together. Give technical rights to somebody"
        " else first."
    ),
    Code.ERASURE_STILL_MEMBER: gettext_lazy(
        "Nobody is erased who belongs or has applied. The membership must have ended first."
    ),
    Code.ERASURE_STILL_HELD: gettext_lazy(
        "This person still holds an office, an appointment or technical rights. They must have"
        " ended first."
    ),
    Code.ERASURE_DONE: gettext_lazy(
        "This person was erased: nothing can be entered about them any more."
    ),
    Code.JOB_TOO_MANY: gettext_lazy(
        "Neither one job nor one officer within a day may change that many people. Go on tomorrow,"
        " ask others who have the right, or have it decided by an act that lists them."
    ),
    Code.DETAILS_OWN: gettext_lazy(
        "Who you are is not yours alone to put right. Ask those who keep the register to correct"
        " your name or date of birth."
    ),
    Code.ELECTION_NOT_POSSIBLE: gettext_lazy(
        "This cannot be done with the election as it stands. Look at its calendar, and do what"
        " comes next."
    ),
    Code.ELECTION_DISORDER: gettext_lazy(
        "The days of this election are not in their order. Choose a later day for what comes later."
    ),
    Code.ELECTION_NOTICE_SHORT: gettext_lazy(
        "The voting would begin too soon after the call. Choose a later day for it."
    ),
    Code.ELECTION_NOMINATIONS_SHORT: gettext_lazy(
        "The time for nominations is shorter than the rule book says. Choose a later last day."
    ),
    Code.ELECTION_NO_WORKING_DAY: gettext_lazy(
        "Nominations cannot end on a holiday or at a weekend. Choose the next working day."
    ),
    Code.ELECTION_ROLL_LATE: gettext_lazy(
        "The roll must be there earlier, so that it can be corrected. Choose an earlier day for"
        " it, or a later one for the voting."
    ),
    Code.ELECTION_VOTING_SHORT: gettext_lazy(
        "The voting is shorter than the rule book says. Choose a later last day."
    ),
    Code.ELECTION_TRUSTEES_FEW: gettext_lazy(
        "There are fewer trustees than the rule book asks for, or all of them would be needed."
        " Name more of them."
    ),
    Code.ELECTION_COMPLAINTS_RUN: gettext_lazy(
        "The time for complaints is not over, or one is not decided. Wait until it is."
    ),
    Code.NOMINATION_UNSUPPORTED: gettext_lazy(
        "This nomination has fewer supporters than the rule book says. Find more of them first."
    ),
    Code.OFFICER_CONFLICT: gettext_lazy(
        "This person has another part in the same election. Ask somebody who has none."
    ),
    Code.TERM_IN_A_ROW: gettext_lazy(
        "This person has held the office for as many terms in a row as the rule book allows."
        " Somebody else must be found."
    ),
}

BY_THE_MACHINERY: Final[Mapping[str, Promise]] = {
    Refusal.NOT_ALLOWED: gettext_lazy(
        "You have no right to do this here. If you think that you should, ask those who gave you"
        " your office; if several must do it together, ask another of them to join."
    ),
    Refusal.OVERTAKEN: gettext_lazy(
        "Somebody else was faster: this has changed since you opened it. Look at it as it is now,"
        " and decide again."
    ),
    Refusal.NOT_FOUNDED: gettext_lazy(
        "The organisation has not been founded here yet. Nothing can be done before that."
    ),
    Refusal.FOUNDED_ALREADY: gettext_lazy(
        "The organisation has been founded already. There is one founding: log in instead."
    ),
    Refusal.NOT_THERE: gettext_lazy(
        "What this is about does not exist, or no longer. Go back to the list and choose again."
    ),
    Refusal.TOO_MANY: gettext_lazy(
        "More would follow from this than can be done at once. Do it for parts of it, one after"
        " the other."
    ),
    Refusal.PROPOSAL_OPEN: gettext_lazy(
        "The same has been proposed already. Confirm that proposal, or have it withdrawn first."
    ),
    Refusal.PROPOSAL_OVER: gettext_lazy(
        "This proposal was confirmed, withdrawn or rejected, or has lapsed. Propose it anew if it"
        " is still needed."
    ),
    Refusal.PROPOSAL_OWN: gettext_lazy(
        "What one proposes, another confirms or rejects, and only who proposed it withdraws it. Ask"
        " the other one."
    ),
    Refusal.PROPOSAL_JOINED: gettext_lazy(
        "You have joined this proposal already. It waits for others who may do it."
    ),
    Refusal.PROPOSAL_CONCERNED: gettext_lazy(
        "Nobody proposes to end rights of their own. Ask another who has them to propose it."
    ),
    Refusal.PROPOSAL_MANY: gettext_lazy(
        "So many of your proposals wait already that nobody could look at more. Have some of them"
        " answered, or withdraw them."
    ),
    Refusal.CLOCK_AHEAD: gettext_lazy(
        "The clock of this machine has leapt ahead, so nothing is entered. Whoever runs the"
        " application must set it right, or confirm that it is right; then try again."
    ),
    Refusal.CLOCK_BEHIND: gettext_lazy(
        "The clock of this machine is behind the last entry, so nothing can be entered. Whoever"
        " runs the application must set it right; then try again."
    ),
}

BY_THE_RECORD: Final[Mapping[str, Promise]] = {
    Check.KEY.id: gettext_lazy(
        "The record is not signed with a key that is known. Tell those who run the application."
    ),
    Check.WITNESS.id: gettext_lazy(
        "A witness has signed another record. Tell those who run the application, and the witness."
    ),
    Check.TILES.id: gettext_lazy(
        "The published record does not fit its checkpoint. Tell those who run the application."
    ),
    Check.INCLUSION.id: gettext_lazy(
        "The entry is not in the published record yet. Try again in a minute; if it is still not"
        " there, tell those who run the application."
    ),
    Check.CONSISTENCY.id: gettext_lazy(
        "The record does not continue what was published before. Tell those who run the"
        " application, and the witnesses."
    ),
    Check.ENTRY.id: gettext_lazy(
        "This is not in the form that the record takes. Correct what you entered, and try again."
    ),
    Check.FOUNDING.id: gettext_lazy(
        "The founding document is not complete, or lists what only a later act may bring. Correct"
        " it, and sign it again."
    ),
    Check.ORDER.id: gettext_lazy(
        "This cannot come next: what it rests on has ended, is closed or is not there. Look at it"
        " as it is now, and choose again."
    ),
    Check.RULES.id: gettext_lazy(
        "The rule book does not allow this as it is. Read the version in force, and correct what"
        " you entered."
    ),
    Check.RIGHT.id: gettext_lazy(
        "Nothing that you hold today gives you the right to this. Ask those who decide instead."
    ),
    Check.STANDING.id: gettext_lazy(
        "No membership can change in this way. Look at its history, and choose another act or"
        " another day."
    ),
    Check.BALANCE.id: gettext_lazy(
        "The members who came and went do not add up. Tell those who run the application."
    ),
    Check.DISCLOSURE.id: gettext_lazy(
        "What is shown is not what was entered. Tell those who run the application."
    ),
}

KNOWN: Final[Mapping[str, Promise]] = {**BY_LAW, **BY_THE_MACHINERY, **BY_THE_RECORD}


def sentence_of(error: ComitiaError) -> str:
    """Return what a reader is told of an error: never its own text, which is for the code."""
    match error:
        case RuleViolation():
            known = {**KNOWN, **wired().refusals}.get(error.code)
        case CheckFailed():
            known = KNOWN.get(error.check)
        case StorageUnavailable():
            known = gettext_lazy("Too much is being entered at once. Try again in a moment.")
        case MalformedRecord():
            known = BY_THE_RECORD[Check.ENTRY.id]
        case _:
            known = None
    if known is None:
        return gettext("This cannot be done. Tell those who run the application what you tried.")
    return str(known)
