"""Search entries: what an entry is found by, and what a question looks up. Pure.

The database may read every match of a query, `limit` or not (design §5.6). So an entry has a rank, which spreads all
entries evenly, and whoever searches reads one key from rank to rank, no further than it takes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from shared.search.folding import SHORTEST, folded_text, words

Entry = Mapping[str, Any]
RANKS = 65_536
INDEX = ("keys", "rank")
"""The one index of every search: equality on a key, a range of ranks."""
EVERYWHERE = ""
"""The scope of all countries."""
GRAMS_OF_A_WORD = 6


def entry_fields(identifier: str, text: str, scopes: Sequence[str], facets: Sequence[str] = ()) -> dict[str, Any]:
    """`{keys, rank, text, facets}` of what is called `text`: found in each scope (a country, say) by any three letters
    of a word, and by each facet (`level:primary`). Without a scope it is not found."""
    folded = folded_text(text)
    found = _grams(folded) | {f"@{facet}" for facet in facets}
    keys = sorted(f"{scope}{key}" for scope in set(scopes) for key in found)
    return {"keys": keys, "rank": rank_of(identifier), "text": folded, "facets": sorted(set(facets))}


def text_fields(text: str, facets: Sequence[str] = ()) -> dict[str, Any]:
    """`{text, facets}` of what is kept in memory and found without keys (`names`)."""
    return {"text": folded_text(text), "facets": sorted(set(facets))}


def rank_of(identifier: str) -> int:
    """Below `RANKS`; the same for ever."""
    return crc32(identifier.encode()) % RANKS


def _grams(folded: str) -> set[str]:
    """`^mou`, `mou`, `oul`, `uli`, `lin` of ` moulin`."""
    grams: set[str] = set()
    for word in folded.split():
        if len(word) >= SHORTEST:
            grams.add(f"^{word[:SHORTEST]}")
            grams.update(grams_of(word))
    return grams


def grams_of(word: str) -> list[str]:
    """Every three letters in a row."""
    return [word[at : at + SHORTEST] for at in range(len(word) - SHORTEST + 1)]


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody looks for: every word is part of a word there, or begins one where it is shorter than three.

    `scope`: `""` everywhere, else a country. `facets`: all of them.
    """

    words: tuple[str, ...]
    scope: str = EVERYWHERE
    facets: tuple[str, ...] = ()

    @property
    def telling(self) -> tuple[str, ...]:
        """The words that entries can be found by, the longest first."""
        return tuple(
            sorted({word for word in self.words if len(word) >= SHORTEST}, key=lambda word: (-len(word), word))
        )

    def keys(self, *, begins: bool = False) -> tuple[str, ...]:
        """Keys that whatever answers has all of; `begins`: the longest word begins a word there."""
        grams = [gram for word in self.telling for gram in _spread(grams_of(word))]
        first = [f"^{self.telling[0][:SHORTEST]}"] if begins and self.telling else []
        facets = [f"@{facet}" for facet in self.facets]
        return tuple(dict.fromkeys(f"{self.scope}{key}" for key in (*first, *facets, *grams)))

    def needed(self, *, begins: bool = False) -> tuple[str, ...]:
        """What the text of every answer has in it; `begins`: of those in which every word begins a word."""
        return tuple(f" {word}" if begins or len(word) < SHORTEST else word for word in self.words)

    def answers(self, entry: Entry, *, begins: bool = False) -> bool:
        """Whether the entry answers the question."""
        text = str(entry["text"])
        there = all(word in text for word in self.needed())
        return there and set(self.facets) <= set(entry["facets"]) and (not begins or self.begun(entry))

    def begun(self, entry: Entry) -> bool:
        """Whether every word begins a word there: such answers come first."""
        return all(f" {word}" in str(entry["text"]) for word in self.words)


def question(query: str, scope: str = EVERYWHERE, facets: Sequence[str] = ()) -> Question:
    """What somebody typed."""
    return Question(words(query), scope, tuple(facets))


def _spread(grams: Sequence[str]) -> Sequence[str]:
    """A few of a long word's, spread over it: its rarest letters may stand anywhere."""
    if len(grams) <= GRAMS_OF_A_WORD:
        return grams
    step = (len(grams) - 1) / (GRAMS_OF_A_WORD - 1)
    return [grams[round(step * number)] for number in range(GRAMS_OF_A_WORD)]
