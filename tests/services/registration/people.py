"""People who use registration over HTTP, as tests tell their stories."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx

from services.registration.app import appoint
from services.registration.commands import RegisterSchool
from services.registration.school import SCHOOL, school_identifier
from shared.contracts.registration import OfficeOffered, PasswordRecoveryRequested, RegistrationStarted
from shared.event_store.history import Context, History
from tests.services.running import Running

PASSWORD = "correct horse battery"
ANA = "Ana.Gil@school.example"
DIRECTOR = {"name": "Rosa Mar", "email": "director@school.example"}


@dataclass
class People:
    service: Running

    @property
    def http(self) -> httpx.AsyncClient:
        return self.service.client

    async def post(
        self, path: str, body: Any = None, *, key: str | None = None, token: str | None = None
    ) -> httpx.Response:
        headers = {"Idempotency-Key": key} if key else {}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        return await self.http.post(f"/registration{path}", json=body, headers=headers)

    async def start(self, email: str = ANA, *, key: str | None = None, **changes: str) -> httpx.Response:
        body = {
            "email": email, "password": PASSWORD, "given_name": "Ana", "family_name": "Gil", "country": "ES",
            "locale": "es",
        } | changes  # fmt: skip
        return await self.post("/registrations", body, key=key)

    async def stream_of(self, email: str) -> History:
        stream = await self.service.host.claims.holder(email)
        assert stream is not None
        return await self.service.host.handler.load(stream)

    async def mailed_link(self, email: str = ANA) -> str:
        """The token of the link that notifications would sign for the latest attempt."""
        history = await self.stream_of(email)
        latest = [one.event for one in history.recorded if isinstance(one.event, RegistrationStarted | OfficeOffered)][
            -1
        ]
        purpose = "confirm_email" if history.stream.startswith("teacher-") else "accept_office"
        return self.service.link(purpose, history.stream, latest.attempt, latest.link_expires)

    async def recovery_link(self, email: str = ANA) -> str:
        """The token of the link that notifications would sign for the latest recovery."""
        history = await self.stream_of(email)
        asked = [one.event for one in history.recorded if isinstance(one.event, PasswordRecoveryRequested)][-1]
        return self.service.link("reset_password", history.stream, asked.attempt, asked.link_expires)

    async def recover(self, email: str = ANA, *, key: str | None = None) -> httpx.Response:
        return await self.post("/recovery", {"email": email}, key=key)

    async def reset(self, token: str, password: str, *, key: str | None = None) -> httpx.Response:
        return await self.post("/reset", {"token": token, "password": password}, key=key)

    async def resend(self, email: str = ANA, *, key: str | None = None) -> httpx.Response:
        return await self.post("/registrations/resend", {"email": email}, key=key)

    async def renew(self, session: str) -> int:
        return (await self.post("/sessions/renew", {"session": session})).status_code

    async def confirmed(self, email: str = ANA) -> str:
        """A continuation, after phase 1."""
        assert (await self.start(email)).status_code == 202
        answer = await self.post("/confirm", {"token": await self.mailed_link(email)})
        assert answer.status_code == 200
        return str(answer.json()["continuation"])

    async def complete(self, continuation: str, *, key: str | None = None, **changes: Any) -> httpx.Response:
        body = {
            "continuation": continuation, "password": PASSWORD, "school": "ES-1", "role": "teacher",
            "director": DIRECTOR, "locale": "es",
        } | changes  # fmt: skip
        return await self.post("/registrations/complete", body, key=key)

    async def registered(self, email: str = ANA) -> str:
        """A teacher's id, after phase 2."""
        await self.school()
        answer = await self.complete(await self.confirmed(email))
        assert answer.status_code == 201
        return str(answer.json()["teacher"])

    async def school(self, number: str = "1", country: str = "ES", name: str = "Instituto Uno") -> None:
        host = self.service.host
        identifier = school_identifier(country, number)
        command = RegisterSchool(
            at=host.clock(), school=identifier, country=country, region=None, official_id=number, name=name,
            city="Madrid", postal_code="28001", not_admitted=None,
        )  # fmt: skip
        context = Context("operator", "operator", country.lower(), "c-1", command_id=f"school-{identifier}")
        await host.handler.handle(SCHOOL, identifier, command, context)

    async def sign_in(self, email: str = ANA, password: str = PASSWORD) -> httpx.Response:
        return await self.post("/sessions", {"email": email, "password": password})

    async def token(self, email: str = ANA) -> str:
        answer = await self.sign_in(email)
        assert answer.status_code == 200
        return str(answer.json()["access_token"])

    async def accept(self, email: str, *, key: str | None = None, password: str = PASSWORD) -> httpx.Response:
        body = {"token": await self.mailed_link(email), "password": password, "given_name": "Eva", "family_name": "Pol"}
        return await self.post("/offices/accept", body, key=key)

    async def centre(self, email: str = "css@etwinning.example") -> str:
        """A central support officer's access token."""
        await appoint(self.service.host, kind="central_support_officer", email=email)
        assert (await self.accept(email)).status_code == 200
        return await self.token(email)

    async def offer(self, token: str, email: str, *, key: str | None = None, **office: Any) -> httpx.Response:
        return await self.post("/offices", {"email": email, **office}, key=key, token=token)

    async def national(self, country: str = "ES", email: str = "nso@etwinning.example") -> str:
        """A national support officer's access token."""
        offered = await self.offer(await self.centre(), email, kind="national_support_officer", country=country)
        assert offered.status_code == 201
        assert (await self.accept(email)).status_code == 200
        return await self.token(email)

    def pass_by(self, duration: timedelta) -> None:
        self.service.clock.now += duration
