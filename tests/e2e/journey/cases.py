"""Cases: directors who answer in every way, officers who decide, a second look, and two that are decided at once."""

from deploy.story.people import DIRECTOR_NAME, Teacher
from tests.e2e.journey.traveller import Traveller
from tests.e2e.typed import STATEMENT


async def cases(on: Traveller) -> None:
    """Three teachers are validated; one is refused for good, one taken up again and passed on, two wait."""
    for who in ("first", "second"):
        await _validated(on, on.teachers[who])
    await _by_letter(on, on.teachers["third"])
    await _refused(on, on.teachers["refused"])
    await _reopened(on, on.teachers["late"])
    await _at_once(on, on.teachers["mobile"], on.teachers["held"])


async def _validated(on: Traveller, teacher: Teacher) -> None:
    case = await on.asked(teacher)
    await on.steps.director_approves(case)
    await on.steps.validate(case, await on.representative(teacher))
    await on.get("/validation/my-cases", teacher)


async def _by_letter(on: Traveller, teacher: Teacher) -> None:
    case, officer = await on.asked(teacher), await on.representative(teacher)
    approval = {"evidence": "letter", "statement": f"{STATEMENT}, she wrote on Monday"}
    await on.post(f"/validation/cases/{case}/director-approval", approval, officer)
    await on.steps.validate(case, officer)
    await on.get(f"/validation/cases/{case}", officer)


async def _refused(on: Traveller, teacher: Teacher) -> None:
    """The director refuses on the page, the officer too, and so does the second look."""
    case, officer = await on.asked(teacher), await on.representative(teacher)
    token = await on.link(teacher.director, "validation/director")
    await on.form("/validation/director", token=token, answer="not_on_staff")
    await on.post(f"/validation/cases/{case}/reject", {"reason": "not_on_staff"}, officer)
    place = {"country": str(officer.country)} | ({"region": officer.region} if officer.region else {})
    await on.get("/validation/cases", officer, **place, status="rejected", expect=f"{case}@1")
    await on.post(f"/validation/cases/{case}/contest", {"statement": f"{STATEMENT}, I teach there"}, teacher)
    await on.get("/validation/queue", officer, **place)
    national = on.national(teacher.country)
    await on.post(f"/validation/cases/{case}/uphold", {"reason": "not_on_staff"}, national)


async def _reopened(on: Traveller, teacher: Teacher) -> None:
    """The address is that of somebody who names a successor; what is decided then is taken back, and passed on."""
    case, officer = await on.asked(teacher), await on.representative(teacher)
    token = await on.link(teacher.director, "validation/director")
    successor = {"name": DIRECTOR_NAME, "email": on.first.address("successor", on.run)}
    disowned = {"token": token, "answer": "not_the_director", "successor": successor}
    await on.post("/validation/director/answer", disowned)
    await on.post(f"/validation/cases/{case}/reject", {"reason": "no_answer"}, officer)
    await on.post(f"/validation/cases/{case}/reopen", {"reason": "late_approval"}, on.national(teacher.country))
    await on.post(f"/validation/cases/{case}/escalate", {"reason": "knows_the_applicant"}, officer)


async def _at_once(on: Traveller, *teachers: Teacher) -> None:
    officer = await on.representative(teachers[0])
    waiting = [await on.case_of(teacher) for teacher in teachers]
    await on.post("/validation/bulk-decisions/preview", {"decision": "validate", "cases": waiting}, officer)
    decision = {"decision": "reject", "reason": "not_on_staff", "cases": waiting}
    decided = (await on.post("/validation/bulk-decisions", decision, officer)).json()
    assert decided["decided"] == len(waiting), decided
