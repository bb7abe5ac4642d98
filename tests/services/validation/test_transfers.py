"""A node that validates nobody again at another school: the validation goes with the teacher (default: rules §4.1)."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given as every

from services.validation.app.sweeping import CaseSweeps
from services.validation.case import CASE, DirectorHasNotApproved
from services.validation.reactions import reactions
from services.validation.views import CASES, CASES_OF_SCHOOLS, CASES_OF_TEACHERS, fold_case, transfer_to_settle
from shared.contracts.base import Event, derived_id
from shared.contracts.envelope import Recorded
from shared.contracts.registration import TeacherSchoolAdded, TeacherSchoolChanged, TeacherSchoolLeft
from shared.contracts.validation import TransferNoted, ValidationOpened, ValidationTransferred
from shared.event_store.history import Context
from shared.event_store.violations import NotFound
from shared.nodes import Nodes, load_nodes
from shared.nodes.country import Adoption
from shared.nodes.policies import ValidationPolicy
from tests.given import given
from tests.services.interleavings import assert_same_documents, interleaved
from tests.services.later import written_by_a_later_release
from tests.services.recorded import START, recorded, story
from tests.services.running import Running
from tests.services.validation.acting import OFFICES, TEACHER, act, appointed, as_officer
from tests.services.validation.adopting import SINCE
from tests.services.validation.asking import approve, come, escalate, lapse, open_case, reject, settle, validate
from tests.services.validation.authority import HISTORIES
from tests.services.validation.happened import (
    CASE_ID,
    CONTACT,
    NOW,
    SCHOOL,
    TEACHER_ID,
    UNTIL,
    approved,
    lapsed,
    limited,
    noted,
    opened,
    transferred,
    validated,
    withdrawn,
)
from tests.services.validation.stage import written
from tests.services.validation.test_following import made

STREAM, OF_PROFILE = f"case-{CASE_ID}", f"profile-{TEACHER_ID}"
EARLIER, THERE = "earlier-case", "there"


# --- one case


def test_whether_there_is_a_validation_is_found_out_before_a_case_opens() -> None:
    case = given(CASE).when(come()).then(noted())
    case.when(come()).then_nothing()
    case.when(open_case()).then_nothing()
    for command in (validate(), reject(), approve(), escalate()):
        case.when(command).then_refused(NotFound)
    given(CASE).when(settle()).then_refused(NotFound)


def test_who_is_validated_stays_so_until_the_same_day() -> None:
    case = given(CASE, noted()).when(settle(until=UNTIL)).then(transferred(until=UNTIL))
    case.when(settle()).then_nothing()
    case.when(validate()).then_nothing()
    case.when(lapse(UNTIL)).then(lapsed())
    case.when(lapse(UNTIL - timedelta(seconds=1))).then_nothing()


@pytest.mark.parametrize("nothing", [settle(None), settle(until=NOW)])
def test_who_is_not_validated_any_more_is_asked_about_as_everybody_is(nothing: Any) -> None:
    case = given(CASE, noted()).when(nothing).then(opened())
    case.when(settle()).then_nothing()
    case.when(validate()).then_refused(DirectorHasNotApproved)


def test_what_is_shown_of_a_transferred_validation() -> None:
    document: dict[str, Any] | None = None
    for one in story(STREAM, noted(), transferred(until=UNTIL)):
        if isinstance(one.event, CASES.events):
            document = fold_case(document, one)  # type: ignore[arg-type]
    assert document is not None
    assert (document["status"], document["owner"], document["queue"], document["open"]) == (
        "validated",
        None,
        None,
        None,
    )
    assert (document["transferred_from"], document["took_s"], document["decided"]) == (EARLIER, None, None)
    assert (document["valid_until"], document["lapse_day"]) == (UNTIL.isoformat(), UNTIL.date().isoformat())


# --- what the sweep goes by


def of(case: str, *events: Event) -> list[Recorded[Event]]:
    return story(f"case-{case}", *(event.model_copy(update={"case": case}) for event in events))


def earlier(*more: Event, school: str = "left", country: str = "ES") -> list[Recorded[Event]]:
    """An earlier case of the same teacher that ended in a validation."""
    began = (opened(), approved(), validated(), *more)
    return of(EARLIER, *(one.model_copy(update={"school": school, "country": country}) for one in began))


def found(*streams: list[Recorded[Event]]) -> tuple[str, str | None, str | None] | None:
    return transfer_to_settle(made(CASES_OF_TEACHERS, TEACHER_ID, *streams))


def came(school: str, left: str | None, role: str = "teacher") -> Event:
    fields = opened().model_dump(exclude={"case"}) | {"role": role, "school": school}
    return (
        TeacherSchoolAdded.model_validate(fields)
        if left is None
        else TeacherSchoolChanged.model_validate(fields | {"left": left})
    )


def test_the_validation_of_the_school_that_was_left_for_this_one_goes_along() -> None:
    change = story(OF_PROFILE, came(SCHOOL, "left"))
    note = story(STREAM, noted(came_by=change[0].id))
    assert found(earlier(), change, note) == (CASE_ID, EARLIER, None)
    assert found(note, earlier()) == (CASE_ID, EARLIER, None)
    assert found(earlier(limited()), change, note) == (CASE_ID, EARLIER, UNTIL.isoformat())
    assert found(earlier(), change, story(STREAM, noted(came_by=change[0].id), transferred())) is None


@pytest.mark.parametrize(
    "before",
    [
        earlier(limited(), lapsed()),
        earlier(country="FR"),
        of(EARLIER, opened(), withdrawn()),
        [*earlier(), *story(OF_PROFILE, TeacherSchoolLeft(teacher=TEACHER_ID, country="ES", school="left"))],
    ],
    ids=["lapsed", "of another country", "never given", "of a school that was left before"],
)
def test_other_validations_do_not(before: list[Recorded[Event]]) -> None:
    assert found(before, story(STREAM, noted())) == (CASE_ID, None, None)


def test_of_two_moves_at_once_the_first_is_settled_first_and_the_second_goes_by_it() -> None:
    moves = story(OF_PROFILE, came(THERE, "left"), came(SCHOOL, THERE))
    first = of("between", noted(came_by=moves[0].id).model_copy(update={"school": THERE}))
    second = [recorded(noted(left=THERE, came_by=moves[1].id), STREAM, at=moves[1].time)]
    assert found(earlier(), moves, first, second) == ("between", EARLIER, None)
    settled = recorded(
        transferred().model_copy(update={"case": "between", "school": THERE}), "case-between", 2, at=START
    )
    assert found(earlier(), moves, [*first, settled], second) == (CASE_ID, "between", None)


def streams() -> list[list[Recorded[Event]]]:
    change = story(OF_PROFILE, came(SCHOOL, "left"))
    return [change, earlier(limited()), story(STREAM, noted(came_by=change[0].id), transferred(), lapsed())]


@every(interleaved(streams()))
def test_the_order_of_streams_does_not_matter(arrived: list[Recorded[Event]]) -> None:
    assert_same_documents((CASES, CASES_OF_SCHOOLS, CASES_OF_TEACHERS), arrived, streams())


# --- the whole, on the real database


def validating_once(country: str) -> Nodes:
    """A node that adopts a policy of its own: the default, but for a new school."""
    nodes = load_nodes()
    default = nodes.policy(country, "validation", SINCE)
    once: ValidationPolicy = default.model_copy(
        update={
            "id": "validation.once",
            "content": default.content.model_copy(update={"again_on_school_change": False}),
        }
    )
    adoption = Adoption(policy="validation.once", since=SINCE)
    countries = tuple(
        one.model_copy(update={"adoptions": (*one.adoptions, adoption)}) if one.code == country else one
        for one in nodes.countries
    )
    changed = {"countries": countries, "policies": (*nodes.policies, once)}
    return Nodes.model_validate(nodes.model_copy(update=changed).model_dump())


async def change_school(service: Running, event: Event, version: int = 2) -> str:
    """The change reaches validation: what its own table says follows; the case."""
    cause = recorded(event, f"profile-{TEACHER}", version, at=service.clock())
    (reaction,) = service.parts.reactions[type(event)]
    ((case, command),) = reaction(cause)
    context = Context("system", "system", "es", derived_id("c"), cause=cause.id, policy=reaction.__name__)
    await service.host.handler.handle(CASE, case, command, context)
    await service.fold(cause)
    await service.fold_own()
    return case


async def follow(service: Running) -> None:
    for _ in range(2):
        await CaseSweeps(service.host).follow()
        await service.fold_own()


async def happened(service: Running, case: str) -> list[type[Event]]:
    return [type(one.event) for one in (await service.host.handler.load(CASE.stream(case))).recorded]


def changed(role: str = "teacher") -> Event:
    return came("the-next-school", SCHOOL, role).model_copy(update={"teacher": TEACHER})


async def test_where_the_policy_says_so_a_validated_teachers_new_school_opens_no_case(service: Running) -> None:
    service.host.nodes = validating_once("ES")
    await appointed(service, *OFFICES)
    before = await written(service, HISTORIES["validated"], teacher=TEACHER)
    await service.fold_own()
    case = await change_school(service, changed())
    assert await happened(service, case) == [TransferNoted]
    shown = await service.client.get(f"/validation/cases/{case}", headers=as_officer(service, "madrid"))
    assert shown.status_code == 404
    await follow(service)
    assert await happened(service, case) == [TransferNoted, ValidationTransferred]
    answer = await service.client.get(f"/validation/cases/{case}", headers=service.signed_in(TEACHER))
    assert (answer.json()["status"], answer.json()["transferred_from"]) == ("validated", before)
    listed = await service.client.get("/validation/cases?country=ES&status=open", headers=as_officer(service, "spain"))
    assert listed.json()["items"] == []
    again = await act(service, case, "reject", as_officer(service, "madrid"))
    assert again.status_code == 409


async def test_there_too_somebody_who_was_not_validated_gets_a_case_as_everybody(service: Running) -> None:
    service.host.nodes = validating_once("ES")
    before = await written(service, HISTORIES["opened"], teacher=TEACHER)
    await service.fold_own()
    case = await change_school(service, changed())
    await follow(service)
    assert await happened(service, case) == [TransferNoted, ValidationOpened]
    state, history = await service.host.handler.state(CASE, case)
    assert (state.owner, state.given) == ("representative", CONTACT)
    assert history.recorded[-1].envelope.causationid == history.recorded[0].event.came_by  # type: ignore[attr-defined]
    left, _ = await service.host.handler.state(CASE, before)
    assert left.decision == "withdrawn"


async def test_there_too_nobody_has_vouched_for_a_head_teacher(service: Running) -> None:
    service.host.nodes = validating_once("ES")
    await written(service, HISTORIES["validated"], teacher=TEACHER)
    await service.fold_own()
    case = await change_school(service, changed("head_teacher"))
    assert (await happened(service, case))[0] is ValidationOpened


async def test_a_transfer_that_cannot_be_settled_holds_up_nobody_else(service: Running) -> None:
    service.host.nodes = validating_once("ES")
    noted_in = [
        await change_school(service, changed().model_copy(update={"teacher": teacher}), version)
        for version, teacher in enumerate(("t-1", "t-2"), start=2)
    ]
    await written_by_a_later_release(service.host, CASE.stream(noted_in[0]))
    await CaseSweeps(service.host).follow()
    assert await happened(service, noted_in[1]) == [TransferNoted, ValidationOpened]


async def test_everywhere_else_a_new_school_is_a_new_case_at_once(service: Running) -> None:
    service.host.nodes = validating_once("FR")
    await written(service, HISTORIES["validated"], teacher=TEACHER)
    await service.fold_own()
    for version, event in ((2, changed()), (3, came("one-more", None).model_copy(update={"teacher": TEACHER}))):
        case = await change_school(service, event, version)
        assert await happened(service, case) == [ValidationOpened]


def test_the_policy_of_the_day_of_the_change_counts() -> None:
    table = reactions(lambda country, on: (country, on) != ("ES", SINCE))
    (reaction,) = table[TeacherSchoolChanged]
    for days, again in ((-1, True), (0, False), (1, True)):
        at = datetime.combine(SINCE, time(23, 59), UTC) + timedelta(days=days)
        ((_, command),) = reaction(recorded(changed(), f"profile-{TEACHER}", 2, at=at))
        assert command.again is again  # type: ignore[attr-defined]
