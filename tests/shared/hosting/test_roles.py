"""Roles and the end of a process."""

import asyncio

import pytest

from shared.hosting.parts import StopSignal
from shared.hosting.process import ROLES, UnknownRole, roles_of


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
