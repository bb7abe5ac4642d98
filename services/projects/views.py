"""What projects read: who is validated where, and which projects somebody takes part in."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias, assert_never

from shared.contracts.envelope import Recorded
from shared.contracts.projects import (
    CoFounderAccepted,
    CoFounderDeclined,
    Member,
    PartnerInvited,
    PartnerJoined,
    ProjectApprovedByNSS,
    ProjectProposed,
    ProjectRejected,
    ProjectStarted,
)
from shared.contracts.validation import TeacherValidated
from shared.views.view import View

Document: TypeAlias = dict[str, Any]
ProjectEvent: TypeAlias = (
    ProjectProposed
    | CoFounderAccepted
    | CoFounderDeclined
    | ProjectApprovedByNSS
    | ProjectRejected
    | ProjectStarted
    | PartnerInvited
    | PartnerJoined
)


def keys_of_teacher(recorded: Recorded[TeacherValidated]) -> Sequence[str]:
    """One document a teacher."""
    return (recorded.event.teacher,)


def fold_teacher(document: Document | None, recorded: Recorded[TeacherValidated]) -> Document:
    """Validations of one teacher, one part a case: cases are streams of their own and come in any order."""
    event = recorded.event
    parts: Mapping[str, Any] = (document or {}).get("cases", {})
    part = {
        "school": event.school,
        "country": event.country,
        "region": event.region,
        "event": recorded.id,
        "at": recorded.time.isoformat(),
    }
    return {"teacher": event.teacher, "cases": dict(sorted({**parts, event.case: part}.items()))}


def latest_validation(document: Document) -> Document:
    """Where the teacher is validated now: the parts joined, the latest one counts."""
    found: Document = max(document["cases"].values(), key=lambda part: (part["at"], part["event"]))
    return found


def keys_of_project(recorded: Recorded[ProjectEvent]) -> Sequence[str]:
    """One document a project."""
    return (recorded.event.project,)


def fold_project(document: Document | None, recorded: Recorded[ProjectEvent]) -> Document:  # noqa: PLR0911
    """`participants`: everyone who may see the project because they were asked; `members`: who is in it.

    `sort` puts the oldest first in a list (it stands in URLs: no `+`); the identifier makes it unique.
    """
    event = recorded.event
    before = document or {}
    match event:
        case ProjectProposed():
            return _proposed(event, recorded)
        case CoFounderAccepted():
            return before | {"status": "awaiting_approval", "founding_countries": list(event.founding_countries)}
        case CoFounderDeclined():
            return before | {"status": "declined"}
        case ProjectApprovedByNSS():
            return before | {"approved": [*before["approved"], event.country]}
        case ProjectRejected():
            return before | {"status": "rejected", "reason": event.reason, "rejected_by": event.country}
        case ProjectStarted():
            members = [founder.model_dump(mode="json") for founder in event.founders]
            return before | {"status": "running", "started_at": recorded.time.isoformat(), "members": members}
        case PartnerInvited():
            return _with_participant(before, event.partner)
        case PartnerJoined():
            joined = {"members": [*before["members"], event.partner.model_dump(mode="json")]}
            return _with_participant(before, event.partner) | joined
        case _:
            assert_never(event)


def _proposed(event: ProjectProposed, recorded: Recorded[ProjectEvent]) -> Document:
    return {
        "project": event.project,
        "status": "proposed",
        "founders": [event.founder.model_dump(mode="json"), event.co_founder.model_dump(mode="json")],
        "founding_countries": [],
        "approved": [],
        "members": [],
        "participants": [event.founder.teacher, event.co_founder.teacher],
        "title": event.title.id,
        "reason": None,
        "rejected_by": None,
        "proposed_at": recorded.time.isoformat(),
        "started_at": None,
        "sort": f"{int(recorded.time.timestamp()):012d}~{event.project}",
    }


def _with_participant(before: Document, partner: Member) -> Document:
    known = before["participants"]
    return before | {"participants": known if partner.teacher in known else [*known, partner.teacher]}


TEACHERS = View(name="teachers", version=1, keys=keys_of_teacher, fold=fold_teacher, events=(TeacherValidated,))
PROJECTS = View(
    name="projects",
    version=1,
    keys=keys_of_project,
    fold=fold_project,
    events=(
        ProjectProposed,
        CoFounderAccepted,
        CoFounderDeclined,
        ProjectApprovedByNSS,
        ProjectRejected,
        ProjectStarted,
        PartnerInvited,
        PartnerJoined,
    ),
    indexes=(("participants", "sort"),),
)
VIEWS = (TEACHERS, PROJECTS)
