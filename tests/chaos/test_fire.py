"""The real thing under fire, in every test run: at least twenty kills, every failpoint, then the checker."""

import random

import pytest
from rich.console import Console

from deploy.local.stack import LocalStack
from tests.chaos.cluster import PROCESSES, Role
from tests.chaos.fire import Fire
from tests.chaos.kills import FOUNDATION, PASSES, plan
from tests.chaos.load import BEFALLING

KILLS = 20
MOST_SECONDS = 900

ROLES = [Role(service, role, 1) for service, roles in PROCESSES.items() for role in roles]


@pytest.mark.parametrize("seed", range(5))
def test_a_plan_kills_at_every_failpoint_and_broker_and_database(seed: int) -> None:
    kills = plan(KILLS, ROLES, seed)
    assert {kill.failpoint for kill in kills} >= set(PASSES)
    assert {kill.target for kill in kills} >= set(FOUNDATION)
    assert sum(kill.deaths for kill in kills) >= KILLS


def test_a_plan_follows_from_its_seed() -> None:
    assert plan(KILLS, ROLES, 1) == plan(KILLS, ROLES, 1)
    assert plan(KILLS, ROLES, 1) != plan(KILLS, ROLES, 2)


@pytest.mark.timeout(MOST_SECONDS)
async def test_nothing_is_lost_doubled_or_reordered_under_fire(own_stack: LocalStack) -> None:
    seed = random.SystemRandom().randrange(1, 10**6)
    report = await Fire(own_stack, seed, Console(width=160)).run(KILLS)
    assert report.found == [], report.summary()
    assert report.deaths.kills.total() >= KILLS
    assert set(report.deaths.fired) == set(PASSES)
    assert report.answers["ok"] > 0
    assert set(report.rounds) >= set(BEFALLING), report.overdue
