"""From a request to its commit's context: who asks, in which capacity, and the key that makes it once."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated

from fastapi import Depends, Request, Response

from shared.contracts.base import derived_id
from shared.event_store.history import Context
from shared.identity.tokens import Principal
from shared.web.authentication import SignedIn
from shared.web.idempotency import ExpectedVersion, IdempotencyKey
from shared.web.middleware import correlation_id


def context_for(
    request: Request,
    who: Principal | str,
    capacity: str,
    node: str,
    *,
    key: str | None = None,
    basis: tuple[str, ...] = (),
    policy_version: str | None = None,
    if_match: int | None = None,
) -> Context:
    """The context of a person's command.

    `who`: the principal, or the pseudonymous id of somebody without an account. `capacity`: `office.capacity`, or
    `teacher`, `director`. `node`: two letters, lower case. `key`: the Idempotency-Key; without one the command has no
    identity of its own, and only the state tells a repeat (a mailed link). `basis`: ids of the events looked up.
    """
    actor = _actor(who)
    return Context(
        actor=actor,
        capacity=capacity,
        node=node,
        correlation_id=correlation_id(request.scope),
        command_id=None if key is None else command_id(actor, route_of(request), key),
        basis=basis,
        policy_version=policy_version,
        if_match=if_match,
    )


def new_identifier(request: Request, who: Principal | str, key: str) -> str:
    """The identifier of a stream that this request may begin: the same actor, route and key name it again."""
    return derived_id(_actor(who), route_of(request), key)


def command_id(actor: str, route: str, key: str) -> str:
    """SHA-256 hex of `actor|route|key`: keys of different people, or on different routes, never meet."""
    return sha256(f"{actor}|{route}|{key}".encode()).hexdigest()


def route_of(request: Request) -> str:
    """`POST /projects/{project}/accept`: the method and the route's template."""
    return f"{request.method} {request.scope['route'].path_format}"


def _actor(who: Principal | str) -> str:
    return who.person if isinstance(who, Principal) else who


@dataclass(frozen=True, slots=True)
class Asking:
    """A signed-in person's command over HTTP, as every command route takes it. `response` is for its headers."""

    request: Request
    response: Response
    who: Principal
    key: str
    if_match: int | None

    def context(
        self, capacity: str, node: str, *, basis: tuple[str, ...] = (), policy_version: str | None = None
    ) -> Context:
        """`context_for` with what the request brought."""
        return context_for(
            self.request,
            self.who,
            capacity,
            node,
            key=self.key,
            basis=basis,
            policy_version=policy_version,
            if_match=self.if_match,
        )

    def new_identifier(self) -> str:
        return new_identifier(self.request, self.who, self.key)


def _asking(
    request: Request, response: Response, who: SignedIn, key: IdempotencyKey, if_match: ExpectedVersion
) -> Asking:
    return Asking(request, response, who, key, if_match)


CommandRequest = Annotated[Asking, Depends(_asking)]
"""Declares a command route: somebody signed in, an Idempotency-Key, an If-Match."""
