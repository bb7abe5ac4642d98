"""What one service's database needs before its first process starts: who it is, and the indexes of every query."""

from collections.abc import Mapping, Sequence

from shared.contracts.base import Service
from shared.event_store.claims import CLAIM_INDEXES, CLAIMS
from shared.event_store.installation import prepare_installation
from shared.event_store.store import COMMIT_INDEXES, COMMITS, Installation
from shared.hosting.consuming import group_name
from shared.hosting.parts import Parts
from shared.messaging.blocks import BLOCK_INDEXES, BLOCKS
from shared.messaging.parked import PARKED, PARKED_INDEXES
from shared.messaging.positions import POSITION_INDEXES, POSITIONS
from shared.mongo import Database, IndexModel
from shared.private_records.records import RECORD_INDEXES, RECORDS
from shared.private_records.replicas import REPLICA_INDEXES, REPLICAS
from shared.views.live import prepare_views

COMMON: Mapping[str, Sequence[IndexModel]] = {
    COMMITS: COMMIT_INDEXES,
    BLOCKS: BLOCK_INDEXES,
    CLAIMS: CLAIM_INDEXES,
    POSITIONS: POSITION_INDEXES,
    PARKED: PARKED_INDEXES,
    RECORDS: RECORD_INDEXES,
    REPLICAS: REPLICA_INDEXES,
}


async def prepare_database(source: Database, service: Service, origin: str, shards: int) -> Installation:
    """Names the installation and makes the indexes that every service has; doing it again changes nothing.

    Raises:
        NotPrepared: the database belongs to another installation.
    """
    installation = await prepare_installation(source, service, origin, shards)
    await _create(source, COMMON)
    return installation


async def prepare_parts(source: Database, service: Service, parts: Parts) -> None:
    """Makes the indexes of a service's views and of its own collections."""
    await _create(source, parts.indexes)
    await prepare_views(source, group_name(service, "views"), parts.views)


async def _create(source: Database, wanted: Mapping[str, Sequence[IndexModel]]) -> None:
    for name, indexes in wanted.items():
        if indexes:
            await source.get_collection(name).create_indexes(list(indexes))
