"""What making and verifying ballots costs, against plain libsodium calls in the same run.

Measured on one core, on real-sized ballots: 34 candidates of whom up to 7 may be chosen, as in the
reference elections. "Plain" is what the equations ask of libsodium and nothing else: the fewest
calls a straightforward program makes, on the same ciphertexts, hash included, without parsing. The
two are measured in turn, several rounds, and the median of the ratios is given.

With COMITIA_REFERENCE_TOOL set to the reference system's program, its check of the whole archive is
timed beside ours on the same ballots, one process and one core each, and ballots of ours are given
to its per-ballot check.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from nacl import bindings

from comitia.ballots.v1.equations.proofs import ProofContext, verify_interval
from comitia.ballots.v1.equations.statements import voter_context
from comitia.ballots.v1.making import (
    ArchiveWriter,
    BallotBox,
    Decryption,
    IssuedCredentials,
    Preparation,
    check_ballot,
    derive_result,
    generate_trustee_key,
    generate_uuid,
    issue_credentials,
    make_ballot,
    make_setup,
)
from comitia.ballots.v1.model import (
    ArchiveHeader,
    Ballot,
    Ciphertext,
    Election,
    ElectionTemplate,
    EventType,
    HomomorphicAnswer,
    HomomorphicQuestion,
    Proof,
    SingleTrustee,
)
from comitia.ballots.v1.parse import parse_ballot
from comitia.curve import ED25519

ORDER = ED25519.order
Item = TypeVar("Item")
IN_THIRTY_FOUR = HomomorphicQuestion("Board?", tuple(f"Candidate {n}" for n in range(1, 35)), 0, 7)
CHOSEN = 5
VOTE = tuple(int(n < CHOSEN) for n in range(34))
SAMPLE = 20


@dataclass(frozen=True)
class Archive:
    """An election on disk with its ballots."""

    election: Election
    credentials: IssuedCredentials
    ballots: tuple[bytes, ...]
    folder: Path
    path: Path


def hold(number: int, folder: Path) -> Archive:
    """Hold a complete election with so many ballots."""
    folder.mkdir()
    uuid = generate_uuid(os.urandom)
    voters = [f"voter {n}" for n in range(number)]
    credentials = issue_credentials(voters, uuid, ED25519, os.urandom)
    secret, key = generate_trustee_key(ED25519, os.urandom)
    template = ElectionTemplate("A benchmark", "34 candidates, up to 7", (IN_THIRTY_FOUR,))
    record = credentials.public_record()
    trustees = (SingleTrustee(key),)
    election, records = make_setup(Preparation(template, uuid, ED25519, trustees, record))
    path = folder / f"{uuid}.bel"
    with path.open("xb") as stream:
        writer = ArchiveWriter(stream, ArchiveHeader(int(time.time())))
        writer.append(EventType.SETUP, *records.in_order)
        (folder.parent / f"{uuid}.setup").write_bytes(path.read_bytes())
        box = BallotBox(writer, election, {public.element.text: 1 for public in credentials.public})
        ballots = []
        for _, credential in credentials.private:
            ballot = make_ballot(election, credential, [VOTE], os.urandom)
            parsed = parse_ballot(ballot, (IN_THIRTY_FOUR,), ED25519)
            box.cast(ballot, parsed)
            ballots.append(ballot)
        tally, sized = box.close()
        share = Decryption(tally, secret, election, os.urandom).make_share()
        writer.append_share(1, share, election.shape)
        result = derive_result(tally, {1: share}, trustees, sized.total_weight, election)
        writer.append_result(result, election.shape)
    return Archive(election, credentials, tuple(ballots), folder, path)


def seconds(work: Callable[[], object]) -> float:
    """Return the processor time that the work takes in this process."""
    began = time.process_time()
    work()
    return time.process_time() - began


def compare(
    ours: Callable[[], object], plain: Callable[[], object], units: int, rounds: int
) -> tuple[float, float, float]:
    """Return our and the plain microseconds a unit, and the median of plain / ours."""
    pairs = [(seconds(ours), seconds(plain)) for _ in range(rounds)]
    scale = 1e6 / units
    return (
        statistics.median(pair[0] for pair in pairs) * scale,
        statistics.median(pair[1] for pair in pairs) * scale,
        statistics.median(pair[1] / pair[0] for pair in pairs),
    )


# --- Plain libsodium calls --------------------------------------------------------------------


@dataclass(frozen=True)
class PlainBit:
    """A ciphertext with its 0/1 proof as libsodium takes them."""

    context: bytes
    alpha: bytes
    beta: bytes
    challenges: tuple[bytes, bytes]
    responses: tuple[bytes, bytes]


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text)[::-1]


def _scalar(value: int) -> bytes:
    return (value % ORDER).to_bytes(32, "little")


def plain_bits(ballot: Ballot, election: Election) -> list[PlainBit]:
    """Return the ciphertexts of a ballot with their 0/1 proofs as bytes."""
    context = voter_context(election.fingerprint, ballot.credential).encode()

    def bit(choice: Ciphertext, proofs: Sequence[Proof]) -> PlainBit:
        zero, one = proofs
        return PlainBit(
            context,
            _bytes(choice.alpha.text),
            _bytes(choice.beta.text),
            (_scalar(int(zero.challenge)), _scalar(int(one.challenge))),
            (_scalar(int(zero.response)), _scalar(int(one.response))),
        )

    answer = answer_of(ballot)
    return [bit(*pair) for pair in zip(answer.choices, answer.individual_proofs, strict=True)]


def answer_of(ballot: Ballot) -> HomomorphicAnswer:
    """Return the answer to the one question of the benchmark."""
    (answer,) = ballot.answers
    if not isinstance(answer, HomomorphicAnswer):
        raise TypeError("the question is homomorphic")
    return answer


def plain_verify(bits: Sequence[PlainBit], key: bytes) -> None:
    """Verify 0/1 proofs with 2 base and 6 variable multiplications and 5 additions each.

    libsodium's multiplication checks membership of its base, so nothing is checked twice.
    """
    add = bindings.crypto_core_ed25519_add
    multiply = bindings.crypto_scalarmult_ed25519_noclamp
    base = bindings.crypto_scalarmult_ed25519_base_noclamp
    generator = _bytes(ED25519.generator.text)
    for bit in bits:
        commitments = []
        shifted = (bit.beta, bindings.crypto_core_ed25519_sub(bit.beta, generator))
        for challenge, response, beta in zip(bit.challenges, bit.responses, shifted, strict=True):
            commitments.append(add(base(response), multiply(challenge, bit.alpha)))
            commitments.append(add(multiply(response, key), multiply(challenge, beta)))
        texts = b",".join(point[::-1].hex().encode() for point in commitments)
        pair = b",".join(point[::-1].hex().encode() for point in (bit.alpha, bit.beta))
        digest = hashlib.sha256(b"|".join((b"prove", bit.context, pair, texts))).digest()
        found = sum(int.from_bytes(challenge, "little") for challenge in bit.challenges) % ORDER
        if int.from_bytes(digest, "big") % ORDER != found:
            raise AssertionError("the plain calls must find what the equations find")


def plain_make(number: int, key: bytes, context: bytes) -> None:
    """Encrypt and prove bits with 3 base and 5 variable multiplications and 3 additions each."""
    add = bindings.crypto_core_ed25519_add
    multiply = bindings.crypto_scalarmult_ed25519_noclamp
    base = bindings.crypto_scalarmult_ed25519_base_noclamp
    generator = _bytes(ED25519.generator.text)
    for _ in range(number):
        r, w, c, t = (bindings.crypto_core_ed25519_scalar_reduce(os.urandom(64)) for _ in range(4))
        alpha, beta = base(r), add(multiply(r, key), generator)
        simulated = (
            add(base(t), multiply(c, alpha)),
            add(multiply(t, key), multiply(c, beta)),
        )
        real = (base(w), multiply(w, key))
        texts = b",".join(point[::-1].hex().encode() for point in (*simulated, *real))
        pair = b",".join(point[::-1].hex().encode() for point in (alpha, beta))
        digest = hashlib.sha256(b"|".join((b"prove", context, pair, texts))).digest()
        hashed = bindings.crypto_core_ed25519_scalar_reduce(digest[::-1].ljust(64, b"\0"))
        own = bindings.crypto_core_ed25519_scalar_sub(hashed, c)
        bindings.crypto_core_ed25519_scalar_sub(w, bindings.crypto_core_ed25519_scalar_mul(r, own))


# --- The report -------------------------------------------------------------------------------


def verify_bits(ballots: Sequence[Ballot], election: Election) -> None:
    """Verify the 0/1 proofs of parsed ballots, and nothing else of them."""
    for ballot in ballots:
        text = voter_context(election.fingerprint, ballot.credential)
        about = ProofContext(ED25519, election.public_key, text, "choice")
        answer = answer_of(ballot)
        for choice, proofs in zip(answer.choices, answer.individual_proofs, strict=True):
            verify_interval(about, choice, (0, 1), proofs)


def each(work: Callable[[Item], object], items: Sequence[Item]) -> None:
    """Do the work on every item."""
    for item in items:
        work(item)


def report_ballots(archive: Archive, rounds: int) -> None:
    """Print what making and verifying cost a ciphertext, and their ratios to plain calls."""
    sample = archive.ballots[:SAMPLE]
    election = archive.election
    parsed = [parse_ballot(record, (IN_THIRTY_FOUR,), ED25519) for record in sample]
    bits = [bit for ballot in parsed for bit in plain_bits(ballot, election)]
    key, context = _bytes(election.public_key.text), bits[0].context
    letters = [credential for _, credential in archive.credentials.private[:SAMPLE]]

    plain_verifying = partial(plain_verify, bits, key)
    plain_making = partial(plain_make, len(bits), key, context)
    verify_whole = partial(each, lambda record: check_ballot(record, election), sample)
    make_whole = partial(each, lambda c: make_ballot(election, c, [VOTE], os.urandom), letters)
    print("us a ciphertext; plain: the same ciphertexts with their 0/1 proofs alone")
    print(f"{'':46}{'ours':>8}{'plain':>8}  plain / ours")
    for label, ours, plain in (
        ("verify a parsed 0/1 proof", lambda: verify_bits(parsed, election), plain_verifying),
        ("verify a whole ballot, bytes to verdict", verify_whole, plain_verifying),
        ("make a whole ballot, vote to bytes", make_whole, plain_making),
    ):
        mine, theirs, ratio = compare(ours, plain, len(bits), rounds)
        print(f"{label:46}{mine:8.0f}{theirs:8.0f}  {ratio:.2f}")


def verify_in_process(path: Path) -> tuple[float, int]:
    """Return the seconds of processor time and the peak memory in KiB of ``verify --jobs 1``."""
    # VmHWM, not ru_maxrss: a child's begins with the memory of the process that started it.
    program = (
        "import re, sys; from comitia.cli import main; status = main(sys.argv[1:]);"
        "peak = re.search('VmHWM:[ \\t]*([0-9]+)', open('/proc/self/status').read());"
        "print(peak[1], file=sys.stderr); sys.exit(status)"
    )
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(  # noqa: S603 - our own program on our own file
        [sys.executable, "-c", program, "verify", "--jobs", "1", "--json", str(path)],
        check=True,
        capture_output=True,
        text=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return used, int(done.stderr.split()[-1])


def report_archives(archives: Sequence[Archive]) -> None:
    """Print time and peak memory of the whole command on archives of growing size."""
    print()
    print(f"{'comitia verify --jobs 1':30}{'seconds':>9}{'peak MiB':>10}{'archive MiB':>13}")
    for archive in archives:
        used, peak = verify_in_process(archive.path)
        size = archive.path.stat().st_size / 2**20
        label = f"{len(archive.ballots)} ballots of 34"
        print(f"{label:30}{used:9.2f}{peak / 1024:10.1f}{size:13.1f}")


def report_reference(archives: Sequence[Archive], tool: str, cast: int) -> None:
    """Print the reference's time on the same archives, and its word on ballots of ours."""
    print()
    for archive in archives:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        command = [tool, "election", "verify", f"--dir={archive.folder}"]
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - named by the user
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        theirs = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        ours, _ = verify_in_process(archive.path)
        label = f"{len(archive.ballots)} ballots: reference {theirs:.2f} s, ours {ours:.2f} s"
        print(f"{label}; reference / ours = {theirs / ours:.2f}")
    archive = archives[-1]
    with tempfile.TemporaryDirectory() as place:
        opened = Path(place, archive.path.name)
        opened.write_bytes((archive.folder.parent / f"{archive.path.stem}.setup").read_bytes())
        accepted = sum(_accepts(tool, opened.parent, ballot) for ballot in archive.ballots[:cast])
        number = len(archive.ballots[:cast])
    print(f"the reference's per-ballot check accepts {accepted} of {number} ballots of ours")


