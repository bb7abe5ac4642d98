"""The routes of projects on the real database: who may see what, who may do what, and what a repeat answers."""

import asyncio
from typing import Any

import httpx
import pytest
from uuid_utils import uuid7

from services.projects.project import PROJECT
from shared.contracts.base import derived_id
from shared.contracts.projects import Member
from shared.identity.offices import OfficeClaim, OfficeKind
from shared.private_records.records import Found
from tests.services.projects.happened import ANA, EVA, LUC, PIA
from tests.services.projects.test_views import validated
from tests.services.recorded import recorded
from tests.services.running import Running, problem

NSO = OfficeKind.NATIONAL_SUPPORT_OFFICER
OFFICES = {
    "spain": OfficeClaim(office_id="o-spain", kind=NSO, country="ES"),
    "france": OfficeClaim(office_id="o-france", kind=NSO, country="FR"),
    "italy": OfficeClaim(office_id="o-italy", kind=NSO, country="IT"),
    "central": OfficeClaim(office_id="o-css", kind=OfficeKind.CENTRAL_SUPPORT_OFFICER),
    "representative": OfficeClaim(office_id="o-rep", kind=OfficeKind.REPRESENTATIVE, country="ES"),
}
TITLE = "Rivers of Europe"
TOLD: dict[str, Any] = {
    "languages": ["en", "fr"], "subjects": ["geography"], "ages": {"age_from": 12, "age_to": 14},
}  # fmt: skip
"""What the founder says of the project beside its title (FAQ L26)."""


async def know(service: Running, *members: Member) -> None:
    for member in members:
        case = derived_id("case", member.teacher)
        await service.fold(recorded(validated(member, case), f"case-{case}", 4))


async def appointed(service: Running, *names: str) -> None:
    for name in names:
        await service.appoint(name, OFFICES[name])


def as_officer(service: Running, name: str) -> dict[str, str]:
    return service.signed_in(name, OFFICES[name])


def as_teacher(service: Running, member: Member) -> dict[str, str]:
    return service.signed_in(member.teacher)


async def post(
    service: Running, path: str, who: dict[str, str], body: dict[str, Any] | None = None, key: str | None = None
) -> httpx.Response:
    headers = who | {"Idempotency-Key": key or str(uuid7())}
    return await service.client.post(f"/projects{path}", json=body, headers=headers)


async def propose(service: Running, co_founder: Member = LUC, key: str | None = None) -> httpx.Response:
    body = {"title": TITLE, "co_founder": co_founder.teacher} | TOLD
    return await post(service, "", as_teacher(service, ANA), body, key)


async def accepted(service: Running) -> str:
    await know(service, ANA, LUC, EVA, PIA)
    project = str((await propose(service)).json()["project"])
    assert (await post(service, f"/{project}/accept", as_teacher(service, LUC))).status_code == 200
    return project


async def started(service: Running) -> str:
    project = await accepted(service)
    await appointed(service, "spain", "france")
    for name in ("spain", "france"):
        assert (await post(service, f"/{project}/approve", as_officer(service, name))).status_code == 200
    return project


async def test_a_project_starts_when_both_countries_approved(service: Running) -> None:
    project = await accepted(service)
    await appointed(service, "spain", "france")
    first = await post(service, f"/{project}/approve", as_officer(service, "france"))
    assert (first.json()["status"], first.json()["approved"]) == ("awaiting_approval", ["FR"])
    again = await post(service, f"/{project}/approve", as_officer(service, "france"))
    assert (again.status_code, again.headers["etag"]) == (200, first.headers["etag"])
    last = await post(service, f"/{project}/approve", as_officer(service, "spain"))
    assert last.json()["status"] == "running"
    assert {member["teacher"] for member in last.json()["members"]} == {ANA.teacher, LUC.teacher}
    commit = await service.host.store.get(f"project-{project}", 4)
    assert commit is not None
    kinds = [type(one.event).__name__ for one in commit.decoded(service.host.store.codec)]
    assert kinds == ["ProjectApprovedByNSS", "ProjectStarted"]


async def test_a_proposal_rests_on_both_validations_and_keeps_its_title_private(service: Running) -> None:
    await know(service, ANA, LUC)
    answer = await propose(service)
    project = answer.json()["project"]
    assert (answer.status_code, answer.json()["title"], answer.json()["invited"]) == (201, TITLE, [])
    commit = await service.host.store.get(f"project-{project}", 1)
    assert commit is not None
    cases = [derived_id(f"case-{derived_id('case', who.teacher)}", "4", "0") for who in (ANA, LUC)]
    assert commit.facts["basis"] == sorted(cases)
    assert TITLE.encode() not in commit.head + b"".join(commit.events)
    (record,) = (await service.host.records.fetch([derived_id("project_title", project)])).values()
    assert isinstance(record, Found)
    assert (record.subject, record.kind) == (ANA.teacher, "project_title")


