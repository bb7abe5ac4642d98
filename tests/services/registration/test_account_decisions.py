"""Drafts that are resumed or expire, addresses that are known already, passwords that are forgotten."""

from datetime import timedelta
from typing import Any

import pytest

from services.registration import officer, teacher
from services.registration.deadlines.drafts import expiring
from services.registration.officer import OFFICER
from services.registration.rules import PAUSE
from services.registration.teacher import TEACHER
from shared.contracts.registration import ErasureRequested, LegalHoldPlaced
from tests.given import given
from tests.services.registration import happened as did
from tests.services.registration.happened import EXPIRES
from tests.services.running import NOW

DRAFT = (did.started(), did.confirmed())
REGISTERED = (*DRAFT, did.registered())
OFFICERS = (did.offered(), did.accepted())
LATE = timedelta(hours=72)


def again(attempt: str = "a-2", of: str = "a-1") -> Any:
    later = {"link_expires": EXPIRES + PAUSE}
    return did.started(attempt).model_copy(update={"email": did.ref(f"email-{of}")} | later)


@pytest.mark.parametrize("history", [(did.started(),), DRAFT])
def test_a_draft_gets_another_link_and_the_one_before_dies(history: tuple[Any, ...]) -> None:
    resumed = given(TEACHER, *history).when(did.resend()).then(again())
    resumed.when(did.confirm("a-1")).then_refused(teacher.EmailLinkClosed)
    resumed.when(did.confirm("a-2")).then(did.confirmed("a-2"))


SHORTLY = PAUSE - timedelta(microseconds=1)


def test_a_link_that_was_mailed_just_now_stands_whoever_asks_for_another() -> None:
    draft = given(TEACHER, did.started())
    draft.when(did.resend(after=SHORTLY)).then_nothing()
    draft.when(did.confirm("a-1")).then(did.confirmed("a-1"))
    assert given(TEACHER, *DRAFT).when(did.resend(after=timedelta())).events(), "it was used"
    asked = given(TEACHER, *REGISTERED, did.recovery_requested())
    asked.when(did.request_recovery("r-2", after=SHORTLY)).then_nothing()
    used = asked.when(did.reset("r-1")).then(did.password_reset())
    used.when(did.request_recovery("r-2")).then(did.recovery_requested("r-2"))
    officers = given(OFFICER, *OFFICERS, did.recovery_requested(person="p-1"))
    officers.when(did.request_recovery("r-2", after=SHORTLY)).then_nothing()


def test_an_owner_who_was_told_just_now_is_not_told_again() -> None:
    just_now = did.repeat(told=NOW - SHORTLY)
    given(TEACHER, *REGISTERED).when(just_now).then_nothing()
    given(OFFICER, *OFFICERS).when(just_now).then_nothing()
    given(TEACHER, *REGISTERED).when(did.repeat(told=NOW - PAUSE)).then(did.repeated())


def test_the_latest_attempt_is_the_one_that_is_repeated() -> None:
    given(TEACHER, *DRAFT, did.started("a-5")).when(did.resend("a-6")).then(again("a-6", of="a-5"))


@pytest.mark.parametrize(
    "history", [(), REGISTERED, (*DRAFT, did.expired(), did.erased()), (*REGISTERED, did.erased())]
)
def test_only_a_draft_is_resumed(history: tuple[Any, ...]) -> None:
    given(TEACHER, *history).when(did.resend()).then_nothing()


def test_no_link_goes_to_a_country_that_has_left() -> None:
    given(TEACHER, did.started()).when(did.resend(not_admitted="withdrawn")).then_nothing()


def test_the_owner_of_an_account_is_told_in_the_owners_language() -> None:
    given(TEACHER, *REGISTERED).when(did.repeat()).then(did.repeated())
    given(OFFICER, *OFFICERS).when(did.repeat()).then(did.repeated(person="p-1", email="email"))
    for history in ((), DRAFT, (*REGISTERED, did.erased())):
        given(TEACHER, *history).when(did.repeat()).then_nothing()
    given(OFFICER).when(did.repeat()).then_nothing()
    given(OFFICER, *OFFICERS, did.revoked(), did.erased("p-1")).when(did.repeat()).then_nothing()


@pytest.mark.parametrize("history", [(did.started(),), DRAFT])
def test_a_draft_that_nobody_finishes_expires_and_is_forgotten_at_once(history: tuple[Any, ...]) -> None:
    forgotten = did.erased().model_copy(update={"reason": "registration_expired"})
    gone = given(TEACHER, *history).when(did.expire()).then(did.expired(), forgotten)
    gone.when(did.expire()).then_nothing()
    gone.when(did.start("a-2")).then_refused(teacher.TeacherErased)
    gone.when(did.complete()).then_refused(teacher.NoSuchTeacher)


