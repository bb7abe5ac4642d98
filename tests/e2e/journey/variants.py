"""What only happens where a node has switched a shipped policy on: a representative reports, a form is filed."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import date
from http.cookiejar import DefaultCookiePolicy

import httpx

from deploy.connections import build_of, checked_settings
from deploy.local.ports import responds
from deploy.story.people import School, Teacher
from shared.hosting.host import open_host
from shared.hosting.parts import StopSignal
from shared.hosting.process import run_roles
from shared.nodes import Nodes, load_nodes
from shared.nodes.country import Adoption
from tests.e2e.journey.schools import new_school
from tests.e2e.journey.traveller import Traveller
from tests.e2e.typed import CERTIFICATE
from tests.e2e.waiting import until

REPORTING, FORMS = "PT", "RS"
ADOPTED = {REPORTING: "validation.report", FORMS: "validation.signed_form"}
_SINCE = date(2026, 1, 1)
_SPARE_PORT = 50
_STOP_S = 30.0


async def variants(on: Traveller) -> None:
    """In two countries of their own, whose cases meet a validation service that knows of the change."""
    reported, filing = await _teacher(on, "reported", REPORTING), await _teacher(on, "filing", FORMS)
    await on.case_of(filing)  # the first sweep of the service finds it
    async with _validation(on) as there:
        await _reported(on, there, reported)
        await _filed(on, there, filing)


def adopting(adopted: Mapping[str, str]) -> Nodes:
    """The programme's nodes, of which some countries follow another shipped policy."""
    nodes = load_nodes()
    countries = tuple(
        one.model_copy(update={"adoptions": (*one.adoptions, Adoption(policy=adopted[one.code], since=_SINCE))})
        if one.code in adopted
        else one
        for one in nodes.countries
    )
    return Nodes.model_validate(nodes.model_copy(update={"countries": countries}).model_dump())


@asynccontextmanager
async def _validation(on: Traveller) -> AsyncIterator[Traveller]:
    """One more validation service on the same database: a traveller who asks it."""
    url = f"http://127.0.0.1:{on.stack.settings.port_base + _SPARE_PORT}"
    port = {"ETWINNING_PORT": url.rpartition(":")[2]}
    async with open_host("validation", checked_settings(on.stack.settings.environment() | port)) as host:
        host.nodes = adopting(ADOPTED)
        stop = StopSignal()
        parts = build_of("validation")(host)
        running = asyncio.create_task(run_roles(host, parts, frozenset({"api", "deadlines"}), stop))
        try:
            await until(lambda: running.done() or responds(f"{url}/ready"))
            async with httpx.AsyncClient(base_url=url, event_hooks=on.http.event_hooks, timeout=30) as http:
                http.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))
                yield on.asking(http)
        finally:
            stop.set()
            async with asyncio.timeout(_STOP_S):
                await running


async def _reported(on: Traveller, there: Traveller, teacher: Teacher) -> None:
    """The representative reports what the director said, the national service decides (practice in Spain)."""
    case = await on.asked(teacher)
    await on.steps.director_approves(case)
    officer = await on.representative(teacher)
    await there.post(f"/validation/cases/{case}/report", {"recommendation": "validate"}, officer)
    await there.post(f"/validation/cases/{case}/validate", None, on.national(REPORTING))


async def _filed(on: Traveller, there: Traveller, teacher: Teacher) -> None:
    """The teacher uploads the form that the director signed (practice in Serbia)."""
    officer = await on.representative(teacher)
    case = await on.steps.case_of(teacher, officer, "certificate_requested")
    route = f"/validation/cases/{case}/certificate"
    await there.ask("POST", route, teacher, files={"certificate": ("form.pdf", CERTIFICATE, "application/pdf")})
    assert (await there.get(route, officer)).content == CERTIFICATE


async def _teacher(on: Traveller, who: str, country: str) -> Teacher:
    school = School(country, f"{on.run}-{country}", f"Lyceum {on.run}", "Novigrad", None)
    await new_school(on, school)
    return await on.register(who, school)
