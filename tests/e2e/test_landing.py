"""The page behind the address that `make up` ends with: whatever it leads to is there, before anything has happened."""

import re

import httpx

from deploy.local.settings import SERVICES
from deploy.local.stack import LocalStack

HREF = re.compile(r'href="([^"]+)"')


async def test_everything_that_the_first_page_leads_to_is_there(programme_stack: LocalStack) -> None:
    async with httpx.AsyncClient(base_url=programme_stack.settings.front_door) as http:
        links = HREF.findall((await http.get("/")).text)
        answers = {link: (await http.get(link, headers={"Accept": "text/html"})).status_code for link in links}
    assert len(links) > len(("mail", "registration", "validation", "projects", "recognition", "notifications"))
    assert answers == dict.fromkeys(links, httpx.codes.OK)


async def test_the_front_door_shows_nobody_what_operators_ask(programme_stack: LocalStack) -> None:
    """The counters of commands would tell whether an address is known."""
    async with httpx.AsyncClient(base_url=programme_stack.settings.front_door) as http:
        of_operators = ("live", "ready", "metrics", "%6Detrics", "Metrics")
        asked = [f"/{name}/{what}" for name in SERVICES for what in of_operators]
        answers = {path: (await http.get(path)).status_code for path in asked}
    assert answers == dict.fromkeys(asked, httpx.codes.NOT_FOUND)
