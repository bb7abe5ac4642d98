"""What services ask of each other."""

from datetime import UTC, datetime
from typing import Any

from uuid_utils import uuid7

from deploy.story.calls import bearer
from shared.contracts.base import SERVICES, Service
from shared.identity.keys import signing_key
from shared.identity.tokens import issue_service_token
from tests.e2e.journey.traveller import Traveller


async def services(on: Traveller) -> None:
    """Of each: its feed, its private records, and, by registration alone, what it holds about a person."""
    person = on.teachers["first"].id
    for service in SERVICES:
        other: Service = "notifications" if service != "notifications" else "recognition"
        await _ask(on, service, other, "GET", "feed/0", None)
        await _ask(on, service, other, "POST", "private-records/fetch", {"ids": [str(uuid7())]})
        await _ask(on, service, "registration", "POST", "private-records/held", {"person": person})


async def _ask(on: Traveller, asked: Service, asking: Service, method: str, path: str, body: Any) -> None:
    key = signing_key(on.stack.settings.keys, asking)
    token = issue_service_token(key, service=asking, audience=asked, now=datetime.now(UTC))
    answer = await on.http.request(method, f"/{asked}/{path}", json=body, headers=bearer(token))
    answer.raise_for_status()
