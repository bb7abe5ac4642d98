"""What one service holds about a person, for the person's export (design §8)."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from shared.contracts.base import Service
from shared.private_records.records import PrivateRecords
from shared.private_records.replicas import Replicas
from shared.private_records.wire import HeldAnswer, HeldRecord

Held = Callable[[str], Awaitable[Sequence[Mapping[str, Any]]]]
"""`await held(person)`: documents of one kind about a person: JSON values only, never a secret or a hash of one."""


class Holdings:
    """Records, replicas, and what the service registers (`Parts.held`)."""

    def __init__(
        self, service: Service, records: PrivateRecords, replicas: Replicas, held: Mapping[str, Held] | None = None
    ) -> None:
        self._service, self._records, self._replicas = service, records, replicas
        self._held = dict(held or {})

    async def about(self, person: str) -> HeldAnswer:
        """All of it, as it is now; of a person who was erased, or never heard of, nothing private."""
        return HeldAnswer(
            service=self._service,
            person=person,
            records=[
                HeldRecord(id=one.id, kind=one.kind, fields=dict(one.fields), written=one.written)
                for one in await self._records.about(person)
            ],
            replicas=[
                HeldRecord(id=one.id, kind=one.kind, fields=dict(one.fields))
                for one in await self._replicas.about(person)
            ],
            documents={kind: [dict(one) for one in await held(person)] for kind, held in self._held.items()},
        )
