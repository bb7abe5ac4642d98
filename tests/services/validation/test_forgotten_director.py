"""A director asked to be forgotten: open cases want another contact, what was approved stays proven (rules §4.17)."""

from datetime import timedelta

import pytest

from services.validation.app.sweeping import CaseSweeps
from services.validation.case import CASE, DirectorContactUnknown
from shared.contracts.base import Event, derived_id
from shared.contracts.validation import (
    DirectorApproved,
    DirectorContacted,
    DirectorContactFailed,
    ValidationOpened,
)
from tests.given import given
from tests.services.recorded import recorded
from tests.services.running import Running
from tests.services.validation.acting import (
    OFFICES,
    OWN_ADDRESS,
    TEACHER,
    act,
    appointed,
    as_officer,
    known_addresses,
    open_case,
)
from tests.services.validation.asking import confirm_contact, forget
from tests.services.validation.authority import HISTORIES
from tests.services.validation.happened import (
    CASE_ID,
    KNOWN,
    SCHOOL,
    approved,
    asked,
    contact_updated,
    director_forgotten,
    failed,
    opened,
    registered,
    validated,
)
from tests.services.validation.stage import written


def test_a_question_that_is_open_comes_to_nothing_and_nobody_is_known_to_ask() -> None:
    case = given(CASE, opened(), *asked()).when(forget()).then(failed("director_forgotten"))
    case.when(forget()).then_nothing()
    case.when(confirm_contact()).then_refused(DirectorContactUnknown)


def test_a_case_that_asked_nobody_yet_wants_another_contact_too() -> None:
    attempt = derived_id(CASE_ID, "forgotten")
    case = given(CASE, opened()).when(forget()).then(failed("director_forgotten", attempt=attempt))
    case.when(confirm_contact()).then_refused(DirectorContactUnknown)


@pytest.mark.parametrize("more", [(approved(),), (approved(), validated())])
def test_an_approval_stays_what_it_was(more: tuple[Event, ...]) -> None:
    given(CASE, opened(), *asked(), *more).when(forget()).then_nothing()


def test_nobody_vouches_for_a_contact_that_was_forgotten() -> None:
    forgotten = confirm_contact().model_copy(update={"contact_forgotten": True})
    given(CASE, opened()).when(forgotten).then_refused(DirectorContactUnknown)


async def kinds(service: Running, case: str) -> list[type[Event]]:
    return [type(one.event) for one in (await service.host.handler.load(CASE.stream(case))).recorded]


async def follow(service: Running) -> None:
    for _ in range(2):
        await CaseSweeps(service.host).follow()
        await service.fold_own()


async def test_open_cases_of_the_school_ask_whoever_is_named_next(service: Running) -> None:
    await appointed(service, *OFFICES)
    proven = await written(service, HISTORIES["approved"], teacher="t-approved")
    waiting = await open_case(service)
    service.clock.now += timedelta(hours=1)
    gone = recorded(director_forgotten(), f"school-{SCHOOL}", 2, at=service.clock())
    await service.fold(gone)
    await follow(service)
    assert await kinds(service, waiting) == [ValidationOpened, DirectorContactFailed]
    assert (await kinds(service, proven))[-1] is DirectorApproved
    refused = await act(service, waiting, "director-contact/confirm", as_officer(service, "madrid"))
    assert refused.status_code == 409
    service.clock.now += timedelta(hours=1)
    await service.fold(recorded(contact_updated(), f"school-{SCHOOL}", 3, at=service.clock()))
    own, director = registered(TEACHER).email.id, "director@school.example"
    await known_addresses(service, {own: OWN_ADDRESS, KNOWN.id: director})
    await follow(service)
    history = await service.host.handler.load(CASE.stream(waiting))
    assert isinstance(history.recorded[-1].event, DirectorContacted)
    assert history.recorded[-1].event.contact == KNOWN
