"""Legal holds, placed and released by the support service of the person's country, or the central one."""

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel

from services.registration.api.desk import Desk
from services.registration.api.held_offices import HeldOffice, held_offices
from services.registration.commands import PlaceLegalHold, ReleaseLegalHold
from services.registration.profile import PROFILE, Standing
from services.registration.teacher import HOLDERS, REFUSALS, TEACHER, NoSuchTeacher, NotYoursToHold, Status
from shared.contracts.base import derived_id
from shared.contracts.reasons import HoldReason, ReleaseReason
from shared.identity.offices import covers
from shared.identity.tokens import Principal
from shared.private_records.records import Draft, SubjectErased
from shared.web.context import CommandRequest
from shared.web.fields import Identifier, Prose, RequestBody
from shared.web.idempotency import set_etag
from shared.web.routes import edge_router
from shared.web.violations import responses_for


class Placing(RequestBody):
    """Why the data is kept, as a code for everyone, and in words for those who decide."""

    reason: HoldReason
    statement: Prose | None = None


class Releasing(RequestBody):
    """Why it need not be kept any more."""

    reason: ReleaseReason


class HoldAnswer(BaseModel):
    """One hold; `holds`: how many keep the person's data now; `erased`: an erasure waited for this release."""

    person: str
    hold: str
    status: Literal["placed", "released"]
    holds: int
    erased: bool = False


class Holds:
    """Place a hold, release it."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._host = desk, desk.host

    def router(self) -> APIRouter:
        routes = edge_router("/registration/people/{person}/holds", tags=["erasure"])
        routes.add_api_route(
            "", self.place, methods=["POST"], status_code=201, responses=responses_for(*REFUSALS[PlaceLegalHold])
        )
        routes.add_api_route(
            "/{hold}/release", self.release, methods=["POST"], responses=responses_for(*REFUSALS[ReleaseLegalHold])
        )
        return routes

    async def place(self, asking: CommandRequest, person: Identifier, body: Placing) -> HoldAnswer:
        """What is held about the person is kept, whoever asks to be forgotten, until the hold is released."""
        country, office = await self._authority(person, asking.who)
        hold = derived_id(asking.new_identifier(), person, "hold")
        drafts = [] if body.statement is None else [await self._statement(hold, person, body.statement)]
        command = PlaceLegalHold(
            at=self._host.clock(),
            **office.fields,
            person=person,
            hold=hold,
            reason=body.reason,
            statement=drafts[0].ref if drafts else None,
            country=country,
        )
        context = asking.context(office.claim.capacity, country.lower(), basis=(office.event,))
        outcome = await self._host.handler.handle(TEACHER, person, command, context, drafts)
        set_etag(asking.response, outcome.version)
        return HoldAnswer(person=person, hold=hold, status="placed", holds=len(outcome.state.holds))

    async def release(
        self, asking: CommandRequest, person: Identifier, hold: Identifier, body: Releasing
    ) -> HoldAnswer:
        """The hold is over. With the last one, an erasure that was asked for meanwhile is carried out."""
        country, office = await self._authority(person, asking.who)
        command = ReleaseLegalHold(
            at=self._host.clock(),
            **office.fields,
            person=person,
            hold=hold,
            reason=body.reason,
            country=country,
        )
        context = asking.context(office.claim.capacity, country.lower(), basis=(office.event,))
        outcome = await self._host.handler.handle(TEACHER, person, command, context)
        erased = outcome.state.status is Status.ERASED
        if erased:
            await self._desk.erasure.erase(person)
        set_etag(asking.response, outcome.version)
        return HoldAnswer(person=person, hold=hold, status="released", holds=len(outcome.state.holds), erased=erased)

    async def _statement(self, hold: str, person: str, statement: str) -> Draft:
        """Raises `NoSuchTeacher`: nothing is written about who was erased, with or without a statement."""
        record = derived_id(hold, "hold_statement")
        try:
            return await self._host.records.draft(record, person, "hold_statement", {"statement": statement})
        except SubjectErased:
            raise NoSuchTeacher from None

    async def _authority(self, person: str, who: Principal) -> tuple[str, HeldOffice]:
        """The country of the person, and the office that covers it.

        Raises:
            NoSuchTeacher: there is none, or no office covers the country: nobody can tell which.
            NotYoursToHold: the office that covers it may not.
        """
        country = await self._country(person)
        if country is None:
            raise NoSuchTeacher
        found = [office for office in await held_offices(self._host, who) if covers(office.claim, country)]
        if not found:
            raise NoSuchTeacher
        for office in found:
            if office.claim.kind.value in HOLDERS:
                return country, office
        raise NotYoursToHold(person=person)

    async def _country(self, person: str) -> str | None:
        """Of the main school now; where there is no profile any more, or not yet, where the account was begun.

        Of a person who has, or had, an account: a repeated release of an erased person's hold is answered too.
        """
        state, _ = await self._host.handler.state(TEACHER, person)
        if state.confirmed is None or not state.passwords:
            return None
        profile, _ = await self._host.handler.state(PROFILE, person)
        there = profile.standing not in {Standing.UNKNOWN, Standing.REMOVED}
        return profile.main.country if there else state.confirmed.country
