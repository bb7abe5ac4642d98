"""Sweeps on the real database, the clock in the test's hand: late, doubled, two processes at once."""

import asyncio
from datetime import datetime, timedelta

import pytest

from services.validation.app.sweeping import CaseSweeps
from services.validation.case import CASE, Case
from services.validation.commands import DisownContact, Officer, RecordDirectorApproval, ValidateTeacher
from services.validation.reactions import open_case_again
from shared.contracts.base import Command, Event, RecordRef, derived_id
from shared.contracts.registration import EmailChanged, PersonalDataErased, SchoolMoved, TeacherSchoolLeft
from shared.contracts.validation import (
    CaseEscalated,
    CertificateRequested,
    DirectorContacted,
    DirectorReminded,
    ValidationLapsed,
    ValidationOpened,
    ValidationWithdrawn,
)
from shared.event_store.history import Context
from tests.services.later import written_by_a_later_release
from tests.services.recorded import recorded
from tests.services.running import Running
from tests.services.validation.acting import TEACHER, known_addresses, known_director, open_case
from tests.services.validation.adopting import adopting
from tests.services.validation.asking import confirm_contact
from tests.services.validation.happened import IN_MADRID, KNOWN, SCHOOL, STATEMENT, contact_updated

DAY = timedelta(days=1)
GONE: list[tuple[str, Event]] = [
    (f"profile-{TEACHER}", TeacherSchoolLeft(teacher=TEACHER, country="ES", school=SCHOOL)),
    (f"teacher-{TEACHER}", PersonalDataErased(person=TEACHER, reason="asked")),
]


@pytest.fixture(autouse=True)
def _hosted(service: Running) -> None:
    """`every` registers the loop before its first turn."""
    service.host.heartbeats.register("case_deadlines", within_seconds=60)


async def ask(service: Running, case: str, command: Command) -> None:
    context = Context("rep", "representative:ES:Madrid", "es", derived_id("c"), command_id=derived_id(repr(command)))
    await service.host.handler.handle(CASE, case, command, context)
    await service.fold_own()


async def sweep(service: Running, *processes: CaseSweeps) -> None:
    """All processes at once, then what they committed reaches the views."""
    sweeps = processes or (CaseSweeps(service.host),)
    await asyncio.gather(*(one.deadlines() for one in sweeps), *(one.follow() for one in sweeps))
    await service.fold_own()


async def happened(service: Running, case: str) -> list[Event]:
    return [one.event for one in (await service.host.handler.load(CASE.stream(case))).recorded]


async def state(service: Running, case: str) -> Case:
    found, _ = await service.host.handler.state(CASE, case)
    return found


async def written_to_director(service: Running) -> str:
    case = await open_case(service)
    now = service.clock.now
    command = confirm_contact().model_copy(update={"at": now, "link_expires": now + 14 * DAY})
    await ask(service, case, command)
    return case


async def test_reminders_and_a_takeover_come_once_from_two_processes_that_sweep_again_and_again(
    service: Running,
) -> None:
    case = await written_to_director(service)
    start = service.clock.now
    two = (CaseSweeps(service.host), CaseSweeps(service.host))
    for days in (1, 4, 4, 5, 9, 9, 14, 14, 20):
        service.clock.now = start + days * DAY
        await sweep(service, *two)
    events = await happened(service, case)
    assert [event.number for event in events if isinstance(event, DirectorReminded)] == [1, 2]
    assert [event.reason for event in events if isinstance(event, CaseEscalated)] == ["director_silent"]
    assert (await state(service, case)).held_by == "national_support"


async def test_a_sweep_that_comes_late_does_what_is_due_now(service: Running) -> None:
    case = await written_to_director(service)
    service.clock.now += 40 * DAY
    await sweep(service)
    await sweep(service)
    events = await happened(service, case)
    assert not [event for event in events if isinstance(event, DirectorReminded)]
    assert len([event for event in events if isinstance(event, CaseEscalated)]) == 1


