"""What the routes of a running registration work with."""

from services.registration.api.desk import Desk
from services.registration.app import TEMPLATES
from services.registration.mongo import Accounts
from services.registration.queries import Schools
from shared.identity.passwords import Passwords
from shared.private_records.erasure import Erasure
from shared.web.pages import Pages
from tests.services.registration.people import People


def desk_of(people: People) -> Desk:
    """A desk of another process over the same database."""
    host = people.service.host
    pages = Pages("registration", (TEMPLATES,))
    erasure = Erasure(host.database, (host.records.forget, host.replicas.forget, *people.service.parts.deletions))
    return Desk(host, Accounts(host.database, host.clock), Passwords(), Schools(host), pages, erasure)
