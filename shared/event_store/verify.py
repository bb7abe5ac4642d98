"""Everything that can be proved about one service: chains, blocks, positions, and Kafka against the store.

The order of the phases makes it safe beside a running system: blocks first, then commits, then Kafka, then the blocks
that came meanwhile; what still does not fit after that is a finding. Memory stays bounded: what has to be remembered of
each commit and event goes into a temporary file.
"""

import tempfile
from pathlib import Path

from shared.contracts.base import Service
from shared.contracts.catalogue import topic_of
from shared.event_store.installation import open_installation
from shared.event_store.verification_index import VerificationIndex
from shared.event_store.verify_kafka import KafkaCheck
from shared.event_store.verify_store import Finding, Progress, Report, StoreCheck
from shared.mongo import Database

__all__ = ["Finding", "Progress", "Report", "verify_service"]


def _silent(phase: str, done: int) -> None:
    """Progress that nobody watches."""


async def verify_service(
    source: Database, service: Service, bootstrap: str, *, topic: str | None = None, progress: Progress = _silent
) -> Report:
    """Checks the whole store of one service and its topic; `progress(phase, done)` with `blocks`, `commits`, `records`.

    Raises:
        NotPrepared: the database was never prepared.
        PyMongoError, KafkaError: something does not answer; nothing is then proved.
    """
    installation = await open_installation(source, service)
    report = Report(service)
    with tempfile.TemporaryDirectory(prefix="etwinning-verify-") as folder:
        index = VerificationIndex(Path(folder))
        try:
            store = StoreCheck(source, report, index, installation.shards, progress)
            kafka = KafkaCheck(topic or topic_of(service), report, index, progress)
            await store.check_blocks(required=True)
            await store.check_commits()
            await kafka.check_records(bootstrap, installation.shards)
            await store.check_blocks(required=False)
            store.settle()
            kafka.settle()
        finally:
            index.close()
    return report
