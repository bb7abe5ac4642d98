"""The archive of an export: `data.json` for programs, `index.html` for people, with all that services answered."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from shared.private_records.wire import HeldAnswer, HeldRecord
from shared.web.pages import Pages

FORMAT = "etwinning-export/1"
"""The version of `data.json`: keys may be added under it, never renamed or removed."""
_LONGEST_SHOWN = 4000
"""A file that was uploaded stands in the data as Base64; a page with megabytes of it is of use to nobody."""

Row = tuple[str, str]


def data_of(person: str, at: datetime, held: Sequence[HeldAnswer]) -> dict[str, Any]:
    """`{format, person, made, services: {name: {records, replicas, documents: {kind: [...]}}}}`."""
    services = {one.service: one.model_dump(mode="json", exclude={"service", "person"}) for one in held}
    return {"format": FORMAT, "person": person, "made": at.isoformat(), "services": services}


def archive(pages: Pages, person: str, at: datetime, held: Sequence[HeldAnswer]) -> bytes:
    """The zip file: the same answers at the same moment make the same bytes."""
    data = data_of(person, at, held)
    page = pages.render("export.html", {"person": person, "made": at, "chapters": [_chapter(one) for one in held]})
    filled = BytesIO()
    with ZipFile(filled, "w", ZIP_DEFLATED) as made:
        stamp = at.timetuple()[:6]
        for name, content in (
            ("index.html", bytes(page.body)),
            ("data.json", json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True).encode()),
        ):
            made.writestr(ZipInfo(name, stamp), content, ZIP_DEFLATED)
    return filled.getvalue()


def _chapter(held: HeldAnswer) -> dict[str, Any]:
    """A service: each record or document is a table with a caption."""
    documents = {_label(kind): [(_label(kind), _rows(one)) for one in found] for kind, found in held.documents.items()}
    return {
        "service": _label(held.service),
        "records": [_record(one) for one in held.records],
        "replicas": [_record(one) for one in held.replicas],
        "documents": documents,
    }


def _record(record: HeldRecord) -> tuple[str, list[Row]]:
    taken_in = [] if record.written is None else [("Taken in", record.written.isoformat(timespec="seconds"))]
    return _label(record.kind), [*_rows(record.fields), *taken_in]


def _rows(document: Mapping[str, Any], within: str = "") -> list[Row]:
    """Names and values, one level: `Data: country`; what is not said is left out."""
    rows: list[Row] = []
    for name, value in document.items():
        label = f"{within}: {_label(name).lower()}" if within else _label(name)
        rows += list(_row(label, value))
    return rows


def _row(label: str, value: Any) -> Iterator[Row]:
    match value:
        case None | "" | []:
            return
        case dict():
            yield from _rows(value, label)
        case list() if any(isinstance(one, dict) for one in value):
            for number, one in enumerate(value, start=1):
                yield from _row(f"{label} {number}", one)
        case list():
            yield label, ", ".join(str(one) for one in value)
        case bool():
            yield label, "yes" if value else "no"
        case str() if len(value) > _LONGEST_SHOWN:
            yield label, f"({len(value)} characters, in data.json)"
        case _:
            yield label, str(value)


def _label(name: str) -> str:
    """`given_name` as a person reads it."""
    return name.replace("_", " ").capitalize()
