"""The making of keys: a single trustee's, and the six steps of a threshold group.

Every file that is handed over is announced by its hash, and no file of another party is looked into
before all hashes are on the list. A step that fails names the trustee at fault; then all members
begin again with new certificates.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Final, TypeVar

from comitia.ballots.v1.equations import is_signed_by
from comitia.ballots.v1.making.threshold import (
    CheckedCertificates,
    check_certificates,
    finish,
    route,
)
from comitia.ballots.v1.model import (
    Certificate,
    CertificateContext,
    Check,
    canonical_json,
    derive_hash,
)
from comitia.ballots.v1.model.threshold import (
    Polynomial,
    VOutput,
    derive_certificate_id,
    derive_certificate_line,
)
from comitia.ballots.v1.parse import LARGEST_SETUP_BYTES
from comitia.ballots.v1.parse.threshold import (
    parse_member_certificate,
    parse_polynomial,
    parse_voutput,
)
from comitia.cli.election.hashes import hash_line, read_announced
from comitia.cli.election.memory import (
    expect_first_polynomial,
    read_memory,
    remembering,
    write_memory,
)
from comitia.cli.election.options import (
    DONE,
    FAILED,
    Command,
    add_certificates,
    add_folder,
    add_group,
    add_hashes,
    add_polynomials,
    public_name,
)
from comitia.cli.election.steps import (
    CertificateOrder,
    KeyOrder,
    MemberOrder,
    confirm_member,
    make_key,
    make_member_certificate,
    make_member_polynomial,
)
from comitia.cli.files import expect_new, read_plain, write_public
from comitia.cli.sentences import sentence_of
from comitia.cli.terminal import Terminal
from comitia.curve import Group, group_named
from comitia.engine import run_apart
from comitia.errors import CheckFailed, MalformedRecord

_PLACE: Final = re.compile(r"([1-9][0-9]{0,3})/([1-9][0-9]{0,3})/([1-9][0-9]{0,3})", re.ASCII)
_Item = TypeVar("_Item")
_AFRESH: Final = "The keys cannot be used: all members start afresh, with new certificates."


def _key_arguments(parser: argparse.ArgumentParser) -> None:
    _add_name(parser)
    add_group(parser)
    add_folder(parser, "where to write")


def _add_name(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--name", metavar="NAME", type=public_name, help="what the key's owner is called in public"
    )


def _make_key(options: argparse.Namespace, terminal: Terminal) -> int:
    path, content = run_apart(make_key, KeyOrder(options.dir, options.group, options.name))
    _hand_over(path, content, terminal)
    terminal.say(f"For you alone: {path.with_suffix('.privkey')}; without it there is no result.")
    return DONE


def _certificate_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--place",
        metavar="I/K/N",
        type=_place,
        required=True,
        help="you are member I of N, of whom any K can decrypt",
    )
    parser.add_argument(
        "--all-needed",
        action="store_true",
        help="say that K = N is meant: then one lost key loses the result",
    )
    add_group(parser)
    add_folder(parser, "where to write")


def _place(text: str) -> tuple[int, int, int]:
    match = _PLACE.fullmatch(text)
    if match is None:
        raise argparse.ArgumentTypeError("expected I/K/N, such as 1/2/3")
    return int(match[1]), int(match[2]), int(match[3])


def _make_certificate(options: argparse.Namespace, terminal: Terminal) -> int:
    index, threshold, size = options.place
    if threshold == size and not options.all_needed:
        problem = (
            f"with {threshold} of {size}, one lost key loses the result: "
            "choose fewer, or say --all-needed"
        )
        raise MalformedRecord("--place", problem)
    context = CertificateContext(options.group, size, threshold, index)
    order = CertificateOrder(options.dir, context, options.all_needed)
    path, content = run_apart(make_member_certificate, order)
    _hand_over(path, content, terminal)
    terminal.say(f"For you alone: {path.with_suffix('.key')}")
    return DONE


def _polynomial_arguments(parser: argparse.ArgumentParser) -> None:
    _add_secret(parser)
    add_certificates(parser)
    add_hashes(parser)
    add_group(parser)
    add_folder(parser, "where to write")


def _make_polynomial(options: argparse.Namespace, terminal: Terminal) -> int:
    certificates = _read_certificates(options)
    order = MemberOrder(options.key, options.group, _lines(certificates.certificates))
    path = options.dir / f"{options.key.stem}.polynomial"
    with remembering(options.key) as memory:
        known = read_memory(memory)
        expect_first_polynomial(known)
        expect_new([path])
        content = run_apart(make_member_polynomial, order)
        write_memory(memory, replace(known, polynomial=derive_hash(content)))
        _hand_over(path, content, terminal)
    return DONE


def _route_arguments(parser: argparse.ArgumentParser) -> None:
    add_certificates(parser)
    add_polynomials(parser)
    add_hashes(parser)
    add_group(parser)
    add_folder(parser, "where to write")


def _route(options: argparse.Namespace, terminal: Terminal) -> int:
    certificates = _read_certificates(options)
    vinputs = route(certificates, _read_polynomials(options, certificates))
    for certificate, vinput in zip(certificates.certificates, vinputs, strict=True):
        path = options.dir / f"{derive_certificate_id(certificate)}.vinput"
        write_public(path, vinput.to_bytes() + b"\n")
        terminal.say(f"For trustee {certificate.context.index}: {path}")
    return DONE


def _confirm_arguments(parser: argparse.ArgumentParser) -> None:
    _add_secret(parser)
    _add_name(parser)
    _route_arguments(parser)


def _confirm(options: argparse.Namespace, terminal: Terminal) -> int:
    """Let a member check what all sent; it routes its own input, so that nobody else has to."""
    certificates = _read_certificates(options)
    own = _own_place(options.key, certificates)
    vinput = route(certificates, _read_polynomials(options, certificates))[own]
    order = MemberOrder(
        options.key,
        options.group,
        _lines(certificates.certificates),
        vinput.to_bytes() + b"\n",
        options.name,
    )
    content = run_apart(confirm_member, order)
    _hand_over(options.dir / f"{options.key.stem}.voutput", content, terminal)
    return DONE


def _finish_arguments(parser: argparse.ArgumentParser) -> None:
    add_certificates(parser)
    add_polynomials(parser)
    parser.add_argument(
        "--outputs",
        metavar="FILE",
        type=Path,
        nargs="+",
        required=True,
        help="what all members confirmed (ID.voutput)",
    )
    add_hashes(parser)
    add_group(parser)
    add_folder(parser, "where to write")


def _finish(options: argparse.Namespace, terminal: Terminal) -> int:
    certificates = _read_certificates(options)
    polynomials = _read_polynomials(options, certificates)
    outputs = _in_order(
        [
            parse_voutput(file.content, certificates.group, str(file.path))
            for file in read_announced(options.outputs, options.hashes)
        ],
        certificates,
        _is_output_of,
        "confirmation",
    )
    trustees, keys = finish(certificates, polynomials, outputs)
    for certificate, key in zip(certificates.certificates, keys, strict=True):
        path = options.dir / f"{derive_certificate_id(certificate)}.dkey"
        write_public(path, key.to_bytes() + b"\n")
        terminal.say(f"Back to trustee {certificate.context.index}, who alone can open it: {path}")
    path, content = options.dir / "threshold.json", canonical_json(trustees.parameters()) + b"\n"
    write_public(path, content)
    terminal.say(f"For the election: {path}")
    terminal.say("Its hash, for the list:")
    terminal.say(hash_line(path, content))
    return DONE


def _hashes_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", metavar="FILE", type=Path, nargs="+", help="files to announce")


def _print_hashes(options: argparse.Namespace, terminal: Terminal) -> int:
    for path in options.files:
        terminal.say(hash_line(path, read_plain(path, LARGEST_SETUP_BYTES)))
    return DONE


def _add_secret(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--key", metavar="FILE", type=Path, required=True, help="your secret (ID.key)"
    )


def _hand_over(path: Path, content: bytes, terminal: Terminal) -> None:
    """Write a file for the others, and print the line by which it is announced to them."""
    write_public(path, content)
    terminal.say(f"For the others, when you have the hashes of all: {path}")
    terminal.say("Its hash, for the others now:")
    terminal.say(hash_line(path, content))


def _read_certificates(options: argparse.Namespace) -> CheckedCertificates:
    """Return the announced certificates of a whole group, checked, in the order of their places."""
    group: Group = group_named(options.group)
    certificates = [
        parse_member_certificate(file.content, group, str(file.path))
        for file in read_announced(options.certs, options.hashes)
    ]
    certificates.sort(key=lambda one: one.context.index)
    return check_certificates(certificates, group)


def _read_polynomials(
    options: argparse.Namespace, certificates: CheckedCertificates
) -> tuple[Polynomial, ...]:
    polynomials = [
        parse_polynomial(
            file.content,
            certificates.group,
            size=certificates.size,
            threshold=certificates.threshold,
            where=str(file.path),
        )
        for file in read_announced(options.polynomials, options.hashes)
    ]
    return _in_order(polynomials, certificates, _is_polynomial_of, "polynomial")


def _in_order(
    items: Iterable[_Item],
    certificates: CheckedCertificates,
    is_of: Callable[[_Item, Certificate, Group], bool],
    what: str,
) -> tuple[_Item, ...]:
    """Return what the members sent in the order of their places, whichever file came first."""
    left = list(items)
    found = []
    for certificate in certificates.certificates:
        own = [item for item in left if is_of(item, certificate, certificates.group)]
        if len(own) != 1:
            subject = f"trustee {certificate.context.index}"
            expected = f"one {what} that is signed by this trustee"
            raise CheckFailed(Check.SETUP_TRUSTEES.id, subject, expected, f"{len(own)}")
        found += own
        left.remove(own[0])
    if left:
        expected = f"one {what} of each member"
        raise CheckFailed(
            Check.SETUP_TRUSTEES.id, what, expected, f"{len(left)} of nobody in the group"
        )
    return tuple(found)


def _is_polynomial_of(polynomial: Polynomial, certificate: Certificate, group: Group) -> bool:
    signed = polynomial.coefficients.signed
    return is_signed_by(signed.message, signed.signature, certificate.verification, group)


def _is_output_of(output: VOutput, certificate: Certificate, group: Group) -> bool:
    key = output.public_key
    return key.signature is not None and is_signed_by(
        key.public_key.text, key.signature, certificate.verification, group
    )


def _own_place(key: Path, certificates: CheckedCertificates) -> int:
    """Return the place of the member whose secret lies in a file, by the file's name."""
    for place, certificate in enumerate(certificates.certificates):
        if derive_certificate_id(certificate) == key.stem:
            return place
    problem = "expected a secret under the name of one of the certificates, as it was made"
    raise MalformedRecord(str(key), problem)


