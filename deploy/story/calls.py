"""Commands over HTTP as a careful client sends them: one Idempotency-Key a command, asked again until it is known."""

import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import httpx

from deploy.errors import Unable

DEADLINE_S = 30.0
_REQUEST_S = 10.0
_FIRST_PAUSE_S, _LAST_PAUSE_S = 0.05, 1.0
_READ_PAUSE_S = 0.2
_TOO_MANY, _CONFLICT = 429, 409


class StepOverdue(Unable):
    """A step did not happen within its deadline; `service` owes it."""

    def __init__(self, service: str, step: str, last: str) -> None:
        super().__init__(f"{service} owes: {step}, not done in time ({last}). See its log, and `etwinning lag`.")
        self.service, self.step = service, step


class StepRefused(Unable):
    """A step was refused for good."""

    def __init__(self, service: str, step: str, status: int, problem: str) -> None:
        super().__init__(f"{service} refused: {step} ({status} {problem}).")
        self.service, self.step, self.status, self.problem = service, step, status, problem


@dataclass(frozen=True, slots=True)
class Call:
    """One command. `route` is its template: `POST /projects/{project}/accept`; `names` fills it in.

    `stream` is the aggregate and the name of the answer's field that identifies it: `("project", "project")`; nothing
    where the answer does not tell. `awaited`: statuses that mean that a fact is still on its way here, so that asking
    again helps. `keyed`: the route takes an Idempotency-Key (a director's link is single-use by itself).
    """

    service: str
    route: str
    kind: str
    stream: tuple[str, str] | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None
    actor: str | None = None
    token: str | None = None
    awaited: frozenset[int] = frozenset()
    keyed: bool = True
    key: str = field(default_factory=lambda: uuid.uuid4().hex)

    @property
    def method(self) -> str:
        return self.route.partition(" ")[0]

    @property
    def path(self) -> str:
        return self.route.partition(" ")[2].format(**self.names)


@dataclass(frozen=True, slots=True)
class Fact:
    """What a command became: where it stands (as far as the answer told), and the time since its first request."""

    service: str
    kind: str
    stream: str | None
    version: int | None
    ms: float
    answer: Mapping[str, Any]


class Watch(Protocol):
    """Sees every command: what is asked, and what became of it (`ok`, `refused`, `unknown`)."""

    def asked(self, call: Call) -> None:
        """Before the first request."""

    def answered(self, call: Call, outcome: str, fact: Fact | None) -> None:
        """When it is known, or was given up."""


class Unwatched:
    """Nobody looks."""

    def asked(self, call: Call) -> None:
        """Nothing."""

    def answered(self, call: Call, outcome: str, fact: Fact | None) -> None:
        """Nothing."""


