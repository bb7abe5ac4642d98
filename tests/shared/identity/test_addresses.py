"""Addresses: two spellings of one mailbox are one claim, and a claim does not tell the address."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.identity.addresses import AddressInvalid, address_hmac, deliverable_email, normalise_email


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ana.Gil@School.example", "ana.gil@school.example"),
        (" ana@school.example ", "ana@school.example"),
        ("ana@bücher.example", "ana@xn--bcher-kva.example"),
        ("STRASSE@school.example", "straße@school.example"),
        ("e\u0301va@school.example", "\u00e9va@school.example"),
    ],
)
def test_spellings_of_one_mailbox_are_the_same(one: str, other: str) -> None:
    assert normalise_email(one) == normalise_email(other)


@pytest.mark.parametrize("other", ["anagil@school.example", "ana.gil+x@school.example", "ana.gil@school2.example"])
def test_dots_tags_and_domains_tell_mailboxes_apart(other: str) -> None:
    assert normalise_email("ana.gil@school.example") != normalise_email(other)


@pytest.mark.parametrize(
    "text", ["", "ana", "ana@", "@school.example", "a b@school.example", "ana@[127.0.0.1]", "a@b\x00.de"]
)
def test_what_is_no_address_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(AddressInvalid) as caught:
        normalise_email(text)
    assert str(caught.value) == "not an e-mail address"


@given(st.text(max_size=80))
def test_any_text_is_either_normalised_for_good_or_refused(text: str) -> None:
    try:
        once = normalise_email(text)
    except AddressInvalid:
        return
    assert normalise_email(once) == once


def test_the_address_to_write_to_keeps_its_spelling() -> None:
    assert deliverable_email(" Ana.Gil@School.example") == "Ana.Gil@school.example"


def test_a_claim_depends_on_key_number_and_address_and_shows_none_of_it() -> None:
    claim = address_hmac(b"k" * 32, 1, "ana@school.example")
    assert claim == address_hmac(b"k" * 32, 1, "ana@school.example")
    others = {address_hmac(b"l" * 32, 1, "ana@school.example"), address_hmac(b"k" * 32, 1, "eva@school.example")}
    assert claim not in others
    assert claim.startswith("1:")
    assert "ana" not in claim
