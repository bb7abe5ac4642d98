"""The aggregates do what the rules say, whatever is asked in whatever order; a mistake in a decision is found."""

from typing import get_args

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from services.registration.profile.state import ProfileEvent
from services.registration.teacher import TeacherEvent
from services.validation.case import CaseEvent
from shared.contracts.base import Event
from tests.lives.machine import Lives
from tests.lives.mistakes import MISTAKES, planted
from tests.lives.walks import live

LIVES = settings(
    max_examples=40,
    stateful_step_count=40,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
"""The same lives every time: what is found today is found again tomorrow, and nothing else fails a build."""
WALKS = 150
ELSEWHERE = {"ProfileDescribed", "EvidenceFiled"}
"""What nobody does in these lives: it changes nothing of what the rules compare."""


def test_the_aggregates_do_what_the_rules_say() -> None:
    run_state_machine_as_test(Lives, settings=LIVES)


def test_long_lives_in_which_everything_happens() -> None:
    seen: set[type[Event]] = set()

    class Counted(Lives):
        def happened(self, event: Event) -> None:
            seen.add(type(event))

    for seed in range(WALKS):
        live(Counted(), seed)
    every = {*get_args(TeacherEvent), *get_args(ProfileEvent), *get_args(CaseEvent)}
    assert {kind.__name__ for kind in every - seen} == ELSEWHERE, "these lives are too poor to prove much"


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_found(mistake: str) -> None:
    class Mistaken(Lives):
        aggregates = planted(mistake)

    def lives() -> None:
        for seed in range(WALKS):
            live(Mistaken(), seed)

    with pytest.raises(AssertionError):
        lives()
