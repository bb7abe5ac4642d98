"""Names in memory: every entry of a list, found by any part of its words without asking the database. Pure.

All texts of a scope stand in one run of bytes, a line each, so that a look through all of them is one call of
`bytes.find`: 300,000 names are 16 MB, and 10 ms where nothing is found (docs/measurements.md).
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from shared.search.entries import Question

Scope = tuple[str, ...]
"""`("open", "FR")`."""
MOST_LOOKED_AT = 10_000
"""Lines with the rarest word of a question that are looked at more closely: then the answer says that there is more."""
SAMPLED = 10_000
"""Bytes of each scope by which it is told which word of a question is the rarest."""


@dataclass(frozen=True, slots=True)
class Named:
    """`more`: there are others, or there may be."""

    identifiers: Sequence[str]
    more: bool


@dataclass(frozen=True, slots=True)
class _Lines:
    """` lycee moulin\\n college moulin\\n` and where each line begins."""

    text: bytes
    starts: "array[int]"
    identifiers: Sequence[str]


@dataclass(slots=True)
class _Scope:
    entries: dict[str, tuple[str, frozenset[str]]] = field(default_factory=dict)
    lines: _Lines | None = None

    def written(self) -> _Lines:
        """The lines, made anew where an entry changed."""
        if self.lines is None:
            texts = [f"{text}\n".encode() for text, _ in self.entries.values()]
            starts = array("I", accumulate(map(len, texts), initial=0))
            self.lines = _Lines(b"".join(texts), starts, tuple(self.entries))
        return self.lines


@dataclass(slots=True)
class _Taken:
    most: int
    found: list[tuple[bool, str, str]] = field(default_factory=list)
    looked_at: int = 0

    @property
    def full(self) -> bool:
        return len(self.found) > self.most or self.looked_at >= MOST_LOOKED_AT


class Names:
    """Entries by identifier, each in one scope or in none: a path, of which a question names the beginning."""

    def __init__(self) -> None:
        self._scopes: dict[Scope, _Scope] = {}
        self._scope_of: dict[str, Scope] = {}
        self._facets: dict[frozenset[str], frozenset[str]] = {}

    def __len__(self) -> int:
        return len(self._scope_of)

    def put(self, identifier: str, scope: Scope | None, text: str, facets: Sequence[str]) -> None:
        """Says anew where the entry is found, and by what (`folded_text`); without a scope nowhere."""
        before = self._scope_of.pop(identifier, None)
        if before is not None and before != scope:
            del self._scopes[before].entries[identifier]
            self._scopes[before].lines = None
        if scope is not None:
            self._scope_of[identifier] = scope
            here, told = self._scopes.setdefault(scope, _Scope()), frozenset(facets)
            here.entries[identifier] = (text, self._facets.setdefault(told, told))
            here.lines = None

    def find(self, question: Question, within: Scope, most: int) -> Named:
        """At most `most` answers of the scopes that begin so, those first in which every word begins a word.

        What is found of many is no list of the best: the next letter narrows it. A question without a word of three
        letters is not answered: the caller refuses it.
        """
        asked = [self._scopes[one] for one in sorted(self._scopes) if one[: len(within)] == within]
        rarest = _rarest(question.telling, asked)
        anywhere = _take(question, rarest, asked, most, begins=False)
        found = set(anywhere.found)
        if anywhere.full:
            found |= set(_take(question, rarest, asked, most, begins=True).found)
        return Named([identifier for _, _, identifier in sorted(found)[:most]], anywhere.full)


def _rarest(words: Sequence[str], scopes: Sequence[_Scope]) -> str:
    """Of the first part of each scope; the longest of equally rare ones."""
    if len(words) == 1:
        return words[0]
    parts = [scope.written().text[:SAMPLED] for scope in scopes]
    return min(words, key=lambda word: sum(part.count(word.encode()) for part in parts))


def _take(question: Question, rarest: str, scopes: Sequence[_Scope], most: int, *, begins: bool) -> _Taken:
    taken, needle = _Taken(most), f" {rarest}" if begins else rarest
    others = [word for word in question.needed(begins=begins) if word != needle]
    wanted = frozenset(question.facets)
    for scope in scopes:
        for identifier in _lines_with(needle.encode(), scope.written()):
            taken.looked_at += 1
            text, facets = scope.entries[identifier]
            for word in others:  # written out: this is what a search among many names spends its time with
                if word not in text:
                    break
            else:
                if wanted <= facets:
                    taken.found.append((not question.begun({"text": text}), text, identifier))
            if taken.full:
                return taken
    return taken


def _lines_with(needle: bytes, lines: _Lines) -> Iterator[str]:
    at = lines.text.find(needle)
    while at >= 0:
        line = bisect_right(lines.starts, at) - 1
        yield lines.identifiers[line]
        at = lines.text.find(needle, lines.starts[line + 1])
