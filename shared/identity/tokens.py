"""Access tokens of people and tokens between services: Ed25519 JWTs, checked offline (RFC 7519, RFC 8725).

Three things are pinned on every check: the algorithm, the type (an access token is no service token, and a
mailed link is neither), and the key, which the ring knows by its owner's name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from joserfc import jwt
from joserfc.errors import ExpiredTokenError, JoseError
from joserfc.jwk import OKPKey
from joserfc.jws import extract_compact
from pydantic import TypeAdapter, ValidationError

from shared.identity.keys import ALGORITHM, KeyRing, UnknownKeyOwner
from shared.identity.offices import OfficeClaim, OfficeKind, covers, service_capacity

ISSUER = "registration"
ACCESS_TOKEN_LIFETIME = timedelta(minutes=5)
SERVICE_TOKEN_LIFETIME = timedelta(minutes=1)
MAX_TOKEN_LENGTH = 16_384
_CLOCK_SKEW_S = 5
_ACCESS, _SERVICE = "at+jwt", "service+jwt"
_OFFICES = TypeAdapter(tuple[OfficeClaim, ...])


class TokenInvalid(Exception):
    """Not a token of ours, or not for us. Carries no part of the token."""


class TokenExpired(TokenInvalid):
    """A token of ours whose time is over."""


@dataclass(frozen=True, slots=True)
class Principal:
    """The person who asks, by pseudonymous id, with the offices that the token claims."""

    person: str
    offices: tuple[OfficeClaim, ...] = ()

    def office(self, kind: OfficeKind, country: str, region: str | None = None) -> OfficeClaim | None:
        """The claimed office of this kind that covers the place. The service still checks that it is live."""
        return next((o for o in self.offices if o.kind is kind and covers(o, country, region)), None)

    def offices_of(self, *kinds: OfficeKind) -> tuple[OfficeClaim, ...]:
        return tuple(office for office in self.offices if office.kind in kinds)


@dataclass(frozen=True, slots=True)
class ServicePrincipal:
    """The service that asks, by name."""

    service: str

    @property
    def capacity(self) -> str:
        return service_capacity(self.service)


def issue_access_token(
    key: OKPKey,
    *,
    subject: str,
    offices: tuple[OfficeClaim, ...],
    audience: str,
    now: datetime,
    lifetime: timedelta = ACCESS_TOKEN_LIFETIME,
) -> str:
    """Sign an access token for a person with registration's key."""
    claims = {"sub": subject, "offices": _OFFICES.dump_python(offices, mode="json", exclude_none=True)}
    return _sign(key, ISSUER, _ACCESS, claims, audience, now, lifetime)


def verify_access_token(token: str, ring: KeyRing, *, audience: str, now: datetime) -> Principal:
    """Check a person's token; raises `TokenExpired` or `TokenInvalid`."""
    claims = _verify(token, ring, ISSUER, _ACCESS, audience, now)
    try:
        return Principal(person=claims["sub"], offices=_OFFICES.validate_python(claims.get("offices", ())))
    except ValidationError:
        raise TokenInvalid from None


def issue_service_token(
    key: OKPKey, *, service: str, audience: str, now: datetime, lifetime: timedelta = SERVICE_TOKEN_LIFETIME
) -> str:
    """Sign a token in which `service` (or an auditor's key) asks `audience`, another service, for something."""
    return _sign(key, service, _SERVICE, {"sub": service_capacity(service)}, audience, now, lifetime)


def verify_service_token(token: str, ring: KeyRing, *, audience: str, now: datetime) -> ServicePrincipal:
    """Check a service's token against the key pinned to the name it claims; raises `TokenExpired` or `TokenInvalid`."""
    owner = _claimed_owner(token)
    claims = _verify(token, ring, owner, _SERVICE, audience, now)
    if claims["sub"] != service_capacity(owner):
        raise TokenInvalid
    return ServicePrincipal(owner)


def _sign(
    key: OKPKey, owner: str, kind: str, claims: Mapping[str, Any], audience: str, now: datetime, lifetime: timedelta
) -> str:
    issued = int(now.timestamp())
    times = {"iat": issued, "exp": issued + int(lifetime.total_seconds())}
    header = {"alg": ALGORITHM, "typ": kind, "kid": owner}
    return jwt.encode(header, {"iss": owner, "aud": audience, **times, **claims}, key, algorithms=[ALGORITHM])


def _verify(token: str, ring: KeyRing, owner: str, kind: str, audience: str, now: datetime) -> dict[str, Any]:
    if len(token) > MAX_TOKEN_LENGTH:
        raise TokenInvalid
    try:
        decoded = jwt.decode(token, ring.public_key(owner), algorithms=[ALGORITHM])
        _expected(owner, audience, now).validate(decoded.claims)
    except ExpiredTokenError:
        raise TokenExpired from None
    except (JoseError, UnknownKeyOwner, ValueError, RecursionError):
        raise TokenInvalid from None
    # A list of audiences would satisfy the registry with ours among them: ours are issued for one reader.
    pinned = decoded.header.get("typ") == kind and decoded.claims["aud"] == audience
    if not pinned or not isinstance(decoded.claims["sub"], str):
        raise TokenInvalid
    return decoded.claims


def _expected(owner: str, audience: str, now: datetime) -> jwt.JWTClaimsRegistry:
    return jwt.JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=_CLOCK_SKEW_S,
        iss={"essential": True, "value": owner},
        aud={"essential": True, "value": audience},
        sub={"essential": True},
        iat={"essential": True},
        exp={"essential": True},
    )


def _claimed_owner(token: str) -> str:
    """The owner's name from the unverified header: it only chooses which pinned key must have signed."""
    try:
        owner = extract_compact(token.encode()).protected.get("kid")
    except (JoseError, ValueError, RecursionError):
        raise TokenInvalid from None
    if not isinstance(owner, str):
        raise TokenInvalid
    return owner