async def test_an_erased_title_is_gone_and_the_project_stays(service: Running) -> None:
    project = await started(service)
    await service.host.records.erase(ANA.teacher)
    seen = await service.client.get(f"/projects/{project}", headers=as_teacher(service, LUC))
    assert (seen.status_code, seen.json()["title"], seen.json()["status"]) == (200, None, "running")


async def test_the_same_proposal_twice_is_one_project(service: Running) -> None:
    await know(service, ANA, LUC)
    first, again = await propose(service, key="k"), await propose(service, key="k")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    other_title = {"title": "Another", "co_founder": LUC.teacher}
    reused = await post(service, "", as_teacher(service, ANA), other_title, "k")
    assert problem(reused) == (409, "idempotency-key-reused")
    another = await propose(service, key="other")
    assert another.json()["project"] != first.json()["project"]


async def test_somebody_not_known_to_be_validated_cannot_found_yet(service: Running) -> None:
    await know(service, LUC)
    waiting = await propose(service)
    assert (problem(waiting), waiting.headers["retry-after"]) == ((409, "not-yet-known"), "1")
    await know(service, ANA)
    assert problem(await propose(service, PIA)) == (409, "not-yet-known")
    assert (await propose(service)).status_code == 201


async def test_colleagues_of_one_school_cannot_found(service: Running) -> None:
    colleague = EVA.model_copy(update={"school": ANA.school})
    await know(service, ANA, colleague)
    assert problem(await propose(service, colleague)) == (409, "same-school")
    assert problem(await propose(service, ANA)) == (409, "founded-with-oneself")


@pytest.mark.parametrize(
    ("who", "seen", "decided"),
    [
        ("spain", 200, 200),
        ("france", 200, 200),
        ("central", 200, 403),
        ("italy", 404, 404),
        ("representative", 404, 404),
    ],
)
async def test_which_officers_see_a_project_and_decide_on_it(
    service: Running, who: str, seen: int, decided: int
) -> None:
    project = await accepted(service)
    await appointed(service, *OFFICES)
    officer = as_officer(service, who)
    assert (await service.client.get(f"/projects/{project}", headers=officer)).status_code == seen
    assert (await post(service, f"/{project}/approve", officer)).status_code == decided
    refusal = await post(service, f"/{project}/reject", officer, {"reason": "no_pedagogical_plan"})
    assert refusal.status_code == (409 if decided == 200 else decided)
    for path in ("accept", "decline", "partners/accept"):
        answer = await post(service, f"/{project}/{path}", officer)
        assert answer.status_code in ({403, 409} if seen == 200 else {404})


async def test_which_teachers_see_a_project_and_answer_it(service: Running) -> None:
    await know(service, ANA, LUC, PIA)
    project = (await propose(service)).json()["project"]
    founder, stranger = as_teacher(service, ANA), as_teacher(service, PIA)
    assert problem(await post(service, f"/{project}/accept", founder)) == (403, "not-the-invited")
    assert problem(await post(service, f"/{project}/decline", founder)) == (403, "not-the-invited")
    assert problem(await post(service, f"/{project}/approve", founder)) == (403, "not-in-office")
    for path in ("accept", "decline", "approve", "partners/accept"):
        assert problem(await post(service, f"/{project}/{path}", stranger)) == (404, "not-found")
        assert problem(await post(service, f"/{uuid7()}/{path}", stranger)) == (404, "not-found")
    assert (await post(service, f"/{project}/accept", as_teacher(service, LUC))).status_code == 200


async def test_an_office_counts_only_in_the_token_and_live_in_the_view(service: Running) -> None:
    project = await accepted(service)
    path, officer = f"/{project}/approve", as_officer(service, "spain")
    assert problem(await post(service, path, officer)) == (404, "not-found")
    await appointed(service, "spain")
    assert problem(await post(service, path, service.signed_in("spain"))) == (404, "not-found")
    assert (await post(service, path, officer)).status_code == 200
    await service.revoke("spain", OFFICES["spain"])
    assert problem(await post(service, path, officer)) == (404, "not-found")


async def test_an_approval_records_office_policy_and_basis(service: Running) -> None:
    project = await accepted(service)
    await appointed(service, "france")
    await post(service, f"/{project}/approve", as_officer(service, "france"))
    commit = await service.host.store.get(f"project-{project}", 3)
    assert commit is not None
    (event,) = commit.decoded(service.host.store.codec)
    assert (event.envelope.capacity, event.envelope.node) == ("nso:FR", "fr")
    assert event.envelope.policyversion == "project_approval.default@1"
    assert commit.facts["basis"] == [derived_id("officer-france-o-france", "2", "0")]