def _accepts(tool: str, folder: Path, ballot: bytes) -> bool:
    file = folder / "ballot.json"
    file.write_bytes(ballot + b"\n")
    command = [tool, "election", "verify-ballot", f"--dir={folder}", f"--ballot={file}"]
    done = subprocess.run(command, check=False, capture_output=True)  # noqa: S603 - as above
    return done.returncode == 0


def machine() -> str:
    """Return what the figures were measured on."""
    model = platform.processor() or platform.machine()
    for line in io.StringIO(Path("/proc/cpuinfo").read_text(encoding="utf-8")):
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
            break
    return f"{model}, {os.cpu_count()} cores; Python {platform.python_version()}"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, help="how often each pair is measured")
    parser.add_argument("--ballots", type=int, default=1000, help="the larger archive's ballots")
    parser.add_argument("--cast", type=int, default=1000, help="ballots given to the reference")
    options = parser.parse_args()
    print(machine())
    with tempfile.TemporaryDirectory() as place:
        sizes = (options.ballots // 10, options.ballots)
        archives = [hold(size, Path(place, str(size))) for size in sizes]
        report_ballots(archives[0], options.rounds)
        report_archives(archives)
        tool = os.environ.get("COMITIA_REFERENCE_TOOL")
        if tool:
            report_reference(archives, tool, options.cast)
        else:
            print("COMITIA_REFERENCE_TOOL is not set: nothing is measured beside ours")


if __name__ == "__main__":
    main()
