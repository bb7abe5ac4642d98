"""A country's register of schools as a CSV file: which of its columns says what, and what a line asks for."""

import csv
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared.contracts.base import Country
from shared.contracts.registration import Level
from shared.identity.addresses import AddressInvalid, deliverable_email
from shared.nodes import Nodes, UnknownCountry, UnknownRegion

REQUIRED = ("country", "official_id", "name", "city")
OPTIONAL = ("postal_code", "region", "levels", "director_name", "director_email", "mail_domain", "closed")
COLUMNS = REQUIRED + OPTIONAL
LEVELS: tuple[Level, ...] = get_args(Level)
YES = frozenset({"1", "closed", "true", "x", "y", "yes"})

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,63}")
_LONGEST = 300


class NotASchoolsFile(Exception):
    """The file cannot be read, or lacks a column; one sentence that says which."""


class LineRefused(Exception):
    """A line that is no school; `reason` is a code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class FileMapping(BaseModel):
    """How to read one country's file. A column that is not named here is looked for under its own name.

    `columns`: the file's column by ours. `country`: the file's, where no column says it. `levels`: our levels by the
    file's word. `closed`: the words that say that a school is closed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    columns: dict[str, str] = {}
    country: Country | None = None
    delimiter: str = Field(default=",", min_length=1, max_length=1)
    encoding: str = "utf-8-sig"
    levels: dict[str, tuple[Level, ...]] = {}
    closed: frozenset[str] = YES

    def column(self, name: str) -> str:
        return self.columns.get(name, name)


@dataclass(frozen=True, slots=True)
class Director:
    """Whom the register names, for a private record."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class SchoolLine:
    """What a line says; None: it does not say. `notes` are codes of what was left out, and nothing that was typed."""

    line: int
    country: str
    official_id: str
    name: str
    city: str
    postal_code: str | None
    region: str | None
    region_said: bool
    levels: tuple[Level, ...] | None
    mail_domain: str | None
    closed: bool | None
    director: Director | None
    notes: tuple[str, ...]


def read_mapping(path: Path) -> FileMapping:
    """The mapping of a TOML file; raises `NotASchoolsFile`."""
    try:
        return mapping_of(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        raise NotASchoolsFile(f"{path} is no mapping in TOML") from None


def mapping_of(given: Mapping[str, object]) -> FileMapping:
    """Raises `NotASchoolsFile` with the fault's place, or for a column of ours that there is none of."""
    try:
        found = FileMapping.model_validate(given)
    except ValidationError as error:
        place = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise NotASchoolsFile(f"the mapping is wrong at {place}") from None
    unknown = sorted(set(found.columns) - set(COLUMNS))
    if unknown:
        raise NotASchoolsFile(f"the mapping names {', '.join(unknown)}: choose of {', '.join(COLUMNS)}")
    words = {word.casefold(): levels for word, levels in found.levels.items()}
    closed = frozenset(word.casefold() for word in found.closed)
    return found.model_copy(update={"levels": words, "closed": closed})


def rows_of(path: Path, mapping: FileMapping) -> Iterator[tuple[int, dict[str, str]]]:
    """Each line's number (the file's first is 1) and its values by our columns; raises `NotASchoolsFile`."""
    try:
        with path.open(encoding=_codec(mapping.encoding), newline="") as file:
            reader = csv.DictReader(file, delimiter=mapping.delimiter)
            there = frozenset(reader.fieldnames or ())
            columns = _columns(path, mapping, there)
            for row in reader:
                yield reader.line_num, {name: _cleaned(row.get(column)) for name, column in columns.items()}
    except OSError as error:
        raise NotASchoolsFile(f"{path} cannot be read: {error.strerror}") from None
    except LookupError:
        raise NotASchoolsFile(f"there is no encoding {mapping.encoding}") from None
    except (UnicodeError, csv.Error):
        raise NotASchoolsFile(f"{path} is no CSV file in {mapping.encoding.removesuffix('-sig')}") from None


