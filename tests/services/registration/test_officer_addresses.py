"""Another address for an officer's account: as a teacher's, and offers go to the address that counts (rules §4.13)."""

from datetime import timedelta
from typing import Any

import pytest

from services.registration.app.changes import AddressSweep
from services.registration.commands import AgreeToEmailChange, OfferOffice, RequestEmailChange, WithdrawEmailChange
from services.registration.officer import (
    OFFICER,
    AddressChangedMeanwhile,
    EmailChangeClosed,
    EmailChangeExpired,
    NoSuchOfficer,
    Officer,
)
from shared.contracts.registration import (
    EmailChangeAgreed,
    EmailChanged,
    EmailChangeRequested,
    EmailChangeWithdrawn,
    OfficeOffered,
)
from tests.given import Given, given
from tests.services.registration import happened as did
from tests.services.registration.happened import CLAIM, EXPIRES, ref
from tests.services.registration.people import PASSWORD, People
from tests.services.running import NOW, problem

OLD, NEW = "nso@etwinning.example", "another@etwinning.example"
LINK_ENDS = timedelta(days=8)


def account(*since: Any) -> Given[Officer]:
    return given(OFFICER, did.offered(), did.accepted(), *since)


def request(attempt: str = "c-1", replaces: str = "email") -> RequestEmailChange:
    return RequestEmailChange(
        at=NOW, claim=CLAIM, email=ref(f"email-{attempt}"), attempt=attempt, link_expires=EXPIRES, replaces=replaces
    )


def agree(end: Any, attempt: str = "c-1", *, late: bool = False) -> AgreeToEmailChange:
    return AgreeToEmailChange(at=EXPIRES if late else NOW, claim=CLAIM, attempt=attempt, end=end)


def withdraw(attempt: str = "c-1") -> WithdrawEmailChange:
    return WithdrawEmailChange(at=NOW, attempt=attempt, reason="cancelled")


def requested(attempt: str = "c-1") -> EmailChangeRequested:
    email = ref(f"email-{attempt}")
    return EmailChangeRequested(person="p-1", locale="es", email=email, attempt=attempt, link_expires=EXPIRES)


def agreed(end: Any) -> EmailChangeAgreed:
    return EmailChangeAgreed(person="p-1", attempt="c-1", end=end)


CHANGED = EmailChanged(person="p-1", attempt="c-1", email=ref("email-c-1"))


def withdrawn(reason: str) -> EmailChangeWithdrawn:
    return EmailChangeWithdrawn(person="p-1", attempt="c-1", reason=reason)


@pytest.mark.parametrize(("first", "second"), [("old", "new"), ("new", "old")])
def test_an_officers_address_changes_once_both_ends_agree(first: Any, second: Any) -> None:
    now = account(did.recovery_requested(person="p-1")).when(request()).then(requested())
    done = now.when(agree(first)).then(agreed(first)).when(agree(second)).then(agreed(second), CHANGED)
    assert (done.state.email, done.state.change, done.state.recovery) == (ref("email-c-1"), None, None)
    done.when(agree(second)).then_refused(EmailChangeClosed)


def test_an_officers_change_is_replaced_cancelled_or_over() -> None:
    account(requested()).when(request("c-2")).then(withdrawn("replaced"), requested("c-2"))
    account(requested()).when(withdraw()).then(withdrawn("cancelled")).when(withdraw()).then_nothing()
    account(requested()).when(agree("new", late=True)).then_refused(EmailChangeExpired)
    account(requested(), CHANGED).when(request("c-2")).then_refused(AddressChangedMeanwhile)


@pytest.mark.parametrize("command", [request(), agree("new"), withdraw()])
def test_who_has_no_account_has_no_address_to_change(command: Any) -> None:
    given(OFFICER, did.offered()).when(command).then_refused(NoSuchOfficer)
    account(requested(), did.revoked(), did.erased("p-1")).when(command).then_refused(NoSuchOfficer)


def offer(same_as: str | None) -> OfferOffice:
    return did.offer("a-2", kind="assessor").model_copy(update={"office": "o-2", "same_as": same_as})


def test_an_offer_to_an_address_that_does_not_count_is_looked_at_again() -> None:
    offered = did.offered("a-2", "o-2", "assessor").model_copy(update={"region": None})
    account(requested()).when(offer("email-c-1")).then_refused(AddressChangedMeanwhile)
    account(requested(), CHANGED).when(offer("email")).then_refused(AddressChangedMeanwhile)
    for counts in ("email", None):  # nothing was compared before officers could change their address
        account(requested()).when(offer(counts)).then(offered)
    given(OFFICER, did.offered()).when(offer("email-of-the-offer")).then(offered)


