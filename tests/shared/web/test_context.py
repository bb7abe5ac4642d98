"""The context of a command: one identity per actor, route and key, whatever the path's values."""

from fastapi import FastAPI, Request
from pydantic import BaseModel

from shared.web.app import create_app
from shared.web.authentication import SignedIn
from shared.web.context import context_for, new_identifier
from shared.web.idempotency import IdempotencyKey
from shared.web.routes import edge_router
from tests.shared.web.application import bearer, client_of, make_edge, person_token


class Seen(BaseModel):
    actor: str
    command_id: str | None
    correlation_id: str
    identifier: str


def app() -> FastAPI:
    router = edge_router("/projects")

    @router.post("/{project}/accept")
    @router.post("/{project}/decline")
    def act(request: Request, project: str, who: SignedIn, key: IdempotencyKey) -> Seen:
        context = context_for(request, who, "teacher", "es", key=key)
        return Seen(
            actor=context.actor,
            command_id=context.command_id,
            correlation_id=context.correlation_id,
            identifier=new_identifier(request, who, key),
        )

    return create_app("projects", [router], make_edge())


async def ask(path: str = "/projects/p-1/accept", key: str = "k-1", person: str = "person-1") -> Seen:
    async with client_of(app()) as client:
        headers = bearer(person_token(person)) | {"Idempotency-Key": key}
        return Seen.model_validate((await client.post(path, headers=headers)).json())


async def test_a_repeat_has_the_same_identity() -> None:
    first, again = await ask(), await ask()
    assert (first.actor, first.command_id, first.identifier) == (again.actor, again.command_id, again.identifier)
    assert first.correlation_id != again.correlation_id


async def test_another_key_person_or_route_is_another_command() -> None:
    seen = [await ask(), await ask(key="k-2"), await ask(person="person-2"), await ask("/projects/p-1/decline")]
    assert len({one.command_id for one in seen}) == len({one.identifier for one in seen}) == 4


async def test_a_command_without_a_key_has_no_identity_of_its_own() -> None:
    router = edge_router("/projects")

    @router.post("/director")
    def answer(request: Request) -> dict[str, str | None]:
        return {"command_id": context_for(request, "attempt-1", "director", "es").command_id}

    async with client_of(create_app("projects", [router], make_edge())) as client:
        assert (await client.post("/projects/director")).json() == {"command_id": None}
