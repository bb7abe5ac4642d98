"""Searches facts and private texts as one, in memory; shows only what the database says at that moment."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.private_records.records import Found as Kept
from shared.private_records.records import PrivateRecords
from shared.search.entries import Question
from shared.search.names import FACET, Fits, Names, Scope
from shared.search.private_texts import PrivateTexts
from shared.views.following import Followed, Source
from shared.views.reader import ViewReader
from shared.views.view import View

Document = Mapping[str, Any]
TextOf = Callable[[Mapping[str, str]], str]
Beside = Callable[[Document], Sequence[str]]
FACTS = ("record", "scope", "facets")


@dataclass(frozen=True, slots=True)
class Found:
    """The view's documents, each with its `_id`. `more`: there are others, or there may be."""

    entries: Sequence[Document]
    more: bool


@dataclass(slots=True)
class _Halves:
    """What is known of an entry: `of` by the view, `written` by its text; both name the record that they tell of."""

    scope: Scope | None = None
    of: str | None = None
    written: str | None = None
    line: bytes = b""

    @property
    def whole(self) -> Scope | None:
        """Where it is found: nowhere until its text is there, or while that was made from another record."""
        return self.scope if self.of is not None and self.of == self.written else None


class Joined:
    """Entries by identifier, each found once the view and the text of the same record are there. Pure."""

    def __init__(self, beside: Beside | None = None) -> None:
        self.names = Names()
        self._halves: dict[str, _Halves] = {}
        self._beside, self._told, self._same = beside, dict[str, tuple[str, ...]](), dict[Any, Any]()

    def __len__(self) -> int:
        return len(self.names)

    def put_fact(self, document: Document) -> None:
        """Where an entry is found, and by which facets (`fact_fields`)."""
        identifier, half = self._half(document)
        half.scope = None if document["scope"] is None else self._once(tuple(document["scope"]))
        half.of = half.written if half.written == document["record"] else document["record"]
        half.line = half.line.partition(FACET)[0] + self.names.facets.written(document["facets"])
        if self._beside is not None:
            self._told[identifier] = self._once(tuple(map(self._once, self._beside(document))))
        self._place(identifier, half)

    def put_text(self, document: Document) -> None:
        """What an entry is called (`text_entry`)."""
        identifier, half = self._half(document)
        _, facet, rest = half.line.partition(FACET)
        half.written = half.of if half.of == document["record"] else document["record"]
        half.line = document["text"].encode() + facet + rest
        self._place(identifier, half)

    def drop_text(self, identifier: str) -> None:
        """It was forgotten: nothing of it stays here."""
        if identifier in self._halves:
            self.put_text({"_id": identifier, "record": None, "text": ""})

    def beside(self, identifier: str) -> Sequence[str]:
        """What the view tells of an entry beside what it is found by."""
        return self._told.get(identifier, ())

    def _half(self, document: Document) -> tuple[str, _Halves]:
        return str(document["_id"]), self._halves.setdefault(str(document["_id"]), _Halves())

    def _place(self, identifier: str, half: _Halves) -> None:
        self.names.put_line(identifier, half.whole, half.line)

    def _once(self, value: Any) -> Any:
        """The same object for equal values: what many entries have is in memory once."""
        return self._same.setdefault(value, value)


class JoinedSearch:
    """`view` folds `fact_fields`; `text_of` makes what somebody or something is called of a record's fields; `beside`
    is what else of a document is kept in memory."""

    def __init__(
        self, view: View, views: ViewReader, texts: PrivateTexts, records: PrivateRecords, text_of: TextOf,
        beside: Beside | None = None, fields: Sequence[str] = (),
    ) -> None:  # fmt: skip
        self._view, self._views = view, views
        self._texts, self._records, self._text_of = texts, records, text_of
        facts = views.source(view, (*FACTS, *fields), Joined.put_fact)
        written = Source(texts.place, ("record", "text"), Joined.put_text, Joined.drop_text)
        self.kept = Followed(lambda: Joined(beside), facts, written)
        """Facts and texts in memory: whoever serves searches refreshes them from time to time, and closes them."""

    async def find(self, question: Question, within: Scope, most: int, fits: Fits | None = None) -> Found:
        """At most `most` that answer, of the scopes that begin so.

        The memory proposes: what the view has since put elsewhere is not shown.
        """
        kept = await self.kept.current()
        named = kept.names.find(question, within, most, fits)
        facts = await self._views.many(self._view, named.identifiers)
        entries = [{**facts[one], "_id": one} for one in named.identifiers if _is_within(facts.get(one), within)]
        return Found(entries, named.more)

    async def called(self, entries: Sequence[Document]) -> dict[str, str]:
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


def _is_within(document: Document | None, within: Scope) -> bool:
    return document is not None and tuple(document["scope"] or ())[: len(within)] == within
