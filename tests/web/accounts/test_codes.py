from __future__ import annotations

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comitia.errors import MalformedRecord
from comitia.web.accounts.codes import draw_code, hash_code, is_code, read_code
from comitia.web.accounts.devices import describe_device
from comitia.web.accounts.sealing import seal_text, unseal_text

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
codes = st.tuples(st.integers(1, 6), st.integers(1, 6)).map(
    lambda size: draw_code(*size, secrets.token_bytes)
)


def test_a_code_has_five_bits_a_sign_and_each_sign_is_as_likely() -> None:
    assert draw_code(2, 4, lambda length: bytes(range(length))) == "0123-4567"
    drawn = [draw_code(1, 1, lambda _, byte=byte: bytes([byte])) for byte in range(256)]  # type: ignore[misc] # a default for the loop
    assert sorted(drawn) == sorted(8 * SIGNS)


@given(codes, st.sampled_from([" ", "-", "\u2013", ".", "_", "\n", ""]))
def test_a_code_is_read_however_it_is_typed(code: str, between: str) -> None:
    plain = code.replace("-", "")
    typed = between.join(code.lower().replace("0", "O").replace("1", "l"))[:100]
    assert read_code(code) == plain
    assert plain.startswith(read_code(typed))


@given(st.text(max_size=200))
def test_any_text_is_read_as_signs_or_as_nothing(typed: str) -> None:
    assert set(read_code(typed)) <= set(SIGNS)


@given(codes, st.text(max_size=120))
def test_no_other_text_is_the_code(code: str, other: str) -> None:
    stored = hash_code("claim", b"key", code)
    assert is_code("claim", b"key", code, stored)
    assert is_code("claim", b"key", other, stored) == (read_code(other) == read_code(code))


def test_a_code_for_one_purpose_or_key_is_none_for_another() -> None:
    code = "7K2M-Q0XW"
    stored = hash_code("claim", b"key", code)
    assert not is_code("login", b"key", code, stored)
    assert not is_code("claim", b"other", code, stored)


@given(st.text(max_size=200))
def test_what_is_sealed_is_opened_and_says_nothing(text: str) -> None:
    sealed = seal_text(text)
    assert unseal_text(sealed) == text
    assert sealed != seal_text(text)
    assert sealed.isascii()


@given(st.text(max_size=100) | st.binary(max_size=80).map(lambda content: "1" + content.hex()))
def test_what_was_not_sealed_here_is_refused(sealed: str) -> None:
    with pytest.raises(MalformedRecord, match="cannot be opened"):
        unseal_text(sealed)


def test_each_sign_of_what_is_sealed_matters() -> None:
    sealed = seal_text("JBSWY3DPEHPK3PXP")
    for place in range(len(sealed) - 4):  # the last signs have bits to spare
        changed = sealed[:place] + ("A" if sealed[place] != "A" else "B") + sealed[place + 1 :]
        with pytest.raises(MalformedRecord, match="cannot be opened"):
            unseal_text(changed)


@pytest.mark.parametrize(
    "said,expected",
    [
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Firefox, Linux",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
            "Edge, Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1",
            "Safari, iPhone",
        ),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36", "Chrome, Android"),
        ("curl/8", ""),
        ("<script>Firefox", "Firefox"),
    ],
)
def test_a_browser_is_told_by_few_words_of_ours(said: str, expected: str) -> None:
    assert describe_device(said) == expected