async def officer(people: People) -> tuple[str, str]:
    """The national support officer of Spain, and a token of the central one who appointed there."""
    await people.national("ES", OLD)
    return (await people.stream_of(OLD)).stream.removeprefix("officer-"), await people.token("css@etwinning.example")


async def ask(people: People, person: str, email: str = NEW, password: str = PASSWORD) -> Any:
    headers = people.service.signed_in(person)
    return await people.http.post(
        "/registration/me/email", json={"email": email, "password": password}, headers=headers
    )


async def agree_at(people: People, person: str, end: str) -> Any:
    stream = f"officer-{person}"
    history = await people.service.host.handler.load(stream)
    asked = [one.event for one in history.recorded if isinstance(one.event, EmailChangeRequested)][-1]
    token = people.service.link(f"confirm_{end}_email", stream, asked.attempt, asked.link_expires)
    page = await people.http.get(f"/registration/email/{end}", params={"token": token})
    assert "I agree" in page.text
    return await people.post(f"/email/{end}", {"token": token})


async def moved(people: People, person: str) -> None:
    assert (await ask(people, person)).status_code == 202
    assert (await agree_at(people, person, "new")).json() == {"status": "waiting"}
    assert (await agree_at(people, person, "old")).json() == {"status": "changed"}


async def test_an_officer_signs_in_by_the_new_address_in_the_same_offices_and_the_old_one_is_free(
    people: People,
) -> None:
    person, _ = await officer(people)
    session = (await people.sign_in(OLD)).json()["session"]
    assert problem(await ask(people, person, password="wrong password")) == (403, "wrong-password")
    await moved(people, person)
    assert (await people.sign_in(OLD)).status_code == 401
    assert await people.renew(session) == 200
    offered = await people.offer(await people.token(NEW), "rep@school.example", kind="assessor", country="ES")
    assert offered.status_code == 201
    host = people.service.host
    assert (await host.claims.holder(OLD), await host.claims.holder(NEW)) == (None, f"officer-{person}")
    history = await host.handler.load(f"officer-{person}")
    assert [one.envelope.capacity for one in history.recorded[-3:]] == ["officer"] * 3
    assert history.recorded[-1].node == "es"
    await people.recover(NEW)
    assert (await people.reset(await people.recovery_link(NEW), "another password")).status_code == 200
    assert (await people.sign_in(NEW, "another password")).status_code == 200


async def test_a_teacher_may_register_with_the_address_that_an_officer_gave_up(people: People) -> None:
    person, _ = await officer(people)
    await moved(people, person)
    assert await people.registered(OLD) != person


async def test_an_officer_cancels_and_a_change_nobody_agreed_to_expires(people: People) -> None:
    person, _ = await officer(people)
    host = people.service.host
    await ask(people, person)
    cancelled = await people.http.post("/registration/me/email/cancel", headers=people.service.signed_in(person))
    assert (cancelled.status_code, await host.claims.holder(NEW)) == (200, None)
    await ask(people, person)
    await people.service.fold_own()
    people.pass_by(LINK_ENDS)
    for _ in range(2):
        await AddressSweep(host).turn()
    history = await host.handler.load(f"officer-{person}")
    reasons = [one.event.reason for one in history.recorded if isinstance(one.event, EmailChangeWithdrawn)]
    assert (reasons, await host.claims.holder(NEW)) == (["cancelled", "expired"], None)
    assert (await people.sign_in(OLD)).status_code == 200


async def test_no_office_is_offered_to_an_address_that_is_only_asked_for(people: People) -> None:
    """Otherwise whoever reads that address would be written to as the officer before the old end has agreed."""
    person, token = await officer(people)
    await ask(people, person)
    refused = await people.offer(token, NEW, kind="juror")
    assert problem(refused) == (409, "address-not-available")
    stream = await people.service.host.handler.load(f"officer-{person}")
    assert sum(isinstance(one.event, OfficeOffered) for one in stream.recorded) == 1


async def test_offers_follow_the_officer_to_the_new_address_and_the_old_one_is_somebody_elses(people: People) -> None:
    person, token = await officer(people)
    host = people.service.host
    kept = await host.database["claims"].find_one({"_id": host.claims.identifier(OLD)})
    await moved(people, person)
    same = await people.offer(token, NEW.upper(), kind="juror")
    assert same.json()["officer"] == person
    assert kept is not None
    await host.database["claims"].insert_one(kept)  # as if killed before the old address was let go
    other = await people.offer(token, OLD, kind="juror", key="k-1")
    assert other.json()["officer"] != person
    repeated = await people.offer(token, OLD, kind="juror", key="k-1")
    assert repeated.json() == other.json()
