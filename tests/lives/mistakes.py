"""Mistakes that somebody may make in a decision one day: each is planted, and has to be found."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from services.registration.commands import AddSchool, ConfirmEmail, ErasePersonalData
from services.registration.profile import PROFILE
from services.registration.profile.schools import add_school
from services.registration.teacher import TEACHER
from services.registration.teacher.erasing import erase_personal_data
from services.registration.teacher.registering import confirm_email
from services.validation.case import CASE, Answer
from services.validation.case.contesting import uphold_refusal
from services.validation.case.deciding import reject_teacher, validate_teacher
from services.validation.commands import RejectTeacher, UpholdRefusal, ValidateTeacher
from shared.contracts.base import Command, Event
from shared.event_store.aggregate import Aggregate

Decide = Callable[[Any, Any], tuple[Event, ...]]


def _without_the_director(state: Any, command: ValidateTeacher) -> tuple[Event, ...]:
    return validate_teacher(replace(state, answer=Answer.APPROVED), command)


def _on_oneself(state: Any, command: RejectTeacher) -> tuple[Event, ...]:
    somebody = command.officer.model_copy(update={"person": "somebody"})
    return reject_teacher(state, command.model_copy(update={"officer": somebody}))


def _own_second_look(state: Any, command: UpholdRefusal) -> tuple[Event, ...]:
    return uphold_refusal(replace(state, refused_by=None), command)


def _link_twice(state: Any, command: ConfirmEmail) -> tuple[Event, ...]:
    return confirm_email(replace(state, open=state.open or state.confirmed), command)


def _against_a_hold(state: Any, command: ErasePersonalData) -> tuple[Event, ...]:
    return erase_personal_data(replace(state, holds=frozenset()), command)


def _though_blocked(state: Any, command: AddSchool) -> tuple[Event, ...]:
    return add_school(replace(state, blocked=None), command)


MISTAKES: Mapping[str, tuple[Aggregate[Any], type[Command], Decide]] = {
    "validated without the director": (CASE, ValidateTeacher, _without_the_director),
    "an officer decides on oneself": (CASE, RejectTeacher, _on_oneself),
    "the second look is the refuser's own": (CASE, UpholdRefusal, _own_second_look),
    "a link works twice": (TEACHER, ConfirmEmail, _link_twice),
    "erased against a legal hold": (TEACHER, ErasePersonalData, _against_a_hold),
    "a blocked profile comes to a school": (PROFILE, AddSchool, _though_blocked),
}
"""The aggregate, the command whose decision is wrong, and the wrong decision."""


def planted(mistake: str) -> Mapping[str, Aggregate[Any]]:
    """The real aggregates, but for one decision."""
    aggregate, command, decide = MISTAKES[mistake]
    wrong = replace(aggregate, decisions={**aggregate.decisions, command: decide})
    return {one.name: one for one in (TEACHER, PROFILE, CASE)} | {aggregate.name: wrong}
