"""Names in memory: every entry of a list, found by any part of its words without asking the database. Pure.

All texts of a scope stand in one run of bytes, a line each, so that a look through all of them is one call of
`bytes.find`: 300,000 names are 16 MB, and 10 ms where nothing is found (docs/measurements.md). Their facets stand in
another, four bytes each that no text has: a facet is looked for as a word is, and whichever is rarest first.
"""

from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from shared.search.entries import Question

Scope = tuple[str, ...]
"""`("open", "FR")`."""
MOST_LOOKED_AT = 10_000
"""Lines with the rarest word of a question that are looked at more closely: then the answer says that there is more."""
SAMPLED = 60
"""Lines of each scope by which it is told what of a question is the rarest."""
FACET = b"\xff"
"""Begins each facet of a line. Texts are Latin letters, digits and spaces (`folding`)."""
_DIGITS, _LOWEST = 0x7F, 0x80


@dataclass(frozen=True, slots=True)
class Named:
    """`more`: there are others, or there may be."""

    identifiers: Sequence[str]
    more: bool


@dataclass(frozen=True, slots=True)
class _Run:
    """` lycee moulin\n college moulin\n`, and where each line begins, one more than there are."""

    text: bytes
    starts: "array[int]"

    def sample(self) -> bytes:
        """The first lines."""
        return self.text[: self.starts[min(SAMPLED, len(self.starts) - 1)]]


@dataclass(frozen=True, slots=True)
class _Lines:
    """The texts and the facets of the same entries."""

    texts: _Run
    facets: _Run
    identifiers: Sequence[str]

    def run(self, needle: bytes) -> _Run:
        """Where such a needle may be."""
        return self.facets if needle.startswith(FACET) else self.texts

    def having(self, needle: bytes) -> Iterator[str]:
        """Whatever has it."""
        run = self.run(needle)
        at = run.text.find(needle)
        while at >= 0:
            line = bisect_right(run.starts, at) - 1
            yield self.identifiers[line]
            at = run.text.find(needle, run.starts[line + 1])


@dataclass(slots=True)
class _Scope:
    entries: dict[str, bytes] = field(default_factory=dict)
    lines: _Lines | None = None

    def written(self) -> _Lines:
        """The lines, made anew where an entry changed."""
        if self.lines is None:
            parts = [line.partition(FACET) for line in self.entries.values()]
            texts, facets = _run([text for text, _, _ in parts]), _run([facet + rest for _, facet, rest in parts])
            self.lines = _Lines(texts, facets, tuple(self.entries))
        return self.lines


def _run(lines: Sequence[bytes]) -> _Run:
    return _Run(
        b"".join(line + b"\n" for line in lines), array("I", accumulate((len(line) + 1 for line in lines), initial=0))
    )


@dataclass(slots=True)
class _Taken:
    most: int
    found: list[tuple[bool, bytes, str]] = field(default_factory=list)
    looked_at: int = 0

    @property
    def full(self) -> bool:
        return len(self.found) > self.most or self.looked_at >= MOST_LOOKED_AT


class Facets:
    """The four bytes of each facet, numbered as they come: enough for two millions."""

    def __init__(self) -> None:
        self._codes: dict[str, bytes] = {}

    def written(self, facets: Sequence[str]) -> bytes:
        """As they stand in a line."""
        return b"".join(self._codes.get(facet) or self._new(facet) for facet in facets)

    def known(self, facet: str) -> bytes | None:
        """Nothing where no entry ever had it."""
        return self._codes.get(facet)

    def _new(self, facet: str) -> bytes:
        rest, low = divmod(len(self._codes), _DIGITS)
        digits = (*divmod(rest, _DIGITS), low)
        return self._codes.setdefault(facet, FACET + bytes(_LOWEST + digit for digit in digits))


Fits = Callable[[str], bool]
"""`fits(identifier)`: whether an entry passes what its line does not tell."""


class Names:
    """Entries by identifier, each in one scope or in none: a path, of which a question names the beginning."""

    def __init__(self) -> None:
        self._scopes: dict[Scope, _Scope] = {}
        self._scope_of: dict[str, Scope] = {}
        self.facets = Facets()

    def __len__(self) -> int:
        return len(self._scope_of)

    def put(self, identifier: str, scope: Scope | None, text: str, facets: Sequence[str]) -> None:
        """Says anew where the entry is found, and by what (`folded_text`); without a scope nowhere."""
        self.put_line(identifier, scope, text.encode() + self.facets.written(facets))

    def put_line(self, identifier: str, scope: Scope | None, line: bytes) -> None:
        """As `put`, of a text and its facets as they are written."""
        before = self._scope_of.pop(identifier, None)
        if before is not None and before != scope:
            del self._scopes[before].entries[identifier]
            self._scopes[before].lines = None
        if scope is not None:
            self._scope_of[identifier] = scope
            here = self._scopes.setdefault(scope, _Scope())
            here.entries[identifier] = line
            here.lines = None

    def has(self, identifier: str, facet: str) -> bool:
        """Whether there is such an entry, and it has that facet."""
        code, scope = self.facets.known(facet), self._scope_of.get(identifier)
        return code is not None and scope is not None and code in self._scopes[scope].entries[identifier]

    def find(self, question: Question, within: Scope, most: int, fits: Fits | None = None) -> Named:
        """At most `most` answers of the scopes that begin so, those first in which every word begins a word.

        What is found of many is no list of the best: the next letter narrows it. A question of nothing is not
        answered: the caller refuses it.
        """
        codes = [self.facets.known(facet) for facet in question.facets]
        asked = [self._scopes[one] for one in sorted(self._scopes) if one[: len(within)] == within]
        facets = [code for code in codes if code is not None]
        if len(facets) < len(codes):
            return Named([], more=False)
        anywhere = _take(_Asked(question, facets, begins=False), asked, most, fits)
        found = set(anywhere.found)
        if anywhere.full and question.words:
            found |= set(_take(_Asked(question, facets, begins=True), asked, most, fits).found)
        return Named([identifier for _, _, identifier in sorted(found)[:most]], anywhere.full)


class _Asked:
    """What the line of every answer has in it, and what makes it one of the first."""

    def __init__(self, question: Question, facets: Sequence[bytes], *, begins: bool) -> None:
        words = [word.encode() for word in question.needed(begins=begins)]
        self.needed = list(dict.fromkeys((*sorted(words, key=len, reverse=True), *facets)))
        self.begun = [word.encode() for word in question.needed(begins=True)]

    def rarest(self, scopes: Sequence[_Scope]) -> bytes:
        """Of the first part of each scope; the longest word of what is equally rare."""
        if len(self.needed) == 1:
            return self.needed[0]
        lines = [scope.written() for scope in scopes]
        return min(self.needed, key=lambda one: sum(part.run(one).sample().count(one) for part in lines))


def _take(asked: _Asked, scopes: Sequence[_Scope], most: int, fits: Fits | None) -> _Taken:
    taken, rarest = _Taken(most), asked.rarest(scopes)
    others = [one for one in asked.needed if one != rarest]
    for scope in scopes:
        for identifier in scope.written().having(rarest):
            taken.looked_at += 1
            line = scope.entries[identifier]
            for one in others:  # written out: this is what a search among many names spends its time with
                if one not in line:
                    break
            else:
                if fits is None or fits(identifier):
                    taken.found.append((not all(word in line for word in asked.begun), line, identifier))
            if taken.full:
                return taken
    return taken
