"""A member's seed and keys: made, kept in a file, and shown nowhere."""

from __future__ import annotations

from typing import Final

import pytest

from comitia.ballots.v1.making import MemberSecret, channels, parse_member_secret
from comitia.ballots.v1.making.channels import derive_member_keys, send
from comitia.curve import ED25519, RFC_3526_2048
from comitia.errors import MalformedRecord
from tests.ballots.v1.keymaking import make_run
from tests.elections import seeded

RUN: Final = make_run(3, 2)
RANDOMNESS: Final = seeded("tests")


def test_no_secret_is_in_a_repr() -> None:
    secret = RUN.secrets[0]
    keys = derive_member_keys(secret, ED25519)
    shown = f"{secret!r} {secret} {keys!r} {(secret, keys)}"
    for hidden in (secret.seed, keys.signing.text, keys.decryption.text):
        assert hidden not in shown


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"uECTkyM8a4FwS8aRFDF8o",
        b"uECTkyM8a4FwS8aRFDF8ohh",
        b"uECTkyM8a4FwS8aRFDF8oh\n\n",
        b"uECTkyM8a4FwS8aRFDF8oh\r\n",
        b" uECTkyM8a4FwS8aRFDF8oh",
        b"0ECTkyM8a4FwS8aRFDF8oh",
        b"lECTkyM8a4FwS8aRFDF8oh",
        b"\xffECTkyM8a4FwS8aRFDF8oh",
        b'"uECTkyM8a4FwS8aRFDF8oh"',
    ],
)
def test_a_file_that_holds_no_seed_is_refused_without_repeating_it(data: bytes) -> None:
    with pytest.raises(MalformedRecord) as caught:
        parse_member_secret(data)
    assert str(caught.value) == "member's secret: expected 22 characters of Base58"


def test_a_seed_may_end_its_line_or_not() -> None:
    secret = MemberSecret("uECTkyM8a4FwS8aRFDF8oh")
    assert parse_member_secret(b"uECTkyM8a4FwS8aRFDF8oh") == secret
    assert secret.private_file() == b"uECTkyM8a4FwS8aRFDF8oh\n"


@pytest.mark.parametrize("zero", ["sk", "dk"])
def test_a_seed_that_gives_a_key_of_zero_is_refused(
    zero: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = channels._sha256

    def hashed(text: str) -> bytes:
        return bytes(32) if text.startswith(f"{zero}|") else digest(text)

    monkeypatch.setattr(channels, "_sha256", hashed)
    with pytest.raises(MalformedRecord, match=r"^member's secret: one of its keys is zero$"):
        derive_member_keys(RUN.secrets[0], ED25519)


def test_a_message_between_groups_is_the_caller_s_mistake() -> None:
    run = make_run(3, 2, RFC_3526_2048)
    with pytest.raises(TypeError):
        send(RUN.keys(1), run.keys(1).encryption, "", RANDOMNESS)
