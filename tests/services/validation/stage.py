"""Cases brought into a state past all decisions, straight into the store: one commit holds the whole history."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import uuid4

from shared.contracts.base import Event
from shared.event_store.handling import commit_after
from shared.event_store.history import Context, History
from shared.event_store.store import Appended
from tests.services.running import Running
from tests.services.validation.asking import open_case


async def written(
    service: Running,
    history: Sequence[Event],
    *,
    country: str = "ES",
    region: str | None = "Madrid",
    days_ago: float = 0,
    teacher: str | None = None,
) -> str:
    """A new case of that place with this history, opened that many days ago; its identifier."""
    case = str(uuid4())
    to = {"case": case, "country": country, "region": region} | ({"teacher": teacher} if teacher else {})
    events = [_moved(event, to) for event in history]
    store = service.host.store
    at = service.clock() - timedelta(days=days_ago)
    context = Context("somebody", "system", country.lower(), str(uuid4()))
    command = open_case().model_copy(update={"at": at})
    nothing = History(f"case-{case}", (), store.codec)
    assert await store.append(commit_after(store.installation, nothing, events, command, context)) is Appended.STORED
    return case


def _moved(event: Event, to: dict[str, str | None]) -> Event:
    return event.model_copy(update={name: value for name, value in to.items() if name in type(event).model_fields})
