"""Projects of somebody, as registration asks for them, on the real database: of the partners nothing."""

from shared.contracts.base import Event
from shared.contracts.envelope import Recorded
from tests.services.projects.happened import ANA, LUC, PIA, PROJECT_ID, accepted, approved, invited, proposed, started
from tests.services.recorded import story
from tests.services.running import Running


def project() -> list[Recorded[Event]]:
    happened = (proposed(), accepted(), approved("ES"), approved("FR"), started(), invited())
    return story(f"project-{PROJECT_ID}", *happened)


async def test_the_projects_that_somebody_was_asked_into(service: Running) -> None:
    await service.fold(*project())
    (found,) = (await service.held(ANA.teacher))["documents"]["projects"]
    assert (found["project"], found["status"]) == (PROJECT_ID, "running")
    assert [one["teacher"] for one in found["founders"]] == [ANA.teacher]
    assert LUC.teacher not in str(found)
    (found,) = (await service.held(PIA.teacher))["documents"]["projects"]
    assert (found["founders"], found["members"]) == ([], [])


async def test_the_title_is_its_authors(service: Running) -> None:
    await service.host.records.draft("r-1", ANA.teacher, "project_title", {"title": "Rivers of Europe"})
    held = {one.teacher: (await service.held(one.teacher))["records"] for one in (ANA, LUC)}
    assert [one["fields"] for one in held[ANA.teacher]] == [{"title": "Rivers of Europe"}]
    assert held[LUC.teacher] == []
