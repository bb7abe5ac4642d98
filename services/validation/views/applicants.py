"""Where the record of a teacher's name is."""

from collections.abc import Sequence
from typing import Any

from shared.contracts.envelope import Recorded
from shared.contracts.registration import TeacherRegistered
from shared.views.view import View

Document = dict[str, Any]


def keys_of_applicant(recorded: Recorded[TeacherRegistered]) -> Sequence[str]:
    """One document a teacher."""
    return (recorded.event.teacher,)


def fold_applicant(_: Document | None, recorded: Recorded[TeacherRegistered]) -> Document:
    """Where the teacher's name is kept; the name itself is joined in when it is shown."""
    return {"teacher": recorded.event.teacher, "name": recorded.event.name.id}


APPLICANTS = View(
    name="applicants", version=1, keys=keys_of_applicant, fold=fold_applicant, events=(TeacherRegistered,)
)
