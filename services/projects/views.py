"""What projects read: who is validated where, which projects somebody takes part in, and which anyone may find."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias, assert_never, get_args

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
from shared.contracts.registration import (
    MainSchoolChosen,
    PersonalDataErased,
    ProfileOpened,
    TeacherSchoolAdded,
    TeacherSchoolChanged,
    TeacherSchoolLeft,
)
from shared.contracts.validation import TeacherValidated, ValidationLapsed, ValidationOpened, ValidationTransferred
from shared.search.entries import age_facets
from shared.search.facts import INDEXES, fact_fields
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
CaseEvent: TypeAlias = ValidationOpened | ValidationTransferred | TeacherValidated | ValidationLapsed
SchoolsEvent: TypeAlias = (
    ProfileOpened | TeacherSchoolAdded | TeacherSchoolChanged | TeacherSchoolLeft | MainSchoolChosen
)
TeacherEvent: TypeAlias = CaseEvent | SchoolsEvent | PersonalDataErased


def keys_of_teacher(recorded: Recorded[TeacherEvent]) -> Sequence[str]:
    """One document a teacher, or whoever was erased."""
    event = recorded.event
    return (event.person if isinstance(event, PersonalDataErased) else event.teacher,)


def fold_teacher(document: Document | None, recorded: Recorded[TeacherEvent]) -> Document:
    """Validations and schools of one teacher: one part a case, for cases come in any order, and one for the profile.

    Of who was erased nothing is kept, whatever comes of the other streams afterwards: nobody is validated any more.
    """
    event = recorded.event
    if isinstance(event, PersonalDataErased):
        return {"teacher": event.person, "cases": {}, "profile": None, "erased": True}
    before = document or {"teacher": event.teacher, "cases": {}, "profile": None, "erased": False}
    if before["erased"]:
        return before
    match event:
        case ValidationOpened() | ValidationTransferred() | TeacherValidated() | ValidationLapsed():
            part = before["cases"].get(event.case, _UNHEARD) | _case(event, recorded)
            return before | {"cases": dict(sorted({**before["cases"], event.case: part}.items()))}
        case _:
            return before | {"profile": _schools(before["profile"], event, recorded)}


_UNHEARD: Mapping[str, Any] = {"opened_by": None, "opened_at": None, "lapse": None, "event": None}


def _case(event: CaseEvent, recorded: Recorded[Any]) -> Document:
    """`event`: what says that the teacher is validated; nothing before, and once that has lapsed.

    `opened_at`: what the school is called in the teacher's profile, `school`: the one that it turned out to be since.
    """
    match event:
        case ValidationOpened():
            return {"opened_by": recorded.envelope.causationid, "opened_at": event.school}
        case ValidationTransferred():
            return {"opened_by": event.came_by, "opened_at": event.school} | _where(event, recorded)
        case TeacherValidated():
            return _where(event, recorded)
        case ValidationLapsed():
            return {"event": None, "lapse": recorded.id}
        case _:
            assert_never(event)


def _where(event: TeacherValidated | ValidationTransferred, recorded: Recorded[TeacherEvent]) -> Document:
    place = {"school": event.school, "country": event.country, "region": event.region}
    return place | {"event": recorded.id, "at": recorded.time.isoformat()}


def _schools(part: Document | None, event: SchoolsEvent, recorded: Recorded[TeacherEvent]) -> Document:
    """`schools`: what brought the teacher to each; `ended`: what had brought the teacher to those that were left."""
    if part is None:
        part = {"main": None, "schools": {}, "ended": []}
    match event:
        case ProfileOpened():
            return part | {"main": event.school, "schools": {event.school: recorded.envelope.causationid}}
        case TeacherSchoolAdded():
            return part | {"schools": {**part["schools"], event.school: recorded.id}}
        case TeacherSchoolChanged():
            rest = _without(part, event.left)
            return rest | {"main": event.school, "schools": {**rest["schools"], event.school: recorded.id}}
        case TeacherSchoolLeft():
            return _without(part, event.school)
        case MainSchoolChosen():
            return part | {"main": event.school}
        case _:
            assert_never(event)


def _without(part: Document, school: str) -> Document:
    rest = {one: brought for one, brought in part["schools"].items() if one != school}
    return part | {"schools": rest, "ended": [*part["ended"], part["schools"].get(school)]}


def current_validation(document: Document) -> Document | None:
    """Where the teacher is validated for new projects: at the main school, else at another one; the latest counts.

    A school that was left counts no more, nor does its old validation where the teacher came to it again. Until the
    profile is heard of, any validation counts.
    """
    cases, profile = document["cases"], document["profile"]
    found = [case for case in cases.values() if case["event"] is not None and _holds(case, cases, profile)]
    at_main = [case for case in found if profile is not None and profile["main"] in _stay(case, cases)[0]]
    return max(at_main or found, key=lambda case: (case["at"], case["event"]), default=None)


def _holds(case: Document, cases: Mapping[str, Document], profile: Document | None) -> bool:
    if profile is None:
        return True
    called, brought = _stay(case, cases)
    return not called.isdisjoint(profile["schools"]) and (brought is None or brought not in profile["ended"])


def _stay(case: Document, cases: Mapping[str, Document]) -> tuple[set[str], str | None]:
    """What the school of the case is and was called, for the profile knows one of these, and what brought the teacher.

    A case that a lapse opened belongs to what opened the one before.
    """
    lapsed = {one["lapse"]: one for one in cases.values() if one["lapse"] is not None}
    called: set[str] = {case["school"], case["opened_at"] or case["school"]}
    while case["opened_by"] in lapsed:
        case = lapsed[case["opened_by"]]
        called |= {case["school"], case["opened_at"] or case["school"]}
    return called, case["opened_by"]


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
        **_told(event),
        "reason": None,
        "rejected_by": None,
        "proposed_at": recorded.time.isoformat(),
        "started_at": None,
        "sort": f"{int(recorded.time.timestamp()):012d}~{event.project}",
    }


def _with_participant(before: Document, partner: Member) -> Document:
    known = before["participants"]
    return before | {"participants": known if partner.teacher in known else [*known, partner.teacher]}


def _told(event: ProjectProposed) -> Document:
    """What its founder said of the project, by codes."""
    ages = None if event.ages is None else event.ages.model_dump(mode="json")
    return {"languages": list(event.languages), "subjects": list(event.subjects), "ages": ages}


FoundEvent: TypeAlias = ProjectProposed | ProjectStarted | PartnerJoined


def fold_found(document: Document | None, recorded: Recorded[FoundEvent]) -> Document:
    """A project as anyone finds it once it runs, without its title: `{status, countries, started_at, languages,
    subjects, ages}`, and what it is found by (`fact_fields`). `countries`: of all who take part, the founders' first.
    """
    event = recorded.event
    known = document or {}
    match event:
        case ProjectProposed():
            waiting: Document = {"status": "proposed", "countries": [], "started_at": None, "record": event.title.id}
            known = waiting | _told(event)
        case ProjectStarted():
            countries = list(event.founding_countries)
            running = {"status": "running", "countries": countries, "started_at": recorded.time.isoformat()}
            known = known | running
        case PartnerJoined():
            known = known | {"countries": list(dict.fromkeys([*known["countries"], event.partner.country]))}
        case _:
            assert_never(event)
    return known | _found(event.project, known)


RUNNING = "running"
"""Where projects are looked for. (A scope ends in a country, so that what changes is little.)"""


def _found(project: str, known: Document) -> Document:
    facets = [
        *(f"country:{country}" for country in known["countries"]),
        *(f"language:{language}" for language in known["languages"]),
        *(f"subject:{subject}" for subject in known["subjects"]),
        *(() if known["ages"] is None else age_facets(**known["ages"])),
    ]
    scope = [RUNNING, known["countries"][0]] if known["countries"] else None
    return fact_fields(project, known["record"], scope, facets)


TEACHERS = View(
    name="teachers",
    version=4,
    keys=keys_of_teacher,
    fold=fold_teacher,
    events=get_args(TeacherEvent),
)
PROJECTS = View(
    name="projects",
    version=2,
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
FOUND = View(
    name="found",
    version=2,
    keys=keys_of_project,
    fold=fold_found,
    events=(ProjectProposed, ProjectStarted, PartnerJoined),
    indexes=INDEXES,
)
VIEWS = (TEACHERS, PROJECTS, FOUND)
