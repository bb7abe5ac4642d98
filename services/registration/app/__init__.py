"""Registration, wired once; and what the command line asks of it: schools and the first officers."""

from pathlib import Path

from services.registration.api.addresses import Addresses
from services.registration.api.appointments import AddressNotAvailable
from services.registration.api.blocking import Blocking
from services.registration.api.completion import Completions
from services.registration.api.desk import Desk
from services.registration.api.director_contacts import DirectorContacts
from services.registration.api.erasure import Erasures
from services.registration.api.holds import Holds
from services.registration.api.offices import Offices
from services.registration.api.profiles import Profiles
from services.registration.api.proposals import ProposalRoutes
from services.registration.api.recovery import Recovery
from services.registration.api.registrations import Registrations
from services.registration.api.school_desk import SchoolDesk
from services.registration.api.schools import SchoolRoutes
from services.registration.api.searching import Searching
from services.registration.api.sessions import Sessions
from services.registration.app.appointing import Appointed, appoint
from services.registration.app.housekeeping import credentials_sweep
from services.registration.app.importing import ImportReport, Refused, import_schools
from services.registration.app.inactivity import inactivity_sweep
from services.registration.mongo import INDEXES, Accounts
from services.registration.officer import OFFICER
from services.registration.pages import LinkPages
from services.registration.profile import PROFILE
from services.registration.queries import Schools
from services.registration.reactions import REACTIONS
from services.registration.school import SCHOOL
from services.registration.teacher import TEACHER
from services.registration.views import PROPOSALS, SCHOOLS
from shared.hosting.host import Host
from shared.hosting.parts import Parts
from shared.hosting.sweeping import together
from shared.identity.office_view import OFFICES
from shared.identity.passwords import Passwords
from shared.private_records.erasure import Erasure
from shared.web.pages import Pages

__all__ = ["AddressNotAvailable", "Appointed", "ImportReport", "Refused", "appoint", "build", "import_schools"]

TEMPLATES = Path(__file__).parents[1] / "templates"


def build(host: Host) -> Parts:
    """The service's parts for this host."""
    accounts = Accounts(host.database, host.clock)
    pages = Pages("registration", (TEMPLATES,))

    async def release_claims(person: str) -> None:
        for aggregate in (TEACHER, OFFICER):
            await host.claims.release(aggregate.stream(person))

    deletions = (accounts.forget, release_claims)
    erasure = Erasure(host.database, (host.records.forget, host.replicas.forget, *deletions))
    desk = Desk(host, accounts, Passwords(), Schools(host), pages, erasure)
    links = LinkPages(host, pages, lambda token, purpose, kind: desk.link(token, purpose=purpose, aggregate=kind))
    groups = (
        Registrations(desk),
        Completions(desk),
        Recovery(desk),
        Sessions(desk),
        Addresses(desk),
        Erasures(desk),
        Holds(desk),
        Offices(desk),
        Profiles(desk),
        Blocking(desk),
        Searching(desk),
        ProposalRoutes(desk),
        SchoolDesk(desk),
        DirectorContacts(desk),
        SchoolRoutes(desk),
        links,
    )
    return Parts(
        routers=tuple(group.router() for group in groups),
        aggregates=(TEACHER, PROFILE, SCHOOL, OFFICER),
        reactions=REACTIONS,
        views=(SCHOOLS, PROPOSALS, OFFICES),
        loops={"deadlines": together(credentials_sweep(desk), inactivity_sweep(host, accounts))},
        indexes=INDEXES,
        deletions=deletions,
        templates=(TEMPLATES,),
    )
