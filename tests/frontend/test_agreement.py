"""The booth and the Python package make the same bytes of the same randomness, and read the same.

COMITIA_BOOTH_ELECTIONS says how many random elections: 150 if it is not set.
"""

from __future__ import annotations

import json
import os
from typing import Final

import pytest

from comitia.ballots.v1.making import (
    check_ballot,
    derive_secret,
    generate_credential,
    generate_uuid,
    prepare_ballot,
    sign_ballot,
)
from comitia.ballots.v1.model import derive_fingerprint, derive_tracker
from comitia.ballots.v1.parse import parse_audited_ballot
from comitia.curve import (
    BELENIOS_2048,
    ED25519,
    GROUPS,
    RFC_3526_2048,
    Group,
    NotCanonical,
    expect_embedding,
    hedged_scalar,
)
from tests.elections import CHOOSE, LISTS, YES_NO, make_election, seeded
from tests.frontend.conftest import Booth, Refused
from tests.frontend.random_elections import Voted, random_vote
from tests.vectors.generate import FOLDER

MANY: Final = int(os.environ.get("COMITIA_BOOTH_ELECTIONS", "150"))
PARTS: Final = 10
OF_FIELDS: Final = tuple(
    (group.name, n) for group in (BELENIOS_2048, RFC_3526_2048) for n in (1, 2)
)


def expect_same_ballot(booth: Booth, voted: Voted, seed: str) -> None:
    """Make a ballot in both programs of one stream of randomness, and compare all of it."""
    election, randomness = voted.election, seeded(seed)
    prepared = prepare_ballot(election, voted.credential, voted.votes, randomness)
    ballot = sign_ballot(prepared.unsigned, voted.credential, election, randomness)
    made = booth.ask(
        "make",
        election=voted.record.decode(),
        credential=voted.credential,
        votes=voted.votes,
        seed=seed,
    )
    assert made == {
        "ballot": ballot.decode(),
        "tracker": derive_tracker(ballot),
        "hash": prepared.hash,
        "audited": prepared.open().to_bytes().decode(),
    }
    check_ballot(made["ballot"].encode(), election)
    parse_audited_ballot(made["audited"].encode(), election)


@pytest.mark.parametrize("part", range(PARTS))
def test_the_same_randomness_makes_the_same_ballots(booth: Booth, part: int) -> None:
    for number in range(part, MANY, PARTS):
        expect_same_ballot(booth, random_vote(number), f"election {number}")


@pytest.mark.parametrize("name, number", OF_FIELDS)
def test_the_same_randomness_makes_the_same_ballots_over_fields(
    booth: Booth, name: str, number: int
) -> None:
    expect_same_ballot(booth, random_vote(number, GROUPS[name], most=2), f"{name} {number}")


def test_ballots_of_the_browsers_own_randomness_are_accepted_and_differ(booth: Booth) -> None:
    voted = random_vote(2)
    request = {"credential": voted.credential, "votes": voted.votes, "seed": None}
    made = [booth.ask("make", election=voted.record.decode(), **request) for _ in range(2)]
    for each in made:
        check_ballot(each["ballot"].encode(), voted.election)
    assert made[0]["hash"] != made[1]["hash"]


def test_a_stream_that_repeats_itself_gives_no_nonce_to_two_different_votes(booth: Booth) -> None:
    voted = random_vote(2)
    record, credential = voted.record.decode(), generate_credential(seeded("another"))
    request = {"election": record, "votes": voted.votes, "seed": "the same"}
    one = booth.ask("make", credential=voted.credential, **request)
    other = booth.ask("make", credential=credential, **request)
    openings = [json.loads(made["audited"])["openings"] for made in (one, other)]
    drawn = [{cell["randomness"] for row in rows for cell in row} for rows in openings]
    assert drawn[0] & drawn[1] == set()


VOTES_ON: Final = (
    (CHOOSE, ((1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 1), (0, 1, 1, 0))),
    (YES_NO, ((0, 0), (0, 1), (1, 0))),
    (LISTS, ((1, 1, 0, 0, 0), (1, 1, 1, 0, 0), (0, 0, 0, 1, 1))),
)


@pytest.mark.parametrize("number", range(len(VOTES_ON)))
@pytest.mark.parametrize("name", ["Ed25519", "BELENIOS-2048"])
def test_the_same_powers_are_computed_in_the_same_order_whatever_the_vote(
    booth: Booth, name: str, number: int
) -> None:
    question, votes = VOTES_ON[number]
    made = make_election(
        group=GROUPS[name], questions=(question,), votes=((votes[0],),), trustees=1
    )
    request = {
        "election": made.records.election.decode(),
        "credential": made.credentials.private[0][1],
    }
    calls = [booth.ask("calls", votes=[vote], seed=str(vote), **request) for vote in votes]
    assert calls[1:] == calls[:-1]
    assert {call for call in calls[0] if call != "*"} == {"g^x", "y^x"}


