"""Which incarnation of the database this is: written once when it is prepared, read at every start."""

from contextlib import suppress

from uuid_utils import uuid7

from shared.contracts.base import Service
from shared.event_store.store import Installation
from shared.mongo import Database, DuplicateKeyError, durable

_META = "installation"


class NotPrepared(Exception):
    """The database was never prepared, or for another installation."""


async def prepare_installation(source: Database, service: Service, origin: str, shards: int) -> Installation:
    """Writes origin, a new epoch and the number of shards, once; a second call finds them.

    Raises:
        NotPrepared: the database belongs to another origin or was made with another number of shards.
    """
    meta = durable(source, _META)
    with suppress(DuplicateKeyError):
        await meta.insert_one({"_id": service, "origin": origin, "epoch": uuid7().hex, "shards": shards})
    found = await open_installation(source, service)
    if (found.origin, found.shards) != (origin, shards):
        raise NotPrepared(
            f"the database of {service} belongs to origin {found.origin} with {found.shards} shards, "
            f"not to {origin} with {shards}; both are fixed for its life"
        )
    return found


async def open_installation(source: Database, service: Service) -> Installation:
    """Reads what `prepare_installation` wrote.

    Raises:
        NotPrepared: nothing was written yet.
    """
    found = await durable(source, _META).find_one({"_id": service})
    if found is None:
        raise NotPrepared(f"the database of {service} is not prepared: run `etwinning up`")
    return Installation(service, found["origin"], found["epoch"], found["shards"])