async def test_a_rejection_ends_it_and_the_opposite_conflicts(service: Running) -> None:
    project = await accepted(service)
    await appointed(service, "spain", "france")
    reason = {"reason": "no_pedagogical_plan"}
    ended = await post(service, f"/{project}/reject", as_officer(service, "spain"), reason)
    assert (ended.json()["status"], ended.json()["rejected_by"]) == ("rejected", "ES")
    opposite = await post(service, f"/{project}/approve", as_officer(service, "france"))
    assert (problem(opposite), opposite.json()["data"]["decision"]) == ((409, "decided-otherwise"), "rejected")


async def test_both_countries_at_once_start_it_once(service: Running) -> None:
    project = await accepted(service)
    await appointed(service, "spain", "france")
    path = f"/{project}/approve"
    answers = await asyncio.gather(
        post(service, path, as_officer(service, "spain")), post(service, path, as_officer(service, "france"))
    )
    assert {answer.status_code for answer in answers} == {200}
    _, history = await service.host.handler.state(PROJECT, project)
    names = [type(event).__name__ for event in history.events()]
    assert names.count("ProjectStarted") == 1
    assert names.count("ProjectApprovedByNSS") == 2


async def test_a_partner_is_invited_and_joins(service: Running) -> None:
    project = await started(service)
    outsider = as_teacher(service, PIA)
    assert problem(await post(service, f"/{project}/partners/accept", outsider)) == (404, "not-found")
    invitation = {"teacher": PIA.teacher}
    invited = await post(service, f"/{project}/partners", as_teacher(service, LUC), invitation)
    assert (invited.status_code, invited.json()["invited"]) == (200, [PIA.teacher])
    assert problem(await post(service, f"/{project}/partners", outsider, {"teacher": EVA.teacher})) == (
        403,
        "not-a-member",
    )
    joined = await post(service, f"/{project}/partners/accept", outsider)
    assert (joined.status_code, joined.json()["invited"]) == (200, [])
    assert joined.json()["founding_countries"] == ["ES", "FR"]
    assert joined.json()["members"][-1] == PIA.model_dump() | {"erased": False}


async def test_a_partner_who_is_not_known_yet_cannot_be_invited_yet(service: Running) -> None:
    project = await started(service)
    stranger = {"teacher": str(uuid7())}
    answer = await post(service, f"/{project}/partners", as_teacher(service, ANA), stranger)
    assert problem(answer) == (409, "not-yet-known")


async def test_a_list_holds_ones_own_projects_in_pages(service: Running) -> None:
    await know(service, ANA, LUC, EVA)
    made = [(await propose(service)).json()["project"] for _ in range(3)]
    await propose(service, EVA)
    await service.fold_own()
    headers = as_teacher(service, LUC)
    first = (await service.client.get("/projects?limit=2", headers=headers)).json()
    rest = (await service.client.get(f"/projects?limit=2&after={first['next']}", headers=headers)).json()
    assert rest["next"] is None
    assert sorted(item["project"] for item in first["items"] + rest["items"]) == sorted(made)
    assert {item["title"] for item in first["items"]} == {TITLE}
    nothing = (await service.client.get("/projects", headers=as_teacher(service, PIA))).json()
    assert nothing == {"items": [], "next": None, "behind": False}


async def test_the_list_waits_for_ones_own_change_and_says_when_it_is_behind(service: Running) -> None:
    await know(service, ANA, LUC)
    made = await propose(service)
    project, headers = made.json()["project"], as_teacher(service, ANA)
    url = f"/projects?expect={project}@1"
    behind = (await service.client.get(url, headers=headers)).json()
    assert (behind["behind"], behind["items"]) == (True, [])
    current, _ = await asyncio.gather(service.client.get(url, headers=headers), service.fold_own())
    assert (current.json()["behind"], len(current.json()["items"])) == (False, 1)


async def test_nobody_signed_out_sees_anything_and_probes_are_no_projects(service: Running) -> None:
    assert (await service.client.get("/projects")).status_code == 401
    assert (await service.client.get(f"/projects/{uuid7()}")).status_code == 401
    assert (await service.client.get("/projects/ready")).json()["status"] == "ok"
    assert (await service.client.get("/projects/live")).status_code == 200
    assert (await service.client.get("/projects/openapi.json")).json()["info"]["title"] == "eTwinning projects"
    not_a_project = await service.client.get("/projects/elsewhere", headers=as_teacher(service, ANA))
    assert problem(not_a_project) == (404, "not-found")