async def test_a_sweep_whose_view_is_behind_does_nothing_twice(service: Running) -> None:
    case = await written_to_director(service)
    service.clock.now += 4 * DAY
    for _ in range(3):
        await CaseSweeps(service.host).deadlines()
    reminders = [event for event in await happened(service, case) if isinstance(event, DirectorReminded)]
    assert len(reminders) == 1


async def test_the_case_writes_by_itself_to_the_director_whom_the_school_names(service: Running) -> None:
    case = await open_case(service)
    await known_director(service)
    await sweep(service, CaseSweeps(service.host), CaseSweeps(service.host))
    await sweep(service)
    (written,) = [event for event in await happened(service, case) if isinstance(event, DirectorContacted)]
    assert (written.contact, written.locale) == (KNOWN, "es")


async def test_a_known_director_who_registered_as_a_teacher_is_not_asked_about_oneself(service: Running) -> None:
    """As a head teacher's (rules §4.8), the case is the national support service's; of a new address it is told."""
    case = await open_case(service)
    await known_director(service, "Ana.Gil@SCHOOL.example ")
    new = RecordRef(id="new-address", commitment="b" * 64)
    changed = EmailChanged(person=TEACHER, attempt="a", email=new)
    await service.fold(recorded(changed, f"teacher-{TEACHER}", 4), recorded(changed, f"officer-{TEACHER}", 4))
    await known_addresses(service, {new.id: "ana.gil@school.example"})
    await sweep(service, CaseSweeps(service.host), CaseSweeps(service.host))
    await sweep(service)
    found = await state(service, case)
    assert (found.question, found.applicant_is_director, found.held_by) == (None, True, "national_support")
    assert [type(event) for event in await happened(service, case)] == [ValidationOpened, CaseEscalated]


async def test_a_case_waits_until_it_is_known_whose_address_the_directors_is(service: Running) -> None:
    """Registration is unreachable in this test."""
    case = await open_case(service)
    await service.fold(recorded(contact_updated(), f"school-{SCHOOL}", 2))
    await sweep(service)
    assert (await state(service, case)).question is None
    await known_director(service)
    await sweep(service)
    assert (await state(service, case)).question is not None


async def test_who_is_not_the_director_any_more_is_not_asked_again_by_the_next_teachers_case(service: Running) -> None:
    first, next_teacher = await open_case(service), derived_id("the next teacher")
    await known_director(service, "director@school.example", TEACHER, next_teacher)
    await sweep(service)
    question = (await state(service, first)).question
    assert question is not None
    assert question.contact.record == KNOWN
    service.clock.now += DAY
    await ask(service, first, DisownContact(at=service.clock.now, attempt=question.attempt, successor=None))
    second = await open_case(service, next_teacher)
    await sweep(service)
    await sweep(service)
    assert (await state(service, second)).question is None
    assert (await state(service, first)).question is None


async def test_open_cases_follow_the_school_to_another_region(service: Running) -> None:
    case = await open_case(service)
    moved = SchoolMoved(school=SCHOOL, country="ES", region="Galicia", from_region="Madrid")
    await service.fold(recorded(moved, f"school-{SCHOOL}", 2))
    await sweep(service)
    assert (await state(service, case)).region == "Galicia"


@pytest.mark.parametrize(("stream", "event"), GONE)
async def test_a_case_that_nobody_needs_is_withdrawn(service: Running, stream: str, event: Event) -> None:
    case = await open_case(service)
    await service.fold(recorded(event, stream, 9))
    await sweep(service)
    assert (await state(service, case)).decision == "withdrawn"


async def test_a_node_that_wants_a_form_asks_for_it_at_once_and_passes_the_case_on_without_it(
    service: Running,
) -> None:
    service.host.nodes = adopting("ES", "validation.signed_form")
    case = await open_case(service)
    await sweep(service)
    await sweep(service)
    (request,) = [event for event in await happened(service, case) if isinstance(event, CertificateRequested)]
    assert request.due == service.clock.now + 5 * DAY
    service.clock.now += 5 * DAY
    await sweep(service)
    (takeover,) = [event for event in await happened(service, case) if isinstance(event, CaseEscalated)]
    assert takeover.reason == "certificate_overdue"


