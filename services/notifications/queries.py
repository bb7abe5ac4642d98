"""What somebody may ask of notifications: which mails went to them, never their text (there is none to keep)."""

from typing import Any

from services.notifications.views import MESSAGES
from shared.private_records.replicas import Replicas
from shared.views.reader import ViewReader

_SHOWN = ("message", "template", "status", "since", "ended")


async def messages_to(views: ViewReader, replicas: Replicas, person: str) -> list[dict[str, Any]]:
    """Every message to a person, the oldest first: to the pseudonym, or to an address that a record of theirs named.

    What went to the holders of an office is not among them: who they were on that day is not kept.
    """
    addresses = [one.id for one in await replicas.about(person)]
    found = await views.slice(MESSAGES, {"to": {"$in": [person, *addresses]}}, _SHOWN)
    shown = [{name: one[name] for name in _SHOWN} for one in found]
    return sorted(shown, key=lambda one: (one["since"], one["message"]))
