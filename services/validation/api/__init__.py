"""Validation over HTTP, by subject: cases, their details, queue, directors, decisions, second looks, forms, bulk."""

from collections.abc import Sequence

from fastapi import APIRouter

from services.validation.api.bulk import BulkRoutes
from services.validation.api.cases import CaseRoutes
from services.validation.api.certificates import CertificateRoutes
from services.validation.api.contesting import ContestRoutes
from services.validation.api.deciding import DecisionRoutes
from services.validation.api.desk import Desk
from services.validation.api.details import DetailRoutes
from services.validation.api.directors import DirectorRoutes
from services.validation.api.pages import CasePages
from services.validation.api.queue import QueueRoutes
from services.validation.queries import CaseQueries
from shared.hosting.host import Host


def routers(host: Host, queries: CaseQueries) -> Sequence[APIRouter]:
    """Every route of officers and teachers."""
    desk = Desk(host, queries)
    groups = (
        CasePages(desk),
        CaseRoutes(desk),
        DetailRoutes(desk),
        QueueRoutes(desk),
        DirectorRoutes(desk),
        DecisionRoutes(desk),
        ContestRoutes(desk),
        CertificateRoutes(desk),
        BulkRoutes(desk),
    )
    return tuple(group.router() for group in groups)
