"""The receipt of an erasure and its proof, over HTTP (I12)."""

from typing import Any

import httpx
import pytest

from services.registration.app import appoint
from shared.identity.receipts import Receipt, read_receipt, sign_receipt
from tests.services.registration.people import ANA, People
from tests.services.registration.test_holds import placed, release
from tests.services.running import problem

BROWSER = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}


def read(people: People, receipt: str) -> Receipt:
    return read_receipt(receipt, people.service.host.keyring.public_key("registration"))


async def forgotten(people: People, token: str) -> Any:
    answer = await people.post("/me/erasure", token=token)
    assert answer.status_code == 200
    return answer.json()


async def verify(people: People, receipt: object) -> httpx.Response:
    return await people.post("/erasure-receipts/verify", {"receipt": receipt})


async def test_the_receipt_names_the_fact_and_verifies(people: People) -> None:
    teacher, token = await people.registered(), await people.token()
    told = await forgotten(people, token)
    history = await people.service.host.handler.load(f"teacher-{teacher}")
    receipt = read(people, told["receipt"])
    assert receipt == Receipt(
        person=teacher, status="erased", event=history.recorded[-1].id, stream=history.stream,
        version=history.version, commit=history.last_hash.hex(), at=history.recorded[-1].time,
    )  # fmt: skip
    answer = await verify(people, told["receipt"])
    assert answer.status_code == 200
    assert answer.json() == receipt.model_dump(mode="json") | {"now": "erased", "latest": told["receipt"]}
    assert (await forgotten(people, token))["receipt"] == told["receipt"]


async def test_who_waited_gets_the_final_receipt_for_the_first(people: People) -> None:
    teacher, officer = await people.registered(), await people.centre()
    hold = await placed(people, teacher, officer)
    told = await forgotten(people, await people.token())
    assert (told["status"], read(people, told["receipt"]).status) == ("waiting", "waiting")
    assert (await verify(people, told["receipt"])).json()["now"] == "waiting"
    await release(people, teacher, hold, officer)
    answer = (await verify(people, told["receipt"])).json()
    assert (answer["status"], answer["now"]) == ("waiting", "erased")
    assert read(people, answer["latest"]).status == "erased"
    assert (await verify(people, answer["latest"])).json()["latest"] == answer["latest"]


async def test_an_officer_gets_one_too(people: People) -> None:
    told = await forgotten(people, await people.centre())
    assert read(people, told["receipt"]).stream == f"officer-{told['person']}"
    assert (await verify(people, told["receipt"])).json()["now"] == "erased"


async def test_a_receipt_of_no_fact_is_not_found(people: People) -> None:
    await people.registered()
    real = read(people, (await forgotten(people, await people.token()))["receipt"])
    key = people.service.host.signing_key
    for change in (
        {"commit": "0" * 64}, {"version": 9}, {"event": "e-1"}, {"person": "p-1"}, {"stream": "teacher-none"},
        {"stream": "school-ES-1"}, {"status": "waiting"}, {"person": "none", "stream": "teacher-none"},
    ):  # fmt: skip
        assert (await verify(people, sign_receipt(key, real.model_copy(update=change)))).status_code == 404, change


@pytest.mark.parametrize("receipt", ["a.b.c", "eyJhbGciOiJub25lIn0.e30.AA", "", "é", "a b", "x" * 5_000, None, 7, []])
async def test_what_is_no_receipt_is_refused(people: People, receipt: object) -> None:
    assert (await verify(people, receipt)).status_code == 422


async def test_an_access_token_is_no_receipt(people: People) -> None:
    await people.registered()
    assert problem(await verify(people, await people.token())) == (422, "receipt-invalid")


async def test_a_browser_is_shown_what_happens_and_keeps_the_receipt(people: People) -> None:
    await people.registered()
    await people.sign_in()  # the client keeps the cookies
    page = await people.http.get("/registration/erasure", headers=BROWSER)
    assert (page.status_code, page.headers["cache-control"]) == (200, "no-store")
    key = page.text.partition('name="key" value="')[2].partition('"')[0]
    done = await people.http.post("/registration/erasure", data={"key": key}, headers=BROWSER)
    assert done.status_code == 200
    shown = done.text.partition('spellcheck="false">')[2].partition("<")[0]
    assert (await verify(people, shown)).json()["now"] == "erased"
    assert "etwinning_token" not in people.http.cookies
    assert (await people.sign_in(ANA)).status_code == 401


async def test_a_browser_is_told_to_wait_under_a_hold(people: People) -> None:
    teacher, officer = await people.registered(), await people.centre()
    await placed(people, teacher, officer)
    people.http.cookies.clear()
    await people.sign_in()
    assert "legal hold" in (await people.http.get("/registration/erasure", headers=BROWSER)).text
    done = await people.http.post("/registration/erasure", data={"key": "k-1"}, headers=BROWSER)
    assert "noted" in done.text
    assert "etwinning_token" in people.http.cookies


async def test_the_page_needs_somebody_signed_in_and_the_form_this_site(people: People) -> None:
    await people.registered()
    people.http.cookies.clear()
    page = await people.http.get("/registration/erasure", headers=BROWSER)
    assert (page.status_code, page.headers["location"].partition("?")[0]) == (303, "/registration/sign-in")
    assert (await people.http.post("/registration/erasure", data={"key": "k-1"}, headers=BROWSER)).status_code == 401
    await people.sign_in()
    foreign = BROWSER | {"Sec-Fetch-Site": "cross-site"}
    assert (await people.http.post("/registration/erasure", data={"key": "k-1"}, headers=foreign)).status_code == 403
    assert (await people.sign_in()).status_code == 200


async def auditor(people: People) -> str:
    email = "auditor@etwinning.example"
    await appoint(people.service.host, kind="auditor", email=email)
    assert (await people.accept(email)).status_code == 200
    await people.service.fold_own()
    return await people.token(email)


async def proof(people: People, person: str, token: str | None) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    people.http.cookies.clear()
    return await people.http.get(f"/registration/erasures/{person}", headers=headers)


async def test_an_auditor_sees_numbers_before_and_zeros_after_and_who_could_not_be_asked(people: People) -> None:
    token, teacher = await auditor(people), await people.registered()
    own = await people.token()
    before = (await proof(people, teacher, token)).json()
    [here] = before["services"]
    assert (before["complete"], here["service"], here["erased_at"]) == (False, "registration", None)
    assert {name for name in ("records", "accounts", "sessions", "claims") if here["left"][name] > 0} == {
        "records", "accounts", "sessions", "claims",
    }  # fmt: skip
    await forgotten(people, own)
    answer = await proof(people, teacher, token)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    [here] = answer.json()["services"]
    assert here["erased_at"] is not None
    assert set(here["left"].values()) == {0}
    assert set(here["left"]) >= {*people.service.parts.remains, "records", "replicas"}
    assert answer.json()["silent"] == ["validation", "projects", "recognition", "notifications"]
    assert answer.json()["complete"] is False


async def test_only_auditors_are_told(people: People) -> None:
    teacher = await people.registered()
    for token, status in ((await people.centre(), 404), (await people.token(), 404), (None, 401)):
        assert (await proof(people, teacher, token)).status_code == status


async def test_every_collection_that_is_forgotten_is_counted(people: People) -> None:
    """Whatever the service indexes by a person is among what the proof counts."""
    assert set(people.service.parts.remains) >= set(people.service.parts.indexes)
