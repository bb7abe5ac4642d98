"""What an entry is found by, and what a question looks up. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shared.search.folding import SHORTEST, folded_text, words


def text_fields(text: str, facets: Sequence[str] = ()) -> dict[str, Any]:
    """`{text, facets}` of what is called `text`: found by any part of its words, and by each facet
    (`level:primary`)."""
    return {"text": folded_text(text), "facets": sorted(set(facets))}


def age_facets(age_from: int, age_to: int) -> list[str]:
    """What is found by each of these ages."""
    return [f"age:{age}" for age in range(age_from, age_to + 1)]


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody looks for: every word is part of a word there, or begins one where it is shorter than three.

    `facets`: all of them.
    """

    words: tuple[str, ...]
    facets: tuple[str, ...] = ()

    @property
    def telling(self) -> bool:
        """Whether a word tells enough to look for it among everything."""
        return any(len(word) >= SHORTEST for word in self.words)

    def needed(self, *, begins: bool = False) -> tuple[str, ...]:
        """What the text of every answer has in it; `begins`: of those in which every word begins a word."""
        return tuple(f" {word}" if begins or len(word) < SHORTEST else word for word in self.words)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for: parts of a name, and filters (FAQ L26)."""

    query: str = ""
    country: str | None = None
    subject: str | None = None
    language: str | None = None
    age: int | None = None

    def telling(self) -> list[str]:
        """The facets that narrow a search enough to be one: most are found by most ages."""
        told = {"country": self.country, "subject": self.subject, "language": self.language}
        return [f"{name}:{value}" for name, value in told.items() if value is not None]

    def facets(self) -> list[str]:
        """All of them."""
        return self.telling() + ([] if self.age is None else [f"age:{self.age}"])


def question(query: str, facets: Sequence[str] = ()) -> Question:
    """What somebody typed."""
    return Question(words(query), tuple(facets))
