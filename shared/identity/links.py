"""Links in mails: what lets somebody without an account act once. Signed by notifications at the moment of sending.

A link names a purpose, a stream and an attempt, and when it ends; nothing about a person. The service that owns
the stream checks the signature offline, and its own state (the attempt is open) makes the link single-use.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from shared.identity.keys import ALGORITHM

SIGNER = "notifications"
MAX_LINK_LENGTH = 2_048
_TYPE = "link+jwt"


class LinkInvalid(Exception):
    """Not a link of ours, or for another purpose. Carries no part of the link."""


class LinkExpired(Exception):
    """A genuine link whose time is over; `link` says for what, so that a new one can be offered."""

    def __init__(self, link: "Link") -> None:
        super().__init__("link expired")
        self.link = link


@dataclass(frozen=True, slots=True)
class Link:
    """What a link opens: `purpose` (`confirm-email`), the stream and the attempt (both identifiers), the end (UTC)."""

    purpose: str
    stream: str
    attempt: str
    expires_at: datetime


def sign_link(key: OKPKey, link: Link, *, signer: str = SIGNER) -> str:
    """Sign a link with the signer's key. The same link always gives the same token (Ed25519 is deterministic)."""
    claims = {
        "purpose": link.purpose,
        "stream": link.stream,
        "attempt": link.attempt,
        "exp": int(link.expires_at.timestamp()),
    }
    header = {"alg": ALGORITHM, "typ": _TYPE, "kid": signer}
    return jwt.encode(header, claims, key, algorithms=[ALGORITHM])


def read_link(token: str, public_key: OKPKey, *, purpose: str, now: datetime) -> Link:
    """Check a link with the key pinned to notifications; raises `LinkInvalid` or `LinkExpired`."""
    link = _read(token, public_key)
    if link.purpose != purpose:
        raise LinkInvalid
    if now >= link.expires_at:
        raise LinkExpired(link)
    return link


def _read(token: str, public_key: OKPKey) -> Link:
    if len(token) > MAX_LINK_LENGTH:
        raise LinkInvalid
    try:
        decoded = jwt.decode(token, public_key, algorithms=[ALGORITHM])
        claims = decoded.claims
        link = Link(
            purpose=claims["purpose"],
            stream=claims["stream"],
            attempt=claims["attempt"],
            expires_at=datetime.fromtimestamp(claims["exp"], UTC),
        )
    except (JoseError, KeyError, TypeError, ValueError, OverflowError, RecursionError):
        raise LinkInvalid from None
    if decoded.header.get("typ") != _TYPE:
        raise LinkInvalid
    return link
