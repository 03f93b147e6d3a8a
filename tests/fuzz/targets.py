"""Every reader of bytes from outside, as a function that any bytes may be given.

A target returns, or what it calls raises an error of ours, which the target looks at and drops; any
other exception leaves it, and is a finding. ``TARGETS`` names them all: whoever adds a reader adds
a line there, with a sound input to begin from, and both the tests and ``dev.py fuzz`` take it up.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from comitia.ballots.v1.equations import ballot_failures
from comitia.ballots.v1.making import (
    parse_member_secret,
    parse_private_credential,
    parse_private_key,
    rehearse,
)
from comitia.ballots.v1.making.continuing import find_end
from comitia.ballots.v1.model import canonical_json, derive_certificate_line, join_lines
from comitia.ballots.v1.parse import (
    Record,
    derive_content_hash,
    find_credential,
    parse_ballot,
    parse_credentials,
    parse_election,
    parse_encrypted_message,
    parse_json,
    parse_member_certificate,
    parse_member_certificates,
    parse_polynomial,
    parse_polynomials,
    parse_rehearsal_share,
    parse_template,
    parse_vinput,
    parse_votes,
    parse_voutput,
    parse_voutputs,
    read_content,
    read_header,
    read_records,
    read_result,
)
from comitia.ballots.v1.parse.threshold import (
    parse_channel_message,
    parse_secret_scalars,
    parse_signed_message,
)
from comitia.counting.formats import read_profile, read_rankings
from comitia.counting.formats.abif import parse_abif
from comitia.counting.formats.blt import parse_blt
from comitia.counting.formats.constraints_file import parse_constraints
from comitia.counting.formats.council_csv import parse_council_csv
from comitia.counting.formats.debian import parse_debian
from comitia.counting.formats.decisions_file import parse_decisions
from comitia.counting.formats.preflib import parse_preflib
from comitia.counting.profile import AnyProfile, GradedProfile, Profile
from comitia.curve import BELENIOS_2048, ED25519
from comitia.errors import ComitiaError, MalformedRecord
from comitia.record.evidence import parse_evidence
from comitia.verify import Report
from comitia.verify.evidence import verify_kept
from comitia.verify.native import make_kitchen
from comitia.verify.trust import parse_trust
from tests.ballots.v1.keymaking import make_run
from tests.ballots.v1.samples import (
    FIELD,
    FIELD_SAMPLES,
    LISTED,
    RANKED,
    SAFE_PRIME_SAMPLES,
    SAMPLES,
    SMALL,
    samples_of,
)
from tests.elections import (
    CHOOSE,
    GRADE,
    RANK,
    RANK_VOTES,
    YES_NO,
    Made,
    make_election,
    seeded,
    verify_bytes,
)
from tests.fuzz.changes import Change, change_archive, change_record, change_text
from tests.record import samples as record

LONGEST_MESSAGE: Final = 1000
"""What a refusal quotes of its input is cut, so no message grows with it."""

LARGEST_JSON: Final = 2**26
LARGEST_SEED: Final = 36_000
VECTORS: Final = Path(__file__).resolve().parents[1] / "vectors"


@dataclass(frozen=True)
class Target:
    """What reads bytes from outside, sound inputs, and how to change one so that it may matter."""

    read: Callable[[bytes], object]
    seeds: tuple[bytes, ...]
    change: Change = change_record

    def __call__(self, data: bytes) -> None:
        """Read the bytes; let out whatever is neither a value nor an error of ours."""
        try:
            self.read(data)
        except ComitiaError as error:
            assert 0 < len(str(error).encode()) <= LONGEST_MESSAGE, len(str(error))  # noqa: PT017 - either outcome is right
            if isinstance(error, MalformedRecord):
                assert error.where and error.problem  # noqa: PT017, PT018 - the same


def read_archive(data: bytes) -> None:
    """Walk over the records of an archive and read each as the verifier does."""
    stream = io.BytesIO(data)
    for item in list(read_records(stream, read_header(stream))):
        if isinstance(item, Record):
            assert len(read_content(stream, item, len(data))) == item.size
            derive_content_hash(stream, item)


def verify_archive(data: bytes) -> Report:
    """Verify a whole archive, and say all that the report says."""
    report = verify_bytes(data)
    report.to_json()
    return report


def verify_own_entries(data: bytes) -> None:
    """Verify a file of somebody's own entries, as one who knows the record."""
    verify_kept(parse_evidence(data), parse_trust(record.TRUST.encode(), "trust")).to_json()


