"""The mails that people received, read as they would read them: by address, over HTTP."""

import asyncio
import json
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import httpx
from joserfc.jws import extract_compact

from deploy.story.calls import DEADLINE_S, StepOverdue

_SWEEP_S = 0.1
_PAGE = 500
_LINK = re.compile(r"https?://\S+?/(?P<page>[a-z][a-z/-]*)\?token=(?P<token>[A-Za-z0-9_.-]+)")


@dataclass(frozen=True, slots=True)
class Mail:
    """One received mail; `links` maps the page of a link (`registration/confirm`) to its token."""

    id: int
    to: tuple[str, ...]
    subject: str
    text: str

    @property
    def links(self) -> dict[str, str]:
        return {found["page"]: found["token"] for found in _LINK.finditer(self.text)}


class Mailbox:
    """`url` is the reader's base: `http://…/mail`."""

    def __init__(self, http: httpx.AsyncClient, url: str, deadline_s: float = DEADLINE_S) -> None:
        self._http = http
        self._url = url
        self._deadline_s = deadline_s
        self._read = 0
        self._tokens: dict[tuple[str, str], str] = {}

    async def received(self, to: str | None = None, after: int = 0) -> list[Mail]:
        """The mails to an address (or all), oldest first, with an id above `after`; nothing while nobody answers."""
        found: list[Mail] = []
        while True:
            page = await self._page(to, found[-1].id if found else after)
            found += page
            if len(page) < _PAGE:
                return found

    async def _page(self, to: str | None, after: int) -> list[Mail]:
        params: dict[str, str] = {"after": str(after), "limit": str(_PAGE)} | ({"to": to} if to else {})
        try:
            answer = await self._http.get(f"{self._url}/messages", params=params)
        except httpx.TransportError:
            return []
        found = answer.json() if answer.is_success else []
        return [Mail(one["id"], tuple(one["to"]), one["subject"], one["text"]) for one in found]

    async def link(self, to: str, page: str, step: str) -> str:
        """The token of the newest link to `page` that was mailed to `to`.

        Raises:
            StepOverdue: no such mail came in time; notifications owes it.
        """

        async def newest() -> str | None:
            tokens = [mail.links[page] for mail in await self.received(to) if page in mail.links]
            return tokens[-1] if tokens else None

        return await self._until(newest, step)

    async def link_of(self, stream: str, page: str, step: str) -> str:
        """The token of the newest link to `page` that acts on this stream, whoever it was mailed to.

        Raises:
            StepOverdue: no such mail came in time; notifications owes it.
        """

        async def newest() -> str | None:
            for mail in await self.received(after=self._read):
                if mail.id > self._read:  # who else waits here may have read on meanwhile
                    self._read = mail.id
                    self._tokens |= {(_stream(token), at): token for at, token in mail.links.items()}
            return self._tokens.get((stream, page))

        return await self._until(newest, step)

    async def _until(self, newest: Callable[[], Awaitable[str | None]], step: str) -> str:
        began = time.monotonic()
        while time.monotonic() - began < self._deadline_s:
            if (token := await newest()) is not None:
                return token
            await asyncio.sleep(_SWEEP_S)
        raise StepOverdue("notifications", step, "no such mail came")


def _stream(token: str) -> str:
    """What a link acts on, as it says itself: whether it is genuine is the service's to check."""
    return str(json.loads(extract_compact(token.encode()).payload)["stream"])