def _lines(certificates: Iterable[Certificate]) -> bytes:
    return b"".join(derive_certificate_line(one) + b"\n" for one in certificates)


def _or_abort(
    step: Callable[[argparse.Namespace, Terminal], int],
) -> Callable[[argparse.Namespace, Terminal], int]:
    """Let a step that finds a trustee at fault say what follows from it."""

    def run(options: argparse.Namespace, terminal: Terminal) -> int:
        try:
            return step(options, terminal)
        except CheckFailed as failure:
            if failure.check == Check.SETUP_TRUSTEES.id:
                terminal.complain(f"comitia: {sentence_of(failure)}")
                terminal.complain(_AFRESH)
                return FAILED
            raise

    return run


COMMANDS: Final = (
    Command("trustee-key", "trustee: make a key of your own", _key_arguments, _make_key),
    Command(
        "threshold-certificate",
        "trustee, step 1 and 2: make your place in a threshold group",
        _certificate_arguments,
        _make_certificate,
    ),
    Command(
        "threshold-polynomial",
        "trustee, step 3: check all certificates, make your part of the key",
        _polynomial_arguments,
        _or_abort(_make_polynomial),
    ),
    Command(
        "threshold-route",
        "server, step 4: sort what members sent, for those who use another program",
        _route_arguments,
        _or_abort(_route),
    ),
    Command(
        "threshold-confirm",
        "trustee, step 5: check what all members sent, confirm your key",
        _confirm_arguments,
        _or_abort(_confirm),
    ),
    Command(
        "threshold-finish",
        "server, step 6: check everything again, write the group's public key",
        _finish_arguments,
        _or_abort(_finish),
    ),
    Command(
        "hashes", "print the hashes by which files are announced", _hashes_arguments, _print_hashes
    ),
)
