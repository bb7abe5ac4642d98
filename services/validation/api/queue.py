"""The queue of a place: what to look at first, and why."""

from datetime import datetime, timedelta
from typing import Any, Literal

from fastapi import APIRouter

from services.validation.api.answers import QueuedCase, QueuePage, Risk, due_of, fields_of
from services.validation.api.desk import READERS, Desk
from services.validation.queries import OVERDUE, Allowed, Place, Queued, QueueQueries
from shared.identity.live_offices import LiveOffice, NotInOffice, live_office
from shared.identity.offices import OfficeKind
from shared.web.authentication import SignedIn
from shared.web.fields import CountryCode, Line
from shared.web.paging import Paging, page_of
from shared.web.routes import edge_router
from shared.web.violations import responses_for

_SOON = timedelta(days=3)


class QueueRoutes:
    """`GET /validation/queue`."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._host = desk, desk.host
        self._queue = QueueQueries(desk.host.views)

    def router(self) -> APIRouter:
        routes = edge_router("/validation", tags=["cases"])
        routes.add_api_route("/queue", self.queue, responses=responses_for(NotInOffice))
        return routes

    async def queue(
        self,
        who: SignedIn,
        paging: Paging,
        country: CountryCode,
        region: Line | None = None,
        mine: Literal["true", "false"] = "false",
    ) -> QueuePage:
        """The open cases of a place by risk, then by `due`; `mine`: those that wait for one's own office."""
        office = await live_office(self._host.views, who, READERS, country, region)
        now = self._host.clock()
        time = self._desk.allowed(country, now.date())
        place = Place(country, region, time.max_days)
        found = await self._queue.queue(
            place, now, paging.after, paging.limit + 1, lambda one: mine == "false" or _waits_for(office, one)
        )
        page = page_of(found, paging, lambda queued: queued.key)
        items = [_shown(queued, time, now) for queued in page.items]
        return QueuePage(items=items, next=page.next)


def _waits_for(office: LiveOffice, document: dict[str, Any]) -> bool:
    """Whether this office is the owner: a national service's, or a representative's of the school's own place."""
    claim, owner = office.claim, document["owner"]
    if owner == "national_support":
        return claim.kind is OfficeKind.NATIONAL_SUPPORT_OFFICER
    if owner != "representative":
        return False
    if claim.kind is OfficeKind.NATIONAL_SUPPORT_OFFICER:
        return document["region"] is None
    return claim.kind is OfficeKind.REPRESENTATIVE


def _shown(queued: Queued, time: Allowed, now: datetime) -> QueuedCase:
    due = due_of(queued.document, time)
    opened = datetime.fromisoformat(queued.document["opened_at"])
    more = {"band": queued.band, "risk": risks(queued, due["due"], now), "age_days": (now - opened).days}
    return QueuedCase.model_validate(fields_of(queued.document) | due | more)


def risks(queued: Queued, due: datetime, now: datetime) -> list[Risk]:
    """Every reason why the case stands where it does, the gravest first."""
    document = queued.document
    certificate_due = document["certificate_due"]
    late = certificate_due is not None and document["certificate"] is None
    told: tuple[tuple[bool, Risk], ...] = (
        (queued.band == OVERDUE, "overdue"),
        (queued.band != OVERDUE and due - now <= _SOON, "due_soon"),
        (document["contested"], "contested"),
        (document["contact_failed"] is not None, "contact_failed"),
        (document["answer"] == "refused", "director_refused"),
        (late and datetime.fromisoformat(certificate_due) <= now, "certificate_late"),
        (document["escalated"] == "applicant_is_director", "applicant_is_director"),
        (document["escalated"] not in {None, "applicant_is_director"}, "escalated"),
        (document["status"] == "reopened", "reopened"),
        (document["status"] == "opened", "nobody_began"),
        (document["answer"] == "approved", "only_the_decision_is_missing"),
        (document["owner"] in {"director", "teacher"}, "waits_for_others"),
    )
    return [risk for is_so, risk in told if is_so]
