"""Profiles blocked and unblocked by a support service (FAQ L24)."""

from fastapi import APIRouter, Response

from services.registration.api.desk import Desk
from services.registration.api.held_offices import HeldOffice, held_offices
from services.registration.api.profile_bodies import Block, StandingAnswer, Unblock, standing_answer
from services.registration.commands import BlockProfile, UnblockProfile
from services.registration.profile import (
    BLOCKERS,
    PROFILE,
    REFUSALS,
    NoSuchProfile,
    NotYoursToBlock,
    Profile,
    Standing,
)
from shared.contracts.base import derived_id
from shared.identity.offices import covers
from shared.identity.tokens import Principal
from shared.private_records.marks import Marks
from shared.web.authentication import SignedIn
from shared.web.context import Asking, CommandRequest
from shared.web.fields import Identifier
from shared.web.idempotency import set_etag
from shared.web.routes import edge_router
from shared.web.violations import responses_for


class Blocking:
    """Show a teacher's standing, block, unblock."""

    def __init__(self, desk: Desk) -> None:
        self._host = desk.host

    def router(self) -> APIRouter:
        routes = edge_router("/registration/people/{teacher}", tags=["profile"])
        routes.add_api_route("/standing", self.standing, responses=responses_for(NoSuchProfile))
        for path, act, command in (("/block", self.block, BlockProfile), ("/unblock", self.unblock, UnblockProfile)):
            routes.add_api_route(path, act, methods=["POST"], responses=responses_for(*REFUSALS[command]))
        return routes

    async def standing(self, teacher: Identifier, who: SignedIn, response: Response) -> StandingAnswer:
        """Whether a teacher may act, for officers of the teacher's country; to others there is no such teacher."""
        state, version, _ = await self._visible(teacher, who)
        set_etag(response, version)
        return standing_answer(state)

    async def block(self, asking: CommandRequest, teacher: Identifier, body: Block) -> StandingAnswer:
        """Bars everything that the teacher could change, in every service; seals stay (FAQ L24)."""
        state, office = await self._authority(teacher, asking.who)
        drafts = []
        if body.statement is not None:
            record = derived_id(asking.new_identifier(), teacher, "block_statement")
            fields = {"statement": body.statement}
            drafts.append(await self._host.records.draft(record, teacher, "block_statement", fields))
        command = BlockProfile(
            at=self._host.clock(),
            **office.fields,
            reason=body.reason,
            statement=drafts[0].ref if drafts else None,
        )
        context = asking.context(office.claim.capacity, state.main.country.lower(), basis=(office.event,))
        outcome = await self._host.handler.handle(PROFILE, teacher, command, context, drafts)
        return _answered(asking, outcome.state, outcome.version)

    async def unblock(self, asking: CommandRequest, teacher: Identifier, body: Unblock) -> StandingAnswer:
        """The block is over."""
        state, office = await self._authority(teacher, asking.who)
        command = UnblockProfile(at=self._host.clock(), **office.fields, reason=body.reason)
        context = asking.context(office.claim.capacity, state.main.country.lower(), basis=(office.event,))
        outcome = await self._host.handler.handle(PROFILE, teacher, command, context)
        return _answered(asking, outcome.state, outcome.version)

    async def _authority(self, teacher: str, who: Principal) -> tuple[Profile, HeldOffice]:
        state, _, offices = await self._visible(teacher, who)
        for office in offices:
            if office.claim.kind.value in BLOCKERS:
                return state, office
        raise NotYoursToBlock(teacher=teacher)

    async def _visible(self, teacher: str, who: Principal) -> tuple[Profile, int, list[HeldOffice]]:
        """The profile, its version, and the offices of who asks that cover it.

        Raises:
            NoSuchProfile: there is none (any more), or no office covers it: nobody can tell which.
        """
        state, history = await self._host.handler.state(PROFILE, teacher)
        gone = state.standing in {Standing.UNKNOWN, Standing.REMOVED}
        if gone or await Marks(self._host.database).has(teacher):
            raise NoSuchProfile
        main = state.main
        found = [
            office for office in await held_offices(self._host, who) if covers(office.claim, main.country, main.region)
        ]
        if not found:
            raise NoSuchProfile
        return state, history.version, found


def _answered(asking: Asking, state: Profile, version: int) -> StandingAnswer:
    set_etag(asking.response, version)
    return standing_answer(state)
