"""What every route of a case works with: who sees it, who may act on it, and how a command is put to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from services.validation.api.answers import (
    CaseAnswer,
    CaseStanding,
    DurationsAnswer,
    answer_of,
    due_of,
    durations_answer,
    fields_of,
)
from services.validation.case import CASE
from services.validation.commands import Officer
from services.validation.queries import Allowed, CaseQueries, allowed, latest_durations
from shared.contracts.base import Command
from shared.event_store.handling import Intent
from shared.event_store.violations import Forbidden, NotFound, RuleViolation
from shared.hosting.host import Host
from shared.identity.live_offices import LiveOffice, NotInOffice, live_office
from shared.identity.offices import TEACHER, OfficeKind
from shared.identity.standings import Barred, ReturnNotYetKnown, refuse_barred
from shared.identity.tokens import Principal
from shared.nodes import Policy, ValidationPolicy
from shared.web.context import Asking
from shared.web.idempotency import set_etag

DECIDERS = (OfficeKind.REPRESENTATIVE, OfficeKind.NATIONAL_SUPPORT_OFFICER)
READERS = (*DECIDERS, OfficeKind.CENTRAL_SUPPORT_OFFICER)


class NotTheApplicant(Forbidden):
    """Only the teacher whose case it is does this."""


NOT_OWN: tuple[type[RuleViolation], ...] = (NotTheApplicant, Barred, ReturnNotYetKnown)
"""What `Desk.own` refuses beside what is not there to see."""


@dataclass(frozen=True, slots=True)
class Acting:
    """A case and the office in which somebody acts on it."""

    case: CaseAnswer
    office: LiveOffice
    officer: Officer

    @property
    def node(self) -> str:
        return self.case.country.lower()


@dataclass(frozen=True)
class Desk:
    """Passed to every group of routes; made once."""

    host: Host
    queries: CaseQueries

    def policy(self, country: str, on: date) -> ValidationPolicy:
        """How the country validates on that day."""
        return self.host.nodes.policy(country, "validation", on)

    def allowed(self, country: str, on: date) -> Allowed:
        """How long a case may take there under the policies of that day."""
        return allowed(self.host.nodes, country, on)

    async def visible(self, case: UUID, who: Principal) -> tuple[CaseAnswer, dict[str, Any], int]:
        """The case, its document and its version.

        Raises:
            NotFound: it does not exist, or is not this person's to see: alike.
        """
        found = await self.queries.case(str(case))
        if found is None:
            raise NotFound
        answer = answer_of(found[0])
        if who.person != answer.teacher:
            try:
                await live_office(self.host.views, who, READERS, answer.country, answer.region)
            except NotInOffice:
                raise NotFound from None
        return answer, *found

    async def standing(
        self, document: dict[str, Any], known: dict[tuple[str, str | None], DurationsAnswer | None]
    ) -> CaseStanding:
        """Where a case stands and how long that may take; `known`: what was found out for the same place already."""
        answer = answer_of(document)
        now, place = self.host.clock(), (answer.country, answer.region)
        if place not in known:
            known[place] = durations_answer(await latest_durations(self.host.views, *place, now))
        due = due_of(document, self.allowed(answer.country, now.date()))
        return CaseStanding.model_validate(fields_of(document) | due | {"durations": known[place]})

    async def own(self, case: UUID, who: Principal) -> CaseAnswer:
        """The applicant's own case, to change something in it.

        Raises:
            NotFound: not this person's to see.
            NotTheApplicant: to see only.
            Barred, ReturnNotYetKnown: not while blocked, or gone (FAQ L24-25).
        """
        found, _, _ = await self.visible(case, who)
        if who.person != found.teacher:
            raise NotTheApplicant(case=found.case)
        await refuse_barred(self.host.views, who.person)
        return found

    async def acting(self, case: UUID, who: Principal) -> Acting:
        """The case and the office to act in.

        Raises:
            NotFound: not this person's to see.
            NotInOffice: to see only.
        """
        found, _, _ = await self.visible(case, who)
        return await self.in_office(found, who)

    async def in_office(self, found: CaseAnswer, who: Principal) -> Acting:
        """The office that has the case comes first, where somebody holds both. Raises `NotInOffice`."""
        for kind in DECIDERS if found.held_by == "representative" else reversed(DECIDERS):
            try:
                office = await live_office(self.host.views, who, (kind,), found.country, found.region)
            except NotInOffice:
                continue
            return Acting(found, office, _officer(office, who))
        raise NotInOffice(country=found.country, region=found.region)

    async def act(
        self, asking: Asking, acting: Acting, policy: Policy, command: Command, intents: Sequence[Intent] = ()
    ) -> CaseAnswer:
        """Puts an officer's command to the case, and shows it as it is then."""
        office = acting.office
        context = asking.context(office.capacity, acting.node, basis=office.basis, policy_version=policy.reference)
        await self.host.handler.handle(CASE, acting.case.case, command, context, intents)
        return await self._shown(acting.case.case, asking)

    async def act_as_teacher(
        self, asking: Asking, found: CaseAnswer, command: Command, intents: Sequence[Intent] = ()
    ) -> CaseAnswer:
        """Puts the applicant's command to the case, and shows it as it is then."""
        context = asking.context(TEACHER, found.country.lower())
        await self.host.handler.handle(CASE, found.case, command, context, intents)
        return await self._shown(found.case, asking)

    async def _shown(self, case: str, asking: Asking) -> CaseAnswer:
        found = await self.queries.case(case)
        if found is None:
            raise NotFound
        set_etag(asking.response, found[1])
        return answer_of(found[0])


def _officer(office: LiveOffice, who: Principal) -> Officer:
    claim = office.claim
    return Officer.model_validate(
        {
            "person": who.person,
            "office": claim.office_id,
            "kind": claim.kind.value,
            "country": claim.country,
            "region": claim.region,
        }
    )
