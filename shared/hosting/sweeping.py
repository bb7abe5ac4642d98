"""The role `deadlines`, as far as every service has it: private records whose commit never came."""

import structlog

from shared.hosting.host import Host
from shared.hosting.parts import StopSignal
from shared.mongo import PyMongoError
from shared.private_records.records import SWEPT

log = structlog.get_logger()

SWEEP_S = 60.0


async def sweep(host: Host, stop: StopSignal) -> None:
    """Looks once a minute until `stop`; a store that does not answer only makes it wait."""
    host.heartbeats.register("sweep", within_seconds=5 * SWEEP_S)
    while not stop.is_set():
        try:
            while await host.records.sweep() == SWEPT and not stop.is_set():  # a hundred a minute may be too few
                host.heartbeats.beat("sweep")
        except PyMongoError as error:
            log.warning("sweep_waits", error=type(error).__name__)
        host.heartbeats.beat("sweep")
        await stop.within(SWEEP_S)
    host.heartbeats.unregister("sweep")
