"""Worlds made of forged documents, without any server."""

from collections.abc import Sequence
from typing import Any

from tests.chaos.checker.check import check
from tests.chaos.checker.expectations import EXPECTATIONS, SERVICES
from tests.chaos.checker.formats import StoredCommit
from tests.chaos.checker.journal import Command
from tests.chaos.checker.violation import Violation
from tests.chaos.checker.world import GroupPartition, Store, World
from tests.chaos.forge import EPOCH, ORIGIN, SHARDS, Forge


def world_of(
    forge: Forge,
    journal: Sequence[Command] = (),
    offsets: dict[GroupPartition, int] | None = None,
    parked: Sequence[dict[str, Any]] = (),
) -> World:
    """`parked` lies in the database of notifications."""
    stores = {
        service: Store(
            service,
            [StoredCommit(service, commit) for commit in forge.commits[service]],
            forge.blocks[service],
            forge.positions[service],
            parked if service == "notifications" else (),
            {"_id": service, "origin": ORIGIN, "epoch": EPOCH, "shards": SHARDS},
        )
        for service in SERVICES
    }
    return World(stores, forge.records, offsets or {}, journal)


def violations(world: World) -> list[Violation]:
    return check(world, EXPECTATIONS)


def reports(found: Sequence[Violation], invariant: str, evidence: str) -> bool:
    return any(one.invariant == invariant and evidence in one.evidence for one in found)
