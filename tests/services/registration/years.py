"""Years that pass in a test: reactions, sweeps in several hosts at once, and the erasure that follows a removal."""

import asyncio
from dataclasses import dataclass, field
from datetime import date

from services.registration.app.inactivity import review_all
from services.registration.mongo import Access, Accounts
from services.registration.profile import PROFILE
from services.registration.reactions import REACTIONS
from shared.contracts.calendar import start_of
from shared.event_store.commits import from_document
from shared.event_store.history import Context
from shared.event_store.store import COMMITS
from shared.hosting.host import Host
from shared.mongo import durable
from shared.private_records.erasure import Erasure
from tests.services.recorded import CODEC
from tests.services.registration.people import People


@dataclass
class Years:
    """What consumers and sweeps do between two days. `hosts`: processes that sweep at once."""

    people: People
    hosts: list[Host] = field(default_factory=list)

    @property
    def host(self) -> Host:
        return self.people.service.host

    @property
    def accounts(self) -> Accounts:
        return Accounts(self.host.database, self.host.clock)

    async def react(self) -> None:
        """What registration's reactions do about everything that was committed."""
        documents = await durable(self.host.database, COMMITS).find({}).to_list(None)
        for commit in map(from_document, documents):
            for one in commit.decoded(CODEC):
                for policy in REACTIONS.get(type(one.event), ()):
                    context = Context("system", "system", one.node, "c-1", cause=one.id, policy=policy.__name__)
                    for identifier, command in policy(one):
                        aggregate = next(
                            kind for kind in self.people.service.parts.aggregates if type(command) in kind.decisions
                        )
                        await self.host.handler.handle(aggregate, identifier, command, context)

    async def sweep(self) -> None:
        """Every host twice, all at once."""
        hosts = self.hosts or [self.host]
        await asyncio.gather(*(review_all(one, Accounts(one.database, one.clock)) for one in hosts * 2))

    async def on(self, day: str) -> None:
        """That day begins, and sweeps run."""
        self.people.service.clock.now = start_of(date.fromisoformat(day))
        await self.sweep()

    async def erase(self, person: str) -> None:
        """What the consumer of erasures does about PersonalDataErased."""
        forget = (self.host.records.forget, self.host.replicas.forget, *self.people.service.parts.deletions)
        await Erasure(self.host.database, forget).erase(person)

    async def seen(self, person: str) -> Access:
        """The account as a sweep finds it."""
        found = await durable(self.host.database, "accounts").find_one({"_id": person})
        assert found is not None
        return Access(person, date.fromisoformat(found["last_access"]))

    async def happened(self, person: str) -> list[tuple[str, str]]:
        """The name and the day of each event of the profile."""
        history = await self.host.handler.load(PROFILE.stream(person))
        return [(type(one.event).__name__, one.time.date().isoformat()) for one in history.recorded]

    async def names(self, person: str) -> list[str]:
        return [name for name, _ in await self.happened(person)]
