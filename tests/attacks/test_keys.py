"""How keys come to be and whose they are: rows 16, 17, 20 and 43."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from comitia.ballots.v1.equations import (
    rehearsal_failures,
    repeated_certificate_failures,
    threshold_failures,
    trustee_failures,
    verify_knowledge,
)
from comitia.ballots.v1.equations.proofs import commitment
from comitia.ballots.v1.making import (
    Preparation,
    confirm,
    finish,
    generate_credential,
    generate_trustee_key,
    make_setup,
    open_decryption_key,
    rehearse,
    route,
)
from comitia.ballots.v1.making.channels import sign
from comitia.ballots.v1.making.tokens import generate_token
from comitia.ballots.v1.model import (
    BASE58,
    Coefficients,
    ElectionTemplate,
    Proof,
    SingleTrustee,
    TrusteeKey,
    canonical_json,
    coefficients_message,
    combine_keys,
    derive_certificate_line,
    derive_hash,
    derive_trustees_record,
    joint_message,
)
from comitia.curve import ED25519, Element
from comitia.errors import CheckFailed
from comitia.verify import Subject
from tests.attacks.hostile import failed, failing
from tests.attacks.offices import Office
from tests.ballots.v1.keymaking import Run, make_members, make_run
from tests.elections import (
    YES_NO,
    Keyholders,
    Made,
    Step,
    make_election,
    put_together,
    seeded,
    single_trustees,
    take_apart,
)
from tests.verify.building import refer_again, small, with_setup
from tests.verify.trusteeship import group_of

RUN: Final = make_run(3, 2)
G: Final[Element] = ED25519.generator


# --- Row 16: whoever comes last --------------------------------------------------------------


def member_files(office: Office) -> tuple[list[Path], Path]:
    """Write what three members have after step 1; return their certificates and one secret."""
    secrets, certificates = make_members(3, 2)
    paths = [
        office.write(f"{n}.cert", derive_certificate_line(certificate) + b"\n")
        for n, certificate in enumerate(certificates, 1)
    ]
    return paths, office.keep("member.key", secrets[0].private_file())


def test_attack_16_a_certificate_that_was_not_announced_is_not_looked_into(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    certificates, key = member_files(office)
    hashes = office.announce(*certificates[:2])
    before = office.files()
    words: list[str | Path] = ["--certs", *certificates, "--key", key, "--hashes", hashes]
    assert office.run("threshold-polynomial", *words, "--dir", office.folder) == 1
    assert f"ceremony.hashes: {certificates[2]}: expected a file whose hash is in " in (
        capsys.readouterr().err
    )
    assert office.files() == before


def test_attack_16_a_key_chosen_after_the_others_were_seen_is_not_the_announced_one(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    """The last to hand over would pick a share that gives the joint key a property."""
    certificates, key = member_files(office)
    hashes = office.announce(*certificates)
    _, others = make_members(3, 2, seed="chosen late")
    certificates[2].write_bytes(derive_certificate_line(others[2]) + b"\n")
    words: list[str | Path] = ["--certs", *certificates, "--key", key, "--hashes", hashes]
    assert office.run("threshold-polynomial", *words, "--dir", office.folder) == 1
    assert "ceremony.hashes" in capsys.readouterr().err
    assert not list(office.folder.glob("*.polynomial"))


def test_attack_16_the_server_takes_no_key_that_was_not_announced(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    made = small()
    keys = [
        office.write(f"{n}.pubkey", canonical_json(key.to_json()) + b"\n")
        for n, key in enumerate(made.keys, 1)
    ]
    credentials = office.write("public_creds.json", made.records.credentials)
    question = json.loads(made.records.election)["questions"]
    value = {"description": "", "name": "", "questions": question}
    template = office.write("template.json", canonical_json(value))
    hashes = office.announce(keys[0])
    words: list[str | Path] = ["--uuid", made.election.uuid, "--template", template]
    words += ["--credentials", credentials, "--trustees", *keys, "--dir", office.folder]
    command = [*words, "--hashes", hashes]
    assert office.run("setup", *command) == 1
    assert f"ceremony.hashes: {keys[1]}" in capsys.readouterr().err
    assert not list(office.folder.glob("*.bel"))
    office.announce(*keys)
    assert office.run("setup", *command) == 0


# --- Row 17: keys computed from the others' --------------------------------------------------


def rogue_key(victim: TrusteeKey) -> tuple[Element, TrusteeKey]:
    """Return the key that cancels another's, and the attacker's own key with its proof."""
    _, own = generate_trustee_key(ED25519, seeded("rogue"))
    return own.public_key / victim.public_key, own


@pytest.mark.parametrize("proof_of", ["attacker", "victim", "nobody"])
def test_attack_17_an_election_with_a_rogue_key_is_neither_made_nor_valid(proof_of: str) -> None:
    """The joint key would be the attacker's alone; so no proof can be had for it."""
    made = small()
    rogue, own = rogue_key(made.keys[0])
    proofs = {
        "attacker": own.proof,
        "victim": made.keys[0].proof,
        "nobody": Proof(ED25519.scalar(5), ED25519.scalar(7)),
    }
    key = TrusteeKey(rogue, proofs[proof_of])
    trustees = (SingleTrustee(made.keys[0]), SingleTrustee(key))
    assert combine_keys(trustees, ED25519) == own.public_key
    preparation = Preparation(
        ElectionTemplate("", "", made.election.questions),
        made.election.uuid,
        ED25519,
        trustees,
        made.records.credentials,
    )
    assert failed(lambda: make_setup(preparation)) == ("setup.trustees", "trustee 2")
    record = derive_trustees_record(trustees)
    election = canonical_json(
        {**json.loads(made.records.election), "public_key": own.public_key.text}
    )
    records = with_setup(made, election=election, trustees=record)
    archive = put_together([Step(take_apart(made.archive)[0].type, records.in_order)])
    assert failing(archive) == {"setup.trustees": [Subject(0, derive_hash(record))]}


