"""Where the records of a teacher's name and address are."""

from collections.abc import Sequence
from typing import Any, TypeAlias

from shared.contracts.envelope import Recorded
from shared.contracts.registration import EmailChanged, TeacherRegistered
from shared.views.view import View

Document = dict[str, Any]
ApplicantEvent: TypeAlias = TeacherRegistered | EmailChanged


def keys_of_applicant(recorded: Recorded[ApplicantEvent]) -> Sequence[str]:
    """One document a teacher; officers change their addresses too."""
    event = recorded.event
    if isinstance(event, TeacherRegistered):
        return (event.teacher,)
    return (event.person,) if recorded.stream.startswith("teacher-") else ()


def fold_applicant(document: Document | None, recorded: Recorded[ApplicantEvent]) -> Document:
    """Where the teacher's name and address are kept: joined in when it is shown, or compared."""
    event = recorded.event
    if isinstance(event, EmailChanged):
        return (document or {}) | {"email": event.email.id}
    return {"teacher": event.teacher, "name": event.name.id, "email": event.email.id}


APPLICANTS = View(
    name="applicants",
    version=2,
    keys=keys_of_applicant,
    fold=fold_applicant,
    events=(TeacherRegistered, EmailChanged),
)
