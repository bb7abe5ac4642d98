"""Languages: which texts there are in which, and how the names of languages, days and scripts read in each.

The source text is English. A translation is a gettext catalogue `locale/<BCP 47 tag>.po` beside the `templates` folder
whose texts it has; it is read as it is committed, so that no step of a build can be forgotten.
"""

import gettext
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.dates import format_date
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from jinja2 import Environment

SOURCE = "en"
_ALSO_KNOWN_AS = {"no": "nb"}
_AT_HOME_IN = {"en": "GB", "pt": "PT"}
"""Plain English and Portuguese are the European ones: babel's defaults are those of the Americas."""
_MOST_ACCEPTED = 20


def catalogues_beside(templates: Path) -> Path:
    """Where the translations of a folder of templates are."""
    return templates.parent / "locale"


@cache
def translated_into(folder: Path) -> frozenset[str]:
    """The languages of a folder of catalogues, English not among them."""
    return frozenset(path.stem for path in folder.glob("*.po"))


def narrowed(tag: str) -> Iterable[str]:
    """The tag, and what it is a kind of: `sr-Cyrl-RS`, `sr-Cyrl`, `sr`."""
    parts = tag.split("-")
    for length in range(len(parts), 0, -1):
        shorter = "-".join(parts[:length])
        yield _ALSO_KNOWN_AS.get(shorter, shorter)


def first_known(wanted: Iterable[str], known: Iterable[str]) -> str:
    """The first of the wanted languages that there is, else English."""
    there = {SOURCE, *known}
    return next((tag for one in wanted for tag in narrowed(one) if tag in there), SOURCE)


def accepted(header: str) -> tuple[str, ...]:
    """The languages of an `Accept-Language` header, the dearest first (RFC 9110 §12.5.4); what is none is left out."""
    weighed: list[tuple[float, str]] = []
    for one in header.split(",")[:_MOST_ACCEPTED]:
        tag, _, weight = one.partition(";")
        try:
            dear = float(weight.strip().removeprefix("q=") or 1)
        except ValueError:
            continue
        if tag.strip() and 0 < dear <= 1:
            weighed.append((-dear, tag.strip()))
    return tuple(tag for _, tag in sorted(weighed, key=lambda one: one[0]))


def catalogue(path: Path, language: str) -> Catalog:
    """The catalogue of that file. Raises babel's `PoFileError` where it is not well formed."""
    with path.open("rb") as file:
        return read_po(file, locale=language.replace("-", "_"), abort_invalid=True)


@cache
def translations(folders: tuple[Path, ...], language: str) -> gettext.NullTranslations:
    """The texts of all of these folders of catalogues; a text that none of them has stays English."""
    found = gettext.NullTranslations()
    for folder in reversed(folders):
        name = first_known([language], translated_into(folder))
        if name != SOURCE:
            compiled = BytesIO()
            write_mo(compiled, catalogue(folder / f"{name}.po", name))
            compiled.seek(0)
            own = gettext.GNUTranslations(compiled)
            own.add_fallback(found)
            found = own
    return found


def own_name(language: str) -> str:
    """What speakers call it: `Ελληνικά`."""
    name = Locale.parse(language, sep="-").get_display_name() or language
    return name[:1].title() + name[1:]  # Georgian has capitals, but not at the beginning of words


def direction(language: str) -> str:
    """`ltr` or `rtl`, as HTML says it."""
    return _locale(language).text_direction


def long_day(day: str, language: str) -> str:
    """A day in its ISO form as it is written out: `28 February 2029`, `28 de febrero de 2029`."""
    return format_date(date.fromisoformat(day), "long", locale=_locale(language))


def country_name(code: str, name: str, language: str) -> str:
    """What speakers call the country of that ISO 3166-1 code; its own `name` in English, and where they have none."""
    return name if language == SOURCE else _locale(language).territories.get(code, name)


def alphabetical(name: str) -> str:
    """What names are ordered by: Österreich stands beside Oman."""
    return "".join(sign for sign in unicodedata.normalize("NFD", name) if not unicodedata.combining(sign)).casefold()


def texts_in(template: str) -> frozenset[str]:
    """Every text that a translator translates in the source of a template."""
    found = Environment(extensions=["jinja2.ext.i18n"], autoescape=True).extract_translations(template)  # type: ignore[attr-defined]
    return frozenset(text[0] if isinstance(text, tuple) else text for _, _, text in found)


def offered(languages: Sequence[str], known: Iterable[str]) -> tuple[str, ...]:
    """Which of these languages a page can be read in, in their order, and English."""
    there = {SOURCE, *known}
    return tuple(dict.fromkeys((*(first_known([tag], there) for tag in languages), SOURCE)))


@cache
def _locale(language: str) -> Locale:
    home = _AT_HOME_IN.get(language)
    return Locale(language, home) if home else Locale.parse(language, sep="-")
