"""The director's link on the real database: signed, single-use by state, ending on its day, without an account."""

from datetime import timedelta

from uuid_utils import uuid7

from services.validation.case import CASE
from tests.services.running import NOW, Running, problem
from tests.services.validation.acting import appointed, director_token, open_case


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
    """Registration is unreachable in this test: the page still asks, without the name."""
    await appointed(service, "madrid")
    case = await open_case(service)
    token = await director_token(service, case)
    page = await service.client.get("/validation/director", params={"token": token})
    assert "Somebody has registered" in page.text
