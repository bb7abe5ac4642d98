"""Whose address this is: the account that counts on it, never one that only asked to change to it."""

from services.registration.api.desk import ACCOUNTS, NOBODY, Desk
from shared.identity.addresses import normalise_email
from shared.private_records.records import Found


async def owner_of(desk: Desk, email: str) -> str:
    """The stream of its owner, or `NOBODY`; both after the same look-ups."""
    stream = await desk.host.claims.holder(email) or NOBODY
    kind, _, person = stream.partition("-")
    state, _ = await desk.host.handler.state(ACCOUNTS[kind], person)
    record = NOBODY if state.email is None else state.email.id
    found = (await desk.host.records.fetch([record]))[record]
    same = isinstance(found, Found) and normalise_email(found.fields["email"]) == normalise_email(email)
    return stream if same else NOBODY
