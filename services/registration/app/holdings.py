"""What registration holds about a person beside private records, for the person's export: facts, no secret."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.registration.api.profile_bodies import profile_answer
from services.registration.mongo import Accounts
from services.registration.officer import OFFICER
from services.registration.profile import PROFILE, Standing
from services.registration.teacher import TEACHER
from shared.hosting.host import Host
from shared.private_records.held import Held

Document = dict[str, Any]


class Holdings:
    """Each method answers for one kind of document of the export."""

    def __init__(self, host: Host, accounts: Accounts) -> None:
        self._host, self._accounts = host, accounts

    def kinds(self) -> Mapping[str, Held]:
        return {"account": self.account, "profile": self.profile, "offices": self.offices, "facts": self.facts}

    async def account(self, person: str) -> Sequence[Document]:
        """When the person was here last, and how much is kept: numbers in place of secrets."""
        traces = await self._accounts.traces(person)
        claims = sum([await self._host.claims.count(one.stream(person)) for one in (TEACHER, OFFICER)])
        return [
            {
                "last_access": None if traces.last_access is None else traces.last_access.isoformat(),
                "sessions": traces.sessions,
                "passwords_waiting": traces.passwords_waiting,
                "addresses_claimed": claims,
            }
        ]

    async def profile(self, person: str) -> Sequence[Document]:
        """The profile as its owner sees it; an officer has none."""
        state, _ = await self._host.handler.state(PROFILE, person)
        if state.standing in {Standing.UNKNOWN, Standing.REMOVED}:
            return []
        return [profile_answer(state).model_dump(mode="json")]

    async def offices(self, person: str) -> Sequence[Document]:
        """Every office that was ever offered."""
        state, _ = await self._host.handler.state(OFFICER, person)
        return [
            {
                "office": one.id,
                "kind": one.kind,
                "country": one.country,
                "region": one.region,
                "standing": one.standing.value,
            }
            for one in state.offices
        ]

    async def facts(self, person: str) -> Sequence[Document]:
        """Every event of the person's own streams, in order; a record is named by its id."""
        found = []
        for aggregate in (TEACHER, PROFILE, OFFICER):
            history = await self._host.handler.load(aggregate.stream(person))
            for one in history.recorded:
                told = {"at": one.time.isoformat(), "stream": history.stream, "fact": type(one.event).__name__}
                found.append(told | {"data": _by_id(one.event.model_dump(mode="json"))})
        return sorted(found, key=lambda one: str(one["at"]))


def _by_id(value: Any) -> Any:
    """Without commitments: who holds the record has no need of them."""
    if isinstance(value, dict):
        return value["id"] if value.keys() == {"id", "commitment"} else {k: _by_id(v) for k, v in value.items()}
    return [_by_id(one) for one in value] if isinstance(value, list) else value
