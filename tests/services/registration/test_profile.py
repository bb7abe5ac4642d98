"""Every decision about a profile's schools, description and block: it acts, it refuses, it stays quiet."""

from typing import Any

import pytest
from hypothesis import given as every
from hypothesis import strategies as st

from services.registration import profile
from services.registration.profile import PROFILE, Standing
from services.registration.reactions import REACTIONS, erase_removed_teacher, open_profile
from shared.contracts.base import Command, Directed, Event
from shared.contracts.registration import ProfileRemoved, TeacherRegistered
from shared.event_store.violations import RuleViolation
from tests.given import given
from tests.services.recorded import recorded
from tests.services.registration import happened
from tests.services.registration import profiled as did
from tests.services.registration.profiled import add, block, change, choose, describe, leave, unblock

OWN = [describe(), add("ES-3"), change(), leave(), choose()]
THERE = (did.opened(), did.added())


def test_a_profile_begins_once_with_the_school_of_the_registration() -> None:
    given(PROFILE).when(did.open_()).then(did.opened()).when(did.open_()).then_nothing()


def test_a_registered_teacher_gets_a_profile() -> None:
    registered = recorded(happened.registered(), "teacher-t-1", 3)
    (directed,) = open_profile(registered)  # type: ignore[arg-type]
    assert directed == Directed("t-1", did.open_().model_copy(update={"at": registered.time}))
    assert PROFILE.decide(PROFILE.initial, directed.command) == (did.opened(),)


def test_who_has_disappeared_is_forgotten() -> None:
    (directed,) = erase_removed_teacher(recorded(did.removed(), "profile-t-1", 9))  # type: ignore[arg-type]
    command: Any = directed.command
    assert (directed.identifier, command.person, command.reason) == ("t-1", "t-1", "removed_after_inactivity")
    assert erase_removed_teacher in REACTIONS[ProfileRemoved]
    assert open_profile in REACTIONS[TeacherRegistered]


def test_a_description_replaces_the_one_before() -> None:
    first = given(PROFILE, did.opened()).when(describe()).then(did.described())
    first.when(describe()).then_nothing()
    first.when(describe("nobody")).then(did.described("nobody"))


@pytest.mark.parametrize("ages", [(2, 10), (10, 20), (12, 11)])
def test_pupils_are_between_3_and_19(ages: tuple[int, int]) -> None:
    given(PROFILE, did.opened()).when(describe(ages=ages)).then_refused(profile.AgesOutsideProgramme)


def test_a_school_is_added_left_and_added_again() -> None:
    there = given(PROFILE, did.opened()).when(add()).then(did.added())
    there.when(add()).then_nothing()
    gone = there.when(leave()).then(did.left())
    gone.when(leave()).then_nothing()
    gone.when(add()).then(did.added())


def test_the_main_school_is_not_left_but_changed() -> None:
    given(PROFILE, did.opened()).when(leave("ES-1")).then_refused(profile.MainSchoolStays, school="ES-1")
    moved = given(PROFILE, *THERE).when(change()).then(did.changed())
    assert [one.school for one in moved.state.schools] == ["FR-1", "ES-2"]
    assert moved.state.main.country == "FR"
    assert moved.state.left == {"ES-1"}
    moved.when(change()).then_nothing()


def test_another_of_ones_schools_is_chosen_not_changed_to() -> None:
    given(PROFILE, *THERE).when(change("ES-2", "ES")).then_refused(profile.SchoolIsYours, school="ES-2")
    there = given(PROFILE, *THERE).when(choose()).then(did.chosen())
    there.when(choose()).then_nothing()
    assert [one.school for one in there.state.schools] == ["ES-2", "ES-1"]


@pytest.mark.parametrize("ask", [add, change])
def test_nobody_but_a_head_teacher_names_oneself_as_the_director_of_another_school(ask: Any) -> None:
    there = given(PROFILE, did.opened())
    there.when(ask(director_is_applicant=True)).then_refused(profile.DirectorIsApplicant, role="adviser")
    (event,) = PROFILE.decide(there.state, ask(director_is_applicant=True, role="head_teacher"))
    assert event.model_dump()["role"] == "head_teacher"


@pytest.mark.parametrize("command", [leave("ES-9"), choose("ES-9")])
def test_a_school_where_the_teacher_never_was_is_not_found(command: Command) -> None:
    given(PROFILE, *THERE).when(command).then_refused(profile.NotYourSchool)


@pytest.mark.parametrize("command", [add("GB-1", "GB", "withdrawn"), change("GB-1", "GB", "withdrawn")])
def test_schools_of_a_withdrawn_country_are_refused(command: Command) -> None:
    refused = given(PROFILE, did.opened()).when(command)
    refused.then_refused(profile.SchoolCountryNotAdmitted, country="GB", reason="withdrawn")


