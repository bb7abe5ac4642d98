"""Who names a school, at the end of a registration or later, names its director too: what both look up and write."""

from services.registration.api.desk import Desk
from services.registration.school import SCHOOL, NoSuchSchool, SchoolNotRegistered, director_of
from shared.contracts.registration import SchoolRegistered
from shared.hosting.host import Host
from shared.private_records.records import Draft
from shared.web.fields import Email, Line, RequestBody

DIRECTOR_CONTACT = "director_contact"


class Director(RequestBody):
    """Whom the representative may ask (FAQ L19)."""

    name: Line
    email: Email


async def named_school(desk: Desk, school: str) -> tuple[SchoolRegistered, str]:
    """The school that counts for registrations there, and the event that says so.

    Raises:
        SchoolNotRegistered: it is not in the register.
        SchoolClosedForRegistration: nobody registers there any more.
    """
    try:
        found, event, _ = await desk.schools.registered(school)
    except NoSuchSchool:
        raise SchoolNotRegistered(school=school) from None
    return found, event


async def director_record(host: Host, identifier: str, school: str, name: str, email: str) -> Draft:
    """The private record of a director's contact. Its subject is the school's director, whoever named the address."""
    state, _ = await host.handler.state(SCHOOL, school)
    return await record_about(host, identifier, director_of(school, state), name, email)


async def record_about(host: Host, identifier: str, director: str, name: str, email: str) -> Draft:
    """The same, where the pseudonym of the director is known."""
    return await host.records.draft(identifier, director, DIRECTOR_CONTACT, {"name": name, "email": email})


async def is_oneself(host: Host, email: str, stream: str) -> bool:
    """Whether the director's address is that of the account whose stream this is, by the claim on it (rules §4.8)."""
    return await host.claims.holder(email) == stream
