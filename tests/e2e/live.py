"""Every operation of every service, and for each the last request that it answered with success: live identifiers."""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import httpx
from pydantic import TypeAdapter

from deploy.local.settings import SERVICES
from shared.identity.keys import signing_key
from shared.identity.offices import OfficeClaim, service_capacity
from shared.identity.tokens import issue_access_token, issue_service_token

DOCUMENTS = Path(__file__).parents[2] / "docs" / "openapi"
_OFFICES = TypeAdapter(tuple[OfficeClaim, ...])


@dataclass(frozen=True, slots=True)
class Live:
    """A request that succeeded, taken apart. `token`: the bearer's, to be renewed before it is used again."""

    status: int
    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)
    token: str | None = None


def operations() -> dict[str, str]:
    """`POST /projects/{project}/accept` to its service, from the published documents."""
    found: dict[str, str] = {}
    for service in SERVICES:
        document = json.loads((DOCUMENTS / f"{service}.json").read_text())
        for path, methods in document["paths"].items():
            found |= {f"{method.upper()} {path}": service for method in methods}
    return found


class Recorder:
    """An event hook of an HTTP client: keeps successes by operation."""

    def __init__(self) -> None:
        self.live: dict[str, Live] = {}
        # The most literal template first: `/projects/feed/{shard}` before `/projects/{project}/{…}`.
        self._templates = [
            (label, label.partition(" ")[0], _pattern(label.partition(" ")[2]))
            for label in sorted(operations(), key=lambda label: label.count("{"))
        ]

    async def __call__(self, response: httpx.Response) -> None:
        request = response.request
        if response.status_code >= httpx.codes.BAD_REQUEST:
            return
        for label, method, pattern in self._templates:
            match = pattern.fullmatch(request.url.path)
            if method == request.method and match:
                await request.aread()
                self.live[label] = _taken_apart(response.status_code, request, match.groupdict())
                return


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(template)))


def _taken_apart(status: int, request: httpx.Request, path: Mapping[str, str]) -> Live:
    token = request.headers.get("authorization", "").partition(" ")[2] or None
    return Live(status, path, dict(request.url.params), _body(request), token)


def _body(request: httpx.Request) -> Mapping[str, Any]:
    kind, content = request.headers.get("content-type", ""), request.content
    match kind.partition(";")[0]:
        case "application/x-www-form-urlencoded":
            return dict(parse_qsl(content.decode()))
        case "multipart/form-data":
            parts = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + content).walk()
            named = {part.get_param("name", header="content-disposition"): part for part in parts}
            return {str(name): part.get_payload(decode=True) for name, part in named.items() if name}
        case _:
            return dict(json.loads(content)) if content else {}


def renewed(token: str, keys: Path) -> str:
    """The same token of a person or a service, issued now: it would not live as long as these tests run."""
    payload = token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    issuer, now = claims["iss"], datetime.now(UTC)
    if claims["sub"] == service_capacity(issuer):
        return issue_service_token(signing_key(keys, issuer), service=issuer, audience=claims["aud"], now=now)
    offices = _OFFICES.validate_python(claims.get("offices", ()))
    key = signing_key(keys, issuer)
    return issue_access_token(key, subject=claims["sub"], offices=offices, audience=claims["aud"], now=now)
