"""Mails about seals: issued, applied for, granted, refused (FAQ L30-32)."""

from collections.abc import Sequence
from typing import Any

from services.notifications.reactions.queueing import queue
from shared.contracts import recognition
from shared.contracts.base import Directed
from shared.contracts.envelope import Recorded
from shared.contracts.notifications import ToOffice, ToPerson


def announce_seal(recorded: Recorded[recognition.ETwinningSealIssued]) -> Sequence[Directed]:
    """The eTwinning Seal was issued by itself (FAQ L31)."""
    return (_to_teacher(recorded, "seal_issued"),)


def ask_assessors(recorded: Recorded[recognition.NQSApplied]) -> Sequence[Directed]:
    """An application waits for an assessor of its country."""
    event = recorded.event
    to = ToOffice(kind="assessor", country=event.country)
    return (queue(recorded, "nqs_to_assess", to, params={"application": event.application}),)


def announce_nqs(recorded: Recorded[recognition.NQSGranted]) -> Sequence[Directed]:
    """The National Quality Seal was granted."""
    return (_to_teacher(recorded, "nqs_granted"),)


def tell_teacher_nqs_refused(recorded: Recorded[recognition.NQSRefused]) -> Sequence[Directed]:
    """The National Quality Seal was refused."""
    return (_to_teacher(recorded, "nqs_refused"),)


def announce_eqs(recorded: Recorded[recognition.EQSGranted]) -> Sequence[Directed]:
    """The European Quality Seal was awarded by itself (FAQ L32)."""
    return (_to_teacher(recorded, "eqs_granted"),)


def _to_teacher(recorded: Recorded[Any], template: str) -> Directed:
    event = recorded.event
    return queue(recorded, template, ToPerson(person=event.teacher), params={"project": event.project})