def test_attack_17_a_simulated_proof_is_of_another_challenge() -> None:
    """Challenge and response first, the commitment last: then it is not what was hashed."""
    rogue, _ = rogue_key(small().keys[0])
    proof = Proof(ED25519.scalar(11), ED25519.scalar(13))
    assert not commitment(ED25519, proof, rogue).is_identity
    found = failed(lambda: verify_knowledge(TrusteeKey(rogue, proof), ED25519, "trustee 2"))
    assert found == ("setup.trustees", "trustee 2")


def rogue_coefficients(run: Run, index: int) -> Coefficients:
    """Return a member's coefficients whose first cancels the others', validly signed."""
    keys, own = run.keys(index), run.trustees.coefficients[index - 1].elements
    others = ED25519.product(
        [c.elements[0] for n, c in enumerate(run.trustees.coefficients, 1) if n != index]
    )
    elements = (G / others, *own[1:])
    text = coefficients_message(elements)
    joint = joint_message(run.certificates.certificates, elements)
    signed, both = sign(keys, text, seeded("rogue")), sign(keys, joint, seeded("rogue"))
    return Coefficients(signed, both.signature, elements)


@pytest.mark.parametrize("index", [1, 2, 3])
def test_attack_17_a_member_s_rogue_coefficient_is_found_by_whoever_gets_a_value_of_it(
    index: int,
) -> None:
    polynomials = list(RUN.polynomials)
    polynomials[index - 1] = replace(
        polynomials[index - 1], coefficients=rogue_coefficients(RUN, index)
    )
    product = ED25519.product([one.coefficients.elements[0] for one in polynomials])
    assert product == G, "the group's key would be g, and its secret 1"
    vinputs = route(RUN.certificates, polynomials)
    for member in {1, 2, 3} - {index}:
        found = failed(
            confirm,
            RUN.certificates,
            RUN.secrets[member - 1],
            vinputs[member - 1],
            seeded("x"),
        )
        assert found == ("setup.trustees", f"trustee {index}, secret for trustee {member}")


@pytest.mark.parametrize("index", [1, 2, 3])
def test_attack_17_a_rogue_coefficient_changes_every_member_s_key_and_none_has_a_proof(
    index: int,
) -> None:
    polynomials = list(RUN.polynomials)
    rogue = rogue_coefficients(RUN, index)
    polynomials[index - 1] = replace(polynomials[index - 1], coefficients=rogue)
    found = failed(lambda: finish(RUN.certificates, polynomials, RUN.voutputs))
    assert found == ("setup.trustees", "trustee 1, public key")
    coefficients = list(RUN.trustees.coefficients)
    coefficients[index - 1] = rogue
    trustees = replace(RUN.trustees, coefficients=tuple(coefficients))
    subjects = [failure.subject for failure in threshold_failures(trustees, ED25519)]
    assert subjects == [f"trustee {n}, public key" for n in (1, 2, 3)]