@pytest.mark.parametrize("part", range(PARTS))
def test_the_booth_reads_what_python_makes(booth: Booth, part: int) -> None:
    for number in range(part, MANY // 5, PARTS):
        voted = random_vote(number)
        election, randomness = voted.election, seeded(f"read {number}")
        prepared = prepare_ballot(election, voted.credential, voted.votes, randomness)
        ballot = sign_ballot(prepared.unsigned, voted.credential, election, randomness)
        read = booth.ask("read", election=voted.record.decode(), ballot=ballot.hex())
        assert read == {
            "credential": prepared.unsigned.credential.text,
            "electionHash": election.fingerprint,
            "signed": prepared.hash,
            "signedHash": prepared.hash,
            "tracker": derive_tracker(ballot),
        }


@pytest.mark.parametrize("name", GROUPS)
def test_groups_are_the_same(booth: Booth, name: str) -> None:
    group = GROUPS[name]
    assert booth.ask("group", group=name) == [
        str(group.order),
        group.wide_bytes,
        group.identity.text,
        group.generator.text,
    ]


@pytest.mark.parametrize("name", GROUPS)
def test_products_and_powers_are_the_same(booth: Booth, name: str) -> None:
    group = GROUPS[name]
    element, other = (group.independent_generator(n) for n in (0, 1))
    product = booth.ask("product", group=name, texts=[element.text, other.text])
    assert product == (element * other).text
    for exponent in (0, 1, 2, 15, 16, group.order - 1, group.order // 3):
        expected = element.power(group.scalar(exponent)).text
        request = {"group": name, "text": element.text, "exponent": str(exponent)}
        assert booth.ask("power", **request, prepared=False) == expected
        assert booth.ask("power", **request, prepared=True) == expected


@pytest.mark.parametrize("name", GROUPS)
def test_hashes_nonces_and_credentials_become_the_same_scalars(booth: Booth, name: str) -> None:
    group, statement = GROUPS[name], "prove|é|\U0001f5f3"
    found = booth.ask("hash", group=name, statement=statement)
    assert found == group.hash_to_scalar(statement).text
    secret, message = b"\x00\xff" * 16, b"1|" + bytes(range(256)) * 2
    nonce = booth.ask(
        "nonce", group=name, secret=secret.hex(), message=message.hex(), seed="a nonce"
    )
    assert nonce == hedged_scalar(group, secret, message, seeded("a nonce")).text
    credential, uuid = generate_credential(seeded(name)), generate_uuid(seeded(name))
    derived = derive_secret(credential, uuid, group)
    assert booth.ask("secret", credential=credential, uuid=uuid, group=name) == [
        derived.text,
        group.generator_power(derived).text,
    ]


@pytest.mark.parametrize("group", [ED25519, RFC_3526_2048], ids=["Ed25519", "RFC-3526-2048"])
def test_integers_are_held_by_the_same_elements(booth: Booth, group: Group) -> None:
    embedding = expect_embedding(group)
    for integers in ([], [0], [1, 2, 3], [254] * embedding.most, list(range(embedding.most))):
        held = booth.ask("embed", group=group.name, integers=integers)
        assert held == embedding.embed(integers).text


def texts_of_elements() -> list[tuple[str, str]]:
    """Return texts that are elements, nearly, or not at all, of each group."""
    prime = 2**255 - 19
    numbers = (0, 1, 2, prime - 1, prime, prime + 1, 2**255 - 1, 2**255, 2**255 + 1, 2**256 - 1)
    outside = "9" * 62 + "95"
    g = ED25519.independent_generator(0).text
    edwards = [f"{n:064x}" for n in numbers] + [outside, g, g.upper(), g[1:], f" {g}", f"{g}\n", ""]
    texts = [("Ed25519", text) for text in edwards]
    for group in (BELENIOS_2048, RFC_3526_2048):
        p = int(group.p)
        decimals = [str(n) for n in (0, 1, 2, 3, 4, p - 1, p, p + 1)]
        own = [
            *decimals,
            group.generator.text,
            "01",
            "+1",
            "0x4",
            "\u0661",
            "4 ",
            "4\n",
            "",
            "9" * 5000,
        ]
        texts += [(group.name, text) for text in own]
    return texts


def test_the_same_texts_are_elements(booth: Booth) -> None:
    taken = 0
    for name, text in texts_of_elements():
        try:
            expected = GROUPS[name].parse_element(text).text
        except NotCanonical:
            with pytest.raises(Refused, match=r"^NotCanonical: "):
                booth.ask("element", group=name, text=text)
        else:
            taken += 1
            assert booth.ask("element", group=name, text=text) == expected == text
    assert taken == 2 + 2 + 5


def test_the_vectors_of_texts_are_written_as_they_say(booth: Booth) -> None:
    vectors = json.loads((FOLDER / "ballots_v1.json").read_text())["vectors"]
    texts = [vector for vector in vectors if "code_points" in vector]
    for vector in texts:
        assert booth.ask("json", bytes=vector["bytes_hex"]) == vector["bytes_hex"]
    assert len(texts) == 8


@pytest.mark.parametrize("group", [ED25519, BELENIOS_2048], ids=["Ed25519", "BELENIOS-2048"])
def test_the_vectors_of_records_are_read_as_they_say(booth: Booth, group: Group) -> None:
    vectors = json.loads((FOLDER / "ballots_v1.json").read_text())["vectors"]
    of_name = {vector["name"]: vector for vector in vectors}
    election, ballot = (of_name[f"record: {kind}, {group.name}"] for kind in ("election", "ballot"))
    found = booth.ask("election", bytes=election["text"].encode().hex())
    assert found == election["fingerprint"]
    read = booth.ask("read", election=election["text"], ballot=ballot["text"].encode().hex())
    stated = json.loads(ballot["text"])
    assert read == {
        "credential": stated["credential"],
        "electionHash": election["fingerprint"],
        "signed": stated["signature"]["hash"],
        "signedHash": stated["signature"]["hash"],
        "tracker": derive_fingerprint(ballot["text"].encode()),
    }
