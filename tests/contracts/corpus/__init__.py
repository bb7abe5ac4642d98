"""The golden corpus: exact bytes of an event of every version ever published. Lines are added, never changed."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from shared.contracts.envelope import canonical_json

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Line:
    """One event of the corpus, as it was published."""

    raw: bytes

    @property
    def attributes(self) -> dict[str, Any]:
        """Read without the product's own code."""
        found: dict[str, Any] = orjson.loads(self.raw)
        return found

    @property
    def type_name(self) -> str:
        return str(self.attributes["type"])

    def with_data(self, data: dict[str, Any]) -> bytes:
        """The same envelope around other data."""
        return canonical_json(self.attributes | {"data": data})

    def __str__(self) -> str:
        return f"{self.type_name.removeprefix('eu.etwinning.')}-{self.attributes['id'][-4:]}"


def _lines() -> list[Line]:
    files = sorted(FOLDER.glob("*.jsonl"))
    return [Line(raw) for file in files for raw in file.read_bytes().splitlines()]


CORPUS = _lines()
