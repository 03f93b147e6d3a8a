"""Those who hold the demonstration's key: the server, and three trustees of whom two suffice.

They use the steps of ``comitia election``, each in a process of its own, and exchange files.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from comitia.ballots.v1.equations import can_open, rehearsal_failures
from comitia.ballots.v1.making.threshold import check_certificates, finish, route
from comitia.ballots.v1.model import (
    CertificateContext,
    Election,
    SingleTrustee,
    ThresholdTrustees,
    Trustees,
    canonical_json,
    derive_trustees_record,
)
from comitia.ballots.v1.model.threshold import derive_certificate_line
from comitia.ballots.v1.parse import parse_rehearsal_share, parse_trustee_key
from comitia.ballots.v1.parse.threshold import (
    parse_member_certificate,
    parse_polynomial,
    parse_voutput,
)
from comitia.cli.election.steps import (
    CertificateOrder,
    KeyOrder,
    MemberOrder,
    ShareAnswer,
    TrusteeOrder,
    confirm_member,
    decrypt,
    make_key,
    make_member_certificate,
    make_member_polynomial,
    rehearse_key,
    shuffle,
)
from comitia.cli.files import write_public
from comitia.curve import ED25519
from comitia.engine import run_apart, run_each_apart

MEMBERS: Final = 3
THRESHOLD: Final = 2
SHUFFLERS: Final = (1, 2)
"""The owner numbers of those who shuffle: the server and a trustee."""

FORGETFUL: Final = 4
"""The owner number of the trustee who loses the key on stage."""


@dataclass(frozen=True, slots=True)
class _Files:
    """Where a trustee's private key lies, and a member's file of the last step."""

    key: Path
    decryption_key: Path | None = None


class KeyHolders:
    """Server and trustees; the server is owner 1, the members of the group follow.

    folder: receives what each of them writes, under the reference's file names.
    """

    def __init__(self, folder: Path) -> None:
        """Hold nothing yet."""
        self.trustees: Trustees = ()
        self._folder = folder
        self._files: dict[int, _Files] = {}

    def make_keys(self) -> None:
        """Have everybody make a key; the group's members in the six steps."""
        path, content = run_apart(make_key, KeyOrder(self._folder, ED25519.name, "server"))
        write_public(path, content)
        self._files[1] = _Files(path.with_suffix(".privkey"))
        server = SingleTrustee(parse_trustee_key(content.removesuffix(b"\n"), ED25519))
        self.trustees = (server, self._make_group())

    def _make_group(self) -> ThresholdTrustees:
        contexts = [
            CertificateContext(ED25519.name, MEMBERS, THRESHOLD, index)
            for index in range(1, MEMBERS + 1)
        ]
        made = run_each_apart(
            make_member_certificate,
            [CertificateOrder(self._folder, context, all_needed=False) for context in contexts],
        )
        for path, content in made:
            write_public(path, content)
        certificates = check_certificates(
            [parse_member_certificate(content, ED25519) for _, content in made], ED25519
        )
        lines = b"".join(derive_certificate_line(one) + b"\n" for one in certificates.certificates)
        keys = [path.with_suffix(".key") for path, _ in made]
        polynomials = tuple(
            parse_polynomial(content, ED25519, size=MEMBERS, threshold=THRESHOLD)
            for content in run_each_apart(
                make_member_polynomial, [MemberOrder(key, ED25519.name, lines) for key in keys]
            )
        )
        orders = [
            MemberOrder(key, ED25519.name, lines, vinput.to_bytes() + b"\n")
            for key, vinput in zip(keys, route(certificates, polynomials), strict=True)
        ]
        confirmed = run_each_apart(confirm_member, orders)
        outputs = [parse_voutput(content, ED25519) for content in confirmed]
        group, decryption_keys = finish(certificates, polynomials, outputs)
        for owner, (key, message) in enumerate(zip(keys, decryption_keys, strict=True), 2):
            path = key.with_suffix(".dkey")
            write_public(path, message.to_bytes() + b"\n")
            self._files[owner] = _Files(key, path)
        write_public(self._folder / "threshold.json", canonical_json(group.parameters()) + b"\n")
        return group

    def rehearse(self, election: Election, record: bytes) -> bool:
        """Have everybody decrypt the test tally; return whether every key works."""
        shares = {}
        orders = [self._order(owner, record) for owner in self._files]
        for owner, answer in zip(self._files, run_each_apart(rehearse_key, orders), strict=True):
            share = parse_rehearsal_share(answer.lines.removesuffix(b"\n"), election.group)
            if not any(rehearsal_failures(share, election, self.trustees)):
                shares[owner] = share
        return len(shares) == len(self._files) and can_open(shares, election, self.trustees)

    def lose_key(self) -> Path:
        """Have the forgetful trustee lose the key, for good; return which file is gone."""
        files = self._files.pop(FORGETFUL)
        files.key.unlink()
        return files.key

    def shuffle(self, owner: int, record: bytes, tally: bytes, counted: int) -> ShareAnswer:
        """Have one of them shuffle the ranked ballots of a tally."""
        return run_apart(shuffle, self._order(owner, record, tally, counted))

    def decrypt(self, record: bytes, tally: bytes, counted: int) -> list[ShareAnswer]:
        """Have everybody who still has a key decrypt the tally."""
        orders = [self._order(owner, record, tally, counted) for owner in self._files]
        return run_each_apart(decrypt, orders)

    def _order(
        self, owner: int, record: bytes, tally: bytes = b"", counted: int = 0
    ) -> TrusteeOrder:
        files = self._files[owner]
        trustees = derive_trustees_record(self.trustees)
        return TrusteeOrder(files.key, files.decryption_key, record, trustees, tally, counted)
