"""A change of address, legal holds, and an erasure that waits: decided as sentences (FAQ L22, rules §4.13, §4.17)."""

from datetime import timedelta
from typing import Any, Literal

import pytest

from services.registration.commands import (
    AgreeToEmailChange,
    ErasePersonalData,
    PlaceLegalHold,
    ReleaseLegalHold,
    RequestEmailChange,
    WithdrawEmailChange,
)
from services.registration.teacher import (
    TEACHER,
    AddressChangedMeanwhile,
    EmailChangeClosed,
    EmailChangeExpired,
    HoldReleased,
    HoldsOneself,
    NoSuchHold,
    NoSuchTeacher,
    NotYoursToHold,
    Teacher,
)
from shared.contracts.registration import (
    EmailChangeAgreed,
    EmailChanged,
    EmailChangeRequested,
    EmailChangeWithdrawn,
    ErasureRequested,
    LegalHoldPlaced,
    LegalHoldReleased,
    PersonalDataErased,
)
from tests.given import Given, given
from tests.services.registration.happened import CLAIM, EXPIRES, confirmed, erased, ref, registered, started
from tests.services.running import NOW


def account(*since: Any) -> Given[Teacher]:
    return given(TEACHER, started(), confirmed(), registered(), *since)


def requested(attempt: str = "c-1") -> EmailChangeRequested:
    return EmailChangeRequested(
        person="t-1", locale="es", email=ref(f"email-{attempt}"), attempt=attempt, link_expires=EXPIRES
    )


def agreed(end: Literal["old", "new"], attempt: str = "c-1") -> EmailChangeAgreed:
    return EmailChangeAgreed(person="t-1", attempt=attempt, end=end)


def changed(attempt: str = "c-1") -> EmailChanged:
    return EmailChanged(person="t-1", attempt=attempt, email=ref(f"email-{attempt}"))


def withdrawn(reason: str, attempt: str = "c-1") -> EmailChangeWithdrawn:
    return EmailChangeWithdrawn(person="t-1", attempt=attempt, reason=reason)


def request(attempt: str = "c-1", replaces: str = "email-a-1") -> RequestEmailChange:
    return RequestEmailChange(
        at=NOW, claim=CLAIM, email=ref(f"email-{attempt}"), attempt=attempt, link_expires=EXPIRES, replaces=replaces
    )


def agree(end: Literal["old", "new"], attempt: str = "c-1", late: bool = False) -> AgreeToEmailChange:
    return AgreeToEmailChange(at=EXPIRES if late else NOW, claim=CLAIM, attempt=attempt, end=end)


def withdraw(attempt: str = "c-1") -> WithdrawEmailChange:
    return WithdrawEmailChange(at=NOW, attempt=attempt, reason="cancelled")


def placed(hold: str = "h-1") -> LegalHoldPlaced:
    return LegalHoldPlaced(person="t-1", hold=hold, reason="court_order", statement=None)


def released(hold: str = "h-1") -> LegalHoldReleased:
    return LegalHoldReleased(person="t-1", hold=hold, reason="order_lifted")


def place(hold: str = "h-1", by: str = "o-1", authority: Any = "national_support_officer", country: Any = "ES") -> Any:
    return PlaceLegalHold(
        at=NOW, by=by, authority=authority, authority_country=country, person="t-1", hold=hold, reason="court_order",
        statement=None,
    )  # fmt: skip


def release(hold: str = "h-1") -> ReleaseLegalHold:
    return ReleaseLegalHold(
        at=NOW, by="o-1", authority="central_support_officer", authority_country=None, person="t-1", hold=hold,
        reason="order_lifted",
    )  # fmt: skip


def erase() -> ErasePersonalData:
    return ErasePersonalData(at=NOW + timedelta(days=1), person="t-1", reason="requested")


@pytest.mark.parametrize(("first", "second"), [("old", "new"), ("new", "old")])
def test_an_address_changes_once_both_ends_agree(first: Any, second: Any) -> None:
    now = account().when(request()).then(requested()).when(agree(first)).then(agreed(first))
    now.when(agree(first)).then_nothing()
    done = now.when(agree(second)).then(agreed(second), changed())
    assert done.state.email == ref("email-c-1")
    done.when(agree(second)).then_refused(EmailChangeClosed)


def test_a_later_request_withdraws_the_earlier_and_its_agreements() -> None:
    now = account(requested(), agreed("old")).when(request("c-2")).then(withdrawn("replaced"), requested("c-2"))
    now.when(agree("new")).then_refused(EmailChangeClosed)
    now.when(agree("new", "c-2")).then(agreed("new", "c-2"))


def test_a_change_ends_with_its_links_or_by_cancelling() -> None:
    account(requested()).when(agree("new", late=True)).then_refused(EmailChangeExpired)
    account(requested()).when(withdraw()).then(withdrawn("cancelled")).when(withdraw()).then_nothing()
    account(requested("c-2")).when(withdraw("c-1")).then_nothing()


def test_a_request_that_was_compared_with_another_address_is_refused() -> None:
    account(requested(), changed()).when(request("c-2")).then_refused(AddressChangedMeanwhile)
    given(TEACHER, started()).when(request()).then_refused(NoSuchTeacher)
    account(erased()).when(request()).then_refused(NoSuchTeacher)


def test_an_erasure_waits_for_the_last_hold() -> None:
    held = account().when(place()).then(placed()).when(place("h-2")).then(placed("h-2"))
    waiting = held.when(erase()).then(ErasureRequested(person="t-1", reason="requested"))
    waiting.when(erase()).then_nothing()
    one_left = waiting.when(release("h-2")).then(released("h-2"))
    gone = one_left.when(release()).then(released(), PersonalDataErased(person="t-1", reason="requested"))
    gone.when(erase()).then_nothing()
    gone.when(place("h-3")).then_refused(NoSuchTeacher)


def test_a_released_hold_erases_nothing_that_nobody_asked_for() -> None:
    free = account(placed()).when(release()).then(released())
    free.when(release()).then_nothing()
    free.when(place()).then_refused(HoldReleased)
    free.when(erase()).then(erased())


def test_only_the_support_services_of_the_person_hold_and_never_themselves() -> None:
    account().when(place(country="FR")).then_refused(NotYoursToHold)
    account().when(place(authority="representative")).then_refused(NotYoursToHold)
    account().when(place(by="t-1")).then_refused(HoldsOneself)
    account().when(release()).then_refused(NoSuchHold)
    account().when(place(authority="central_support_officer", country=None)).then(placed())
