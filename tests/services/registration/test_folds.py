"""Whatever is asked in whatever order, the folds keep what every decision rests on."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from services.registration.officer import OFFICER, Standing
from services.registration.teacher import TEACHER, Status
from shared.contracts.base import Command, Event
from shared.contracts.registration import PersonalDataErased, RegistrationStarted, TeacherRegistered
from shared.event_store.violations import RuleViolation
from shared.identity.office_view import OFFICES
from tests.services.interleavings import assert_same_documents, folded, interleaved
from tests.services.recorded import story
from tests.services.registration import happened as did

ATTEMPTS = st.sampled_from(["a-1", "a-2", "a-3"])
TEACHER_COMMANDS = st.lists(
    st.one_of(
        ATTEMPTS.map(did.start),
        ATTEMPTS.map(did.resend),
        ATTEMPTS.map(did.confirm),
        ATTEMPTS.map(did.complete),
        ATTEMPTS.map(did.request_recovery),
        ATTEMPTS.map(did.reset),
        ATTEMPTS.map(did.expire),
        st.just(did.repeat()),
        st.just(did.erase()),
    ),
    max_size=14,
)
OFFICER_COMMANDS = st.lists(
    st.one_of(
        ATTEMPTS.map(did.offer),
        ATTEMPTS.map(did.accept),
        ATTEMPTS.map(did.request_recovery),
        ATTEMPTS.map(did.reset),
        st.just(did.revoke()),
        st.just(did.repeat()),
        st.just(did.erase("p-1")),
    ),
    max_size=12,
)


def history(aggregate: object, commands: list[Command]) -> list[Event]:
    events: list[Event] = []
    for command in commands:
        try:
            events += aggregate.decide(aggregate.fold(events), command)  # type: ignore[attr-defined]
        except RuleViolation:
            continue
    return events


@given(TEACHER_COMMANDS)
def test_a_teacher_registers_once_with_the_confirmed_address_and_is_erased_once(commands: list[Command]) -> None:
    events = history(TEACHER, commands)
    registrations = [event for event in events if isinstance(event, TeacherRegistered)]
    erasures = [event for event in events if isinstance(event, PersonalDataErased)]
    assert len(registrations) <= 1
    assert len(erasures) <= 1
    assert not erasures or events[-1] is erasures[0]
    state = TEACHER.fold(events)
    for registration in registrations:
        assert state.confirmed is not None
        started = [one for one in events if isinstance(one, RegistrationStarted)]
        assert registration.email in [one.email for one in started if one.attempt == state.confirmed.id]
    assert (state.status is Status.REGISTERED) == bool(registrations and not erasures)


@given(TEACHER_COMMANDS)
def test_each_settled_password_is_a_later_one_and_none_outlives_the_account(commands: list[Command]) -> None:
    events = history(TEACHER, commands)
    states = [TEACHER.fold(events[:n]) for n in range(len(events) + 1)]
    for before, after in pairwise(states):
        assert after.passwords - before.passwords in {0, 1}
        assert after.passwords == before.passwords or after.credential is not None
    assert (states[-1].credential is not None) == (states[-1].status is Status.REGISTERED)
    assert states[-1].recovery is None or states[-1].status is Status.REGISTERED


@given(TEACHER_COMMANDS, st.integers(0, 14))
def test_folding_in_two_steps_is_folding_in_one(commands: list[Command], cut: int) -> None:
    events = history(TEACHER, commands)
    assert TEACHER.fold(events[cut:], TEACHER.fold(events[:cut])) == TEACHER.fold(events)


@given(OFFICER_COMMANDS)
def test_an_office_is_held_only_while_its_person_is_remembered(commands: list[Command]) -> None:
    state = OFFICER.fold(history(OFFICER, commands))
    assert len({office.id for office in state.offices}) == len(state.offices)
    assert not (state.erased and state.held())
    assert state.account is not None or not state.held()


@given(OFFICER_COMMANDS, st.data())
@settings(max_examples=60)
def test_the_view_of_offices_says_what_the_stream_says(commands: list[Command], data: st.DataObject) -> None:
    events = history(OFFICER, commands)
    other = [did.offered("b-1", "o-9").model_copy(update={"officer": "p-2"})]
    streams = [story("officer-p-1", *events), story("officer-p-2", *other)]
    arrived = data.draw(interleaved(streams))
    assert_same_documents((OFFICES,), arrived, streams)
    documents = folded(OFFICES, arrived)
    for office in OFFICER.fold(events).offices:
        live = b'"live":true' in documents[office.id]
        assert live == (office.standing is Standing.HELD)
