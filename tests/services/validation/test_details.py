"""What an officer reads before vouching and deciding: whole, by whom, logged each time, gone with the person."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from structlog.testing import capture_logs

from shared.contracts.base import Service
from shared.private_records.records import Found, Lookup, Missing
from shared.private_records.replicas import Replicas
from tests.services.recorded import story
from tests.services.running import Running, problem
from tests.services.validation.acting import ACTS, OFFICES, TEACHER, act, appointed, as_officer, open_case
from tests.services.validation.authority import HISTORIES
from tests.services.validation.happened import CONTACT, SCHOOL, school_registered
from tests.services.validation.stage import written

NAME = f"name-{TEACHER}"
TYPED = {"given_name": "Ana", "family_name": "Gil"}
HEAD = {"name": "Directora", "email": "head@school.example"}


class Registration:
    """An owner that has both records."""

    async def fetch(self, owner: Service, ids: Sequence[str]) -> Mapping[str, Lookup]:
        assert owner == "registration"
        held = {NAME: Found(TEACHER, "name", TYPED, b"salt"), CONTACT.id: Found(SCHOOL, "director", HEAD, b"salt")}
        return {record: held.get(record, Missing()) for record in ids}


async def held(service: Running) -> None:
    """Registration's records are known here, as after a first look."""
    await Replicas(service.host.database, Registration()).get("registration", [NAME, CONTACT.id])


async def read(service: Running, case: str, who: str) -> Any:
    answer = await service.client.get(f"/validation/cases/{case}/details", headers=as_officer(service, who))
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    return answer.json()


async def test_an_officer_reads_whom_the_case_is_about_and_what_to_vouch_for(service: Running) -> None:
    await appointed(service, "madrid")
    case = await open_case(service)
    await service.fold(*story(f"school-{SCHOOL}", school_registered()))
    await held(service)
    assert await read(service, case, "madrid") == {
        "case": case,
        "applicant": TYPED | {"role": "teacher"},
        "school": {"school": SCHOOL, "official_id": "28000001", "name": "IES Uno", "city": "Madrid"},
        "director": {"record": CONTACT.id} | HEAD,
        "evidence": None,
        "evidence_statement": None,
        "contest_statement": None,
        "certificate_filed": False,
        "incomplete": False,
    }


async def test_what_an_officer_and_the_teacher_wrote_is_read_by_who_decides(service: Running) -> None:
    await appointed(service, "madrid", "nso")
    case = await open_case(service)
    await act(service, case, "director-approval", as_officer(service, "madrid"))
    await act(service, case, "reject", as_officer(service, "madrid"))
    await act(service, case, "contest", service.signed_in(TEACHER))
    found = await read(service, case, "nso")
    letter, contest = ACTS["director-approval"], ACTS["contest"]
    assert letter is not None
    assert contest is not None
    assert (found["evidence"], found["evidence_statement"]) == ("letter", letter["statement"])
    assert found["contest_statement"] == contest["statement"]
    await service.host.records.erase(TEACHER)
    erased = await read(service, case, "nso")
    assert (erased["evidence_statement"], erased["contest_statement"]) == (None, None)


async def test_what_cannot_be_had_now_is_said_and_the_rest_is_shown(service: Running) -> None:
    await appointed(service, "madrid")
    case = await open_case(service)
    found = await read(service, case, "madrid")
    assert found["incomplete"] is True
    assert (found["applicant"]["given_name"], found["director"]["record"]) == (None, CONTACT.id)
    assert found["director"]["email"] is None


@pytest.mark.parametrize(("who", "status"), [("central", 403), ("galicia", 404), ("france", 404), ("assessor", 404)])
async def test_nobody_else_reads_it(service: Running, who: str, status: int) -> None:
    await appointed(service, *OFFICES)
    case = await open_case(service)
    for path in ("details", "certificate"):
        url = f"/validation/cases/{case}/{path}"
        assert (await service.client.get(url, headers=as_officer(service, who))).status_code == status


async def test_each_look_is_logged_with_who_and_which_case_and_nothing_that_was_read(service: Running) -> None:
    await appointed(service, "madrid", "central")
    case = await open_case(service)
    await held(service)
    with capture_logs() as logged:
        await read(service, case, "madrid")
        await service.client.get(f"/validation/cases/{case}/details", headers=as_officer(service, "central"))
    looks = [one for one in logged if one["event"] == "case_details_read"]
    assert [{name: one[name] for name in ("case", "person", "office")} for one in looks] == [
        {"case": case, "person": "madrid", "office": "o-madrid"}
    ]
    assert not any(word in str(logged) for word in (*TYPED.values(), *HEAD.values()))


async def test_nobody_vouches_for_an_address_that_came_after_the_one_that_was_read(service: Running) -> None:
    await appointed(service, "madrid")
    case, who = await written(service, HISTORIES["opened"]), as_officer(service, "madrid")
    url = f"/validation/cases/{case}/director-contact/confirm"
    stale = await service.client.post(url, json={"contact": "read-before"}, headers=who)
    assert problem(stale) == (409, "director-contact-changed")
    assert stale.json()["data"]["contact"] == CONTACT.id
    unsaid = await service.client.post(url, json={}, headers=who)
    assert problem(unsaid) == (422, "validation-failed")
    assert (await service.client.post(url, json={"contact": CONTACT.id}, headers=who)).status_code == 200
