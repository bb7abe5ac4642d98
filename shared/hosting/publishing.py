"""The role `relay`: this process's part of the shards, published."""

import os
from functools import partial

from uuid_utils import uuid7

from shared.hosting.host import Host
from shared.hosting.parts import StopSignal
from shared.messaging.ownership import Ownership
from shared.messaging.producer import end_offset, producer_factory
from shared.messaging.relay import Relay


def process_id() -> str:
    """Names this process among those of its role, here and on other machines."""
    return f"{os.getpid()}-{uuid7().hex}"


def ownership(host: Host, role: str) -> Ownership:
    """This process's part of the shards of a role."""
    return Ownership(host.database, role, process_id(), host.settings.installation.shards)


async def publish(host: Host, stop: StopSignal) -> None:
    """Relays until `stop`; commits of this process wake it at once."""
    bootstrap = host.settings.stores.kafka
    relay = Relay(
        host.store, producer_factory(bootstrap), partial(end_offset, bootstrap), host.metrics, host.heartbeats
    )
    host.wakeups.wake = relay.wake
    await relay.run(stop, ownership(host, "relay"))
