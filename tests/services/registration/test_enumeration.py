"""Nobody learns whether an address is known: what a stranger can send is answered alike, whatever the address is."""

from collections.abc import Awaitable, Callable

import httpx
import pytest

from shared.web.middleware import CORRELATION_HEADER
from tests.services.registration.people import People

OFFICER, OFFERED = "css@etwinning.example", "nso@etwinning.example"
REGISTERED, STARTED, CONFIRMED = "ana@school.example", "bea@school.example", "eva@school.example"
ERASED, UNKNOWN = "ida@school.example", "zoe@school.example"
ADDRESSES = (UNKNOWN, REGISTERED, STARTED, CONFIRMED, ERASED, OFFICER, OFFERED)

Ask = Callable[[People, str], Awaitable[httpx.Response]]


async def by_form(people: People, path: str, email: str) -> httpx.Response:
    headers = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}
    return await people.http.post(f"/registration{path}", data={"email": email}, headers=headers)


ASKED: dict[str, Ask] = {
    "register": lambda people, email: people.start(email),
    "register twice": lambda people, email: people.start(email, key="k-1"),
    "register otherwise": lambda people, email: people.start(email, key="k-1", family_name="Otra"),
    "register abroad": lambda people, email: people.start(email, country="GB"),
    "another link": lambda people, email: people.resend(email),
    "another link, by form": lambda people, email: by_form(people, "/registrations/resend", email),
    "recover": lambda people, email: people.recover(email),
    "recover twice": lambda people, email: people.recover(email, key="k-1"),
    "recover, by form": lambda people, email: by_form(people, "/recovery", email),
    "sign in": lambda people, email: people.sign_in(email, "not the password"),
}


@pytest.fixture
async def everybody(people: People) -> People:
    """People of every standing towards their address."""
    await people.offer(await people.centre(OFFICER), OFFERED, kind="national_support_officer", country="ES")
    await people.registered(REGISTERED)
    await people.start(STARTED)
    await people.confirmed(CONFIRMED)
    await people.registered(ERASED)
    await people.post("/me/erasure", token=await people.token(ERASED))
    return people


async def test_every_address_is_answered_alike(everybody: People) -> None:
    for name, ask in ASKED.items():
        answers = {email: _told(await ask(everybody, email)) for email in ADDRESSES}
        different = {email for email, told in answers.items() if told != answers[UNKNOWN]}
        assert not different, name


def _told(answer: httpx.Response) -> tuple[int, str, list[tuple[str, str]]]:
    """Status, body and headers, but for the request's own identifier."""
    own = answer.headers[CORRELATION_HEADER]
    headers = sorted((name, value.replace(own, "")) for name, value in answer.headers.items())
    return answer.status_code, answer.text.replace(own, ""), headers