def test_attack_17_a_group_with_a_rogue_coefficient_makes_no_valid_archive() -> None:
    made = make_election(questions=(YES_NO,), votes=(((1, 0),),), keyholders=group_of(2, 3))
    run = make_run(3, 2, seed="group")
    assert made.trustees == (run.trustees,)
    coefficients = (rogue_coefficients(run, 1), *run.trustees.coefficients[1:])
    trustees = (replace(run.trustees, coefficients=coefficients),)
    record = derive_trustees_record(trustees)
    election = canonical_json({**json.loads(made.records.election), "public_key": G.text})
    records = with_setup(made, election=election, trustees=record)
    archive = put_together([Step(take_apart(made.archive)[0].type, records.in_order)])
    assert combine_keys(trustees, ED25519) == G
    assert failing(archive) == {"setup.trustees": [Subject(0, derive_hash(record))]}


def test_attack_17_who_copies_a_key_with_its_proof_has_no_share_of_it_to_show() -> None:
    """Both can be had from the archive; what says whose share it is was signed by the victim."""
    made = small()
    share = rehearse(made.secrets[0], 1, made.election, seeded("victim"))
    copied = replace(share, bound=replace(share.bound, owner=2))
    trustees = (made.trustees[0], made.trustees[0])
    assert list(rehearsal_failures(share, made.election, trustees)) == []
    found = [f.subject for f in rehearsal_failures(copied, made.election, trustees)]
    assert found == ["trustee 2, signature"]


# --- Row 20: fair draws ----------------------------------------------------------------------

FAIR: Final = 100.0
"""Of 57 degrees of freedom: a fair draw exceeds it once in some thousand times."""


def chi_square(letters: str) -> float:
    counts, expected = Counter(letters), len(letters) / len(BASE58)
    return sum((counts[letter] - expected) ** 2 / expected for letter in BASE58)


def test_attack_20_no_letter_of_a_credential_is_favoured() -> None:
    randomness = seeded("letters")
    letters = "".join(generate_credential(randomness).replace("-", "") for _ in range(1500))
    assert chi_square(letters) < FAIR


def test_attack_20_would_be_seen_if_every_byte_were_taken() -> None:
    taken = "".join(BASE58[byte % 58] for byte in seeded("letters")(33_000))
    assert chi_square(taken) > 4 * FAIR


def test_attack_20_unfair_bytes_are_thrown_away() -> None:
    given = iter([b"\xff" * 3, b"\xe8\x00\x39", b"\xe7\x3a\x00"])
    assert generate_token(3, lambda _: next(given)) == "1" + BASE58[57] + BASE58[57]


# --- Row 43: the published key is another's --------------------------------------------------


def swapped_key(made: Made) -> Made:
    """Return an election of the same credentials in which trustee 1's key is somebody else's."""
    secret, key = generate_trustee_key(ED25519, seeded("swapped"))
    trustees = (SingleTrustee(key), *made.trustees[1:])
    holders = Keyholders(trustees, (secret, *made.secrets[1:]))
    return make_election(
        questions=made.election.questions,
        votes=(((1, 0),), ((0, 1),)),
        keyholders=holders,
    )


