"""Tokens: accepted from the pinned key for the right reader at the right time, and never otherwise."""

from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, OKPKey

from shared.identity.keys import KeyRing
from shared.identity.offices import OfficeClaim, OfficeKind
from shared.identity.tokens import (
    Principal,
    ServicePrincipal,
    TokenExpired,
    TokenInvalid,
    issue_access_token,
    issue_service_token,
    verify_access_token,
    verify_service_token,
)

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
REGISTRATION = OKPKey.generate_key("Ed25519")
NOTIFICATIONS = OKPKey.generate_key("Ed25519")
RING = KeyRing({"registration": REGISTRATION, "notifications": NOTIFICATIONS})
OFFICE = OfficeClaim(office_id="o-1", kind=OfficeKind.REPRESENTATIVE, country="ES", region="Madrid")


def access_token(key: OKPKey = REGISTRATION, audience: str = "etwinning") -> str:
    return issue_access_token(key, subject="p-1", offices=(OFFICE,), audience=audience, now=NOW)


def verify(token: str, at: datetime = NOW) -> Principal:
    return verify_access_token(token, RING, audience="etwinning", now=at)


def test_a_token_states_the_person_and_the_offices() -> None:
    assert verify(access_token()) == Principal("p-1", (OFFICE,))


def test_a_token_ends_after_five_minutes() -> None:
    verify(access_token(), NOW + timedelta(minutes=4, seconds=59))
    with pytest.raises(TokenExpired):
        verify(access_token(), NOW + timedelta(minutes=5, seconds=10))


def test_a_token_of_another_key_is_refused() -> None:
    with pytest.raises(TokenInvalid):
        verify(access_token(key=OKPKey.generate_key("Ed25519")))


def test_a_token_for_another_audience_is_refused() -> None:
    with pytest.raises(TokenInvalid):
        verify(access_token(audience="elsewhere"))


def test_a_token_for_several_audiences_is_refused() -> None:
    claims = {"iss": "registration", "aud": ["etwinning", "x"], "sub": "p-1", "iat": NOW, "exp": NOW + timedelta(60)}
    token = jwt.encode({"alg": "Ed25519", "typ": "at+jwt"}, claims, REGISTRATION, algorithms=["Ed25519"])
    with pytest.raises(TokenInvalid):
        verify(token)


def test_a_token_without_an_end_is_refused() -> None:
    claims = {"iss": "registration", "aud": "etwinning", "sub": "p-1", "iat": NOW}
    token = jwt.encode({"alg": "Ed25519", "typ": "at+jwt"}, claims, REGISTRATION, algorithms=["Ed25519"])
    with pytest.raises(TokenInvalid):
        verify(token)


def test_the_public_key_used_as_a_shared_secret_is_refused() -> None:
    secret = OctKey.import_key(str(REGISTRATION.as_dict(private=False)["x"]))
    claims = {"iss": "registration", "aud": "etwinning", "sub": "p-1", "iat": NOW, "exp": NOW + timedelta(60)}
    with pytest.raises(TokenInvalid):
        verify(jwt.encode({"alg": "HS256", "typ": "at+jwt"}, claims, secret))


def test_an_unsigned_token_is_refused() -> None:
    _, payload, _ = access_token().split(".")
    header = urlsafe_b64encode(b'{"alg":"none","typ":"at+jwt"}').decode().rstrip("=")
    with pytest.raises(TokenInvalid):
        verify(f"{header}.{payload}.")


@pytest.mark.parametrize("token", ["", "a.b.c", "....", "é.é.é", "x" * 100_000, "W10.e30.aa", "\x00", "\ud800.a.b"])
def test_what_is_no_token_is_refused(token: str) -> None:
    with pytest.raises(TokenInvalid):
        verify(token)
    with pytest.raises(TokenInvalid):
        verify_service_token(token, RING, audience="registration", now=NOW)


def test_a_deeply_nested_header_is_refused() -> None:
    header = urlsafe_b64encode(b"[" * 9_000).decode().rstrip("=")
    with pytest.raises(TokenInvalid):
        verify(f"{header}.e30.aa")


def test_a_service_token_names_the_service() -> None:
    token = issue_service_token(NOTIFICATIONS, service="notifications", audience="registration", now=NOW)
    asked = verify_service_token(token, RING, audience="registration", now=NOW)
    assert asked == ServicePrincipal("notifications")
    assert asked.capacity == "service:notifications"


def test_a_service_cannot_speak_for_another() -> None:
    token = issue_service_token(NOTIFICATIONS, service="registration", audience="validation", now=NOW)
    with pytest.raises(TokenInvalid):
        verify_service_token(token, RING, audience="validation", now=NOW)


def test_a_service_token_for_one_service_is_refused_by_another() -> None:
    token = issue_service_token(NOTIFICATIONS, service="notifications", audience="registration", now=NOW)
    with pytest.raises(TokenInvalid):
        verify_service_token(token, RING, audience="validation", now=NOW)


def test_a_service_token_is_no_access_token_nor_the_other_way_round() -> None:
    service = issue_service_token(REGISTRATION, service="registration", audience="etwinning", now=NOW)
    with pytest.raises(TokenInvalid):
        verify(service)
    with pytest.raises(TokenInvalid):
        verify_service_token(access_token(), RING, audience="etwinning", now=NOW)


def test_an_office_is_found_by_the_place_it_covers() -> None:
    principal = verify(access_token())
    assert principal.office(OfficeKind.REPRESENTATIVE, "ES", "Madrid") == OFFICE
    assert principal.office(OfficeKind.REPRESENTATIVE, "ES", "Galicia") is None
    assert principal.office(OfficeKind.ASSESSOR, "ES") is None