def verify_bound(data: bytes) -> None:
    """Verify an archive beside which a file of bound proofs lies."""
    verify_bytes(TINY.archive, bound=data).to_json()


def verify_signed(data: bytes) -> None:
    """Verify an archive beside which a file of signatures of shuffles lies."""
    verify_bytes(TINY_RANKED.archive, signed=data).to_json()


def verify_continued(data: bytes) -> None:
    """Verify an archive of which somebody has an earlier copy."""
    verify_bytes(TINY.archive, earlier=data).to_json()


PAPERS: Final[tuple[Callable[[bytes, str], AnyProfile], ...]] = (
    *(read_profile, parse_blt, parse_council_csv, parse_preflib, parse_abif, parse_debian),
)


def read_papers(data: bytes) -> None:
    """Read papers in each format, whatever they look like."""
    for read in PAPERS:
        try:
            profile = read(data, "file")
        except MalformedRecord as refusal:
            assert refusal.where.startswith("file")  # noqa: PT017 - either outcome is right
        else:
            assert keeps_its_promises(profile)


def keeps_its_promises(profile: AnyProfile) -> bool:
    """Look again at what the formats promise of a profile and nobody else checks."""
    numbers = range(1, len(profile.candidates) + 1)
    standing = len(numbers) - len(profile.withdrawn)
    assert isinstance(profile, Profile | GradedProfile)
    return (
        all(paper.count > 0 for paper in profile.papers)
        and (_keep_ranks(profile) if isinstance(profile, Profile) else _keep_grades(profile))
        and profile.withdrawn <= set(numbers)
        and 0 <= profile.seats <= standing > 0
    )


def _keep_ranks(profile: Profile) -> bool:
    numbers = set(range(1, len(profile.candidates) + 1))
    named = [[number for rank in paper.ranking for number in rank] for paper in profile.papers]
    return all(len(set(paper)) == len(paper) and set(paper) <= numbers for paper in named)


def _keep_grades(profile: GradedProfile) -> bool:
    """Of grades with names, or of points."""
    most = len(profile.scale) - 1 if profile.scale else profile.most
    given = [grade for paper in profile.papers for grade in paper.grades if grade is not None]
    return all(0 <= grade <= most for grade in given) and all(
        len(paper.grades) == len(profile.candidates) for paper in profile.papers
    )


def slug(name: str) -> str:
    """Return a name that needs no quotes in a shell and can name a folder."""
    return name.replace("'s", "").replace(" ", "-")


TINY: Final = make_election(questions=(YES_NO,), votes=(((1, 0),), ((0, 1),)))
TINY_RANKED: Final = make_election(
    questions=(RANK,), votes=tuple((vote,) for vote in RANK_VOTES[:2])
)
REFERENCE: Final = tuple(
    data
    for path in sorted((VECTORS / "reference").glob("*/*.bel"))
    if len(data := path.read_bytes()) < LARGEST_SEED
)
"""The smaller archives of another implementation, with questions and trustees of many kinds."""

BLANK: Final = make_election(questions=(CHOOSE,), votes=(((1, 0, 0, 0),),), seed="blank")

KITCHEN: Final = make_kitchen(BLANK.election)
"""The native kernel with the recipe of BLANK; None where there is none."""


