"""Two and three calendar years without access: what falls due when, and what each step refuses (FAQ L25). No I/O."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given as every
from hypothesis import strategies as st

from services.registration import profile
from services.registration.deadlines.inactivity import Absence, Stage, Years, falling_due, review_day
from services.registration.profile import PROFILE
from shared.contracts.base import Command
from shared.contracts.calendar import end_of, months_after, start_of, years_after
from tests.given import given
from tests.services.registration import profiled as did
from tests.services.registration.profiled import DUE, GONE, LAST, come_back, inactivate, remove, warn, warn_of_removal

FAQ = Years(inactive=2, removed=3, warned_months=1)
MINUTE = timedelta(minutes=1)
AWAY = (did.opened(), did.warned(), did.inactivated(), did.warned_of_removal())


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        ("2026-11-24", 1, "2026-12-24"), ("2026-12-31", 2, "2027-02-28"), ("2027-03-31", -1, "2027-02-28"),
        ("2028-02-29", 24, "2030-02-28"), ("2028-02-29", 48, "2032-02-29"), ("2027-01-15", -1, "2026-12-15"),
    ],
)  # fmt: skip
def test_calendar_months_end_with_the_month(day: str, months: int, then: str) -> None:
    assert months_after(date.fromisoformat(day), months).isoformat() == then


@every(st.dates(date(1990, 1, 1), date(2400, 1, 1)), st.integers(1, 5))
def test_years_keep_the_day_except_on_29_february(day: date, years: int) -> None:
    then = years_after(day, years)
    assert then.year == day.year + years
    assert (then.month, then.day) == (day.month, day.day) or ((day.month, day.day), then.day) == ((2, 29), 28)


def test_each_step_is_taken_in_its_turn() -> None:
    (
        given(PROFILE, did.opened())
        .when(warn(DUE - timedelta(days=30))).then(did.warned())
        .when(inactivate()).then(did.inactivated())
        .when(warn_of_removal(GONE - timedelta(days=30))).then(did.warned_of_removal())
        .when(remove()).then(did.removed())
    )  # fmt: skip


def test_nothing_is_recorded_before_its_time() -> None:
    early = [
        ((did.opened(),), warn(LAST + timedelta(days=699))),
        ((did.opened(), did.warned()), inactivate(DUE - MINUTE)),
        ((did.opened(), did.warned(due=DUE + timedelta(days=9))), inactivate(DUE)),
        (AWAY[:3], warn_of_removal(LAST + timedelta(days=1000))),
        (AWAY, remove(GONE - MINUTE)),
        (AWAY, remove(GONE, not_before=GONE + timedelta(days=365))),
    ]
    for history, command in early:
        given(PROFILE, *history).when(command).then_refused(profile.NotDueYet)


def test_nobody_becomes_inactive_or_disappears_unwarned() -> None:
    given(PROFILE, did.opened()).when(inactivate()).then_refused(profile.NotAnnounced)
    given(PROFILE, did.opened()).when(remove()).then_refused(profile.NotAnnounced)
    given(PROFILE, did.opened()).when(warn_of_removal(GONE)).then_refused(profile.NotAnnounced)
    given(PROFILE, *AWAY[:3]).when(remove()).then_refused(profile.NotAnnounced)


@pytest.mark.parametrize("command", [inactivate(), remove()])
def test_a_return_ends_the_round(command: Command) -> None:
    back = [*AWAY, did.cancelled(), did.reactivated()]
    given(PROFILE, *back).when(command).then_refused(profile.NotAnnounced)
    later = did.warned(last=NEXT, due=NEXT + timedelta(days=731))
    given(PROFILE, *back, later).when(inactivate(GONE + timedelta(days=2000))).then_refused(profile.NotAnnounced)


NEXT = GONE - timedelta(days=1)


def test_doubled_steps_change_nothing() -> None:
    given(PROFILE, did.opened(), did.warned()).when(warn(DUE)).then_nothing()
    given(PROFILE, *AWAY[:3]).when(inactivate()).then_nothing()
    given(PROFILE, *AWAY).when(warn_of_removal(GONE)).then_nothing()


def test_a_return_clears_whatever_was_announced() -> None:
    given(PROFILE).when(come_back()).then_nothing()
    given(PROFILE, did.opened()).when(come_back()).then_nothing()
    given(PROFILE, *AWAY[:2]).when(come_back()).then(did.cancelled()).when(come_back()).then_nothing()
    given(PROFILE, *AWAY[:3]).when(come_back()).then(did.reactivated())
    given(PROFILE, *AWAY).when(come_back()).then(did.cancelled(), did.reactivated()).when(come_back()).then_nothing()
    given(PROFILE, *AWAY, did.removed()).when(come_back()).then_refused(profile.NoSuchProfile)


def test_a_blocked_teacher_who_stays_away_disappears_as_everybody_does() -> None:
    given(PROFILE, did.opened(), did.blocked(), *AWAY[1:]).when(remove()).then(did.removed())


def active(last: str) -> Absence:
    return Absence(Stage.ACTIVE, date.fromisoformat(last), None, None)


@pytest.mark.parametrize(
    ("last", "warned", "inactive", "warned_again", "removed"),
    [
        ("2026-11-24", "2028-10-25", "2028-11-25", "2029-10-25", "2029-11-25"),
        ("2028-02-29", "2030-02-01", "2030-03-01", "2031-02-01", "2031-03-01"),
        ("2027-12-31", "2029-12-01", "2030-01-01", "2030-12-01", "2031-01-01"),
        ("2027-03-30", "2029-02-28", "2029-03-31", "2030-02-28", "2030-03-31"),
    ],
)
def test_years_and_warnings_by_the_calendar(
    last: str, warned: str, inactive: str, warned_again: str, removed: str
) -> None:
    away = active(last)
    assert review_day(away, FAQ).isoformat() == warned
    assert falling_due(away, FAQ, moment(warned) - MINUTE) is None
    expected = [
        (Stage.INACTIVATION_ANNOUNCED, warned, inactive, "announce_inactivation"),
        (Stage.INACTIVE, inactive, warned_again, "inactivate"),
        (Stage.REMOVAL_ANNOUNCED, warned_again, removed, "announce_removal"),
        (None, removed, None, "remove"),
    ]
    for stage, day, following, name in expected:
        falling = falling_due(away, FAQ, moment(day))
        assert falling is not None
        assert falling.deadline == f"{name}.{last}"
        due = getattr(falling.command, "due", None)
        assert due is None or due == moment(following or "")
        if stage is not None and following is not None:
            away = Absence(stage, away.last_access, start_of(away.last_access), due)
            assert review_day(away, FAQ).isoformat() == following


def test_a_late_announcement_gives_the_month_in_full() -> None:
    falling = falling_due(active("2026-11-24"), FAQ, moment("2031-05-31T10:00:00"))
    assert falling is not None
    assert getattr(falling.command, "due", None) == moment("2031-06-30")


def test_a_return_that_a_crash_kept_from_being_written_is_written_by_the_sweep() -> None:
    came = Absence(Stage.REMOVAL_ANNOUNCED, date(2029, 11, 20), moment("2026-11-24"), moment("2029-11-25"))
    falling = falling_due(came, FAQ, moment("2029-12-01"))
    assert falling is not None
    assert (falling.deadline, type(falling.command).__name__) == ("return_teacher.2029-11-20", "ReturnTeacher")


def stage_of(state: profile.Profile) -> Stage:
    """What the sweep knows of a profile."""
    announced = state.due is not None
    if state.standing is profile.Standing.ACTIVE:
        return Stage.INACTIVATION_ANNOUNCED if announced else Stage.ACTIVE
    return Stage.REMOVAL_ANNOUNCED if announced else Stage.INACTIVE


@every(
    st.dates(date(2005, 1, 1), date(2100, 1, 1)), st.integers(1, 4), st.integers(0, 4), st.integers(1, 11),
    st.lists(st.integers(0, 500), min_size=40, max_size=40),
)  # fmt: skip
def test_however_late_the_sweeps_everybody_is_warned_in_time_and_nobody_goes_early(
    last: date, inactive: int, more: int, months: int, gaps: list[int]
) -> None:
    years = Years(inactive, inactive + more, months)
    events = [did.opened()]
    now, warned_on = start_of(last), {}
    for gap in gaps:
        now += timedelta(days=gap)
        for _ in range(5):
            state = PROFILE.fold(events)
            if state.standing is profile.Standing.REMOVED:
                break
            absence = Absence(stage_of(state), last, state.away_since, state.due)
            falling = falling_due(absence, years, now)
            if falling is None:
                break
            (event,) = PROFILE.decide(state, falling.command)
            warned_on[type(event).__name__] = now
            events.append(event)  # type: ignore[arg-type]
    for step, warning, number in (
        ("ProfileInactivated", "InactivationAnnounced", years.inactive),
        ("ProfileRemoved", "RemovalAnnounced", years.removed),
    ):
        if step in warned_on:
            assert warned_on[step] >= end_of(years_after(last, number))
            assert warned_on[step].date() >= months_after(warned_on[warning].date(), months)
