"""Offering an office to an address: the claim on it names the person's stream (design §5, §10)."""

from collections.abc import Callable
from dataclasses import dataclass

from services.registration.commands import OfferOffice
from services.registration.officer import OFFICER, AddressChangedMeanwhile, Officer, OfficerErased
from shared.contracts.base import RecordRef, derived_id
from shared.contracts.registration import OfficeKind
from shared.event_store.claims import AddressTaken
from shared.event_store.handling import Outcome
from shared.event_store.history import Context
from shared.event_store.violations import Busy, RuleViolation
from shared.hosting.host import Host
from shared.identity.addresses import normalise_email
from shared.nodes import CENTRAL_NODE
from shared.private_records.records import Found, SubjectErased

_ROUNDS = 3


class AddressNotAvailable(RuleViolation):
    """An office cannot be offered to this address: it belongs to an account that is no officer's, or an
    officer's change of address waits for it."""


@dataclass(frozen=True, slots=True)
class Offer:
    """Which office is offered to whom, and in which office it is offered."""

    kind: OfficeKind
    country: str | None
    region: str | None
    email: str
    locale: str
    by: str
    authority: OfficeKind
    authority_country: str | None

    @property
    def node(self) -> str:
        """The node that the office belongs to."""
        return CENTRAL_NODE if self.country is None else self.country.lower()


async def offer(
    host: Host, wanted: Offer, key: str, context_of: Callable[[str], Context]
) -> tuple[str, Outcome[Officer]]:
    """Offers it, and says which office of whom. `key` makes the identifier of somebody new; `context_of(policy)`.

    Raises:
        AddressNotAvailable: a teacher's address, or one that a change of address waits for.
        RuleViolation: as `offer_office`.
    """
    held = await host.claims.holder(wanted.email)
    officer = derived_id("officer", key) if held is None else _officer_of(held)
    for _ in range(_ROUNDS):
        try:
            return await _offer_to(host, officer, wanted, context_of)
        except AddressTaken as taken:
            officer = _officer_of(taken.stream)
        except (OfficerErased, SubjectErased):
            officer = derived_id("officer", key, officer)  # who returns begins anew
        except AddressChangedMeanwhile:
            officer = await _instead(host, officer, wanted.email) or derived_id("officer", key)
    raise Busy


async def _instead(host: Host, officer: str, email: str) -> str | None:
    """Whose address it is, where it is not the one that counts for its officer: given up, or only asked for."""
    await host.claims.release_let_go(OFFICER.stream(officer))
    held = await host.claims.holder(email)
    if held == OFFICER.stream(officer):
        raise AddressNotAvailable
    return None if held is None else _officer_of(held)


async def _offer_to(
    host: Host, officer: str, wanted: Offer, context_of: Callable[[str], Context]
) -> tuple[str, Outcome[Officer]]:
    at = host.clock()
    policy = host.nodes.policy(wanted.country or CENTRAL_NODE, "deadlines", at.date())
    context = context_of(policy.reference)
    claim = host.claims.intent(wanted.email)
    asked = f"{context.command_id}"
    email = await host.records.draft(derived_id(asked, officer, "email"), officer, "email", {"email": wanted.email})
    office = derived_id("office", officer, wanted.kind, wanted.country or "", wanted.region or "")
    command = OfferOffice(
        at=at,
        by=wanted.by,
        authority=wanted.authority,
        authority_country=wanted.authority_country,
        officer=officer,
        office=office,
        claim=claim.id,
        kind=wanted.kind,
        country=wanted.country,
        region=wanted.region,
        locale=wanted.locale,
        email=email.ref,
        attempt=derived_id(asked, officer, "attempt"),
        link_expires=at + policy.content.office_offer,
        same_as=await _same_as(host, officer, wanted.email, email.ref),
    )
    return office, await host.handler.handle(OFFICER, officer, command, context, [claim, email])


async def _same_as(host: Host, officer: str, email: str, offered: RecordRef) -> str:
    """The record of the officer's address, where it is this one; else the offered one's."""
    state, _ = await host.handler.state(OFFICER, officer)
    if state.email is None:
        return offered.id
    known = (await host.records.fetch([state.email.id]))[state.email.id]
    same = isinstance(known, Found) and normalise_email(known.fields["email"]) == normalise_email(email)
    return state.email.id if same else offered.id


def _officer_of(stream: str) -> str:
    kind, _, identifier = stream.partition("-")
    if kind != OFFICER.name:
        raise AddressNotAvailable
    return identifier
