"""HTML pages: one Jinja environment per locale, the shared base template, and problems shown as pages.

Translations are found beside the templates: `locale/<language>.po`. What is written in several languages is rendered
`for_reader`; a page that there is in English alone by `render`.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from shared.languages import (
    SOURCE,
    alphabetical,
    catalogues_beside,
    country_name,
    direction,
    first_known,
    long_day,
    offered,
    own_name,
    translated_into,
    translations,
)
from shared.nodes import Country
from shared.web.problem import Problem
from shared.web.reading import Reader

SHARED_TEMPLATES = Path(__file__).parent / "templates"
STATIC = Path(__file__).parent / "static"


class Pages:
    """Renders the templates of one service (its own folder first, then the shared one)."""

    def __init__(self, service: str, templates: Sequence[Path] = ()) -> None:
        self._service = service
        self._folders = (*templates, SHARED_TEMPLATES)
        self._languages = frozenset().union(*(translated_into(catalogues_beside(folder)) for folder in templates))

    def language(self, reader: Reader, own: Sequence[str] = ()) -> str:
        """In which language somebody who is known to speak `own` reads the pages of this service."""
        return first_known(reader.wanted(own), self._languages)

    def for_reader(
        self,
        reader: Reader,
        template: str,
        context: Mapping[str, Any] | None = None,
        *,
        own: Sequence[str] = (),
        address: Mapping[str, str] | None = None,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> HTMLResponse:
        """Answer with a page in the language of its reader.

        `own`: what the reader is known to speak, the dearest first. `address`: the query with which the page is asked
        for; it then shows the way to its other languages, English always among them.
        """
        choice = {"languages": offered((*own, *reader.wanted()), self._languages), "address": address}
        vary = {"Vary": "Accept-Language", **(headers or {})}
        locale = self.language(reader, own)
        return self.render(template, {**choice, **(context or {})}, locale=locale, status=status, headers=vary)

    def render(
        self,
        template: str,
        context: Mapping[str, Any] | None = None,
        *,
        locale: str = SOURCE,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> HTMLResponse:
        """Answer with a page; names that the template uses and `context` lacks are an error, not a blank."""
        page = _environment(self._folders, locale).get_template(template)
        html = page.render({"service": self._service, "locale": locale, "address": None, **(context or {})})
        return HTMLResponse(html, status, headers)

    def problem(self, problem: Problem, correlation_id: str) -> HTMLResponse:
        """A refusal as a page."""
        context = {"problem": problem, "correlation_id": correlation_id}
        return self.render("problem.html", context, status=problem.status, headers=problem.headers)


@lru_cache(maxsize=128)
def _environment(folders: tuple[Path, ...], locale: str) -> Environment:
    """One environment per locale: `overlay()` with new-style gettext raises."""
    environment = Environment(
        loader=FileSystemLoader(folders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    found = translations(tuple(map(catalogues_beside, folders)), locale)
    environment.install_gettext_translations(found, newstyle=True)  # type: ignore[attr-defined]
    environment.globals["direction"] = direction(locale)
    environment.filters["day"] = lambda day: long_day(str(day), locale)  # an undefined one raises, as everywhere
    environment.filters["own_name"] = own_name
    environment.filters["by_name"] = lambda countries: _by_name(countries, locale)
    return environment


def _by_name(countries: Iterable[Country], locale: str) -> list[tuple[str, Country]]:
    """What each is called, in alphabetical order."""
    named = [(country_name(country.code, country.name, locale), country) for country in countries]
    return sorted(named, key=lambda one: alphabetical(one[0]))
