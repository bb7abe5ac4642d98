"""A stream that a later release has written into: this one cannot decode it, though every hash is right."""

import orjson
from uuid_utils import uuid7

from shared.contracts.envelope import canonical_json
from shared.event_store.commits import seal
from shared.event_store.store import Appended
from shared.hosting.host import Host


async def written_by_a_later_release(host: Host, stream: str) -> None:
    """One more commit, with an event of a type that nobody here knows."""
    last = (await host.store.load(stream))[-1]
    version = last.version + 1
    event = orjson.loads(last.events[-1]) | {"id": str(uuid7()), "streamversion": version, "eventindex": 0}
    event |= {"type": f"eu.etwinning.{host.service}.FromALaterRelease.v1"}
    facts = dict(last.facts) | {"version": version, "commit_id": uuid7().hex, "command_id": uuid7().hex}
    commit = seal(facts, (canonical_json(event),), last.hash, host.store.installation.shards, None)
    assert await host.store.append(commit) is Appended.STORED
