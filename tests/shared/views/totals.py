"""A view of counts: one document for all streams, one for each, every stream's part apart."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from shared.contracts.envelope import Recorded
from shared.event_store.commits import Commit
from shared.messaging.delivery import Delivery
from shared.mongo import Database
from shared.views.live import Live, view_collection
from shared.views.view import View, canonical_document
from tests.shared.event_store.counting import CODEC, Counted

GROUP = "registration.views"


def keys_of_counted(recorded: Recorded[Counted]) -> Sequence[str]:
    return ("all", recorded.stream)


def fold_counted(document: dict[str, Any] | None, recorded: Recorded[Counted]) -> dict[str, Any]:
    """What depends on the order of one stream stands in that stream's part."""
    parts = dict(document["parts"]) if document else {}
    before = parts.get(recorded.stream, {"sum": 0, "last": ""})
    parts[recorded.stream] = {"sum": before["sum"] + recorded.event.by, "last": f"{before['last']}>{recorded.version}"}
    return {"parts": parts, "kind": "total", "size": len(parts)}


TOTALS = View("totals", 1, keys_of_counted, fold_counted, (Counted,), indexes=(("kind", "size"),))


async def stored(source: Database, version: int = 1, view: View = TOTALS) -> Mapping[str, bytes]:
    """Every document of one version, as canonical bytes."""
    found = await view_collection(source, view, Live(version, view.version)).find({}).to_list(None)
    return {document["_id"]: canonical_document(document) for document in found}


def recorded_of(deliveries: Sequence[Delivery]) -> list[Recorded[Any]]:
    return [CODEC.decode(one.value) for one in deliveries]


class Commits:
    """A feed of commits that are there, and of those that come later."""

    def __init__(self, *passes: Sequence[Commit]) -> None:
        self.passes = list(passes)

    async def until_head(self) -> AsyncIterator[Commit]:
        for commit in self.passes.pop(0) if self.passes else ():
            yield commit
