"""Private records that validation shows or compares, whoever took them in."""

from shared.contracts.base import Service
from shared.private_records.records import Lookup, Missing, PrivateRecords
from shared.private_records.replicas import OwnerUnavailable, Replicas

OWN: Service = "validation"


class Words:
    """What was typed here, and this service's copies of what was typed elsewhere."""

    def __init__(self, records: PrivateRecords, replicas: Replicas) -> None:
        self._records = records
        self._replicas = replicas

    async def of(self, owner: Service, record: str) -> Lookup:
        """One record. `Missing`: it is not known yet, or its owner cannot be asked now."""
        if owner == OWN:
            return (await self._records.fetch([record]))[record]
        try:
            return (await self._replicas.get(owner, [record]))[record]
        except OwnerUnavailable:
            return Missing()
