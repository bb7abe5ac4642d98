"""What a service's page says, taken apart: its tables, and the names of routes, events and states on it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import orjson

from shared.contracts.base import Service
from tests.architecture.tree import ROOT
from tests.docs.asking import normal

Row: TypeAlias = Mapping[str, str]
"""A row of a table by the headings of its columns, in lower case."""

_SPAN = re.compile(r"`([^`\n]+)`")
_EVENT = re.compile(r"\b(?=\w*[a-z])[A-Z]\w*[A-Z]\w*\b")
_METHODS = {"GET", "POST", "DELETE"}
_ANCHOR = re.compile(r"\]\(#([a-z-]+)\)")
_ARROW = re.compile(r"^\s*(\S+) --> (\S+?)(?:: (.*))?$", re.MULTILINE)


@dataclass(frozen=True)
class Page:
    """One service's page and the paths of its OpenAPI document."""

    service: Service
    text: str
    known: frozenset[str]
    """Method and path: `POST /projects/{}/accept`."""

    def tables(self, *headings: str) -> list[Row]:
        """The rows of every table that has all these columns."""
        return [row for row in rows_of(self.text) if set(headings) <= row.keys()]

    def routes(self, cell: str) -> list[str]:
        """The routes that a cell names: `GET`, `POST /x` are two, and a path alone has the methods before it."""
        found: list[str] = []
        methods: list[str] = ["?"]
        pending: list[str] = []
        for span in spans(cell):
            said, path = _parted(span)
            pending += said
            if path.startswith("/"):
                methods, pending = pending or methods, []
                found += [f"{method} {normal(path.partition('?')[0])}" for method in methods]
        return found

    def section(self, anchor: str) -> str:
        """What stands under the heading of that anchor."""
        for part in re.split(r"^#+ ", self.text, flags=re.MULTILINE)[1:]:
            heading, _, below = part.partition("\n")
            if heading.lower().replace(" ", "-") == anchor:
                return below
        return ""

    def askers(self, cell: str) -> set[str]:
        """Who asks, as `asking.commands` says it. A link to a chapter stands for the causes in its table."""
        named = {span for span in spans(cell) if _parted(span) == ([], span) and not span.startswith("/")}
        for anchor in _ANCHOR.findall(cell):
            named |= {name for row in rows_of(self.section(anchor)) for name in spans(row.get("cause", ""))}
        return named | set(self.routes(cell))


def _parted(span: str) -> tuple[list[str], str]:
    """`POST /projects` apart; a method may stand alone, and a path."""
    method, _, path = span.partition(" ")
    return ([method], path) if method in _METHODS else ([], span)


def page_of(service: Service) -> Page:
    """The page as it is committed."""
    return page(service, (ROOT / f"services/{service}/README.md").read_text(encoding="utf-8"))


def page(service: Service, text: str) -> Page:
    """Any text as the page of a service."""
    document = orjson.loads((ROOT / f"docs/openapi/{service}.json").read_bytes())
    paths = {f"{method.upper()} {normal(path)}" for path, methods in document["paths"].items() for method in methods}
    return Page(service, text, frozenset(paths))


def rows_of(text: str) -> Iterator[Row]:
    """Every row of every table."""
    headings: list[str] | None = None
    for line in text.splitlines():
        if not line.startswith("|"):
            headings = None
            continue
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if headings is None:
            headings = [cell.lower() for cell in cells]
        elif not set("".join(cells)) <= set("-: "):
            yield dict(zip(headings, cells, strict=False))


def spans(cell: str) -> list[str]:
    """Everything between back-ticks."""
    return _SPAN.findall(cell)


@dataclass(frozen=True)
class Diagram:
    """The states of a page's diagrams, and the names of events on their arrows."""

    states: frozenset[str]
    events: frozenset[str]


def diagram_of(text: str) -> Diagram:
    """All the arrows of all diagrams of a page."""
    arrows = [
        arrow for block in re.findall(r"```mermaid\n(.*?)```", text, re.DOTALL) for arrow in _ARROW.findall(block)
    ]
    ends = {end for source, target, _ in arrows for end in (source, target)} - {"[*]"}
    labels = " ".join(label for _, _, label in arrows)
    return Diagram(frozenset(ends), frozenset(_EVENT.findall(labels)))
