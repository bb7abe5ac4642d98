"""What recognition's pages and API read. Pure: which documents an event concerns, and how it changes them."""

from collections.abc import Sequence
from typing import Any

from shared.contracts.base import Event
from shared.contracts.envelope import Recorded
from shared.contracts.projects import Member, PartnerJoined, ProjectStarted
from shared.contracts.recognition import (
    EQSGranted,
    ETwinningSealIssued,
    NQSApplied,
    NQSAssessed,
    NQSGranted,
    NQSRefused,
)
from shared.views.view import View

Document = dict[str, Any]


def project_keys(recorded: Recorded[Any]) -> Sequence[str]:
    """One document per project."""
    return (recorded.event.project,)


def fold_members(document: Document | None, recorded: Recorded[Any]) -> Document:
    """Who belongs to a running project, with school and country as they were on joining."""
    members = dict((document or {"members": {}})["members"])
    for member in _members(recorded.event):
        joined = {"school": member.school, "country": member.country, "event": recorded.id}
        members.setdefault(member.teacher, joined)
    return {"members": members}


def _members(event: Event) -> Sequence[Member]:
    match event:
        case ProjectStarted():
            return event.founders
        case PartnerJoined():
            return (event.partner,)
        case _:
            return ()


def seal_keys(recorded: Recorded[Any]) -> Sequence[str]:
    """One document per seal of any kind."""
    match recorded.event:
        case ETwinningSealIssued() as event:
            return (event.seal,)
        case NQSGranted() as event:
            return (event.application,)
        case EQSGranted() as event:
            return (f"{event.dossier}:{event.teacher}",)
        case _:
            return ()


def fold_seal(document: Document | None, recorded: Recorded[Any]) -> Document:
    """Who holds which seal for which project, since when."""
    kinds: dict[type[Event], str] = {ETwinningSealIssued: "etwinning", NQSGranted: "nqs", EQSGranted: "eqs"}
    event = recorded.event
    return document or {
        "kind": kinds[type(event)],
        "project": event.project,
        "teacher": event.teacher,
        "country": event.country,
        "since": recorded.time.isoformat(),
    }


def application_keys(recorded: Recorded[Any]) -> Sequence[str]:
    """One document per application."""
    return (recorded.event.application,)


def fold_application(document: Document | None, recorded: Recorded[Any]) -> Document:
    """Where each application stands, for assessors and officers of its country."""
    match recorded.event:
        case NQSApplied() as event:
            return event.model_dump(mode="json") | {"status": "applied"}
        case NQSAssessed() as event:
            return (document or {}) | {"status": "assessed", "total": event.total}
        case NQSGranted():
            return (document or {}) | {"status": "granted"}
        case NQSRefused():
            return (document or {}) | {"status": "refused"}
        case other:
            raise TypeError(type(other).__name__)


MEMBERS = View(
    name="members",
    version=1,
    events=(ProjectStarted, PartnerJoined),
    keys=project_keys,
    fold=fold_members,
)
SEALS = View(
    name="seals",
    version=1,
    events=(ETwinningSealIssued, NQSGranted, EQSGranted),
    keys=seal_keys,
    fold=fold_seal,
    indexes=(("teacher",), ("project",)),
)
APPLICATIONS = View(
    name="applications",
    version=1,
    events=(NQSApplied, NQSAssessed, NQSGranted, NQSRefused),
    keys=application_keys,
    fold=fold_application,
    indexes=(("country", "status"), ("teacher",)),
)
VIEWS = (MEMBERS, SEALS, APPLICATIONS)
