"""What private texts are found by: a plain collection of the service's own, in no view and no event (design §2, §8).

Every entry follows from a private record: lost ones are written again, and an erased person's go at once and for good.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime

from shared.mongo import Collection, Database, Document, DuplicateKeyError, IndexModel, durable
from shared.private_records.marks import Marks
from shared.search.folding import folded_text

TEXT_INDEXES = (IndexModel([("subject", 1)], name="subject"),)


def _utc_now() -> datetime:
    return datetime.now(UTC)


class PrivateTexts:
    """Entries `{_id, subject, record, text}`: `text` is folded, `record` the one that it was made from."""

    def __init__(self, database: Database, name: str, clock: Callable[[], datetime] = _utc_now) -> None:
        self._entries = durable(database, name)
        self._marks = Marks(database, clock)

    async def write(self, identifier: str, subject: str, record: str, text: str) -> None:
        """Takes the place of what was there. Of somebody who is erased nothing stays."""
        with suppress(DuplicateKeyError):  # somebody wrote it at the same moment
            await self._entries.replace_one({"_id": identifier}, text_entry(subject, record, text), upsert=True)
        if await self._marks.has(subject):  # after the write: an erasure that came before it did not see it
            await self.forget(subject)

    async def forget(self, subject: str) -> None:
        """A `Deletion`; the mark of erasure is set before (`Erasure`)."""
        await self._entries.delete_many({"subject": subject})

    async def count(self, subject: str) -> int:
        """How many entries hold something about a person."""
        return await self._entries.count_documents({"subject": subject})

    async def of(self, identifiers: Sequence[str]) -> Mapping[str, Document]:
        """The entries that there are of these."""
        if not identifiers:
            return {}
        found = await self._entries.find({"_id": {"$in": list(identifiers)}}).to_list(None)
        return {str(one["_id"]): one for one in found}

    async def place(self) -> Collection:
        """Where they are, for who follows them."""
        return self._entries


def text_entry(subject: str, record: str, text: str) -> Document:
    """What stands under an identifier."""
    return {"subject": subject, "record": record, "text": folded_text(text)}