async def test_a_policy_counts_from_its_day_on(service: Running) -> None:
    today = service.clock.now.date()
    service.host.nodes = adopting("ES", "validation.signed_form", today + DAY)
    case = await open_case(service)
    await sweep(service)
    assert len(await happened(service, case)) == 1
    service.clock.now += DAY
    await sweep(service)
    assert (await state(service, case)).certificate_due is not None


async def validated_for_two_years(service: Running) -> tuple[str, datetime]:
    """The case, and when its validation ends."""
    service.host.nodes = adopting("ES", "validation.two_years")
    case, now = await open_case(service), service.clock.now
    rep: Officer = IN_MADRID
    await ask(service, case, RecordDirectorApproval(at=now, officer=rep, evidence="letter", statement=STATEMENT))
    until = now.replace(year=now.year + 2)
    decision = ValidateTeacher(at=now, officer=rep, decided_by="representative", valid_until=until)
    await ask(service, case, decision)
    return case, until


async def test_a_validation_lapses_and_a_new_case_opens_by_itself(service: Running) -> None:
    case, until = await validated_for_two_years(service)
    service.clock.now = until - timedelta(seconds=1)
    await sweep(service)
    assert (await state(service, case)).decision == "validated"
    service.clock.now += timedelta(seconds=1)
    await sweep(service, CaseSweeps(service.host), CaseSweeps(service.host))
    await sweep(service)
    history = await service.host.handler.load(CASE.stream(case))
    (lapse,) = [one for one in history.recorded if isinstance(one.event, ValidationLapsed)]
    ((_, command),) = open_case_again(lapse)  # type: ignore[arg-type]
    assert command.teacher == TEACHER  # type: ignore[attr-defined]


@pytest.mark.parametrize(("stream", "event"), GONE)
async def test_a_validation_of_who_is_gone_lapses_for_good(service: Running, stream: str, event: Event) -> None:
    case, until = await validated_for_two_years(service)
    gone = recorded(event, stream, 9)
    await service.fold(gone)
    service.clock.now = until
    await sweep(service)
    history = await service.host.handler.load(CASE.stream(case))
    (lapse,) = [one for one in history.recorded if isinstance(one.event, ValidationLapsed)]
    assert open_case_again(lapse) == ()  # type: ignore[arg-type]
    assert gone.id in history.commits[-1].facts["basis"]


@pytest.mark.parametrize(("stream", "event"), GONE)
async def test_nobody_is_written_to_about_who_is_gone(service: Running, stream: str, event: Event) -> None:
    case = await open_case(service)
    await service.fold(recorded(contact_updated(), f"school-{SCHOOL}", 2), recorded(event, stream, 9))
    await CaseSweeps(service.host).follow()
    assert [type(one) for one in await happened(service, case)] == [ValidationOpened, ValidationWithdrawn]


async def test_a_case_that_cannot_be_read_holds_up_no_other(service: Running) -> None:
    service.host.nodes = adopting("ES", "validation.signed_form")
    cases = [await open_case(service, f"0193a000-0000-7000-8000-00000000000{number}") for number in range(1, 4)]
    first = min(cases)
    await written_by_a_later_release(service.host, CASE.stream(first))
    await CaseSweeps(service.host).deadlines()
    for case in set(cases) - {first}:
        assert (await state(service, case)).certificate_due is not None
    labels = {"service": "validation", "loop": "case_deadlines", "error": "UnknownEventType"}
    assert service.host.metrics.registry.get_sample_value("sweep_failures_total", labels) == 1


async def test_a_case_that_cannot_be_read_holds_up_no_other_that_follows_its_school(service: Running) -> None:
    cases = [await open_case(service, f"0193a000-0000-7000-8000-00000000000{number}") for number in range(1, 4)]
    first = min(cases)
    await written_by_a_later_release(service.host, CASE.stream(first))
    moved = SchoolMoved(school=SCHOOL, country="ES", region="Galicia", from_region="Madrid")
    await service.fold(recorded(moved, f"school-{SCHOOL}", 2))
    await CaseSweeps(service.host).follow()
    assert {(await state(service, case)).region for case in set(cases) - {first}} == {"Galicia"}