def check_natively(data: bytes) -> None:
    """Have the kernel check a ballot: it passes what the equations pass, and nothing else."""
    if KITCHEN is None:
        return
    (passed,) = KITCHEN.check([data], [True]).passed
    assert bool(passed) == holds(data, BLANK)


def holds(data: bytes, made: Made) -> bool:
    """Return whether the equations pass a ballot."""
    election = made.election
    try:
        ballot = parse_ballot(data, election.questions, election.group)
    except MalformedRecord:
        return False
    return not any(ballot_failures(ballot, election))


_BLT: Final = b"""3 2
-2
[nick adam basil char]
[tie 3 2 1 ]
3 1 3 0 # comment
2.0 char=adam 0
2 1=3 - 2 0
(A-17) 1 2 0
0
"Adam" "Basil \\"B\\" Dee"
"Charlotte"
"Title"
"""
_COUNCIL_CSV: Final = b"""3,1,
12,2,
7,3,1,
1,
"Candidate 1","Ann ""A"" Adams","Independent (Ind)",
"Candidate 2","Bob Brown","Labour (Lab)",
"Candidate 3","Cat Clark","Green (Gr)",
"Ward 1 - Anytown",
"""
_PREFLIB: Final = b"""# FILE NAME: chair.toi
# TITLE: Chair
# DATA TYPE: toi
# NUMBER ALTERNATIVES: 3
# NUMBER VOTERS: 9
# NUMBER UNIQUE ORDERS: 4
# ALTERNATIVE NAME 1: Ann
# ALTERNATIVE NAME 2: Bob
# ALTERNATIVE NAME 3: Cat
4: 2,1,3
2: 1,{2,3}
2: 3
1:
"""
_CATEGORIES: Final = b"""# TITLE: Chair
# DATA TYPE: cat
# NUMBER ALTERNATIVES: 3
# NUMBER VOTERS: 7
# NUMBER UNIQUE PREFERENCES: 2
# NUMBER CATEGORIES: 2
# CATEGORY NAME 1: Yes
# CATEGORY NAME 2: No
# ALTERNATIVE NAME 1: Ann
# ALTERNATIVE NAME 2: Bob
# ALTERNATIVE NAME 3: Cat
4: 2,{1,3}
3: {},{1,2}
"""
_ABIF: Final = b"""{title: "Cake \\"1\\""}
=A:[Apple crumble]
=B:"Bundt # cake"
27: A > [Chess pie] = B # all
12: "Chess pie"
3:
"""
_SCORES: Final = b"""ABIF 0.31
{"max_rating": 5}
27: A/5, B/2, C
12: C/4 > A/1 = B/1
3:
"""
_DEBIAN: Final = b"""
   Tally Sheet
     Option 1---->: Forward
   /  Option 2--->: Keep the date
   |/  Option 3-->: None of the above
   ||/
V: 213 \t\t5d41402abc4b2a76
V: 1-2\t    ann\tAnn Adams
V: --1
"""
_CONSTRAINTS: Final = b"""{
  "groups": {
    "Acme": {"members": ["Ada", "Bo"], "at_most": 1},
    "women \\u00e9": {"members": ["Ada", "Cy"], "at_least": 1, "at_most": 2}
  }
}
"""
_DECISIONS: Final = b"""[
  {"between": ["Ada", "Bo"], "decided": "Bo", "how": "drawn on 3 May"},
  {"between": ["Ada", "Bo", "Cy"], "decided": "Ada", "how": "by the chair"}
]
"""
_JSON: Final = rb'{"a":[1,-2,{"b":null,"c":[true,false,"\u00e9\ud83d\ude00\n\"\\"]}],"":{}}'
_ELECTION: Final = canonical_json(
    {
        **json.loads(SMALL.records.election),
        "administrator": "Ada",
        "credential_authority": "Bo",
        "language": ["ar", "rtl"],
        "questions": [
            YES_NO.to_json(),
            {"type": "Homomorphic", "value": CHOOSE.to_json(), "extra": [{}]},
            {"type": "NonHomomorphic", "value": {"answers": ["A"], "question": "Order?"}},
            RANK.to_json(),
            GRADE.to_json(),
        ],
    }
)
_TEMPLATE: Final = canonical_json(
    {
        name: value
        for name, value in json.loads(_ELECTION).items()
        if name not in {"version", "group", "public_key", "uuid", "questions"}
    }
    | {"questions": [one.to_json() for one in (YES_NO, CHOOSE, RANK, GRADE)]}
)
_CREDENTIAL: Final = SMALL.credentials.private[0][1].encode()

