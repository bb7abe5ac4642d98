"""What the checker reports."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """One broken invariant (`I1` … `I11`, or `rules`): where it was seen, and what was seen there."""

    invariant: str
    place: str
    evidence: str

    def __str__(self) -> str:
        return f"{self.invariant} {self.place}: {self.evidence}"
