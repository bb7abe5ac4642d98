"""The director's link on the real database: signed, single-use by state, ending on its day, without an account."""

from datetime import timedelta

import pytest
from uuid_utils import uuid7

from services.validation.case import CASE
from services.validation.commands import WithdrawCase
from shared.contracts.base import derived_id
from shared.event_store.history import Context
from shared.private_records.records import Found
from tests.services.running import NOW, Running, problem
from tests.services.validation.acting import (
    OWN_ADDRESS,
    TEACHER,
    act,
    appointed,
    as_officer,
    director_token,
    known_addresses,
    open_case,
)
from tests.services.validation.happened import registered


async def test_a_director_may_refuse_with_a_reason(service: Running) -> None:
    await appointed(service, "madrid")
    case = await open_case(service)
    token = await director_token(service, case)
    url = "/validation/director/answer"
    unexplained = await service.client.post(url, json={"token": token, "answer": "refuse"})
    assert (problem(unexplained), unexplained.json()["errors"][0]["pointer"]) == ((422, "validation-failed"), "/answer")
    refusal = {"token": token, "answer": "left_the_school"}
    refused = await service.client.post(url, json=refusal)
    assert (refused.status_code, refused.json()) == (200, {"case": case, "answer": "refused"})
    approval = await service.client.post(url, json={"token": token, "answer": "approve"})
    assert problem(approval) == (409, "director-answered-otherwise")
    state, _ = await service.host.handler.state(CASE, case)
    assert state.answer == "refused"


async def test_a_get_of_the_link_changes_nothing(service: Running) -> None:
    await appointed(service, "madrid")
    case = await open_case(service)
    token = await director_token(service, case)
    before = (await service.host.handler.load(f"case-{case}")).version
    for _ in range(2):
        assert (await service.client.get("/validation/director", params={"token": token})).status_code == 200
    assert (await service.host.handler.load(f"case-{case}")).version == before


async def test_a_forged_link_or_one_for_another_purpose_opens_nothing(service: Running) -> None:
    await appointed(service, "madrid")
    case = await open_case(service)
    token = await director_token(service, case)
    state, _ = await service.host.handler.state(CASE, case)
    end = NOW + timedelta(days=14)
    wrong = [
        token[:-4] + "AAAA",
        service.link("confirm_email", f"case-{case}", state.attempt or "", end),
        service.link("director_answer", f"teacher-{case}", state.attempt or "", end),
        service.link("director_answer", f"case-{uuid7()}", state.attempt or "", end),
    ]
    for forged in wrong:
        assert (await service.client.get("/validation/director", params={"token": forged})).status_code == 404
        answer = {"token": forged, "answer": "approve"}
        assert problem(await service.client.post("/validation/director/answer", json=answer)) == (404, "not-found")
    other_attempt = service.link("director_answer", f"case-{case}", "another", end)
    answer = {"token": other_attempt, "answer": "approve"}
    closed = await service.client.post("/validation/director/answer", json=answer)
    assert problem(closed) == (409, "director-link-closed")


async def test_an_expired_link_says_so_and_decides_nothing(service: Running) -> None:
    await appointed(service, "madrid")
    case = await open_case(service)
    token = await director_token(service, case)
    service.clock.now = NOW + timedelta(days=14)
    page = await service.client.get("/validation/director", params={"token": token})
    assert page.status_code == 200
    assert "<form" not in page.text
    late = await service.client.post("/validation/director/answer", json={"token": token, "answer": "approve"})
    assert problem(late) == (409, "director-link-expired")


async def test_the_directors_page_does_not_need_the_teachers_name(service: Running) -> None:
    """Registration is unreachable in this test: the page still asks, without the name, in the node's language."""
    await appointed(service, "madrid")
    case = await open_case(service)
    token = await director_token(service, case)
    page = await service.client.get("/validation/director", params={"token": token})
    assert "Alguien se ha registrado en eTwinning" in page.text
    assert 'lang="es" dir="ltr"' in page.text


