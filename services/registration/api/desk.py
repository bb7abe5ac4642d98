"""What every route of registration works with, and the types of what people type."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from pydantic import StringConstraints

from services.registration.commands import NotAdmitted
from services.registration.mongo import Accounts
from services.registration.officer import OFFICER
from services.registration.queries import Schools
from services.registration.teacher import TEACHER
from shared.event_store.aggregate import Aggregate
from shared.event_store.violations import NotFound
from shared.hosting.host import Host
from shared.identity.links import SIGNER, Link, LinkExpired, LinkInvalid, read_link
from shared.identity.passwords import Passwords
from shared.nodes import UnknownCountry
from shared.private_records.erasure import Erasure
from shared.web.pages import Pages

LINK_PATTERN = r"^[A-Za-z0-9_.-]{1,2048}$"
ANSWER_STEP_S = 0.25
"""Answers about an address come in such steps: what was found out about it must not be read from a stopwatch."""


ANYBODY = "anybody"
"""The actor, and the capacity, of who says nothing of themselves but an address."""
NOBODY = f"{TEACHER.name}-nobody"
"""The stream that is looked at where there is none: an address that nobody holds costs the same look-ups."""
ACCOUNTS: Mapping[str, Aggregate[Any]] = {TEACHER.name: TEACHER, OFFICER.name: OFFICER}
"""What has an account, by the kind of its stream."""


Locale = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$")]
"""The language that somebody wants to be written to in: `es`, `pt-BR`, `sr-Latn`."""

LinkToken = Annotated[str, StringConstraints(pattern=LINK_PATTERN)]
"""What a mailed link carries."""


@dataclass(frozen=True)
class Desk:
    """Passed to every group of routes; made once in `app.py`."""

    host: Host
    accounts: Accounts
    passwords: Passwords
    schools: Schools
    pages: Pages
    erasure: Erasure
    answer_step_s: float = ANSWER_STEP_S

    def not_admitted(self, country: str) -> NotAdmitted | None:
        """Why this country's teachers and schools cannot register today."""
        try:
            found = self.host.nodes.country(country)
        except UnknownCountry:
            return "unknown_country"
        return found.accepts_registrations(self.host.clock().date()).reason

    def draft_ends(self, country: str, at: datetime) -> datetime:
        """How long a registration that was begun, or asked for again, `at` that moment may be resumed (rules §4.14)."""
        return at + self.host.nodes.policy(country, "accounts", at.date()).content.draft

    def link(self, token: str, *, purpose: str, aggregate: str, signer: str = SIGNER) -> tuple[Link, str]:
        """What a link opens, and the identifier of its stream. An expired link is genuine: its stream says so.

        Raises:
            NotFound: no link of ours, or for something else.
        """
        link, kind, identifier = self._read(token, purpose, signer)
        if kind != aggregate:
            raise NotFound
        return link, identifier

    def account_link(self, token: str, *, purpose: str) -> tuple[Link, str, str]:
        """The same for who may be a teacher or an officer: the kind of the stream, and the person.

        Raises:
            NotFound: no link of ours, or for something else.
        """
        link, kind, person = self._read(token, purpose, SIGNER)
        if kind not in ACCOUNTS:
            raise NotFound
        return link, kind, person

    def _read(self, token: str, purpose: str, signer: str) -> tuple[Link, str, str]:
        key = self.host.keyring.public_key(signer)
        try:
            link = read_link(token, key, purpose=purpose, now=self.host.clock())
        except LinkExpired as expired:
            link = expired.link
        except LinkInvalid:
            raise NotFound from None
        kind, _, identifier = link.stream.partition("-")
        return link, kind, identifier

    @asynccontextmanager
    async def in_whole_steps(self, *, refusals_only: bool = False) -> AsyncIterator[None]:
        """Answers and refusals alike leave a whole number of steps after they were asked, one at least.

        A mere minimum would hide nothing once work takes longer, as it does under load. `refusals_only`: whoever
        succeeds knows already that the address is known.
        """
        loop = asyncio.get_running_loop()
        began, answered = loop.time(), False
        try:
            yield
            answered = True
        finally:
            if not (answered and refusals_only):
                await asyncio.sleep((began - loop.time()) % self.answer_step_s)
