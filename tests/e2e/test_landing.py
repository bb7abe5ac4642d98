"""The page behind the address that `make up` ends with: whatever it leads to is there, before anything has happened."""

import re

import httpx

from deploy.local.stack import LocalStack

HREF = re.compile(r'href="([^"]+)"')


async def test_everything_that_the_first_page_leads_to_is_there(programme_stack: LocalStack) -> None:
    async with httpx.AsyncClient(base_url=programme_stack.settings.front_door) as http:
        links = HREF.findall((await http.get("/")).text)
        answers = {link: (await http.get(link, headers={"Accept": "text/html"})).status_code for link in links}
    assert len(links) > len(("mail", "registration", "validation", "projects", "recognition", "notifications"))
    assert answers == dict.fromkeys(links, httpx.codes.OK)
