"""How old versions of an event are read: each step turns the data of one version into that of the next."""

from collections.abc import Callable, Mapping
from typing import Any

Data = dict[str, Any]
Step = Callable[[Data], Data]


class Upcasters:
    """`steps` maps an old type to (its next type, how its data changes); a chain is followed to its end."""

    def __init__(self, steps: Mapping[str, tuple[str, Step]]) -> None:
        self._steps = dict(steps)

    def current(self, type_name: str) -> str:
        """The newest type that `type_name` leads to."""
        while type_name in self._steps:
            type_name = self._steps[type_name][0]
        return type_name

    def upcast(self, type_name: str, data: Data) -> tuple[str, Data]:
        """The newest type and the data in its shape; `data` itself is left as it is."""
        while type_name in self._steps:
            type_name, step = self._steps[type_name]
            data = step(dict(data))
        return type_name, data


NO_UPCASTERS = Upcasters({})


def _as_it_was(data: Data) -> Data:
    """The new version only allows more."""
    return data


def _without_link(data: Data) -> Data:
    return data | {"link": None}


def _of_registration(data: Data) -> Data:
    """The contact was always registration's record; the school stood in the case's opening alone."""
    return data | {"owner": "registration", "school": None}


def _of_an_unnamed_contact(data: Data) -> Data:
    """The school stood in the case's opening alone, and the contact in what was asked."""
    return data | {"school": None, "contact": None}


def _held_by_registration(data: Data) -> Data:
    """Nobody said who holds the record of the contact; it is registration's but for a successor named in a case."""
    return data | {"owner": "registration"}


def _asked_again(data: Data) -> Data:
    """A new case always opened."""
    return data | {"again": True}


def _by_nobody(data: Data) -> Data:
    return data | {"by": None}


def _held_by_somebody(data: Data) -> Data:
    """Nobody said which office had the case."""
    return data | {"held_by": None}


def _somewhere(data: Data) -> Data:
    """Nobody said where the school is, and which office refused."""
    return data | {"country": None, "region": None, "office": None}


def _of_a_teacher(data: Data) -> Data:
    """Only teachers could change their address then; now officers can."""
    return {"person" if name == "teacher" else name: value for name, value in data.items()}


def _told_nothing(data: Data) -> Data:
    """Nobody was asked yet what a project is about."""
    return data | {"languages": [], "subjects": [], "ages": None}


STEPS: Mapping[str, tuple[str, Step]] = {
    **{
        f"eu.etwinning.registration.{name}.v1": (f"eu.etwinning.registration.{name}.v2", _of_a_teacher)
        for name in ("EmailChangeRequested", "EmailChangeAgreed", "EmailChanged", "EmailChangeWithdrawn")
    },
    "eu.etwinning.projects.ProjectProposed.v1": ("eu.etwinning.projects.ProjectProposed.v2", _told_nothing),
    "eu.etwinning.registration.DirectorContactUpdated.v1": (
        "eu.etwinning.registration.DirectorContactUpdated.v2",
        _held_by_registration,
    ),
    "eu.etwinning.validation.DirectorApproved.v1": ("eu.etwinning.validation.DirectorApproved.v2", _as_it_was),
    "eu.etwinning.validation.DirectorApproved.v2": (
        "eu.etwinning.validation.DirectorApproved.v3",
        _held_by_somebody,
    ),
    "eu.etwinning.validation.DirectorRefused.v1": (
        "eu.etwinning.validation.DirectorRefused.v2",
        _held_by_somebody,
    ),
    "eu.etwinning.validation.DirectorContacted.v1": (
        "eu.etwinning.validation.DirectorContacted.v2",
        _of_registration,
    ),
    "eu.etwinning.validation.DirectorContactFailed.v1": (
        "eu.etwinning.validation.DirectorContactFailed.v2",
        _of_an_unnamed_contact,
    ),
    "eu.etwinning.validation.TeacherRejected.v1": ("eu.etwinning.validation.TeacherRejected.v2", _by_nobody),
    "eu.etwinning.validation.TeacherRejected.v2": ("eu.etwinning.validation.TeacherRejected.v3", _somewhere),
    "eu.etwinning.validation.ValidationLapsed.v1": ("eu.etwinning.validation.ValidationLapsed.v2", _asked_again),
    "eu.etwinning.notifications.NotificationBounced.v1": (
        "eu.etwinning.notifications.NotificationBounced.v2",
        _without_link,
    ),
    "eu.etwinning.notifications.NotificationQueued.v1": (
        "eu.etwinning.notifications.NotificationQueued.v2",
        _as_it_was,
    ),
}
"""Every old version that was ever published, and how it is read."""
