"""The table of authority as data: who, where, in which state, may do what; and the history behind each state."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from shared.contracts.base import Event
from shared.identity.offices import OfficeClaim, OfficeKind
from tests.services.validation.happened import (
    TEACHER_ID,
    approved,
    asked,
    certificate_requested,
    contested,
    escalated,
    opened,
    refused,
    rejected,
    reported,
    upheld,
    validated,
    withdrawn,
)

TABLE = Path(__file__).with_name("authority.md")
EVERY_STATE = "every state"
REPORTING = ", where representatives report"

PLACES: Mapping[str, tuple[str, str | None]] = {
    "region": ("ES", "Madrid"),
    "none": ("ES", None),
    "abroad": ("PT", None),
}

_SECOND_LOOK = (opened(), *asked(), approved(), escalated(), rejected(by="refuser"), contested())
HISTORIES: Mapping[str, Sequence[Event]] = {
    "opened": (opened(),),
    "asked": (opened(), *asked()),
    "form": (opened(), certificate_requested()),
    "approved": (opened(), *asked(), approved()),
    "refused": (opened(), *asked(), refused()),
    "escalated": (opened(), *asked(), escalated()),
    "reported": (opened(), *asked(), approved(), reported()),
    "rejected": (opened(), *asked(), rejected(by="rep")),
    "contested": _SECOND_LOOK,
    "upheld": (*_SECOND_LOOK, upheld()),
    "validated": (opened(), *asked(), approved(), validated()),
    "withdrawn": (opened(), *asked(), withdrawn()),
}


def _office(name: str, kind: OfficeKind, country: str | None = None, region: str | None = None) -> OfficeClaim:
    return OfficeClaim(office_id=f"office-{name}", kind=kind, country=country, region=region)


HELD: Mapping[str, OfficeClaim] = {
    "rep": _office("rep", OfficeKind.REPRESENTATIVE, "ES", "Madrid"),
    "other-rep": _office("other-rep", OfficeKind.REPRESENTATIVE, "ES", "Galicia"),
    "nat": _office("nat", OfficeKind.REPRESENTATIVE, "ES"),
    "nss": _office("nss", OfficeKind.NATIONAL_SUPPORT_OFFICER, "ES"),
    "refuser": _office("refuser", OfficeKind.NATIONAL_SUPPORT_OFFICER, "ES"),
    "rep-fr": _office("rep-fr", OfficeKind.REPRESENTATIVE, "FR"),
    "nss-fr": _office("nss-fr", OfficeKind.NATIONAL_SUPPORT_OFFICER, "FR"),
    "css": _office("css", OfficeKind.CENTRAL_SUPPORT_OFFICER),
    "assessor": _office("assessor", OfficeKind.ASSESSOR, "ES"),
    "revoked": _office("revoked", OfficeKind.REPRESENTATIVE, "ES", "Madrid"),
    "self": _office("self", OfficeKind.REPRESENTATIVE, "ES", "Madrid"),
}
"""The offices of those who hold or held one; `teacher`, `other` and `nobody` hold none."""

PEOPLE = {"self": TEACHER_ID, "teacher": TEACHER_ID}
"""Whose person is not named as in the table."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line: what each act of somebody on a case of that place is to answer."""

    section: str
    who: str
    place: str
    expected: Mapping[str, int]

    @property
    def key(self) -> tuple[str, str]:
        return self.who, self.place


def rows(text: str) -> Iterator[Row]:
    """Every line of every section's table, in order."""
    section, acts = "", list[str]()
    for line in text.splitlines():
        if line.startswith("## "):
            section, acts = line.removeprefix("## "), []
        cells = [cell.strip() for cell in line.strip("|").split("|")] if section and line.startswith("|") else []
        if cells[:2] == ["who", "place"]:
            acts = cells[2:]
        elif acts and cells and not cells[0].startswith("-"):
            yield Row(section, cells[0], cells[1], dict(zip(acts, map(int, cells[2:]), strict=True)))


def sections() -> Mapping[str, Sequence[Row]]:
    """The rows of each state, those of every state among them."""
    found: dict[str, list[Row]] = {}
    for row in rows(TABLE.read_text(encoding="utf-8")):
        found.setdefault(row.section, []).append(row)
    always = found.pop(EVERY_STATE)
    return {section: [*always, *own] for section, own in found.items()}