def test_no_more_schools_are_added_than_the_policy_allows_until_one_is_left() -> None:
    full = given(PROFILE, *THERE)
    full.when(add("ES-3", schools_at_most=2)).then_refused(profile.TooManySchools, most=2)
    full.when(add("ES-2", schools_at_most=2)).then_nothing()
    full.when(change(schools_at_most=2)).then(did.changed())
    full.when(leave()).then(did.left()).when(add("ES-3", schools_at_most=2)).then(did.added("ES-3"))


@pytest.mark.parametrize("bring", [add, change])
def test_no_more_schools_are_brought_in_on_a_day_than_the_policy_allows(bring: Any) -> None:
    there = given(PROFILE, did.opened(), did.added(), did.left(), did.changed("ES-3", country="ES"))
    there.when(bring("FR-1", "FR", brought_at_most=2)).then_refused(profile.TooManySchoolsToday)
    assert there.when(bring("FR-1", "FR", brought_at_most=3)).events()
    assert there.when(bring("FR-1", "FR")).events()


@pytest.mark.parametrize("command", OWN)
def test_a_blocked_teacher_changes_nothing_until_the_block_ends(command: Command) -> None:
    barred = given(PROFILE, *THERE, did.blocked())
    barred.when(command).then_refused(profile.BlockedProfile, reason="misuse")
    freed = barred.when(unblock()).then(did.unblocked())
    assert freed.when(command).events()


@pytest.mark.parametrize("command", [*OWN, block(), unblock()])
def test_before_it_begins_and_after_it_disappeared_nothing_is_decided(command: Command) -> None:
    given(PROFILE).when(command).then_refused(profile.ProfileNotYetKnown)
    gone = given(PROFILE, did.opened(), did.warned(), did.inactivated(), did.warned_of_removal(), did.removed())
    gone.when(command).then_refused(profile.NoSuchProfile)


def test_a_block_stays_with_its_first_reason() -> None:
    there = given(PROFILE, did.opened()).when(block()).then(did.blocked())
    there.when(block(reason="other")).then_nothing()
    assert there.state.blocked is not None
    assert there.state.blocked.reason == "misuse"
    there.when(unblock()).then(did.unblocked()).when(unblock()).then_nothing()


@pytest.mark.parametrize("make", [block, unblock])
def test_the_countrys_support_service_or_the_centre_blocks(make: Any) -> None:
    there = given(PROFILE, did.opened(), *([did.blocked()] if make is unblock else []))
    assert there.when(make()).events()
    assert there.when(make("central_support_officer", None)).events()
    there.when(make(country="FR")).then_refused(profile.NotYoursToBlock)
    for authority in ("representative", "assessor", "operator"):
        there.when(make(authority)).then_refused(profile.NotYoursToBlock)
    there.when(make(by="t-1")).then_refused(profile.BlocksOneself)


def test_who_moved_is_blocked_by_the_new_country() -> None:
    moved = given(PROFILE, did.opened(), did.changed())
    moved.when(block(country="ES")).then_refused(profile.NotYoursToBlock)
    moved.when(block(country="FR")).then(did.blocked().model_copy(update={"country": "FR"}))


def test_every_command_names_its_refusals() -> None:
    assert set(PROFILE.decisions) == set(profile.REFUSALS)


SCHOOLS = st.sampled_from(["ES-1", "ES-2", "FR-1"])
COMMANDS = st.lists(
    st.one_of(
        st.just(did.open_()), SCHOOLS.map(add), SCHOOLS.map(change), SCHOOLS.map(leave), SCHOOLS.map(choose),
        st.just(describe()), st.just(block()), st.just(unblock()), st.just(did.come_back()),
        st.just(did.warn(did.DUE)), st.just(did.inactivate()), st.just(did.warn_of_removal(did.GONE)),
        st.just(did.remove()),
    ),
    max_size=14,
)  # fmt: skip


def decided(commands: list[Command]) -> list[Event]:
    events: list[Event] = []
    for command in commands:
        try:
            events += PROFILE.decide(PROFILE.fold(events), command)
        except RuleViolation:
            continue
    return events


@every(COMMANDS, st.integers(0, 14))
def test_whatever_is_asked_a_teacher_has_one_main_school_and_no_school_twice(commands: list[Command], cut: int) -> None:
    events = decided(commands)
    state = PROFILE.fold(events)
    assert PROFILE.fold(events[cut:], PROFILE.fold(events[:cut])) == state
    if state.standing is Standing.UNKNOWN:
        return
    schools = [one.school for one in state.schools]
    assert state.main.school == schools[0]
    assert len(set(schools)) == len(schools)
    assert state.left.isdisjoint(schools)
    names = [type(event).__name__ for event in events]
    assert names.count("ProfileRemoved") <= 1
    if "ProfileRemoved" in names:
        assert names[-1] == "ProfileRemoved"
        assert (
            names.index("RemovalAnnounced") > names.index("ProfileInactivated") > names.index("InactivationAnnounced")
        )
