"""Recognition: two seals granted, one refused, the project proposed."""

from tests.e2e.journey.traveller import Traveller

_FEW_POINTS = 1


async def recognition(on: Traveller) -> None:
    """Of the project that runs."""
    steps, project = on.steps, on.projects["running"]
    for who, country in (("first", "ES"), ("second", "FR")):
        application = str((await steps.apply(project, on.teachers[who])).answer["application"])
        await steps.assess(application, on.officers[f"assessor {country}"])
        await steps.grant(application, on.national(country))
    assessor = on.officers["assessor ES"]
    weak = str((await steps.apply(project, on.teachers["third"])).answer["application"])
    await steps.assess(weak, assessor, _FEW_POINTS)
    await on.post(f"/recognition/applications/{weak}/refuse", None, on.national("ES"))
    await steps.propose_eqs(project, on.national("FR"))
    await on.get("/recognition/applications", assessor, country="ES", status="granted")
    await on.get(f"/recognition/applications/{weak}", assessor)
    await on.get(f"/recognition/dossiers/{project}", on.teachers["first"])
