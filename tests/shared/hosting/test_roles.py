"""Roles and the end of a process."""

import asyncio
from typing import Any, cast
from unittest.mock import AsyncMock

import pytest

from shared.hosting import process
from shared.hosting.parts import Parts, StopSignal
from shared.hosting.process import ROLES, UnknownRole, roles_of
from shared.messaging.consumer import Consumers, Group
from shared.observability.health import Heartbeats
from shared.observability.metrics import Metrics

HOST: Any = None
IDLE = cast("Any", None)
OBSERVED = (Metrics(), Heartbeats())


def test_all_means_every_role() -> None:
    assert roles_of(["all"]) == frozenset(ROLES)


def test_roles_are_taken_as_named() -> None:
    assert roles_of(["api", "relay"]) == {"api", "relay"}


def test_an_unknown_role_is_named_with_the_choice() -> None:
    with pytest.raises(UnknownRole, match=r"relais: choose of api"):
        roles_of(["relais"])


async def test_a_stop_ends_a_wait_at_once() -> None:
    stop = StopSignal()
    waiting = asyncio.create_task(stop.within(60))
    stop.set()
    assert await waiting
    assert await StopSignal().within(0.01) is False


async def test_a_stop_ends_a_process_that_still_waits_for_kafka(monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = Consumers("127.0.0.1:9", [Group("registration.views", ("registration.events",), IDLE)], *OBSERVED)
    monkeypatch.setattr(process, "consumers", AsyncMock(return_value=nowhere))
    stop = StopSignal()
    consuming = asyncio.create_task(process._consume(HOST, Parts(), frozenset({"views"}), stop))
    assert not await StopSignal().within(0.1)
    assert not consuming.done()
    stop.set()
    async with asyncio.timeout(20):
        await consuming
