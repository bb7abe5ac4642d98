"""Many streams at once, as in an import: one unordered insert, each commit standing on its own (design §5.6)."""

from collections.abc import Mapping, Sequence

from shared.event_store.commits import Commit, from_document
from shared.event_store.history import History
from shared.event_store.store import Appended, EventStore
from shared.mongo import PyMongoError

MAX_STREAMS = 500


async def load_many(store: EventStore, streams: Sequence[str]) -> Mapping[str, History]:
    """The histories of up to 500 streams by one query; without the chain's check, which `verify` and `load` make."""
    found: dict[str, list[Commit]] = {stream: [] for stream in streams}
    for document in await store.commits.find({"stream": {"$in": list(streams)}}).to_list(None):
        found[document["stream"]].append(from_document(document))
    return {
        stream: History(stream, tuple(sorted(commits, key=lambda commit: commit.version)), store.codec)
        for stream, commits in found.items()
    }


async def append_many(store: EventStore, commits: Sequence[Commit]) -> Mapping[str, Appended]:
    """Inserts commits of different streams, and finds out for certain what became of each, by its key.

    Raises:
        AppendUnknown: of one it could not be established; the others may be stored.
    """
    try:
        await store.commits.insert_many([commit.to_document() for commit in commits], ordered=False)
    except PyMongoError:
        # Duplicates, or no answer at all: `append` tries each again as it is, and knows its own commit.
        return {commit.key: await store.append(commit) for commit in commits}
    return {commit.key: Appended.STORED for commit in commits}
