"""Registration, wired once; and what the command line asks of it: schools and the first officers."""

from collections.abc import Mapping
from pathlib import Path

from fastapi import APIRouter

from services.registration.api.addresses import Addresses
from services.registration.api.appointments import AddressNotAvailable
from services.registration.api.blocking import Blocking
from services.registration.api.completion import Completions
from services.registration.api.desk import Desk
from services.registration.api.director_contacts import DirectorContacts
from services.registration.api.erasure import RECEIPT_PATHS, Erasures
from services.registration.api.export import Exports
from services.registration.api.holds import Holds
from services.registration.api.offices import Offices
from services.registration.api.profiles import Profiles
from services.registration.api.proofs import Proofs
from services.registration.api.proposals import ProposalRoutes
from services.registration.api.receipts import Receipts
from services.registration.api.recovery import Recovery
from services.registration.api.registrations import Registrations
from services.registration.api.school_desk import SchoolDesk
from services.registration.api.schools import SchoolRoutes
from services.registration.api.searching import Searching
from services.registration.api.sessions import Sessions
from services.registration.app.appointing import Appointed, appoint
from services.registration.app.changes import AddressSweep
from services.registration.app.holdings import Holdings as Facts
from services.registration.app.housekeeping import credentials_sweep
from services.registration.app.importing import ImportReport, Refused, import_schools
from services.registration.app.inactivity import inactivity_sweep
from services.registration.mongo import INDEXES, Accounts
from services.registration.officer import OFFICER
from services.registration.pages import LinkPages
from services.registration.profile import PROFILE
from services.registration.queries import PEOPLE_NAMES, PeopleSearch, Schools, people_index, people_names
from services.registration.reactions import REACTIONS
from services.registration.school import SCHOOL
from services.registration.teacher import TEACHER
from services.registration.views import ADDRESS_CHANGES, PEOPLE, PROPOSALS, SCHOOLS
from shared.event_store.claims import CLAIMS
from shared.hosting.host import Host
from shared.hosting.keeping import keeping
from shared.hosting.looking_after import looking_after
from shared.hosting.parts import Loop, Parts
from shared.hosting.sweeping import together
from shared.identity.office_view import OFFICES
from shared.identity.passwords import Passwords
from shared.private_records.erasure import Erasure
from shared.private_records.held import Holdings
from shared.private_records.proof import Count, Remains
from shared.search.private_texts import TEXT_INDEXES
from shared.web.pages import Pages

__all__ = ["AddressNotAvailable", "Appointed", "ImportReport", "Refused", "appoint", "build", "import_schools"]

TEMPLATES = Path(__file__).parents[1] / "templates"


def build(host: Host) -> Parts:
    """The service's parts for this host."""
    accounts, pages = Accounts(host.database, host.clock), Pages("registration", (TEMPLATES,))

    async def release_claims(person: str) -> None:
        for aggregate in (TEACHER, OFFICER):
            await host.claims.release(aggregate.stream(person))

    async def count_claims(person: str) -> int:
        return sum([await host.claims.count(aggregate.stream(person)) for aggregate in (TEACHER, OFFICER)])

    deletions = (accounts.forget, people_names(host).forget, release_claims)
    remains = {**accounts.remains(), PEOPLE_NAMES: people_names(host).count, CLAIMS: count_claims}
    erasure = Erasure(host.database, (host.records.forget, host.replicas.forget, *deletions))
    desk = Desk(host, accounts, Passwords(), Schools(host), pages, erasure)
    held = Facts(host, accounts).kinds()
    people = PeopleSearch(people_index(host), desk.schools.search)
    return Parts(
        routers=_routers(desk, people, Holdings(host.service, host.records, host.replicas, held), remains),
        aggregates=(TEACHER, PROFILE, SCHOOL, OFFICER),
        reactions=REACTIONS,
        views=(SCHOOLS, PROPOSALS, PEOPLE, ADDRESS_CHANGES, OFFICES),
        loops=_loops(desk, people),
        indexes={**INDEXES, PEOPLE_NAMES: TEXT_INDEXES},
        deletions=deletions,
        remains=remains,
        held=held,
        templates=(TEMPLATES,),
        for_the_erased=RECEIPT_PATHS,
    )


def _loops(desk: Desk, people: PeopleSearch) -> dict[str, Loop]:
    """What each role does from time to time: sweeps, and what searches are answered from, kept in memory."""
    host = desk.host
    names = looking_after(PEOPLE_NAMES, people.index, host)
    kept = keeping("school_search", desk.schools.search.names, host), keeping("people_search", people.index.kept, host)
    return {
        "deadlines": together(
            credentials_sweep(desk), inactivity_sweep(host, desk.accounts), AddressSweep(host).run, names
        ),
        "api": together(*kept),
    }


def _routers(desk: Desk, people: PeopleSearch, held: Holdings, remains: Mapping[str, Count]) -> list[APIRouter]:
    """Every route, in the order in which they are looked for."""
    host, pages = desk.host, desk.pages
    links = LinkPages(host, pages, lambda token, purpose, kind: desk.link(token, purpose=purpose, aggregate=kind))
    groups = (
        Registrations(desk),
        Completions(desk),
        Recovery(desk),
        Sessions(desk),
        Addresses(desk),
        Erasures(desk),
        Exports(desk, held),
        Receipts(desk),
        Proofs(desk, Remains(host.service, host.database, remains)),
        Holds(desk),
        Offices(desk),
        Profiles(desk),
        Blocking(desk),
        Searching(desk, people),
        ProposalRoutes(desk),
        SchoolDesk(desk),
        DirectorContacts(desk),
        SchoolRoutes(desk),
        links,
    )
    return [group.router() for group in groups]
