"""The community that the scenarios share: offices, two validated teachers, and their project with its seals."""

import asyncio

from deploy.connections import installation_settings, opened
from deploy.local.stack import LocalStack
from deploy.story.people import Officer, Teacher
from services.registration.app import appoint
from tests.e2e.faq.scene import REGION, RUN, Community, Scene, on_the_scene

COUNTRIES = ("ES", "GE", "LU")
"""A member with regions, a Plus country (FAQ L15), and one whose cases only the scenario of reminders has."""
TITLE = "Rivers of the FAQ"


async def found(stack: LocalStack) -> Community:
    """Appoints, registers, validates, and lets a project start."""
    async with on_the_scene(stack) as scene:
        central = await _centre(scene)
        made = await asyncio.gather(
            *(_office(scene, central, "national_support_officer", "national", country) for country in COUNTRIES)
        )
        national = dict(zip(COUNTRIES, made, strict=True))
        *represent, colleague = await asyncio.gather(
            _office(scene, national["ES"], "representative", "representative", "ES", REGION),
            _office(scene, national["GE"], "representative", "representative", "GE"),
            _office(scene, national["LU"], "representative", "representative", "LU"),
            _office(scene, national["ES"], "representative", "colleague", "ES", REGION),
        )
        representatives = dict(zip(COUNTRIES, represent, strict=True))
        anna, giorgi = await asyncio.gather(
            _teacher(scene, national["ES"], representatives["ES"], "anna", REGION),
            _teacher(scene, national["GE"], representatives["GE"], "giorgi", None),
        )
        project = await _project(scene, anna, giorgi, national)
        return Community(national, representatives, colleague, anna, giorgi, project)


async def _centre(scene: Scene) -> Officer:
    email = f"centre-{RUN}@office.example"
    async with opened("registration", installation_settings(scene.stack.settings)) as host:
        await appoint(host, kind="central_support_officer", email=email)
    central, _ = await scene.steps.accept_office(email, "central_support_officer")
    return central


async def _office(
    scene: Scene, by: Officer, kind: str, called: str, country: str, region: str | None = None
) -> Officer:
    email = f"{called}-{country.lower()}-{RUN}@office.example"
    await scene.steps.offer_office(by, kind, email, country, region)
    officer, _ = await scene.steps.accept_office(email, kind, country, region)
    return officer


async def _teacher(scene: Scene, national: Officer, representative: Officer, who: str, region: str | None) -> Teacher:
    return await scene.validated(await scene.school(national, region), who, representative)


async def _project(scene: Scene, founder: Teacher, partner: Teacher, national: dict[str, Officer]) -> str:
    steps = scene.steps
    project = str((await steps.propose(founder, partner, TITLE)).answer["project"])
    await steps.accept(project, partner)
    await asyncio.gather(*(steps.approve(project, national[country]) for country in ("ES", "GE")))
    await steps.seal(founder, project, "etwinning")
    return project
