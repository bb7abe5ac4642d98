"""What services ask of each other."""

from datetime import UTC, datetime

from uuid_utils import uuid7

from deploy.story.calls import bearer
from shared.contracts.base import SERVICES, Service
from shared.identity.keys import signing_key
from shared.identity.tokens import issue_service_token
from tests.e2e.journey.traveller import Traveller


async def services(on: Traveller) -> None:
    """Of each: its feed, and its private records."""
    for service in SERVICES:
        token = bearer(_service_token(on, service))
        ids = {"ids": [str(uuid7())]}
        for method, path, body in (("GET", "feed/0", None), ("POST", "private-records/fetch", ids)):
            answer = await on.http.request(method, f"/{service}/{path}", json=body, headers=token)
            answer.raise_for_status()


def _service_token(on: Traveller, audience: Service) -> str:
    asking: Service = "notifications" if audience != "notifications" else "recognition"
    key = signing_key(on.stack.settings.keys, asking)
    return issue_service_token(key, service=asking, audience=audience, now=datetime.now(UTC))
