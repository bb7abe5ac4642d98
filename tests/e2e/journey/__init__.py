"""A journey through every operation of every service, each of them with success; `Recorder` notes how."""

from http.cookiejar import DefaultCookiePolicy

import httpx

from deploy.local.stack import LocalStack
from tests.e2e.journey.accounts import accounts
from tests.e2e.journey.cases import cases
from tests.e2e.journey.forgetting import forgetting
from tests.e2e.journey.offices import offices
from tests.e2e.journey.profiles import profiles
from tests.e2e.journey.projects import projects
from tests.e2e.journey.recognition import recognition
from tests.e2e.journey.schools import schools
from tests.e2e.journey.services import services
from tests.e2e.journey.teachers import teachers
from tests.e2e.journey.traveller import Traveller
from tests.e2e.journey.variants import variants
from tests.e2e.live import Live, Recorder

STATIONS = (
    offices,
    teachers,
    cases,
    variants,
    projects,
    recognition,
    profiles,
    schools,
    accounts,
    forgetting,
    services,
)  # fmt: skip
"""In order; each leaves behind what the next needs."""


async def travel(stack: LocalStack, run: str) -> dict[str, Live]:
    """Every operation to the last request that it answered with success."""
    recorder = Recorder()
    async with httpx.AsyncClient(
        base_url=stack.settings.front_door,
        event_hooks={"response": [recorder]},
        headers={"Sec-Fetch-Site": "same-origin"},
        timeout=30,
    ) as http:
        http.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))  # who asks is said by each request
        traveller = Traveller(stack, http, run)
        for station in STATIONS:
            await station(traveller)
    return recorder.live
