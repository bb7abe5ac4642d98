"""Mails about projects: who is asked to found, to approve, to join."""

from collections.abc import Sequence
from typing import Any

from services.notifications.reactions.queueing import national_support, queue
from shared.contracts import projects
from shared.contracts.base import Directed
from shared.contracts.envelope import Recorded
from shared.contracts.notifications import Recipient, ToPerson


def ask_co_founder(recorded: Recorded[projects.ProjectProposed]) -> Sequence[Directed]:
    """The one contact that the founder chose."""
    return (_about(recorded, "project_proposed", ToPerson(person=recorded.event.co_founder.teacher)),)


def ask_national_services(recorded: Recorded[projects.CoFounderAccepted]) -> Sequence[Directed]:
    """Approvals are open: each founding country's service is told."""
    return tuple(
        _about(recorded, "project_to_approve", national_support(country))
        for country in recorded.event.founding_countries
    )


def ask_partner(recorded: Recorded[projects.PartnerInvited]) -> Sequence[Directed]:
    """An invitation to a running project."""
    return (_about(recorded, "partner_invited", ToPerson(person=recorded.event.partner.teacher)),)


def _about(recorded: Recorded[Any], template: str, to: Recipient) -> Directed:
    return queue(recorded, template, to, params={"project": recorded.event.project})
