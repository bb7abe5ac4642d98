"""Addresses that are known already: their owners are told, and nobody else is."""

from fastapi import Request

from services.registration.api.desk import ACCOUNTS, ANYBODY, Desk
from services.registration.commands import RepeatRegistration
from shared.contracts.base import derived_id
from shared.contracts.registration import RegistrationRepeated
from shared.web.context import context_for


async def tell_owner(desk: Desk, request: Request, stream: str, key: str, *, again: bool = True) -> None:
    """Somebody gave this account's address as if it were new: a fact of the owner's stream, and so a mail to the owner.

    Who asks gets the answer that a new address gets; a draft or an erased account is told nothing. Without `again`
    nor is an owner who was told just now.
    """
    kind, _, person = stream.partition("-")
    aggregate = ACCOUNTS[kind]
    _, history = await desk.host.handler.state(aggregate, person)
    if not history.version:
        return
    context = context_for(request, ANYBODY, ANYBODY, history.recorded[-1].node, key=key)
    attempt = derived_id(f"{context.command_id}", person, "attempt")
    before = [one.time for one in history.recorded if isinstance(one.event, RegistrationRepeated)]
    told = None if again or not before else before[-1]
    command = RepeatRegistration(at=desk.host.clock(), attempt=attempt, told=told)
    await desk.host.handler.handle(aggregate, person, command, context)
