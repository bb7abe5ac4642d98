"""Another address for an account, over HTTP: both ends agree, nobody learns who has which address (rules §4.13)."""

from typing import Any

from shared.contracts.registration import EmailChangeRequested, RegistrationRepeated
from tests.services.registration.people import ANA, PASSWORD, People
from tests.services.running import problem

NEW = "Ána.Gil@exämple.example"


async def ask(people: People, teacher: str, email: str = NEW, password: str = PASSWORD) -> Any:
    body = {"email": email, "password": password}
    headers = people.service.signed_in(teacher)
    return await people.http.post("/registration/me/email", json=body, headers=headers)


async def agree(people: People, teacher: str, end: str, of: int = -1) -> Any:
    stream = f"teacher-{teacher}"
    history = await people.service.host.handler.load(stream)
    asked = [one.event for one in history.recorded if isinstance(one.event, EmailChangeRequested)][of]
    token = people.service.link(f"confirm_{end}_email", stream, asked.attempt, asked.link_expires)
    return await people.post(f"/email/{end}", {"token": token})


async def test_the_new_address_counts_once_both_ends_agreed_and_the_old_one_is_free(people: People) -> None:
    teacher = await people.registered()
    assert (await ask(people, teacher)).status_code == 202
    assert (await people.sign_in(NEW)).status_code == 401
    assert (await agree(people, teacher, "new")).json() == {"status": "waiting"}
    assert (await people.sign_in(ANA)).status_code == 200
    assert (await agree(people, teacher, "old")).json() == {"status": "changed"}
    assert (await people.sign_in(ANA)).status_code == 401
    assert (await people.sign_in(NEW.upper())).status_code == 200
    assert await people.service.host.claims.holder(ANA) is None
    assert await people.service.host.claims.holder(NEW) == f"teacher-{teacher}"


async def test_a_later_request_closes_the_links_of_the_earlier_even_for_the_same_address(people: People) -> None:
    teacher = await people.registered()
    for _ in range(2):
        assert (await ask(people, teacher)).status_code == 202
    assert problem(await agree(people, teacher, "new", of=0)) == (409, "email-change-closed")
    assert (await agree(people, teacher, "new")).status_code == 200
    assert (await agree(people, teacher, "old")).json() == {"status": "changed"}


async def test_a_cancelled_change_frees_the_address(people: People) -> None:
    teacher = await people.registered()
    await ask(people, teacher)
    answer = await people.http.post("/registration/me/email/cancel", headers=people.service.signed_in(teacher))
    assert answer.status_code == 200
    assert await people.service.host.claims.holder(NEW) is None
    assert problem(await agree(people, teacher, "new")) == (409, "email-change-closed")
    assert (await people.sign_in(ANA)).status_code == 200


async def test_somebody_elses_address_gets_the_same_answer_and_its_owner_is_told(people: People) -> None:
    teacher = await people.registered()
    other = await people.registered("bea@school.example")
    free, taken = await ask(people, teacher, "free@school.example"), await ask(people, teacher, "BEA@school.example")
    assert (free.status_code, free.json()) == (taken.status_code, taken.json())
    owners = await people.service.host.handler.load(f"teacher-{other}")
    assert isinstance(owners.recorded[-1].event, RegistrationRepeated)
    asked = await people.service.host.handler.load(f"teacher-{teacher}")
    assert sum(isinstance(one.event, EmailChangeRequested) for one in asked.recorded) == 1


async def test_the_password_is_needed_and_ones_own_address_changes_nothing(people: People) -> None:
    teacher = await people.registered()
    assert problem(await ask(people, teacher, password="wrong password")) == (403, "wrong-password")
    assert (await ask(people, teacher, ANA.upper())).status_code == 202
    assert await people.service.host.claims.holder(NEW) is None
