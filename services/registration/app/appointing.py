"""The first offices, appointed on the machine (design §10): `etwinning office appoint`."""

from dataclasses import dataclass

from uuid_utils import uuid7

from services.registration.api.appointments import Offer, offer
from shared.contracts.base import derived_id
from shared.contracts.registration import OfficeKind
from shared.event_store.history import Context
from shared.hosting.host import Host

OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Appointed:
    """The office that was offered by mail, and to whom; `standing` is `held` where the person holds it already."""

    office: str
    officer: str
    standing: str


async def appoint(
    host: Host,
    *,
    kind: OfficeKind,
    email: str,
    locale: str = "en",
    country: str | None = None,
    correlation: str | None = None,
) -> Appointed:
    """Offers an office in the name of whoever runs the installation; each call sends a new mail.

    `correlation`: what the facts that follow are told together with; one of its own without it.

    Raises `NotYoursToAppoint` (the machine appoints only the centre, operators and auditors), `AddressNotAvailable`
    (a teacher's address) or `AddressInvalid`.
    """
    call = str(uuid7())
    wanted = Offer(kind, country, None, email, locale, by=OPERATOR, authority="operator", authority_country=None)
    command_id = derived_id(OPERATOR, "appoint", call)

    def context_of(policy: str) -> Context:
        told = correlation or call
        return Context(OPERATOR, OPERATOR, wanted.node, told, command_id=command_id, policy_version=policy)

    office, outcome = await offer(host, wanted, call, context_of)
    found = outcome.state.office(office)
    return Appointed(office, outcome.state.id, "offered" if found is None else found.standing.value)
