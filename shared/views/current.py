"""One thing as its stream tells it now: unlike a view's document never behind."""

from shared.event_store.handling import Handler
from shared.views.view import Fields, View


async def current(handler: Handler, view: View, stream: str) -> tuple[Fields, int] | None:
    """The stream folded as `view` folds it, and the stream's version; nothing where none of it is for that view."""
    history = await handler.load(stream)
    document: Fields | None = None
    for recorded in history.recorded:
        if isinstance(recorded.event, view.events):
            document = view.fold(document, recorded)
    return None if document is None else (document, history.version)
