"""Searches facts and private texts as one: read by whichever key is rarest, shown only where both are there."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any

from shared.private_records.records import Found as Kept
from shared.private_records.records import PrivateRecords
from shared.search.entries import Entry, Question
from shared.search.finding import Found, find
from shared.search.private_texts import PrivateTexts
from shared.views.reader import ViewReader
from shared.views.view import View

TextOf = Callable[[Mapping[str, str]], str]
Only = Callable[[Sequence[Entry]], Awaitable[Sequence[Entry]]]
"""`await only(entries)`: those that also pass what no key tells."""


async def _all(entries: Sequence[Entry]) -> Sequence[Entry]:
    return entries


class JoinedSearch:
    """`view` folds `fact_fields`; `text_of` makes what somebody or something is called of a record's fields."""

    def __init__(
        self, view: View, views: ViewReader, texts: PrivateTexts, records: PrivateRecords, text_of: TextOf
    ) -> None:
        self._view, self._views = view, views
        self._texts, self._records, self._text_of = texts, records, text_of

    async def find(self, question: Question, most: int, only: Only = _all) -> Found:
        """At most `most` that answer: the view's documents, with `_id` and the folded `text`."""
        return await find(question, partial(self._read, question, only), most)

    async def called(self, entries: Sequence[Entry]) -> dict[str, str]:
        """What each of them is called, by its id, as it was typed; without those that were erased since."""
        found = await self._records.fetch([str(one["record"]) for one in entries])
        kept = {str(one["_id"]): found[str(one["record"])] for one in entries}
        return {identifier: self._text_of(one.fields) for identifier, one in kept.items() if isinstance(one, Kept)}

    async def write(self, identifier: str, record: str) -> None:
        """Makes findable by the text of that record, if it is there, as soon as the view names it too. Should a crash
        prevent it, `look_after` does it."""
        await self._write({identifier: record})

    async def look_after(self, part: int) -> None:
        """Writes whatever is missing, or made from another record, in one part of the view (below `PARTS`)."""
        facts = await self._views.slice(self._view, {"part": part}, ("record",))
        texts = await self._texts.of([str(one["_id"]) for one in facts])
        wanted = {str(one["_id"]): str(one["record"]) for one in facts}
        there = {identifier: text["record"] for identifier, text in texts.items()}
        await self._write({one: record for one, record in wanted.items() if there.get(one) != record})

    async def _write(self, wanted: Mapping[str, str]) -> None:
        found = await self._records.fetch(list(wanted.values())) if wanted else {}
        for identifier, record in wanted.items():
            kept = found[record]
            if isinstance(kept, Kept):
                await self._texts.write(identifier, kept.subject, record, self._text_of(kept.fields))

    async def _read(self, question: Question, only: Only, key: str, low: int, high: int) -> Sequence[Entry]:
        """What answers, among as many entries as were read: how many, that tells how rare a key is."""
        scope, bare = question.scope, key.removeprefix(question.scope)
        if bare.startswith("@"):
            ranks = {"keys": key, "rank": {"$gte": low, "$lt": high}}
            named = [str(one["_id"]) for one in await self._views.slice(self._view, ranks, ("record",))]
            texts = await self._texts.of(named)
        else:
            texts = {str(one["_id"]): one for one in await self._texts.slice(bare, low, high)}
            named = list(texts)
        facts = await self._views.many(self._view, named)
        joined = (_joined(one, scope, facts.get(one), texts.get(one)) for one in named)
        answering = await only([one for one in joined if one is not None and question.answers(one)])
        kept = {str(one["_id"]): one for one in answering}
        return [kept.get(one, {"_id": one, "text": "", "facets": []}) for one in named]


def _joined(
    identifier: str, scope: str, fact: Mapping[str, Any] | None, text: Mapping[str, Any] | None
) -> Entry | None:
    """Nothing where one half is missing, or of another record than the other, or not in this scope."""
    if fact is None or text is None or scope not in fact["scopes"] or fact["record"] != text["record"]:
        return None
    return {**fact, "_id": identifier, "text": text["text"]}
