"""What an association's rules refuse, as codes: interfaces make sentences of them."""

from __future__ import annotations

from enum import StrEnum

from comitia.errors import ComitiaError


class Code(StrEnum):
    """Why the law functions refuse, each defined here once.

    Rooms that refuse for reasons of their own name codes of the same form, ``noun.reason``.
    """

    BOOK_NONE_IN_FORCE = "book.none_in_force"
    BOOK_INCOMPLETE = "book.incomplete"
    BOOK_NOT_NEXT = "book.not_next"
    BOOK_RETROACTIVE = "book.retroactive"
    BOOK_NOT_ANNOUNCED = "book.not_announced"
    BOOK_ANNOUNCED_ALREADY = "book.announced_already"
    BOOK_NO_MAJORITY = "book.no_majority"
    RULE_NOT_ADOPTED = "rule.not_adopted"
    STANDING_NOT_POSSIBLE = "standing.not_possible"
    STANDING_NEEDS_CASE = "standing.needs_case"
    BRANCH_SAME = "branch.same"
    TRANSFER_PAST = "transfer.past"
    BRANCH_STILL_HELD = "branch.still_held"
    CORRECTION_UNKNOWN = "correction.unknown"
    TERM_TOO_LONG = "term.too_long"
    TERM_END_PAST = "term.end_past"
    HOLDER_NO_MEMBER = "holder.no_member"
    LEAVING_TOO_EARLY = "leaving.too_early"
    APPLICATION_OBJECTIONS_RUN = "application.objections_run"
    CATEGORY_NOT_APPLIED_FOR = "category.not_applied_for"
    APPLICANT_TOO_YOUNG = "applicant.too_young"
    READMISSION_NOT_ASKED = "readmission.not_asked"
    DECIDER_NOBODY = "decider.nobody"
    ADMINISTRATORS_TOO_FEW = "administrators.too_few"
    ERASURE_STILL_MEMBER = "erasure.still_member"
    ERASURE_STILL_HELD = "erasure.still_held"
    ERASURE_DONE = "erasure.done"
    JOB_TOO_MANY = "job.too_many"
    DETAILS_OWN = "details.own"
    ELECTION_NOT_POSSIBLE = "election.not_possible"
    ELECTION_DISORDER = "election.disorder"
    ELECTION_NOTICE_SHORT = "election.notice_short"
    ELECTION_NOMINATIONS_SHORT = "election.nominations_short"
    ELECTION_NO_WORKING_DAY = "election.no_working_day"
    ELECTION_ROLL_LATE = "election.roll_late"
    ELECTION_VOTING_SHORT = "election.voting_short"
    ELECTION_TRUSTEES_FEW = "election.trustees_few"
    ELECTION_COMPLAINTS_RUN = "election.complaints_run"
    NOMINATION_UNSUPPORTED = "nomination.unsupported"
    OFFICER_CONFLICT = "officer.conflict"
    TERM_IN_A_ROW = "term.in_a_row"


class RuleViolation(ComitiaError):  # noqa: N818 - the style guide's name
    """An act that the organisation's rules do not allow, or a question they do not answer.

    code: one of ``Code``, or of the same form.
    subject: what was asked about (a rule's key, a person's pseudonym, a branch).
    expected, found: short texts or codes, in no reader's language; no personal data but pseudonyms.
    """

    def __init__(self, code: str, subject: str, expected: str, found: str) -> None:
        super().__init__(code, subject, expected, found)
        self.code = code
        self.subject = subject
        self.expected = expected
        self.found = found

    def __str__(self) -> str:
        return f"{self.code}: {self.subject}: expected {self.expected}, found {self.found}"
