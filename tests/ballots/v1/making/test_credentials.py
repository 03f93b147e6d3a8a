"""Credentials: derived as the specification says, published in an order that tells nothing."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from itertools import permutations

import pytest

from comitia.ballots.v1.making import (
    MOST_WEIGHT,
    PrivateCredential,
    PublicCredential,
    derive_secret,
    generate_credential,
    generate_uuid,
    issue_credentials,
    parse_private_credential,
    public_credentials_record,
)
from comitia.ballots.v1.making.tokens import generate_token
from comitia.ballots.v1.model import BASE58, Uuid, is_uuid
from comitia.ballots.v1.parse import CredentialEntry, parse_credentials
from comitia.curve import BELENIOS_2048, ED25519, Group
from comitia.errors import MalformedRecord
from tests.elections import seeded

BOTH = pytest.mark.parametrize("group", [ED25519, BELENIOS_2048], ids=lambda group: group.name)
UUID = Uuid("12345678ABCDEF")
CREDENTIAL = PrivateCredential("abcde-fghijk-mnopq-rstuvw")


@BOTH
def test_a_secret_is_two_hashes_read_as_one_number(group: Group) -> None:
    text = "".join(
        hashlib.sha256(f"derive_credential|{UUID}|{i}|{CREDENTIAL}".encode()).hexdigest()
        for i in (0, 1)
    )
    assert int(derive_secret(CREDENTIAL, UUID, group)) == int(text, 16) % group.order


def test_another_election_or_credential_gives_another_secret() -> None:
    other = PrivateCredential("abcde-fghijk-mnopq-rstuvx")
    secrets = {
        derive_secret(CREDENTIAL, UUID, ED25519),
        derive_secret(CREDENTIAL, Uuid("12345678ABCDEG"), ED25519),
        derive_secret(other, UUID, ED25519),
    }
    assert len(secrets) == 3


def test_a_credential_has_the_form_in_which_it_is_typed() -> None:
    randomness = seeded("credentials")
    made = [generate_credential(randomness) for _ in range(50)]
    assert [parse_private_credential(text) for text in made] == made
    assert {tuple(map(len, text.split("-"))) for text in made} == {(5, 6, 5, 6)}
    assert len(set(made)) == 50


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param(CREDENTIAL[:-1], id="short"),
        pytest.param(CREDENTIAL + "x", id="long"),
        pytest.param(CREDENTIAL + "\n", id="line feed"),
        pytest.param(" " + CREDENTIAL, id="space"),
        pytest.param(CREDENTIAL.replace("-", ""), id="no dashes"),
        pytest.param(CREDENTIAL.replace("a", "0"), id="zero"),
        pytest.param(CREDENTIAL.replace("a", "O"), id="O"),
        pytest.param(CREDENTIAL.replace("a", "I"), id="I"),
        pytest.param(CREDENTIAL.replace("a", "l"), id="l"),
        pytest.param(CREDENTIAL.replace("a", "ä"), id="umlaut"),
        pytest.param(CREDENTIAL.replace("-", "\u2013"), id="en dash"),
    ],
)
def test_a_text_in_another_form_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(MalformedRecord) as caught:
        parse_private_credential(text)
    form = "expected the form XXXXX-XXXXXX-XXXXX-XXXXXX in Base58 characters"
    assert str(caught.value) == f"private credential: {form}"


# The published list

ROLL = [f"voter {number}" for number in range(6)]


@BOTH
def test_the_published_list_holds_every_voters_credential_in_sorted_order(group: Group) -> None:
    issued = issue_credentials(ROLL, UUID, group, seeded("roll"))
    assert [voter for voter, _ in issued.private] == ROLL
    derived = {
        voter: group.generator_power(derive_secret(credential, UUID, group))
        for voter, credential in issued.private
    }
    assert {public.voter: public.element for public in issued.public} == derived
    assert {public.weight for public in issued.public} == {None}
    in_order = sorted(derived.values(), key=lambda element: element.sort_key)
    assert [public.element for public in issued.public] == in_order
    assert json.loads(issued.public_record()) == [element.text for element in in_order]
    assert [public.voter for public in issued.public] != ROLL, "or the order would say nothing here"


def test_attack_40_the_order_of_the_roll_does_not_show_in_the_published_list() -> None:
    records, pairs = set(), set()
    for roll in list(permutations(ROLL))[::50]:
        issued = issue_credentials(roll, UUID, ED25519, seeded("roll"))
        records.add(issued.public_record())
        pairs.add(issued.registrar_file())
    assert len(records) == 1, "the same secrets, whoever has them"
    assert len(pairs) > 1, "the registrar alone sees whose they are"


def test_the_record_is_sorted_whatever_the_order_of_the_elements() -> None:
    elements = [ED25519.generator_power(ED25519.scalar(n)) for n in range(1, 8)]
    public = [PublicCredential(element, "somebody") for element in elements]
    in_order = sorted(elements, key=lambda element: element.sort_key)
    assert json.loads(public_credentials_record(public)) == [element.text for element in in_order]
    assert public_credentials_record(public) == public_credentials_record(public[::-1])
    assert public_credentials_record([]) == b"[]"


def test_the_registrars_files_have_the_references_form() -> None:
    issued = issue_credentials(["Ada", 'Bö "B"'], UUID, ED25519, seeded("two"))
    one, other = (credential for _, credential in issued.private)
    expected = f'{{"Ada":"{one}","Bö \\"B\\"":"{other}"}}'
    assert issued.private_file() == expected.encode()
    lines = [f"{public.element.text},,{public.voter}" for public in issued.public]
    assert json.loads(issued.registrar_file()) == lines
    assert b"Ada" not in issued.public_record()


def test_weights_stand_beside_their_voters_in_every_list() -> None:
    weights = (0, 1, 7, 2**30 - 1, 2**30, 10**9)
    issued = issue_credentials(ROLL, UUID, ED25519, seeded("roll"), weights)
    of_voters = {public.voter: public.weight for public in issued.public}
    assert of_voters == dict(zip(ROLL, weights, strict=True))
    lines = [f"{p.element.text},{p.weight},{p.voter}" for p in issued.public]
    assert json.loads(issued.registrar_file()) == lines
    texts = [f"{public.element.text},{public.weight}" for public in issued.public]
    assert json.loads(issued.public_record()) == texts
    assert parse_credentials(issued.public_record(), ED25519) == tuple(
        CredentialEntry(public.element.text, public.weight) for public in issued.public
    )


def test_weights_change_neither_the_credentials_nor_their_order() -> None:
    plain = issue_credentials(ROLL, UUID, ED25519, seeded("roll"))
    weighted = issue_credentials(ROLL, UUID, ED25519, seeded("roll"), range(6, 0, -1))
    assert weighted.private == plain.private
    assert [public.element for public in weighted.public] == [p.element for p in plain.public]


def test_a_weight_of_one_is_stated_where_weights_are_used() -> None:
    issued = issue_credentials(ROLL[:1], UUID, ED25519, seeded("one"), [1])
    (public,) = issued.public
    assert public.text == f"{public.element.text},1"


WEIGHTS_REFUSED = r"^weights are not negative, and at most 100000000000 together$"


@pytest.mark.parametrize(
    "weights",
    [(-1, 1), (0, -(10**11)), (10**11, 1), (10**11 + 1, 0), (10**12, -(10**12))],
    ids=repr,
)
def test_weights_that_cannot_be_counted_are_refused(weights: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=WEIGHTS_REFUSED):
        issue_credentials(ROLL[:2], UUID, ED25519, seeded("weights"), weights)


@pytest.mark.parametrize("weights", [(10**11, 0), (0, 0), (5 * 10**10, 5 * 10**10)], ids=repr)
def test_the_largest_weights_together_are_issued(weights: tuple[int, ...]) -> None:
    issued = issue_credentials(ROLL[:2], UUID, ED25519, seeded("weights"), weights)
    assert sum(public.weight or 0 for public in issued.public) == sum(weights)
    assert MOST_WEIGHT == 10**11


@pytest.mark.parametrize("weights", [(), (1,), (1, 1, 1)], ids=repr)
def test_there_is_one_weight_for_each_voter(weights: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"zip\(\)"):
        issue_credentials(ROLL[:2], UUID, ED25519, seeded("weights"), weights)


def test_a_roll_that_names_a_voter_twice_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^the roll names a voter twice$"):
        issue_credentials(["Ada", "Bo", "Ada"], UUID, ED25519, seeded("twice"))


def test_an_empty_roll_has_an_empty_list() -> None:
    issued = issue_credentials([], UUID, ED25519, seeded("none"))
    assert (issued.private, issued.public) == ((), ())
    assert issued.public_record() == b"[]"


# Tokens


def test_every_character_of_a_token_is_equally_likely() -> None:
    token = generate_token(4 * 58, lambda _: bytes(range(256)))
    assert Counter(token) == dict.fromkeys(BASE58, 4)


def test_bytes_that_would_favour_a_character_are_thrown_away() -> None:
    stream = iter(range(231, 256 + 3))
    asked = []

    def randomness(size: int) -> bytes:
        asked.append(size)
        return bytes(next(stream) % 256 for _ in range(size))

    assert generate_token(3, randomness) == BASE58[231 % 58] + BASE58[0] + BASE58[1]
    assert set(asked) == {3}


def test_a_generated_identifier_has_the_form_of_one() -> None:
    randomness = seeded("identifiers")
    made = {generate_uuid(randomness) for _ in range(50)}
    assert len(made) == 50
    assert all(is_uuid(uuid) and len(uuid) == 14 for uuid in made)
