"""What profiles and projects say alike of teaching: the pupils' ages (FAQ L14, L26)."""

from shared.contracts.base import Value

YOUNGEST, OLDEST = 3, 19
"""The pupils' ages in the programme (FAQ L14)."""


class Ages(Value):
    """Pupils from this age to that one, both included."""

    age_from: int
    age_to: int

    @property
    def in_programme(self) -> bool:
        """Whether all of them are, and the younger age comes first."""
        return YOUNGEST <= self.age_from <= self.age_to <= OLDEST
