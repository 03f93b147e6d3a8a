"""Every check of an election archive, with its id and its title, defined here once.

The order is the order of reports. A check that does not apply to an election is left out of its
report; one that applies and could not be made is *not checked*, never passed. ``ballot.audited``
and ``audit.opening`` are checks of a ballot that is not in an archive; no report has them.
"""

from __future__ import annotations

from enum import Enum


class Check(Enum):
    """A check: its id, as errors and reports print it, and a sentence that holds when it passes."""

    ARCHIVE_READABLE = ("archive.readable", "Every record of the archive is whole and in form.")
    ARCHIVE_TRAILING = ("archive.trailing", "Nothing follows the last record.")
    ARCHIVE_HASHES = ("archive.hashes", "Every record has the hash that is its name.")
    ARCHIVE_CHAIN = ("archive.chain", "Every event names the event before it and its own height.")
    ARCHIVE_GRAMMAR = (
        "archive.grammar",
        "Events come in the order of an election, each with exactly its own records before it.",
    )
    ARCHIVE_EXTENDS = ("archive.extends", "The archive continues the earlier one that was given.")
    SETUP_ELECTION = (
        "setup.election",
        "The election is well formed and its key is the product of the trustees' keys.",
    )
    SETUP_TRUSTEES = ("setup.trustees", "Every trustee proves to know a private key of its own.")
    SETUP_CREDENTIALS = (
        "setup.credentials",
        "The public credentials are members of the group and different from one another.",
    )
    BALLOT_CANONICAL = (
        "ballot.canonical",
        "Every ballot has the one form that the election's questions demand.",
    )
    BALLOT_ELECTION = ("ballot.election", "Every ballot names this election.")
    BALLOT_ELEMENT = ("ballot.element", "Every number in a ballot is a member of the group.")
    BALLOT_CREDENTIAL = ("ballot.credential", "Every ballot's credential is on the list.")
    BALLOT_DUPLICATE = ("ballot.duplicate", "No ballot was recorded twice.")
    BALLOT_PROOF = ("ballot.proof", "Every ballot proves that it holds a permitted vote.")
    BALLOT_SIGNATURE = ("ballot.signature", "Every ballot is signed with its credential.")
    BALLOT_AUDITED = ("ballot.audited", "No ballot is cast that was opened for an audit.")
    AUDIT_OPENING = (
        "audit.opening",
        "Every ciphertext of an audited ballot holds the choice that its voter made.",
    )
    TALLY_BALLOTS = (
        "tally.ballots",
        "The encrypted tally is the product of the last ballot of every voter.",
    )
    TALLY_COUNTS = ("tally.counts", "The tally states the right number of ballots and weight.")
    SHUFFLE_PRESENT = ("shuffle.present", "Ranked ballots were shuffled.")
    SHUFFLE_OWNER = ("shuffle.owner", "Every shuffle was made by a trustee.")
    SHUFFLE_PROOF = ("shuffle.proof", "Every shuffle proves that it changed no ballot.")
    SHUFFLE_SIGNATURE = (
        "shuffle.signature",
        "Every shuffle is signed with the key of the trustee who is said to have made it.",
    )
    DECRYPTION_PRESENT = ("decryption.present", "Every trustee who is needed has decrypted.")
    DECRYPTION_OWNER = (
        "decryption.owner",
        "Every decryption is one trustee's, and no trustee has two.",
    )
    DECRYPTION_PROOF = ("decryption.proof", "Every decryption proves that it is right.")
    DECRYPTION_BOUND = (
        "decryption.bound",
        "Every decryption is proved again, bound to its ciphertexts and signed.",
    )
    RESULT_VALUE = ("result.value", "The result is what the decryptions open.")

    def __init__(self, id_: str, title: str) -> None:
        self.id = id_
        self.title = title
