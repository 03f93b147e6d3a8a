"""The errors that Comitia raises for bad data and bad circumstances, under one root.

A caller's own mistake is not here: it stays a plain ``ValueError`` or ``TypeError``. Messages are
built from fields, so that an interface can say the same thing in its reader's language, and they
never hold a secret.
"""


class ComitiaError(Exception):
    """Anything that is wrong with what came from outside, or with the world around."""


class MalformedRecord(ComitiaError):  # noqa: N818 - the style guide's name, a noun for the thing
    """Bytes from outside that are not what they should be.

    where: the place in the reader's terms ("line 3", "answers[0].choices[1].alpha").
    problem: what is wrong there, and what was expected.
    """

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(where, problem)
        self.where = where
        self.problem = problem

    def __str__(self) -> str:
        return f"{self.where}: {self.problem}"


class CheckFailed(ComitiaError):  # noqa: N818 - the style guide's name
    """A check of a record that does not hold.

    check: the check's id, as the verifier's report prints it ("ballot.proof").
    subject: what was examined ("question 1, choice 2").
    expected, found: short texts; both are public.
    """

    def __init__(self, check: str, subject: str, expected: str, found: str) -> None:
        super().__init__(check, subject, expected, found)
        self.check = check
        self.subject = subject
        self.expected = expected
        self.found = found

    def __str__(self) -> str:
        return f"{self.check}: {self.subject}: expected {self.expected}, found {self.found}"


class StorageUnavailable(ComitiaError):  # noqa: N818 - the style guide's name
    """A file or device that cannot be read or written just now."""