def test_a_draft_under_a_legal_hold_ends_and_is_forgotten_when_the_hold_is_over() -> None:
    held = LegalHoldPlaced(person="t-1", hold="h-1", reason="court_order", statement=None)
    waits = ErasureRequested(person="t-1", reason="registration_expired")
    ended = given(TEACHER, *DRAFT, held).when(did.expire()).then(did.expired(), waits)
    ended.when(did.complete()).then_refused(teacher.EmailNotConfirmed)
    ended.when(did.resend()).then_nothing()
    ended.when(did.expire()).then_nothing()


@pytest.mark.parametrize("history", [(), (*DRAFT, again()), REGISTERED, (*DRAFT, did.erased())])
def test_what_was_resumed_or_finished_does_not_expire(history: tuple[Any, ...]) -> None:
    given(TEACHER, *history).when(did.expire()).then_nothing()


def test_a_draft_ends_with_its_time_and_not_before() -> None:
    ends = NOW + timedelta(days=14)
    assert expiring("a-1", ends, ends - timedelta(microseconds=1)) is None
    assert expiring("a-1", ends, ends) == did.expire()


@pytest.mark.parametrize("role", ["teacher", "adviser", "librarian"])
def test_nobody_but_a_head_teacher_is_the_director(role: str) -> None:
    draft = given(TEACHER, *DRAFT)
    draft.when(did.complete(role=role, director_is_applicant=True)).then_refused(teacher.DirectorIsApplicant, role=role)
    draft.when(did.complete(role="head_teacher", director_is_applicant=True)).then(
        did.registered().model_copy(update={"role": "head_teacher"})
    )


def test_a_teacher_chooses_another_password() -> None:
    asked = given(TEACHER, *REGISTERED).when(did.request_recovery()).then(did.recovery_requested())
    assert (asked.state.credential, asked.state.passwords) == ("a-1", 1)
    done = asked.when(did.reset()).then(did.password_reset())
    assert (done.state.credential, done.state.passwords) == ("c-1", 2)
    done.when(did.reset()).then_refused(teacher.RecoveryLinkClosed)


def test_an_officer_chooses_another_password() -> None:
    asked = given(OFFICER, *OFFICERS).when(did.request_recovery())
    done = asked.then(did.recovery_requested(person="p-1", email="email")).when(did.reset())
    after = done.then(did.password_reset(person="p-1"))
    assert (after.state.credential, after.state.passwords, after.state.account) == ("c-1", 2, "a-1")
    after.when(did.reset()).then_refused(officer.RecoveryLinkClosed)


def test_a_later_recovery_closes_the_earlier_one() -> None:
    asked = given(TEACHER, *REGISTERED, did.recovery_requested()).when(did.request_recovery("r-2", after=PAUSE))
    asked.then(did.recovery_requested("r-2", after=PAUSE)).when(did.reset("r-1")).then_refused(
        teacher.RecoveryLinkClosed
    )
    officers = given(OFFICER, *OFFICERS, did.recovery_requested(person="p-1"), did.recovery_requested("r-2", "p-1"))
    officers.when(did.reset("r-1")).then_refused(officer.RecoveryLinkClosed)


def test_a_recovery_ends_with_its_time() -> None:
    asked = given(TEACHER, *REGISTERED, did.recovery_requested())
    asked.when(did.reset(after=LATE)).then_refused(teacher.RecoveryLinkExpired)
    asked.when(did.reset(after=EXPIRES - NOW - timedelta(microseconds=1))).then(did.password_reset())
    officers = given(OFFICER, *OFFICERS, did.recovery_requested(person="p-1"))
    officers.when(did.reset(after=LATE)).then_refused(officer.RecoveryLinkExpired)


@pytest.mark.parametrize("command", [did.request_recovery(), did.reset()])
def test_without_an_account_there_is_no_password(command: Any) -> None:
    teachers: list[tuple[Any, ...]] = [(), DRAFT, (*REGISTERED, did.recovery_requested(), did.erased())]
    for history in teachers:
        given(TEACHER, *history).when(command).then_refused(teacher.NoSuchTeacher)
    officers: list[tuple[Any, ...]] = [(), (did.offered(),), (*OFFICERS, did.revoked(), did.erased("p-1"))]
    for history in officers:
        given(OFFICER, *history).when(command).then_refused(officer.NoSuchOfficer)