class Calls:
    """Sends commands. An unknown outcome is asked about again under the same key, until it is known."""

    def __init__(self, http: httpx.AsyncClient, watch: Watch | None = None, deadline_s: float = DEADLINE_S) -> None:
        self.http = http
        self.deadline_s = deadline_s
        self._watch = watch or Unwatched()

    async def command(self, call: Call) -> Fact:
        """Raises `StepOverdue` or `StepRefused`."""
        began = time.monotonic()
        self._watch.asked(call)
        last, reached = "no answer", False
        pause = _FIRST_PAUSE_S
        while time.monotonic() - began < self.deadline_s:
            answer = await self._try(call)
            if answer is None or answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
                reached, last = True, "no answer" if answer is None else _problem(answer)
            elif answer.is_success:
                fact = _fact(call, answer, (time.monotonic() - began) * 1000)
                self._watch.answered(call, "ok", fact)
                return fact
            elif _passes(call, answer):
                last = _problem(answer)
            else:
                # After an unanswered request too: the key's commit would have been found before any rule was asked.
                self._watch.answered(call, "unknown" if reached and not call.keyed else "refused", None)
                raise StepRefused(call.service, call.kind, answer.status_code, _problem(answer))
            await asyncio.sleep(_pause(answer, pause))
            pause = min(2 * pause, _LAST_PAUSE_S)
        self._watch.answered(call, "unknown" if reached else "refused", None)
        raise StepOverdue(call.service, call.kind, last)

    def identify(self, call: Call, fact: Fact, actor: str, stream: str) -> Fact:
        """Tells later whose command it was and where it stands: the answer to somebody unknown says little."""
        placed = replace(fact, stream=stream)
        self._watch.answered(replace(call, actor=actor), "ok", placed)
        return placed

    async def _try(self, call: Call) -> httpx.Response | None:
        headers = bearer(call.token) | ({"Idempotency-Key": call.key} if call.keyed else {})
        body = None if call.body is None else dict(call.body)
        try:
            return await self.http.request(call.method, call.path, headers=headers, timeout=_REQUEST_S, json=body)
        except httpx.TransportError:
            return None

    async def read(
        self,
        service: str,
        path: str,
        token: str | None,
        params: Mapping[str, str] | None = None,
        awaited: frozenset[int] = frozenset(),
    ) -> httpx.Response:
        """The answer to a GET, asked again while there is none. Raises `StepOverdue` or `StepRefused`."""
        return await self._until_answered(
            service,
            f"GET {path}",
            lambda: self.http.get(path, headers=bearer(token), params=params, timeout=_REQUEST_S),
            awaited,
        )

    async def post(self, service: str, path: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """The JSON answer to a POST that is no command (signing in). Raises `StepOverdue` or `StepRefused`."""
        answer = await self._until_answered(
            service, f"POST {path}", lambda: self.http.post(path, json=dict(body), timeout=_REQUEST_S), frozenset()
        )
        said: Mapping[str, Any] = answer.json()
        return said

    async def _until_answered(
        self, service: str, step: str, ask: Callable[[], Awaitable[httpx.Response]], awaited: frozenset[int]
    ) -> httpx.Response:
        began, last = time.monotonic(), "no answer"
        while time.monotonic() - began < self.deadline_s:
            try:
                answer = await ask()
            except httpx.TransportError:
                await asyncio.sleep(_READ_PAUSE_S)
                continue
            if answer.is_success:
                return answer
            last = _problem(answer)
            again = answer.status_code in awaited | {_TOO_MANY}
            if answer.status_code < httpx.codes.INTERNAL_SERVER_ERROR and not again:
                raise StepRefused(service, step, answer.status_code, last)
            await asyncio.sleep(_READ_PAUSE_S)
        raise StepOverdue(service, step, last)


def bearer(token: str | None) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} if token else {}


def _passes(call: Call, answer: httpx.Response) -> bool:
    """Whether asking again may be answered differently."""
    if answer.status_code in call.awaited or answer.status_code == _TOO_MANY:
        return True
    return answer.status_code == _CONFLICT and "Retry-After" in answer.headers


def _pause(answer: httpx.Response | None, pause: float) -> float:
    """What the server asks for, at most a second; else ours."""
    said = answer.headers.get("Retry-After", "") if answer is not None else ""
    return min(float(said), _LAST_PAUSE_S) if said.isdecimal() else pause


def _problem(answer: httpx.Response) -> str:
    """The end of the problem's type; answers of a front door carry none."""
    try:
        said = answer.json()
    except ValueError:
        return f"HTTP {answer.status_code}"
    found = said.get("type") if isinstance(said, dict) else None
    return str(found).rpartition(":")[2] if found else f"HTTP {answer.status_code}"


def _fact(call: Call, answer: httpx.Response, ms: float) -> Fact:
    said = answer.json()
    tag = answer.headers.get("ETag", "").strip('"')
    version = int(tag) if tag.isdecimal() else None
    if call.stream is None:
        return Fact(call.service, call.kind, None, version, ms, said)
    aggregate, name = call.stream
    identifier = said.get(name) or call.names.get(name)
    if not identifier or version is None:
        raise StepRefused(call.service, call.kind, answer.status_code, "an answer without identifier or ETag")
    return Fact(call.service, call.kind, f"{aggregate}-{identifier}", version, ms, said)
