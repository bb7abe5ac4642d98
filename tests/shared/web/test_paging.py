"""Pages of a list: all items once, in order, however small the pages."""

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.web.paging import PageRequest, page_of

ITEMS = [f"p-{number:02}" for number in range(25)]


@given(st.integers(1, 30))
def test_following_next_sees_every_item_once(limit: int) -> None:
    seen: list[str] = []
    after: str | None = None
    while True:
        rest = [item for item in ITEMS if after is None or item > after]
        page = page_of(rest[: limit + 1], PageRequest(after, limit), lambda item: item)
        seen += page.items
        if page.next is None:
            break
        after = page.next
    assert seen == ITEMS


async def test_a_list_is_asked_for_in_pages(client: httpx.AsyncClient) -> None:
    first = (await client.get("/projects/projects")).json()
    second = (await client.get("/projects/projects", params={"after": first["next"], "limit": 100})).json()
    assert first["items"] + second["items"] == ITEMS
    assert second["next"] is None


@pytest.mark.parametrize("params", [{"limit": 0}, {"limit": 101}, {"limit": "many"}, {"after": ""}, {"after": "a b"}])
async def test_a_page_that_cannot_be_is_refused(client: httpx.AsyncClient, params: dict[str, str | int]) -> None:
    answer = await client.get("/projects/projects", params=params)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["in"] == "query"
