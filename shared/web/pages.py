"""HTML pages: one Jinja environment per locale, the shared base template, and problems shown as pages.

Translations are found beside the templates: `locale/<language>.po`.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from shared.languages import SOURCE, catalogues_beside, direction, long_day, own_name, translations
from shared.web.problem import Problem

SHARED_TEMPLATES = Path(__file__).parent / "templates"
STATIC = Path(__file__).parent / "static"


class Pages:
    """Renders the templates of one service (its own folder first, then the shared one)."""

    def __init__(self, service: str, templates: Sequence[Path] = ()) -> None:
        self._service = service
        self._folders = (*templates, SHARED_TEMPLATES)

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
        html = page.render({"service": self._service, "locale": locale, **(context or {})})
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
    return environment