async def test_the_page_is_in_the_languages_of_the_node_of_the_browser_and_in_english(service: Running) -> None:
    await appointed(service, "madrid")
    token = await director_token(service, await open_case(service))
    for lang, said, tag in (
        ("ca", "Un docent del vostre centre", "ca"),
        ("en", "A teacher of your school", "en"),
        ("tlh", "Un docente de su centro", "es"),
    ):
        page = await service.client.get("/validation/director", params={"token": token, "lang": lang})
        assert said in page.text
        assert f'<html lang="{tag}"' in page.text
    polish = {"Accept-Language": "pl,de;q=0.1"}
    page = await service.client.get("/validation/director", params={"token": token}, headers=polish)
    assert '<html lang="es"' in page.text
    for link in ("lang=ca", "lang=eu", "lang=gl", "lang=pl", "lang=de", "lang=en"):
        assert link in page.text


async def test_a_director_may_ask_for_time_as_often_as_the_node_allows(service: Running) -> None:
    await appointed(service, "madrid")
    case = await open_case(service)
    token = await director_token(service, case)
    asked = {"token": token, "answer": "more_time"}
    granted = await service.client.post("/validation/director/answer", json=asked)
    assert (granted.status_code, granted.json()) == (200, {"case": case, "answer": "asked"})
    version = (await service.host.handler.load(f"case-{case}")).version
    repeated = await service.client.post("/validation/director/answer", json=asked)
    assert (repeated.status_code, repeated.json()) == (granted.status_code, granted.json())
    assert (await service.host.handler.load(f"case-{case}")).version == version
    again = await service.client.post("/validation/director/answer", json=asked | {"had": 1})
    assert problem(again) == (409, "no-more-time")
    service.clock.now = NOW + timedelta(days=15)
    late = await service.client.post("/validation/director/answer", json={"token": token, "answer": "approve"})
    assert (late.status_code, late.json()["answer"]) == (200, "approved")


async def test_the_pages_button_for_more_time_sent_twice_shows_the_same_page(service: Running) -> None:
    await appointed(service, "madrid")
    token = await director_token(service, await open_case(service))
    shown = (await service.client.get("/validation/director", params={"token": token})).text
    assert '<input type="hidden" name="had" value="0">' in shown
    form = {"token": token, "answer": "more_time", "had": "0"}
    first, second = [await service.client.post("/validation/director", data=form) for _ in range(2)]
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.text == second.text
    assert 'value="more_time"' not in first.text
    assert (await service.client.post("/validation/director", data=form | {"had": "1"})).status_code == 409
    assert (await service.client.post("/validation/director", data=form | {"had": "-1"})).status_code == 422


async def test_who_is_not_the_director_names_a_successor_in_a_private_record(service: Running) -> None:
    await appointed(service, "madrid")
    case = await open_case(service)
    token = await director_token(service, case)
    form = {"token": token, "answer": "not_the_director", "name": "Eva Ruiz", "email": "eva@school.example"}
    page = await service.client.post("/validation/director", data=form)
    assert page.status_code == 200
    assert "Ha respondido que no dirige el centro" in page.text
    state, history = await service.host.handler.state(CASE, case)
    assert state.contact is not None
    assert state.contact.owner == "validation"
    found = (await service.host.records.fetch([state.contact.record.id]))[state.contact.record.id]
    assert isinstance(found, Found)
    assert found.fields == {"name": "Eva Ruiz", "email": "eva@school.example"}
    assert not any(b"Eva" in event for commit in history.commits for event in commit.events)
    again = await service.client.post("/validation/director", data=form)
    assert again.status_code == 200
    assert (await service.host.handler.load(f"case-{case}")).version == history.version
    approval = await service.client.post("/validation/director/answer", json={"token": token, "answer": "approve"})
    assert problem(approval) == (409, "director-link-closed")


