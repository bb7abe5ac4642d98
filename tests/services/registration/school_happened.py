"""A school, what happened to it, and who asks: for the tests of its decisions."""

from typing import Any

from shared.contracts.base import RecordRef, Service, derived_id
from shared.contracts.registration import (
    DirectorContactSuggested,
    DirectorContactUpdated,
    SchoolClosed,
    SchoolMerged,
    SchoolProposalRefused,
    SchoolProposed,
    SchoolRegistered,
)
from tests.services.recorded import START

SCHOOL_ID, MADRID = "ES-1", "Comunidad de Madrid"
NSO = {"office": "national_support_officer", "office_country": "ES", "office_region": None}
REPRESENTATIVE = NSO | {"office": "representative", "office_region": MADRID}


def record(name: str) -> RecordRef:
    return RecordRef(id=derived_id("record", name), commitment="ab" * 32)


def ask(kind: type[Any], office: dict[str, Any] = NSO, **fields: Any) -> Any:
    return kind(at=START, **office, **fields)


def registered(**changes: Any) -> SchoolRegistered:
    data = {
        "school": SCHOOL_ID, "country": "ES", "region": MADRID, "official_id": "1", "name": "Uno", "city": "Madrid",
        "postal_code": "28001",
    } | changes  # fmt: skip
    return SchoolRegistered.model_validate(data)


CLOSED = SchoolClosed(school=SCHOOL_ID, country="ES", reason="not_official")
MERGED = SchoolMerged(school=SCHOOL_ID, country="ES", into="ES-2")
PROPOSED = SchoolProposed(
    school=SCHOOL_ID, country="ES", region=MADRID, proposer="ana", locale="es", email=record("email"),
    details=record("details"),
)  # fmt: skip
REFUSED = SchoolProposalRefused(
    school=SCHOOL_ID, country="ES", reason="not_official", locale="es", email=record("email")
)


def suggested(contact: str = "a", by: str = "ana", matches: bool = False) -> DirectorContactSuggested:
    return DirectorContactSuggested(
        school=SCHOOL_ID, country="ES", region=MADRID, contact=record(contact), given_by="teacher", suggested_by=by,
        matches_domain=matches,
    )  # fmt: skip


def updated(
    contact: str, given_by: Any, region: str | None = MADRID, owner: Service = "registration"
) -> DirectorContactUpdated:
    return DirectorContactUpdated(
        school=SCHOOL_ID, country="ES", region=region, contact=record(contact), owner=owner, given_by=given_by
    )
