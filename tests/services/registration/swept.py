"""What a process of registration sweeps: drafts, changes of address, and who stays away."""

from functools import partial
from pathlib import Path

from services.registration.api.desk import Desk
from services.registration.app import TEMPLATES, build
from services.registration.app.changes import AddressSweep
from services.registration.app.housekeeping import drop_outdated
from services.registration.app.inactivity import review_all
from services.registration.mongo import Accounts
from services.registration.queries import Schools
from shared.hosting.host import Host
from shared.identity.passwords import Passwords
from shared.private_records.erasure import Erasure
from shared.web.pages import Pages
from tests.services.sweeper import Sweeps


def everything(host: Host) -> Sweeps:
    """In the order in which the service has them."""
    accounts, parts = Accounts(host.database, host.clock), build(host)
    erasure = Erasure(host.database, (host.records.forget, host.replicas.forget, *parts.deletions))
    desk = Desk(host, accounts, Passwords(), Schools(host), Pages("registration", (Path(TEMPLATES),)), erasure)
    return partial(drop_outdated, desk), AddressSweep(host).turn, partial(review_all, host, accounts)
