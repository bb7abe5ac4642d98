"""Addresses: two spellings of one mailbox are one claim, and a claim does not tell the address."""

import unicodedata

import pytest
from hypothesis import assume, given
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


WORDS = st.text("abcxyzABCXYZ0189áčđéêłñöőřßşťžÁŁÑÖŞİıαβγάέώςΑΩабвгђёїщЖЯაბგաբգ", min_size=1, max_size=8)
"""In the scripts of the programme's languages, with the letters whose case is a trap: ß, ς, İ, ı."""
LABELS = st.one_of(
    st.text("abcxyz0189", min_size=1, max_size=8),
    st.text("áčéłñöřßž", min_size=1, max_size=8),
    st.text("αβγάέώς", min_size=1, max_size=8),
    st.text("абвгђщя", min_size=1, max_size=8),
)
"""A label of a domain is in one script."""


@st.composite
def addresses(draw: st.DrawFn) -> str:
    """Words joined by dots and tags, at an internationalised domain."""
    words = draw(st.lists(WORDS, min_size=1, max_size=4))
    joined = "".join(word + draw(st.sampled_from(".+-_")) for word in words[:-1]) + words[-1]
    address = unicodedata.normalize("NFC", f"{joined}@{draw(LABELS)}.{draw(LABELS)}.example")
    try:
        deliverable_email(address)
    except AddressInvalid:
        assume(condition=False)
    return address


def _swapped(address: str) -> str:
    local, _, domain = address.partition("@")
    return f"{local.swapcase()}@{domain.upper()}"


@given(addresses())
def test_normalising_again_changes_nothing(address: str) -> None:
    once = normalise_email(address)
    assert normalise_email(once) == once
    assert once.rpartition("@")[2].isascii()


@given(addresses())
def test_composed_and_decomposed_are_one_address(address: str) -> None:
    decomposed = unicodedata.normalize("NFD", address)
    assert normalise_email(decomposed) == normalise_email(address)
    assert deliverable_email(decomposed) == deliverable_email(address)


@given(addresses())
def test_an_internationalised_domain_and_its_ascii_form_are_one(address: str) -> None:
    local = address.partition("@")[0]
    domain = normalise_email(address).rpartition("@")[2]
    assert normalise_email(f"{local}@{domain}") == normalise_email(address)
    assert normalise_email(f"{local}@{domain.upper()}") == normalise_email(address)


@given(st.from_regex(r"[A-Za-z0-9]{1,6}([.+_-][A-Za-z0-9]{1,6}){0,3}", fullmatch=True))
def test_case_tells_no_mailboxes_apart(local: str) -> None:
    address = f"{local}@school.example"
    assert normalise_email(_swapped(address)) == normalise_email(address)


@given(addresses(), st.sampled_from([".x", "+x", "-x"]))
def test_dots_and_tags_are_left_alone(address: str, more: str) -> None:
    local, _, domain = address.partition("@")
    longer = f"{local}{more}@{domain}"
    normalised = normalise_email(address).rpartition("@")[0]
    assert normalise_email(longer).rpartition("@")[0] == normalised + more
    for sign in ".+-_":
        assert normalised.count(sign) == local.count(sign)


@given(addresses())
def test_what_is_deliverable_stays_so_and_is_the_same_mailbox(address: str) -> None:
    written = deliverable_email(f"  {address} ")
    assert deliverable_email(written) == written
    assert normalise_email(written) == normalise_email(address)
    assert written.count("@") == 1


def test_the_address_to_write_to_keeps_its_spelling() -> None:
    assert deliverable_email(" Ana.Gil@School.example") == "Ana.Gil@school.example"


def test_a_claim_depends_on_key_number_and_address_and_shows_none_of_it() -> None:
    claim = address_hmac(b"k" * 32, 1, "ana@school.example")
    assert claim == address_hmac(b"k" * 32, 1, "ana@school.example")
    others = {address_hmac(b"l" * 32, 1, "ana@school.example"), address_hmac(b"k" * 32, 1, "eva@school.example")}
    assert claim not in others
    assert claim.startswith("1:")
    assert "ana" not in claim