_GROUP: Final = ED25519
_RUN: Final = make_run(3, 2)
_CERTIFICATES: Final = tuple(map(derive_certificate_line, _RUN.certificates.certificates))


def of_lines(read: Callable[[bytes], object], lines: Iterable[bytes]) -> Target:
    """Return the reader of a file with one line a member of a threshold group."""
    return Target(read, (join_lines(lines),), change_text)


KEY_MAKING: Final[dict[str, Target]] = {
    "member-secret": Target(parse_member_secret, (_RUN.secrets[0].private_file(),)),
    "member-certificate": Target(partial(parse_member_certificate, group=_GROUP), _CERTIFICATES),
    "member-certificates": of_lines(
        partial(parse_member_certificates, group=_GROUP), _CERTIFICATES
    ),
    "polynomial": Target(
        partial(parse_polynomial, group=_GROUP, size=3, threshold=2),
        (_RUN.polynomials[0].to_bytes(),),
    ),
    "polynomials": of_lines(
        partial(parse_polynomials, group=_GROUP, size=3, threshold=2),
        (one.to_bytes() for one in _RUN.polynomials),
    ),
    "vinput": Target(
        partial(parse_vinput, group=_GROUP, size=3, threshold=2), (_RUN.vinputs[0].to_bytes(),)
    ),
    "voutput": Target(partial(parse_voutput, group=_GROUP), (_RUN.voutputs[0].to_bytes(),)),
    "voutputs": of_lines(
        partial(parse_voutputs, group=_GROUP), (one.to_bytes() for one in _RUN.voutputs)
    ),
    "encrypted-message": Target(
        partial(parse_encrypted_message, group=_GROUP), (_RUN.decryption_keys[0].to_bytes(),)
    ),
    "signed-message": Target(partial(parse_signed_message, group=_GROUP), _CERTIFICATES[:1]),
    "channel-message": Target(
        lambda data: parse_channel_message(data.decode(errors="replace"), _GROUP),
        (canonical_json({"recipient": _GROUP.generator.text, "message": "x"}),),
    ),
    "secret-scalars": Target(
        lambda data: parse_secret_scalars(data.decode(errors="replace"), "polynomial", _GROUP, 2),
        (b'{"polynomial":["1","2"]}',),
    ),
}
"""What the members of a threshold group hand one another, and what their messages hold."""