@pytest.mark.parametrize("command, steps", [("rehearse", 1), ("decrypt", 5)])
def test_attack_43_a_trustee_whose_key_was_swapped_is_told_and_does_nothing(
    command: str, steps: int, office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    made = small()
    other = swapped_key(made)
    archive = office.archive(take_apart(other.archive)[:steps], other)
    key = office.key(made, 1)
    before = office.files()
    words = ("--key", key, "--archive", archive, "--dir", office.folder)
    assert office.run(command, *words) == 1
    assert capsys.readouterr().err == (
        f"comitia: setup.trustees: {key}: expected a key of one of the election's trustees, "
        "found another key\n"
    )
    assert office.files() == before
    own = office.archive(take_apart(made.archive)[:steps], made, "own")
    assert office.run(command, "--key", key, "--archive", own, "--dir", office.folder) == 0


@pytest.mark.parametrize("command, steps", [("rehearse", 1), ("decrypt", 5)])
def test_attack_43_a_member_whose_place_was_swapped_is_told_and_does_nothing(
    command: str, steps: int, office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    run = make_run(3, 2, seed="group")
    questions, votes = (YES_NO,), (((1, 0),), ((0, 1),))
    other = make_election(
        questions=questions, votes=votes, keyholders=group_of(2, 3, seed="other group")
    )
    archive = office.archive(take_apart(other.archive)[:steps], other)
    key = office.keep("member.key", run.secrets[0].private_file())
    opened = office.write("member.dkey", run.decryption_keys[0].to_bytes() + b"\n")
    before = office.files()
    words = ("--key", key, "--decryption-key", opened, "--archive", archive)
    assert office.run(command, *words, "--dir", office.folder) == 1
    assert "setup.trustees: own certificate: expected one of the trustees', found none" in (
        capsys.readouterr().err
    )
    assert office.files() == before


def test_attack_43_a_member_s_published_key_that_is_not_its_own_is_refused() -> None:
    """The certificate is the member's; the key beside it is another's, validly proved."""
    _, own = generate_trustee_key(ED25519, seeded("swapped"))
    signature = sign(RUN.keys(2), own.public_key.text, seeded("swapped")).signature
    keys = (*RUN.trustees.keys[:1], replace(own, signature=signature), *RUN.trustees.keys[2:])
    trustees = (replace(RUN.trustees, keys=keys),)
    found = [f.subject for f in trustee_failures(trustees, ED25519)]
    assert found == ["trustee 2, public key"]
    data = RUN.decryption_keys[1].to_bytes()
    said = failed(lambda: open_decryption_key(data, RUN.secrets[1], trustees, ED25519))
    assert said == ("setup.trustees", "trustee 2, decryption key")


def test_attack_43_a_key_that_belongs_to_one_election_does_nothing_in_another(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its published half, and the proof of it, can be put into any election by anybody."""
    made = small()
    again = make_election(
        questions=(YES_NO,),
        votes=(((1, 0),), ((0, 1),)),
        keyholders=Keyholders(made.trustees, made.secrets),
        seed="the keys of another election",
    )
    key = office.key(made, 1)
    first = office.archive(take_apart(made.archive)[:5], made)
    second = office.archive(take_apart(again.archive)[:5], again, "second")
    words = ("--key", key, "--dir", office.folder, "--archive")
    assert office.run("rehearse", *words, first) == 0
    before = office.files()
    assert office.run("decrypt", *words, second) == 1
    assert capsys.readouterr().err.startswith("comitia: trustee.key: private key: expected a key ")
    assert office.files() == before
    assert office.run("decrypt", *words, first) == 0


def test_attack_43_a_swapped_key_in_a_finished_set_up_breaks_the_joint_key() -> None:
    made = small()
    steps = take_apart(made.archive)
    value = json.loads(made.records.trustees)
    value[0] = json.loads(swapped_key(made).records.trustees)[0]
    record = canonical_json(value)
    steps[0] = refer_again(steps[0].with_content(1, record))
    share = steps[5].contents[0]
    places = failing(put_together(steps))
    assert places["setup.election"] == [Subject(0, derive_hash(made.records.election))]
    assert places["decryption.proof"] == [Subject(5, derive_hash(share))]
    assert set(places) == {"setup.election", "decryption.proof"}


def test_attack_17_a_key_of_another_trustee_is_refused_though_its_proof_holds() -> None:
    """The proof names no owner: without this check one person could seem to be two."""
    one = single_trustees(1, ED25519, seeded("victim")).trustees
    assert list(trustee_failures(one, ED25519)) == []
    (failure,) = trustee_failures(one * 2, ED25519)
    assert failure.args == (
        "setup.trustees",
        "trustee 2, public key",
        "a key of its own",
        "trustee 1's",
    )
    preparation = Preparation(
        ElectionTemplate("", "", (YES_NO,)), small().election.uuid, ED25519, one * 2, b"[]"
    )
    with pytest.raises(CheckFailed, match=r"^setup\.trustees: trustee 2, public key"):
        make_setup(preparation)


def test_attack_17_a_member_s_key_is_no_single_trustee_s_too() -> None:
    group = make_run(3, 2).trustees
    copied = SingleTrustee(replace(group.keys[1], signature=None))
    assert [f.subject for f in trustee_failures((copied, group), ED25519)] == [
        "trustee 3, public key"
    ]
    assert [f.subject for f in trustee_failures((group, copied), ED25519)] == [
        "trustee 4, public key"
    ]


def test_attack_17_members_of_a_group_of_whom_one_suffices_have_one_key() -> None:
    group = make_run(2, 1).trustees
    assert group.keys[0].public_key == group.keys[1].public_key
    assert list(trustee_failures((group,), ED25519)) == []


def test_attack_17_a_certificate_s_keys_stand_in_no_other_certificate() -> None:
    group = make_run(2, 2).trustees
    first, second = group.certificates
    copied = replace(second, encryption=first.encryption)
    failures = repeated_certificate_failures((first, copied))
    assert [failure.args for failure in failures] == [
        (
            "setup.trustees",
            "trustee 2, encryption key",
            "a key of its own",
            "the encryption key of trustee 1",
        )
    ]
