"""Signing in and staying so. Unknown addresses get the answer, and the work, of wrong passwords."""

from typing import Annotated, Literal

from fastapi import APIRouter, Cookie, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import BaseModel, StringConstraints

from services.registration.api.desk import Desk
from services.registration.api.owners import owner_of
from services.registration.api.settled import settled_for, settled_of
from services.registration.api.standing import returned
from services.registration.mongo import SESSION_LIFETIME, Account
from services.registration.officer import OFFICER
from shared.identity.addresses import normalise_email
from shared.identity.offices import OfficeClaim, OfficeKind
from shared.identity.rate_limits import per_client
from shared.identity.tokens import ACCESS_TOKEN_LIFETIME, issue_access_token
from shared.web.authentication import Access, SignedIn, clear_token_cookie, require_same_origin, set_token_cookie
from shared.web.fields import Email, RequestBody
from shared.web.problem import Problem
from shared.web.redirects import local_path
from shared.web.routes import edge_router

SESSION_COOKIE = "etwinning_session"
SESSION_PATH = "/registration"
SessionToken = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{20,100}$")]


class Credentials(RequestBody):
    """An address and the password that goes with it."""

    email: Email
    password: Annotated[str, StringConstraints(min_length=1, max_length=256)]


class Renewal(RequestBody):
    """The session, from whoever keeps no cookies."""

    session: SessionToken | None = None


class Tokens(BaseModel):
    """A bearer token for five minutes, and the session that renews it. Browsers get both as HttpOnly cookies too."""

    person: str
    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 the name of a scheme
    expires_in: int = int(ACCESS_TOKEN_LIFETIME.total_seconds())
    session: str


class Sessions:
    """Sign in, renew, sign out."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._host = desk, desk.host

    def router(self) -> APIRouter:
        routes = edge_router("/registration", tags=["sessions"])
        limited = [Depends(per_client("sign-in", "300/minute"))]
        routes.add_api_route("/sessions", self.sign_in, methods=["POST"], dependencies=limited)
        routes.add_api_route(
            "/sign-in", self.sign_in_by_form, methods=["POST"], response_class=HTMLResponse, status_code=303,
            dependencies=limited,
        )  # fmt: skip
        routes.add_api_route("/sessions/renew", self.renew, methods=["POST"], dependencies=limited)
        routes.add_api_route("/sessions", self.sign_out, methods=["DELETE"], status_code=204)
        routes.add_api_route("/.well-known/keys", self.keys)
        return routes

    async def sign_in(self, request: Request, response: Response, body: Credentials) -> Tokens:
        """An access token for five minutes and a session."""
        await self._host.limiter.check_address("sign-in", "20/minute", normalise_email(body.email))
        async with self._desk.in_whole_steps(refusals_only=True):
            account = await self._authenticated(body)
        if self._desk.passwords.outdated(account.hash):
            await self._desk.accounts.rehash(account, await self._desk.passwords.hash(body.password))
        session = await self._desk.accounts.open_session(account)
        return await self._tokens(request, response, account.person, session)

    async def sign_in_by_form(
        self,
        request: Request,
        email: Annotated[Email, Form()],
        password: Annotated[str, Form(min_length=1, max_length=256)],
        next: Annotated[str, Form(max_length=200)] = "/",  # noqa: A002 the name of the field
    ) -> Response:
        """The sign-in page's form: the cookies, and on to where the person wanted to go."""
        require_same_origin(request)
        answer = RedirectResponse(local_path(next), status_code=303, headers={"Content-Type": "text/html"})
        await self.sign_in(request, answer, Credentials(email=email, password=password))
        return answer

    async def renew(
        self,
        request: Request,
        response: Response,
        body: Renewal | None = None,
        cookie: Annotated[str | None, Cookie(alias=SESSION_COOKIE)] = None,
    ) -> Tokens:
        """Another five minutes, with the offices as they are now; the session from the body or the browser's cookie."""
        session = body.session if body is not None else None
        if session is None and cookie is not None:
            require_same_origin(request)
            session = cookie
        person = await self._person_of(session)
        if session is None or person is None or not await returned(self._desk, person):
            raise Problem(401, "session-ended", headers={"WWW-Authenticate": 'Bearer realm="etwinning"'})
        return await self._tokens(request, response, person, session)

    async def sign_out(self, who: SignedIn, response: Response) -> None:
        """Ends every session of the person; access tokens that are out end within five minutes."""
        await self._desk.accounts.close_sessions(who.person)
        clear_cookies(response, secure=self._host.settings.web.tls)

    async def keys(self) -> dict[str, list[dict[str, str]]]:
        """The public keys that tokens are checked with (RFC 7517)."""
        return self._host.keyring.as_jwk_set()

    async def _authenticated(self, given: Credentials) -> Account:
        """Whose password this is; an unknown address costs what a wrong password costs."""
        account = await self._account(given.email)
        if account is None:
            right = await self._desk.passwords.verify_dummy(given.password)
        else:
            right = await self._desk.passwords.verify(account.hash, given.password)
        if account is None or not right or not await returned(self._desk, account.person):
            raise Problem(401, "sign-in-failed", headers={"WWW-Authenticate": 'Bearer realm="etwinning"'})
        return account

    async def _account(self, email: str) -> Account | None:
        """The account behind an address, following its stream where a crash came between the commit and it."""
        kind, _, person = (await owner_of(self._desk, email)).partition("-")
        account = await self._desk.accounts.account(person)
        settled = await settled_of(self._desk, kind, person)
        if settled is None:
            return None
        if account is None or account.credential != settled.credential:
            return await self._desk.accounts.open(person, settled)
        return account

    async def _person_of(self, token: str | None) -> str | None:
        """Whose session this is; none once it is over, or another password counts."""
        session = None if token is None else await self._desk.accounts.session(token)
        if session is None:
            return None
        settled = await settled_for(self._desk, session.person)
        return session.person if settled is not None and settled.credential == session.credential else None

    async def _tokens(self, request: Request, response: Response, person: str, session: str) -> Tokens:
        access: Access = request.app.state.access
        token = issue_access_token(
            self._host.signing_key,
            subject=person,
            offices=await self._offices(person),
            audience=access.audience,
            now=self._host.clock(),
        )
        secure = self._host.settings.web.tls
        set_token_cookie(response, token, secure=secure)
        seconds = int(SESSION_LIFETIME.total_seconds())
        response.set_cookie(
            SESSION_COOKIE, session, max_age=seconds, httponly=True, secure=secure, samesite="strict", path=SESSION_PATH
        )
        response.headers["Cache-Control"] = "no-store"
        return Tokens(person=person, access_token=token, session=session)

    async def _offices(self, person: str) -> tuple[OfficeClaim, ...]:
        state, _ = await self._host.handler.state(OFFICER, person)
        return tuple(
            OfficeClaim(office_id=office.id, kind=OfficeKind(office.kind), country=office.country, region=office.region)
            for office in state.held()
        )


def clear_cookies(response: Response, *, secure: bool) -> None:
    """The browser forgets that somebody was signed in."""
    clear_token_cookie(response, secure=secure)
    response.delete_cookie(SESSION_COOKIE, httponly=True, secure=secure, samesite="strict", path=SESSION_PATH)
