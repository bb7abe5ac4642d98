"""Mailed links: opened for their purpose, until their end, when notifications signed them."""

from datetime import UTC, datetime, timedelta

import pytest
from joserfc.jwk import OKPKey

from shared.identity.keys import KeyRing
from shared.identity.links import Link, LinkExpired, LinkInvalid, read_link, sign_link
from shared.identity.tokens import TokenInvalid, issue_service_token, verify_service_token

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
KEY = OKPKey.generate_key("Ed25519")
LINK = Link("confirm_email", "teacher-1", "attempt-1", NOW + timedelta(days=2))


def test_a_link_opens_what_it_was_signed_for() -> None:
    assert read_link(sign_link(KEY, LINK), KEY, purpose="confirm_email", now=NOW) == LINK


def test_a_link_is_the_same_whenever_it_is_signed() -> None:
    assert sign_link(KEY, LINK) == sign_link(KEY, LINK)


def test_a_link_ends_at_its_end() -> None:
    with pytest.raises(LinkExpired) as caught:
        read_link(sign_link(KEY, LINK), KEY, purpose="confirm_email", now=LINK.expires_at)
    assert caught.value.link == LINK


def test_a_link_for_one_purpose_does_not_open_another() -> None:
    with pytest.raises(LinkInvalid):
        read_link(sign_link(KEY, LINK), KEY, purpose="director_answer", now=NOW)


def test_a_link_of_another_key_is_refused() -> None:
    with pytest.raises(LinkInvalid):
        read_link(sign_link(OKPKey.generate_key("Ed25519"), LINK), KEY, purpose="confirm_email", now=NOW)


def test_a_link_with_one_character_changed_is_refused() -> None:
    token = sign_link(KEY, LINK)
    changed = token[:60] + ("A" if token[60] != "A" else "B") + token[61:]
    with pytest.raises(LinkInvalid):
        read_link(changed, KEY, purpose="confirm_email", now=NOW)


def test_a_service_token_is_no_link_and_a_link_is_no_service_token() -> None:
    token = issue_service_token(KEY, service="notifications", audience="registration", now=NOW)
    with pytest.raises(LinkInvalid):
        read_link(token, KEY, purpose="confirm_email", now=NOW)
    with pytest.raises(TokenInvalid):
        verify_service_token(sign_link(KEY, LINK), KeyRing({"notifications": KEY}), audience="registration", now=NOW)


@pytest.mark.parametrize("token", ["", "a.b.c", "é", "x" * 5_000, "\x00.a.b"])
def test_what_is_no_link_is_refused(token: str) -> None:
    with pytest.raises(LinkInvalid):
        read_link(token, KEY, purpose="confirm_email", now=NOW)