def _codec(encoding: str) -> str:
    """UTF-8 with the mark that some programs put before it, or without."""
    return "utf-8-sig" if encoding.lower() in {"utf-8", "utf8"} else encoding


def _columns(path: Path, mapping: FileMapping, there: frozenset[str]) -> dict[str, str]:
    wanted = set(mapping.columns) | (set(REQUIRED) - ({"country"} if mapping.country else set()))
    missing = sorted(mapping.column(name) for name in wanted if mapping.column(name) not in there)
    if missing:
        raise NotASchoolsFile(f"{path} has no column {', '.join(missing)}")
    return {name: mapping.column(name) for name in COLUMNS if mapping.column(name) in there}


def read_line(nodes: Nodes, mapping: FileMapping, line: int, row: Mapping[str, str]) -> SchoolLine:
    """What the line asks for; raises `LineRefused`."""
    country = _country(mapping, row)
    for name in ("official_id", "name", "city"):
        if not row[name]:
            raise LineRefused(f"{name}_missing")
    if any(len(value) > _LONGEST for value in row.values()):
        raise LineRefused("value_too_long")
    notes: list[str] = []
    return SchoolLine(
        line=line,
        country=country,
        official_id=row["official_id"],
        name=row["name"],
        city=row["city"],
        postal_code=row.get("postal_code"),
        region=_region(nodes, country, row, notes),
        region_said="region" in row,
        levels=_levels(mapping, row, notes),
        mail_domain=_domain(row, notes),
        closed=row["closed"].casefold() in mapping.closed if "closed" in row else None,
        director=_director(row, notes),
        notes=tuple(notes),
    )


def _country(mapping: FileMapping, row: Mapping[str, str]) -> str:
    said = row.get("country", "").upper()
    if mapping.country is None:
        country = said
    elif said in {"", mapping.country}:
        country = mapping.country
    else:
        raise LineRefused("another_country")
    if not re.fullmatch(r"[A-Z]{2}", country):
        raise LineRefused("unknown_country")
    return country


def _region(nodes: Nodes, country: str, row: Mapping[str, str], notes: list[str]) -> str | None:
    """A school without a region belongs to its country's national representative."""
    said = row.get("region")
    try:
        node = nodes.country(country)
    except UnknownCountry:
        raise LineRefused("unknown_country") from None
    if not said:
        return None
    try:
        return node.region(said)
    except UnknownRegion:
        notes.append("region_unknown")
        return None


def _levels(mapping: FileMapping, row: Mapping[str, str], notes: list[str]) -> tuple[Level, ...] | None:
    """Several are separated by `|`, `/` or `,`; a word that the mapping does not know says nothing of any."""
    words = [word.strip().casefold() for word in re.split(r"[|/,]", row.get("levels", "")) if word.strip()]
    if not words:
        return None
    known = {level: (level,) for level in LEVELS} | mapping.levels
    if any(word not in known for word in words):
        notes.append("level_unknown")
        return None
    meant = {level for word in words for level in known[word]}
    return tuple(level for level in LEVELS if level in meant)


def _domain(row: Mapping[str, str], notes: list[str]) -> str | None:
    said = row.get("mail_domain", "").lower().removeprefix("@")
    if not said:
        return None
    if not _DOMAIN.fullmatch(said):
        notes.append("mail_domain_invalid")
        return None
    return said


def _director(row: Mapping[str, str], notes: list[str]) -> Director | None:
    name, email = row.get("director_name", ""), row.get("director_email", "")
    if not email:
        return None
    if not name:
        notes.append("director_name_missing")
        return None
    try:
        return Director(name, deliverable_email(email))
    except AddressInvalid:
        notes.append("director_email_invalid")
        return None


def _cleaned(value: str | None) -> str:
    return _CONTROL.sub(" ", value or "").strip()