TARGETS: Final[dict[str, Target]] = {
    **{slug(name): Target(sample.parse, (sample.record,)) for name, sample in SAMPLES.items()},
    **{
        slug(f"field {name}"): Target(sample.parse, (sample.record,))
        for name, sample in FIELD_SAMPLES.items()
    },
    **{
        slug(f"safe prime {name}"): Target(sample.parse, (sample.record,))
        for name, sample in SAFE_PRIME_SAMPLES.items()
    },
    "election": Target(parse_election, (SMALL.records.election, _ELECTION)),
    **KEY_MAKING,
    "template": Target(parse_template, (_TEMPLATE,)),
    "votes": Target(
        lambda data: parse_votes(data, LISTED.election.questions, ED25519),
        (b"[[[1,1,1],[0,0]],[1,0]]",),
    ),
    "ranked-votes": Target(
        lambda data: parse_votes(data, RANKED.election.questions, ED25519),
        (b"[[1,2,3],[1,0],[2,1]]",),
    ),
    "rehearsal-share": Target(
        lambda data: parse_rehearsal_share(data, ED25519),
        (rehearse(SMALL.secrets[0], 1, SMALL.election, seeded("rehearsal")).to_bytes(),),
    ),
    "blank-ballot": Target(samples_of(BLANK)["ballot"].parse, BLANK.ballots),
    "native-ballot": Target(check_natively, BLANK.ballots),
    "ballot-prefix": Target(find_credential, (SMALL.ballots[0][:600],)),
    "any-result": Target(
        read_result, (SAMPLES["result"].record, b'{"result":[[[1,2],[0,1]],{"a":[1]}]}')
    ),
    "credentials": Target(
        lambda data: parse_credentials(data, ED25519),
        (SMALL.records.credentials, SMALL.records.credentials.replace(b'",', b',2",'), b"[]"),
    ),
    "field-credentials": Target(
        lambda data: parse_credentials(data, BELENIOS_2048), (FIELD.records.credentials,)
    ),
    "json": Target(lambda data: parse_json(data, "JSON", LARGEST_JSON), (_JSON,)),
    "records": Target(read_archive, (SMALL.archive, TINY.archive), change_archive),
    "archive": Target(
        verify_archive, (TINY.archive, BLANK.archive, LISTED.archive), change_archive
    ),
    "field-archive": Target(verify_archive, (FIELD.archive,), change_archive),
    "reference-archive": Target(verify_archive, REFERENCE, change_archive),
    "archive-end": Target(lambda data: find_end(io.BytesIO(data)), (TINY.archive,), change_archive),
    "earlier-archive": Target(verify_continued, (TINY.archive,), change_archive),
    "ranked-archive": Target(verify_archive, (TINY_RANKED.archive,), change_archive),
    "archive-signed-shuffles": Target(verify_signed, (TINY_RANKED.signed,)),
    "archive-bound-proofs": Target(verify_bound, (TINY.bound,)),
    "private-key": Target(
        lambda data: parse_private_key(data, ED25519), (SMALL.secrets[0].private_file(),)
    ),
    "field-private-key": Target(
        lambda data: parse_private_key(data, BELENIOS_2048), (FIELD.secrets[0].private_file(),)
    ),
    "private-credential": Target(
        lambda data: parse_private_credential(data.decode(errors="replace")), (_CREDENTIAL,)
    ),
    "papers": Target(read_papers, (_BLT, _COUNCIL_CSV, "\ufeff".encode() + _BLT), change_text),
    "blt": Target(partial(parse_blt, where="file"), (_BLT,), change_text),
    "council-csv": Target(partial(parse_council_csv, where="file"), (_COUNCIL_CSV,), change_text),
    "preflib": Target(partial(parse_preflib, where="file"), (_PREFLIB, _CATEGORIES), change_text),
    "abif": Target(partial(parse_abif, where="file"), (_ABIF, _SCORES), change_text),
    "debian-tally": Target(partial(parse_debian, where="file"), (_DEBIAN,), change_text),
    "constraints": Target(
        partial(parse_constraints, names=("Ada", "Bo", "Cy")), (_CONSTRAINTS,), change_text
    ),
    "decisions": Target(
        partial(parse_decisions, names=("Ada", "Bo", "Cy")), (_DECISIONS,), change_text
    ),
    "rankings": Target(partial(read_rankings, where="file"), (_BLT, _ABIF), change_text),
    **{
        f"record-{name}": Target(read, seeds, change_text)
        for name, (read, seeds) in record.READERS.items()
    },
    "own-entries": Target(verify_own_entries, record.READERS["evidence"][1]),
    "trust": Target(partial(parse_trust, where="trust"), (record.TRUST.encode(),), change_text),
    "any-papers": Target(
        read_papers, (_PREFLIB, _CATEGORIES, _ABIF, _SCORES, _DEBIAN), change_text
    ),
}
