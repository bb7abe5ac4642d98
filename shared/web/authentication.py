"""Who asks: a bearer token or the browser's cookie, checked offline; and whether the request is the site's own.

`SignedIn`, `MaybeSignedIn`, `SignedInPage`, `CallingService` and `PersonOrService` are the dependencies that routes
declare.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request, Response, Security
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer

from shared.identity.keys import KeyRing
from shared.identity.tokens import (
    ACCESS_TOKEN_LIFETIME,
    Principal,
    ServicePrincipal,
    TokenExpired,
    TokenInvalid,
    verify_access_token,
    verify_service_token,
)
from shared.web.problem import Problem

COOKIE = "etwinning_token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})

_BEARER = HTTPBearer(
    auto_error=False, scheme_name="bearer", bearerFormat="JWT", description="Access token of a person."
)
_COOKIE = APIKeyCookie(name=COOKIE, auto_error=False, scheme_name="cookie", description="The same token in a browser.")
_SERVICE = HTTPBearer(auto_error=False, scheme_name="service", bearerFormat="JWT", description="Token of a service.")


Forgotten = Callable[[str, str], Awaitable[bool]]
"""`await forgotten(person, path)`: whether the person was erased, and has nothing to ask at that path any more."""


async def _nobody_is(_person: str, _path: str) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Access:
    """What a service needs in order to check tokens: the pinned keys, the audiences and the clock (UTC); and who was
    erased since the token was issued."""

    ring: KeyRing
    audience: str
    service: str
    clock: Callable[[], datetime]
    forgotten: Forgotten = _nobody_is


class SignInRequired(Exception):
    """A page that needs somebody signed in; the edge redirects (303) to the sign-in page and back."""


def _access(request: Request) -> Access:
    access: Access = request.app.state.access
    return access


async def maybe_principal(
    request: Request,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)],
    cookie: Annotated[str | None, Security(_COOKIE)],
) -> Principal | None:
    """The person, or nobody where no token was sent. A token that does not verify is refused all the same."""
    if bearer is not None:
        return await _verified(request, bearer.credentials)
    if "authorization" in request.headers:
        raise _unauthenticated("invalid_request")
    if not cookie:
        return None
    found = await _verified(request, cookie)
    require_same_origin(request)
    return found


def principal(found: Annotated[Principal | None, Depends(maybe_principal)]) -> Principal:
    """The person who asks; 401 without one."""
    if found is None:
        raise _unauthenticated(None)
    return found


async def page_principal(request: Request, cookie: Annotated[str | None, Security(_COOKIE)]) -> Principal:
    """The person at the browser; without one the page becomes a redirect to sign in."""
    try:
        found = await _verified(request, cookie or "")
    except Problem:
        raise SignInRequired from None
    require_same_origin(request)
    return found


def calling_service(
    request: Request, bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_SERVICE)]
) -> ServicePrincipal:
    """The service that asks; 401 without one."""
    access = _access(request)
    if bearer is None:
        raise _unauthenticated(None)
    try:
        return verify_service_token(bearer.credentials, access.ring, audience=access.service, now=access.clock())
    except TokenInvalid as error:
        raise _unauthenticated("invalid_token", expired=isinstance(error, TokenExpired)) from None


async def person_or_service(
    request: Request,
    service: Annotated[HTTPAuthorizationCredentials | None, Security(_SERVICE)],
    bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)],
    cookie: Annotated[str | None, Security(_COOKIE)],
) -> Principal | ServicePrincipal:
    """The service or the person who asks, each by a token of its own type; 401 without one."""
    try:
        return calling_service(request, service)
    except Problem:
        return principal(await maybe_principal(request, bearer, cookie))


SignedIn = Annotated[Principal, Depends(principal)]
MaybeSignedIn = Annotated[Principal | None, Depends(maybe_principal)]
SignedInPage = Annotated[Principal, Depends(page_principal)]
CallingService = Annotated[ServicePrincipal, Depends(calling_service)]
PersonOrService = Annotated[Principal | ServicePrincipal, Depends(person_or_service)]


def require_same_origin(request: Request) -> None:
    """Refuse (403) an unsafe request that another site made the browser send.

    `Sec-Fetch-Site` decides where the browser sends it; else `Origin` has to name this very host. Neither: refused.
    Also for forms that need no sign-in: log-in and mailed links (login CSRF).
    """
    if request.method in SAFE_METHODS:
        return
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        same = site == "same-origin"
    else:
        same = _origin_host(request.headers.get("origin")) == request.headers.get("host", "").lower()
    if not same:
        raise Problem(403, "cross-site-request")


def set_token_cookie(response: Response, token: str, *, secure: bool) -> None:
    """Hand the browser its access token; `secure` wherever the site is served over TLS."""
    seconds = int(ACCESS_TOKEN_LIFETIME.total_seconds())
    response.set_cookie(COOKIE, token, max_age=seconds, httponly=True, secure=secure, samesite="lax", path="/")


def clear_token_cookie(response: Response, *, secure: bool) -> None:
    response.delete_cookie(COOKIE, httponly=True, secure=secure, samesite="lax", path="/")


async def _verified(request: Request, token: str) -> Principal:
    access = _access(request)
    try:
        found = verify_access_token(token, access.ring, audience=access.audience, now=access.clock())
    except TokenInvalid as error:
        raise _unauthenticated("invalid_token", expired=isinstance(error, TokenExpired)) from None
    if await access.forgotten(found.person, request.url.path):
        raise _unauthenticated("invalid_token")
    return found


def _unauthenticated(error: str | None, *, expired: bool = False) -> Problem:
    challenge = 'Bearer realm="etwinning"' + (f', error="{error}"' if error else "")
    name = "token-expired" if expired else "not-signed-in"
    return Problem(401, name, headers={"WWW-Authenticate": challenge})


def _origin_host(origin: str | None) -> str | None:
    try:
        return urlsplit(origin or "").netloc.lower() or None
    except ValueError:
        return None
