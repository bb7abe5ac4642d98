"""The two dates of a case: when the policy wants it decided, and until when whoever has to act next has time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from shared.nodes import Nodes


@dataclass(frozen=True, slots=True)
class Allowed:
    """What a country's policies of one day allow, in calendar days: to decide a case, and to a director to answer."""

    max_days: int
    escalate_after_days: int


def allowed(nodes: Nodes, country: str, on: date) -> Allowed:
    """Raises what `nodes.policy` raises."""
    validation, director = nodes.policy(country, "validation", on), nodes.policy(country, "director", on)
    return Allowed(validation.content.max_days, director.content.escalate_after_days)


def policy_due(document: Mapping[str, Any], time: Allowed) -> datetime:
    """When the policy wants the case (a document of the view `cases`) decided: days from its opening."""
    return datetime.fromisoformat(document["opened_at"]) + timedelta(days=time.max_days)


def owner_due(document: Mapping[str, Any], time: Allowed) -> datetime | None:
    """Until when whoever owns the case has time to act; none: it has ended.

    A director until the case is taken over or, where it was or the director asked for time, until the link ends; a
    teacher until the form is due; an office as long as the policy gives.
    """
    match document["owner"]:
        case "director" if document["extensions"] or document["held_by"] == "national_support":
            return datetime.fromisoformat(document["link_expires"])
        case "director":
            return datetime.fromisoformat(document["asked_at"]) + timedelta(days=time.escalate_after_days)
        case "teacher":
            return datetime.fromisoformat(document["certificate_due"])
        case None:
            return None
        case _:
            return policy_due(document, time)