async def test_a_successor_who_is_the_applicant_is_not_asked_about_oneself(service: Running) -> None:
    """Before that is known nobody is written to, however often the officer vouches (rules §4.8)."""
    await appointed(service, "madrid")
    case = await open_case(service)
    token = await director_token(service, case)
    successor = {"name": "Ana Gil", "email": OWN_ADDRESS}
    said = {"token": token, "answer": "not_the_director", "successor": successor}
    assert (await service.client.post("/validation/director/answer", json=said)).status_code == 200
    waits = await act(service, case, "director-contact/confirm", as_officer(service, "madrid"))
    assert problem(waits) == (503, "busy")
    await known_addresses(service, {registered(TEACHER).email.id: OWN_ADDRESS})
    state, _ = await service.host.handler.state(CASE, case)
    assert state.contact is not None
    read = {"contact": state.contact.record.id}
    given_away = await act(service, case, "director-contact/confirm", as_officer(service, "madrid"), body=read)
    assert (given_away.status_code, given_away.json()["escalated"]) == (200, "applicant_is_director")
    assert (given_away.json()["held_by"], given_away.json()["status"]) == ("national_support", "contact_failed")


@pytest.mark.parametrize(("name", "email"), [("Eva Ruiz", ""), ("", "eva@school.example"), ("Eva Ruiz", "eva at home")])
async def test_half_a_successor_is_asked_for_again_and_nothing_is_decided(
    service: Running, name: str, email: str
) -> None:
    await appointed(service, "madrid")
    case = await open_case(service)
    token = await director_token(service, case)
    before = (await service.host.handler.load(f"case-{case}")).version
    form = {"token": token, "answer": "not_the_director", "name": name, "email": email}
    page = await service.client.post("/validation/director", data=form)
    assert page.status_code == 422
    assert 'role="alert"' in page.text
    assert (await service.host.handler.load(f"case-{case}")).version == before


async def test_the_opposite_answer_by_the_form_shows_the_one_that_stands(service: Running) -> None:
    await appointed(service, "madrid")
    token = await director_token(service, await open_case(service))
    form, english = {"token": token, "answer": "approve"}, {"lang": "en"}
    assert "You confirmed" in (await service.client.post("/validation/director", data=form, params=english)).text
    refusal = form | {"answer": "unknown_person"}
    late = await service.client.post("/validation/director", data=refusal, params=english)
    assert late.status_code == 409
    assert "You confirmed" in late.text
    assert "<form" not in late.text


async def test_the_link_of_a_case_that_nobody_needs_any_more_says_so_and_records_nothing(service: Running) -> None:
    await appointed(service, "madrid")
    case = await open_case(service)
    token = await director_token(service, case)
    context = Context("system", "system", "es", derived_id("c"), command_id=derived_id("withdraw"))
    command = WithdrawCase(at=service.clock.now, reason="left_the_school")
    await service.host.handler.handle(CASE, case, command, context)
    before = (await service.host.handler.load(f"case-{case}")).version
    shown = await service.client.get("/validation/director", params={"token": token, "lang": "en"})
    form, english = {"token": token, "answer": "approve"}, {"lang": "en"}
    answered = await service.client.post("/validation/director", data=form, params=english)
    assert (shown.status_code, answered.status_code) == (200, 409)
    for page in (shown.text, answered.text):
        assert "This link is no longer valid. You need to do nothing more." in page
        assert "<form" not in page
    told = await service.client.post("/validation/director/answer", json=form)
    assert (problem(told), told.json()["data"]["decision"]) == ((409, "case-decided-otherwise"), "withdrawn")
    assert (await service.host.handler.load(f"case-{case}")).version == before


async def test_a_closed_link_says_whom_to_write_to(service: Running) -> None:
    await appointed(service, "madrid")
    token = await director_token(service, await open_case(service))
    service.clock.now = NOW + timedelta(days=14)
    page = await service.client.get("/validation/director", params={"token": token, "lang": "en"})
    assert "This link is no longer valid" in page.text
    mailbox = service.host.nodes.country("ES").support
    assert f'<a href="mailto:{mailbox}">{mailbox}</a>' in page.text
