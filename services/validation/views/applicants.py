"""Where the records of a teacher's name and address are, and as what the teacher works at which school."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from shared.contracts.envelope import Recorded
from shared.contracts.registration import EmailChanged, TeacherRegistered, TeacherSchoolAdded, TeacherSchoolChanged
from shared.views.view import View

Document = dict[str, Any]
ApplicantEvent: TypeAlias = TeacherRegistered | EmailChanged | TeacherSchoolChanged | TeacherSchoolAdded


def keys_of_applicant(recorded: Recorded[ApplicantEvent]) -> Sequence[str]:
    """One document a teacher; officers change their addresses too."""
    of_officer = isinstance(recorded.event, EmailChanged) and not recorded.stream.startswith("teacher-")
    return () if of_officer else (_teacher(recorded.event),)


def _teacher(event: ApplicantEvent) -> str:
    return event.person if isinstance(event, EmailChanged) else event.teacher


def fold_applicant(document: Document | None, recorded: Recorded[ApplicantEvent]) -> Document:
    """Where the teacher's name and address are kept, and the roles by school; the words are joined in when they are
    shown, or compared.

    `registered` is of the teacher's stream, `later` of the profile's, and wins: who comes back to a school says anew.
    """
    event = recorded.event
    before = document or {"teacher": _teacher(event), "name": None, "email": None, "registered": {}, "later": {}}
    match event:
        case TeacherRegistered():
            told = {"name": event.name.id, "email": event.email.id, "registered": {event.school: event.role}}
            return before | told
        case EmailChanged():
            return before | {"email": event.email.id}
        case _:
            return before | {"later": before["later"] | {event.school: event.role}}


def role_at(applicant: Mapping[str, Any], school: str) -> str | None:
    """As what the teacher works at that school. Of one that was merged since only the other's role is known, where the
    teacher has but one; else nothing."""
    roles: dict[str, str] = applicant["registered"] | applicant["later"]
    return roles.get(school) or (next(iter(roles.values())) if len(set(roles.values())) == 1 else None)


APPLICANTS = View(
    name="applicants",
    version=2,
    keys=keys_of_applicant,
    fold=fold_applicant,
    events=(TeacherRegistered, EmailChanged, TeacherSchoolChanged, TeacherSchoolAdded),
)
